"""PDF to reading text by pypdfium2: lines in reading order, paragraphs rebuilt, page by page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pypdfium2 as pdfium
from pypdfium2 import raw

from footnote.errors import UnreadableFile
from footnote.ingest.ocr import Recognizer, recognized
from footnote.ingest.pdf_edges import repeated
from footnote.ingest.pdf_headings import Placed, headings_of
from footnote.ingest.pdf_layout import Line
from footnote.ingest.pdf_page import Page, read_page
from footnote.ingest.pdf_text import Compounds, Piece, breaks, joined, laid_out, pieces
from footnote.ingest.plain import plain_blocks
from footnote.records import Block

# A document of fewer pages than this has no running heads to tell from its text.
_RUNNING_FROM = 4
# A file of which more pages than this fail, and more fail than are read, is damaged as a whole.
_MOST_LOST = 10
# No page number has more signs; a label may be any text.
_LABEL = 40


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a PDF; ``starts`` holds the offset at which each page begins.

    ``labels`` are the numbers that the pages show, "" where that is their number in the file;
    it is empty where that is so of all.
    ``date`` is the day on which the file says that it was made; ``notes`` tell what was left out.
    """

    text: str
    blocks: tuple[Block, ...]
    starts: tuple[int, ...]
    title: str | None
    date: str | None = None
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def read_pdf(data: bytes, ocr: Recognizer | None = None) -> Pages:
    """Return a PDF's reading text; ``ocr`` reads the pages that hold pictures and no text.

    Raises UnreadableFile for one that is damaged, encrypted, or has no text.
    """
    try:
        with pdfium.PdfDocument(data) as pdf:
            return _read(pdf, ocr)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise UnreadableFile("encrypted; save it without a password") from error
        raise UnreadableFile(f"not a PDF that can be read: {error}") from error


def _read(pdf: pdfium.PdfDocument, ocr: Recognizer | None) -> Pages:
    pages, lost = _pages(pdf)
    dropped, notes = _running(pages)
    read = _pieces(pages, dropped)
    texts = [joined(each) for each in read]
    pictured = [n for n, page in enumerate(pages) if page.pictured and not texts[n]]
    if ocr is not None:
        for n in pictured:
            texts[n] = recognized(pdf[n], ocr)
    if not any(texts):
        raise UnreadableFile(_no_text(len(pages), ocr is not None))
    notes += _noted(pages, pictured, texts, lost)
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 2
    text = "\n\n".join(texts)
    title = pdf.get_metadata_value("Title").strip()
    made = _day(pdf.get_metadata_value("CreationDate"))
    headings = headings_of(pdf, [*map(_placed, read, starts)], text)
    blocks = plain_blocks(text, wrapped=True, headings=headings)
    return Pages(
        text, blocks, tuple(starts), title or None, made, tuple(notes), _labels(pdf, len(pages))
    )


def _pages(pdf: pdfium.PdfDocument) -> tuple[list[Page], list[int]]:
    """Read the pages, and tell which could not be loaded: they are empty."""
    pages, lost = [], []
    for n in range(len(pdf)):
        try:
            pages.append(read_page(pdf[n]))
        except pdfium.PdfiumError as error:
            lost.append(n)
            pages.append(Page([]))
            if len(lost) > _MOST_LOST and 2 * len(lost) > len(pages):
                raise UnreadableFile(
                    f"not a PDF that can be read: of its first {len(pages)} pages {len(lost)} "
                    f"cannot be loaded ({error})"
                ) from error
    if len(lost) == len(pages):
        raise UnreadableFile("not a PDF that can be read: none of its pages can be loaded")
    return pages, lost


def _pieces(pages: Sequence[Page], dropped: frozenset[Line]) -> list[list[Piece]]:
    """Return what is read of each page: a file that is all contents is read all the same."""
    lines = [laid_out(page.regions, dropped | page.furniture) for page in pages]
    if not any(lines):
        lines = [laid_out(page.regions, dropped) for page in pages]
    text = "\n".join([line.text for page in lines for line in page if line])
    compounds = Compounds(text, [pair for page in lines for pair in breaks(page)])
    return [pieces(page, compounds) for page in lines]


def _placed(read: Sequence[Piece], at: int) -> list[Placed]:
    """Return the lines of a page with their places in the document's text."""
    out = []
    for line, text, after in read:
        if line is not None:
            out.append(Placed(line, at, at + len(text)))
        at += len(text) + len(after)
    return out


def _labels(pdf: pdfium.PdfDocument, pages: int) -> tuple[str, ...]:
    """Return the numbers that pages show, "" where it is theirs in the file or none is given.

    Empty where that is so of all.
    """
    labels = [" ".join(pdf.get_page_label(n).split())[:_LABEL] for n in range(pages)]
    told = tuple("" if label == str(n) else label for n, label in enumerate(labels, 1))
    return told if any(told) else ()


def _no_text(pages: int, recognized: bool) -> str:
    looks = f"none of its {pages} pages holds text; it looks scanned"
    if recognized:
        return f"{looks}, and nothing was recognized on it"
    return f"{looks}. `pip install footnote[ocr]` and the setting `ocr` have scans read"


def _running(pages: Sequence[Page]) -> tuple[frozenset[Line], list[str]]:
    """Return the headers and footers to leave out, and what to say of them."""
    if len(pages) < _RUNNING_FROM:
        return frozenset(), []
    found = {
        "header": repeated([page.edges.top for page in pages]),
        "footer": repeated([page.edges.bottom for page in pages]),
    }
    dropped = frozenset(line for each in found.values() for lines in each for line in lines)
    on: dict[int, list[str]] = {}
    for name, each in found.items():
        on.setdefault(sum(map(bool, each)), []).append(f"a {name}")
    return dropped, [
        f"left out {' and '.join(names)} that repeat{'s' * (len(names) == 1)} on {count} pages"
        for count, names in on.items()
        if count
    ]


def _noted(
    pages: Sequence[Page], pictured: Sequence[int], texts: Sequence[str], lost: Sequence[int]
) -> list[str]:
    notes = []
    if lost:
        notes.append(
            f"{_named(lost)} cannot be loaded, and {'are' * (len(lost) > 1) or 'is'} left out"
        )
    if listed := [n for n, page in enumerate(pages) if page.furniture]:
        notes.append(f"{_named(listed)}: left out contents or an index")
    if scanned := [n for n in pictured if not texts[n]]:
        holds, looks = ("hold", "they look") if len(scanned) > 1 else ("holds", "it looks")
        notes.append(f"{_named(scanned)} {holds} pictures and no text; {looks} scanned")
    if recognized := [n for n in pictured if texts[n]]:
        notes.append(f"{_named(recognized)}: text recognized in pictures, which may have errors")
    if hidden := [n for n, page in enumerate(pages) if page.hidden]:
        notes.append(f"{_named(hidden)}: left out text too small to see, or off the page")
    return notes


def _named(pages: Sequence[int]) -> str:
    return f"page{'s' * (len(pages) > 1)} {', '.join(str(n + 1) for n in pages)}"


def _day(written: str) -> str | None:
    """Return the day of a PDF's date, such as ``D:20260131120000+01'00'``."""
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", written)
    try:
        return match and date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None
