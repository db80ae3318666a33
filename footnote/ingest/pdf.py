"""PDF to reading text by pypdfium2: paragraphs rebuilt from its lines, page by page."""

import re
from dataclasses import dataclass

import pypdfium2 as pdfium

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import canonical
from footnote.ingest.plain import plain_blocks
from footnote.records import Block

_ENDS_SENTENCE = re.compile(r"[.!?:]['\"”’)\]]*$")
_ITEM = re.compile(r"\s*(?:[-*•–‣◦▪·]|\(?\d{1,3}[.)]|\([a-z]\))\s")
# pdfium writes these for a hyphen at a line's end.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a PDF; ``starts`` holds the offset at which each page begins."""

    text: str
    blocks: tuple[Block, ...]
    starts: tuple[int, ...]
    title: str | None


def read_pdf(data: bytes) -> Pages:
    """Return a PDF's reading text.

    Raises UnreadableFile for one that is damaged, encrypted, or has pictures and no text.
    """
    try:
        with pdfium.PdfDocument(data) as pdf:
            pages = [_page_text(page) for page in pdf]
            title = pdf.get_metadata_dict().get("Title", "").strip()
    except pdfium.PdfiumError as error:
        raise UnreadableFile(f"not a PDF that can be read: {error}") from error
    if not any(pages):
        raise UnreadableFile(f"none of its {len(pages)} pages holds text; it looks scanned")
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + 2
    text = "\n\n".join(pages)
    return Pages(text, plain_blocks(text), tuple(starts), title or None)


def _page_text(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    lines = canonical(textpage.get_text_range().translate(_HYPHENS)).split("\n")
    textpage.close()
    page.close()
    return "\n".join(_with_paragraphs([line.strip() for line in lines])).strip("\n")


def _with_paragraphs(lines: list[str]) -> list[str]:
    """Put a blank line where a paragraph ends, which a PDF shows by its layout alone."""
    width = max(map(len, lines), default=0)
    out: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        out.append(line)
        if not line or not following:
            continue
        ends_short = len(line) < 0.85 * width and _ENDS_SENTENCE.search(line)
        heads = len(line) < 0.6 * width and not line.endswith((",", ";", "-"))
        begins_anew = following[0].isupper() or following[0].isdigit()
        if _ITEM.match(following) or ends_short or (heads and begins_anew):
            out.append("")
    return out
