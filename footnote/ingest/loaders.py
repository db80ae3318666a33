"""Which loader reads which file. A new format is one function and one row of the table."""

from collections.abc import Callable

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest.decoding import decode
from footnote.ingest.detect import detect
from footnote.ingest.epub import read_epub
from footnote.ingest.html import read_html
from footnote.ingest.loaded import Loaded, iso_date, language_code, left_out, of_reading
from footnote.ingest.mail import read_mail
from footnote.ingest.markdown import markdown_blocks
from footnote.ingest.ocr import Recognizer
from footnote.ingest.opendocument import read_opendocument
from footnote.ingest.pdf import read_pdf
from footnote.ingest.plain import plain_blocks
from footnote.ingest.restructured import restructured_blocks
from footnote.ingest.rtf import read_rtf
from footnote.ingest.slides import read_slides
from footnote.ingest.spreadsheet import read_spreadsheet
from footnote.ingest.tables import read_csv, read_json, read_json_lines
from footnote.ingest.word import read_word

__all__ = ["LOADERS", "Loaded", "load"]


def load_plain(data: bytes) -> Loaded:
    """Read plain text."""
    text = decode(data)
    return Loaded("text/plain", text, plain_blocks(text))


def load_markdown(data: bytes) -> Loaded:
    """Read Markdown, whose marks stay in the text."""
    text = decode(data)
    return Loaded("text/markdown", text, markdown_blocks(text))


def load_restructured(data: bytes) -> Loaded:
    """Read reStructuredText, whose marks stay in the text."""
    text = decode(data)
    return Loaded("text/x-rst", text, restructured_blocks(text))


def load_html(data: bytes) -> Loaded:
    """Read an HTML page."""
    page = read_html(data)
    return Loaded(
        media_type="text/html",
        text=page.text,
        blocks=page.blocks,
        title=page.title,
        date=iso_date(page.date),
        language=language_code(page.language),
        notes=left_out(page.hidden, "hidden character"),
    )


def load_pdf(data: bytes, ocr: Recognizer | None = None) -> Loaded:
    """Read a PDF; ``ocr`` reads its pages that hold pictures and no text."""
    read = read_pdf(data, ocr)
    return Loaded(
        "application/pdf",
        read.text,
        read.blocks,
        read.title,
        read.starts,
        read.date,
        notes=read.notes,
        labels=read.labels,
    )


def load_csv(data: bytes) -> Loaded:
    """Read comma separated values, or those between semicolons or bars."""
    return of_reading("text/csv", read_csv(data))


def load_tsv(data: bytes) -> Loaded:
    """Read tab separated values."""
    return of_reading("text/tab-separated-values", read_csv(data, "\t"))


def load_json(data: bytes) -> Loaded:
    """Read JSON."""
    return of_reading("application/json", read_json(data))


def load_json_lines(data: bytes) -> Loaded:
    """Read JSON lines."""
    return of_reading("application/jsonl", read_json_lines(data))


LOADERS: dict[str, Callable[[bytes], Loaded]] = {
    ".txt": load_plain,
    ".text": load_plain,
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".rst": load_restructured,
    ".html": load_html,
    ".htm": load_html,
    ".pdf": load_pdf,
    ".docx": read_word,
    ".odt": read_opendocument,
    ".rtf": read_rtf,
    ".epub": read_epub,
    ".pptx": read_slides,
    ".xlsx": read_spreadsheet,
    ".csv": load_csv,
    ".tsv": load_tsv,
    ".json": load_json,
    ".jsonl": load_json_lines,
    ".eml": read_mail,
}


def load(name: str, data: bytes, ocr: Recognizer | None = None) -> Loaded:
    """Read a file's bytes by the loader for what it is, by content first and then by name.

    Raises UnreadableFile for a format without a loader, a damaged file, or one without text;
    ArchiveFile for a zip of files; MemoryError where there is too little.
    """
    try:
        return _load(name, data, ocr)
    except (UnreadableFile, MemoryError):
        raise
    # Parsers of hostile files raise anything at all; one file must not stop the others.
    except Exception as error:
        raise UnreadableFile(f"its loader failed: {type(error).__name__}: {error}") from error


def _load(name: str, data: bytes, ocr: Recognizer | None) -> Loaded:
    kind = detect(name, data)
    if not data:
        raise UnreadableFile("empty")
    if kind not in LOADERS:
        raise ArchiveFile("an archive: the files in it are read one by one")
    loaded = load_pdf(data, ocr) if kind == ".pdf" else LOADERS[kind](data)
    if not loaded.text.strip():
        raise UnreadableFile("holds no text")
    return loaded
