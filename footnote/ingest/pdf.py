"""PDF to reading text by pypdfium2: lines in reading order, paragraphs rebuilt, page by page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import canonical
from footnote.ingest.ocr import Recognizer, recognized
from footnote.ingest.pdf_edges import repeated
from footnote.ingest.pdf_layout import Line, Region
from footnote.ingest.pdf_page import Page, read_page
from footnote.ingest.plain import plain_blocks
from footnote.records import Block

# A document of fewer pages than this has no running heads to tell from its text.
_RUNNING_FROM = 4
# So many times as far as most lines stand from the next, a paragraph stands from another.
_SET_OFF = 1.35
_ENDS_SENTENCE = re.compile(r"[.!?:]['\"”’)\]]*$")
_ITEM = re.compile(r"\s*(?:[-*•–‣◦▪·]|\(?\d{1,3}[.)]|\([a-z]\))\s")


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a PDF; ``starts`` holds the offset at which each page begins.

    ``date`` is the day on which the file says that it was made; ``notes`` tell what was left out.
    """

    text: str
    blocks: tuple[Block, ...]
    starts: tuple[int, ...]
    title: str | None
    date: str | None = None
    notes: tuple[str, ...] = ()


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
    pages = [read_page(page) for page in pdf]
    dropped, notes = _running(pages)
    texts = [canonical(joined(laid_out(page.regions, dropped))) for page in pages]
    pictured = [n for n, page in enumerate(pages) if page.pictured and not texts[n]]
    if ocr is not None:
        for n in pictured:
            texts[n] = recognized(pdf[n], ocr)
    if not any(texts):
        raise UnreadableFile(_no_text(len(pages), ocr is not None))
    notes += _noted(pages, pictured, texts)
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 2
    text = "\n\n".join(texts)
    title = pdf.get_metadata_value("Title").strip()
    made = _day(pdf.get_metadata_value("CreationDate"))
    blocks = plain_blocks(text, wrapped=True)
    return Pages(text, blocks, tuple(starts), title or None, made, tuple(notes))


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


def _noted(pages: Sequence[Page], pictured: Sequence[int], texts: Sequence[str]) -> list[str]:
    notes = []
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


def laid_out(regions: Sequence[Region], dropped: frozenset[Line]) -> list[Line | None]:
    """Return the lines that are read, in order; None where a paragraph ends, by their shape."""
    out: list[Line | None] = []
    before: tuple[Line, int] | None = None
    for region in regions:
        lines = [line for line in region.lines if line not in dropped]
        width = max((len(line.text) for line in lines), default=0)
        apart = _SET_OFF * _pitch(lines)
        for n, line in enumerate(lines):
            anew = not region.goes_on if n == 0 else lines[n - 1].box.y - line.box.y > apart
            if before and (anew or before[0].ends_block or _ends(*before, line.text)):
                out.append(None)
            out.append(line)
            before = line, width
    return out


def joined(lines: Sequence[Line | None]) -> str:
    """Return lines as text; a blank line stands where a paragraph ends."""
    return "\n".join(["" if line is None else line.text for line in lines])


def _pitch(lines: Sequence[Line]) -> float:
    """Return how far most lines stand from the next, and at least as far as they are high."""
    if len(lines) < 2:
        return 0
    down = median([above.box.y - below.box.y for above, below in pairwise(lines)])
    return max(down, median([line.box.height for line in lines]))


def _ends(line: Line, width: int, following: str) -> bool:
    text, first = line.text, following[0]
    # Most lines are full and go on in a word, so that is asked first.
    if not first.isalpha() and _ITEM.match(following):
        return True
    if len(text) >= 0.85 * width:
        return False
    heads = len(text) < 0.6 * width and not text.endswith((",", ";", "-"))
    begins_anew = first.isupper() or first.isdigit()
    return (heads and begins_anew) or _ENDS_SENTENCE.search(text) is not None
