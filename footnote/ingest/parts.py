"""A file to the documents that it holds: itself, or the files within an archive."""

import hashlib
from collections.abc import Callable

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest.duplicates import sketch_of
from footnote.ingest.folder import Skipped, SourceFile, sha256
from footnote.ingest.isolation import Parsers
from footnote.ingest.language import language_of
from footnote.ingest.loaders import Loaded, load
from footnote.ingest.titles import title_of
from footnote.records import Document

# A document, and what is to be noted of it.
Part = tuple[Document, tuple[str, ...]]


def parts_of(file: SourceFile, data: bytes, parsers: Parsers) -> tuple[list[Part], list[Skipped]]:
    """Return the documents that a file holds, and what of it was not read.

    What is in an archive has its name and its own, ``archive.zip!/inner.txt``.
    """
    try:
        return [part_of(file, file.name, data, parsers.load)], []
    except ArchiveFile:
        return _within(file, data, parsers)
    except UnreadableFile as error:
        return [], [Skipped(file.name, str(error))]


def _within(file: SourceFile, data: bytes, parsers: Parsers) -> tuple[list[Part], list[Skipped]]:
    try:
        members = parsers.unpack(file.name, data)
    except UnreadableFile as error:
        return [], [Skipped(file.name, str(error))]
    parts, skipped = [], []
    for member in members:
        name = f"{file.name}!/{member.name}"
        try:
            if member.reason is not None:
                raise UnreadableFile(member.reason)
            parts.append(part_of(file, name, member.data, parsers.load))
        except UnreadableFile as error:
            skipped.append(Skipped(name, str(error)))
    if not members:
        skipped.append(Skipped(file.name, "an archive without a file"))
    return parts, skipped


def part_of(
    file: SourceFile, name: str, data: bytes, parse: Callable[[str, bytes], Loaded] = load
) -> Part:
    """Make a document of the bytes of a file, or of one within it. Raises UnreadableFile."""
    loaded = parse(name, data)
    document = Document(
        id=document_id(name),
        name=name,
        file=file.name,
        title=title_of(name, loaded),
        media_type=loaded.media_type,
        text=loaded.text,
        blocks=loaded.blocks,
        sha256=sha256(data),
        size=len(data),
        modified=file.modified,
        pages=loaded.pages,
        labels=loaded.labels,
        date=loaded.date,
        language=loaded.language or language_of(loaded.text),
        sketch=sketch_of(loaded.text),
    )
    return document, loaded.notes


def document_id(name: str) -> str:
    """Make a document's id, which stays the same while its name does."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]
