"""The bytes that a stored document was made of, as long as its file still holds them."""

from pathlib import Path

from footnote.errors import PageNotFound, UnreadableFile
from footnote.ingest.folder import find_file, sha256
from footnote.ingest.isolation import Parsers
from footnote.records import DocumentSource


def contents_of(source: DocumentSource, corpus: Path, parsers: Parsers) -> bytes:
    """Return a document's bytes, taken out of its archive if it is in one.

    Raises PageNotFound where they are gone, or are others than those that were indexed.
    """
    try:
        data = find_file(corpus, source.file).read()
        if source.name != source.file:
            data = _within(source, data, parsers)
    except UnreadableFile as error:
        raise PageNotFound(f"{source.name}: {error}; its text is still there to be read") from error
    if sha256(data) != source.sha256:
        raise PageNotFound(
            f"{source.name} changed since it was indexed; `footnote index` reads it again, and "
            "its text as it was is still there to be read"
        )
    return data


def _within(source: DocumentSource, data: bytes, parsers: Parsers) -> bytes:
    name = source.name.removeprefix(f"{source.file}!/")
    for member in parsers.unpack(source.file, data):
        if member.name == name and member.reason is None:
            return member.data
    raise UnreadableFile("it is no longer in its archive")
