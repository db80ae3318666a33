"""Which loader reads which file. A new format is one function and one row of the table."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import mammoth

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import decode
from footnote.ingest.html import read_html
from footnote.ingest.mail import read_mail
from footnote.ingest.markdown import markdown_blocks
from footnote.ingest.pdf import read_pdf
from footnote.ingest.plain import plain_blocks
from footnote.ingest.reading import ReadingText
from footnote.ingest.tables import read_csv, read_json, read_json_lines
from footnote.records import Block

# A document's title stands above its headings, so these begin one level lower than in HTML.
_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        *(f"p[style-name='Heading {n}'] => h{n + 1}:fresh" for n in range(1, 6)),
    )
)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader makes of a file's bytes.

    ``title`` and ``date`` (ISO 8601) are what its metadata says; ``language`` is an ISO 639-1
    code; ``notes`` say what was left out and whoever indexes should know of.
    """

    media_type: str
    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    pages: tuple[int, ...] = ()
    date: str | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()


def load_plain(data: bytes) -> Loaded:
    """Read plain text."""
    text = decode(data)
    return Loaded("text/plain", text, plain_blocks(text))


def load_markdown(data: bytes) -> Loaded:
    """Read Markdown, whose marks stay in the text."""
    text = decode(data)
    return Loaded("text/markdown", text, markdown_blocks(text))


def load_html(data: bytes) -> Loaded:
    """Read an HTML page."""
    page = read_html(data)
    return Loaded("text/html", page.text, page.blocks, page.title)


def load_pdf(data: bytes) -> Loaded:
    """Read a PDF."""
    read = read_pdf(data)
    return Loaded(
        "application/pdf",
        read.text,
        read.blocks,
        read.title,
        read.starts,
        read.date,
        notes=read.notes,
    )


def load_docx(data: bytes) -> Loaded:
    """Read a Word document: mammoth makes HTML of it by its styles, pictures left out."""
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        )
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(f"not a Word document that can be read: {error}") from error
    if not converted.value:
        raise UnreadableFile("the document holds no text")
    page = read_html(converted.value)
    return Loaded(_DOCX, page.text, page.blocks, page.title)


def load_csv(data: bytes) -> Loaded:
    """Read comma separated values, or those between semicolons or bars."""
    return _read("text/csv", read_csv(data))


def load_tsv(data: bytes) -> Loaded:
    """Read tab separated values."""
    return _read("text/tab-separated-values", read_csv(data, "\t"))


def load_json(data: bytes) -> Loaded:
    """Read JSON."""
    return _read("application/json", read_json(data))


def load_json_lines(data: bytes) -> Loaded:
    """Read JSON lines."""
    return _read("application/jsonl", read_json_lines(data))


def load_mail(data: bytes) -> Loaded:
    """Read a mail."""
    return _read("message/rfc822", read_mail(data))


def _read(media_type: str, reading: ReadingText) -> Loaded:
    return Loaded(media_type, reading.text, reading.blocks)


LOADERS: dict[str, Callable[[bytes], Loaded]] = {
    ".txt": load_plain,
    ".text": load_plain,
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".html": load_html,
    ".htm": load_html,
    ".pdf": load_pdf,
    ".docx": load_docx,
    ".csv": load_csv,
    ".tsv": load_tsv,
    ".json": load_json,
    ".jsonl": load_json_lines,
    ".eml": load_mail,
}


def load(name: str, data: bytes) -> Loaded:
    """Read a file's bytes by the loader for its name.

    Raises UnreadableFile for a format without a loader, a damaged file, or one without text;
    MemoryError where there is too little.
    """
    try:
        return _load(name, data)
    except (UnreadableFile, MemoryError):
        raise
    # Parsers of hostile files raise anything at all; one file must not stop the others.
    except Exception as error:
        raise UnreadableFile(f"its loader failed: {type(error).__name__}: {error}") from error


def _load(name: str, data: bytes) -> Loaded:
    suffix = PurePosixPath(name).suffix.lower()
    loader = LOADERS.get(suffix)
    if loader is None:
        ending = repr(suffix) if suffix else "a name without an ending"
        raise UnreadableFile(f"no loader for {ending}")
    if not data:
        raise UnreadableFile("empty")
    loaded = loader(data)
    if not loaded.text.strip():
        raise UnreadableFile("holds no text")
    return loaded
