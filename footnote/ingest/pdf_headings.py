"""Headings of a PDF: those of its outline where it has one, else what is in larger type.

The outline (its bookmarks) tells a heading's words, level, page and height on the page; the line
that says the same there is the heading. Only lines are made headings, so that these are quotes
of the text. Where neither shows anything, the shape of lines does, `footnote.ingest.plain`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from footnote.ingest.pdf_layout import Line
from footnote.ingest.pdf_text import LARGER, is_one_heading
from footnote.ingest.plain import level_of, reads_as_heading
from footnote.records import Block, Span

# Bookmarks looked at, and how many lines a heading is at the most.
_BOOKMARKS = 20_000
_LINES = 3
_LONGEST = 300
# A bookmark leads to a place a little above its heading; most stand within so many points.
_ABOVE, _BELOW = 20, 90
# An outline is believed that is found in the text for such a share, and has so many entries.
_FOUND = 0.5
_ENTRIES = 2
# Headings in larger type that make it the sign of one.
_LARGE = 3
_LOWEST_LEVEL = 6
_NUMBER = re.compile(
    r"(?:(?i:chapter|appendix|section|part)\s+[\dA-Z]+|(?:[A-Z]\.)?\d+(?:\.\d+)*|[A-Z](?=\.)|"
    r"[IVXLC]+(?=[.:\s]))[.:]?\s+"
)
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d+)*\.?\s+\S")
_BULLET = re.compile(r"[^\w\s\"'“‘«([<¿¡]\s")
_TOP = {raw.PDFDEST_VIEW_XYZ: 1, raw.PDFDEST_VIEW_FITH: 0, raw.PDFDEST_VIEW_FITBH: 0}


class Placed(NamedTuple):
    """A line that is read, and where its text begins and ends in the document's."""

    line: Line
    start: int
    end: int


class _Entry(NamedTuple):
    title: str
    level: int
    page: int
    top: float | None


def headings_of(
    pdf: pdfium.PdfDocument, pages: Sequence[Sequence[Placed]], text: str
) -> list[Block] | None:
    """Return a PDF's headings in order; None where neither outline nor type shows them."""
    return _of_outline(_entries(pdf), pages, text) or _of_type(pages, text)


def _entries(pdf: pdfium.PdfDocument) -> list[_Entry]:
    out = []
    for mark in islice(pdf.get_toc(), _BOOKMARKS):
        target = mark.get_dest()
        page = None if target is None else target.get_index()
        if target is None or page is None:
            continue
        kind, view = target.get_view()
        at = _TOP.get(kind, len(view))
        top = view[at] if at < len(view) else None
        out.append(_Entry(mark.get_title(), mark.level, page, top))
    return out


def _of_outline(
    entries: Sequence[_Entry], pages: Sequence[Sequence[Placed]], text: str
) -> list[Block]:
    found: dict[int, Block] = {}
    finder = _Finder(pages, text)
    count = 0
    for entry in entries:
        span = finder.place(entry)
        if span is not None:
            count += 1
            level = min(entry.level + 2, _LOWEST_LEVEL)
            found.setdefault(span.start, Block("heading", span, level))
    if count < max(_ENTRIES, _FOUND * len(entries)):
        return []
    return _apart(found)


def _apart(found: dict[int, Block]) -> list[Block]:
    """Return blocks in order, without those that begin within another."""
    out: list[Block] = []
    for _, block in sorted(found.items()):
        if not out or block.span.start >= out[-1].span.end:
            out.append(block)
    return out


class _Finder:
    """Finds the lines that say what bookmarks say."""

    def __init__(self, pages: Sequence[Sequence[Placed]], text: str) -> None:
        self._pages = pages
        self._text = text
        self._keys: dict[int, str] = {}

    def place(self, entry: _Entry) -> Span | None:
        """Find an entry near its place, or else on its page."""
        on_page = self._pages[entry.page] if entry.page < len(self._pages) else ()
        wanted = _key(entry.title)
        if not wanted or not on_page:
            return None
        everywhere = range(len(on_page))
        top = entry.top
        if top is not None:
            near = [n for n in everywhere if -_ABOVE < top - on_page[n].line.box.y < _BELOW]
            found = self._said(wanted, near, on_page)
            if found is not None:
                return found
        return self._said(wanted, everywhere, on_page)

    def _said(self, wanted: str, starts: Sequence[int], on_page: Sequence[Placed]) -> Span | None:
        for start in starts:
            first = self._key_of(on_page[start])
            if first == wanted:
                return Span(on_page[start].start, on_page[start].end)
            if not first or not wanted.startswith(first):
                continue
            for end in range(start + 1, min(start + _LINES, len(on_page))):
                span = Span(on_page[start].start, on_page[end].end)
                if _key(span.quote(self._text)) == wanted:
                    return span
        return None

    def _key_of(self, placed: Placed) -> str:
        _, start, end = placed
        if start not in self._keys:
            self._keys[start] = _key(self._text[start : min(end, start + _LONGEST)])
        return self._keys[start]


def _key(words: str) -> str:
    """Return the letters of a heading without its number, which one of two may lack.

    >>> _key("2.1. Directory layout") == _key("Directory\\xa0layout")
    True
    """
    folded = " ".join(words.split())
    bare = _NUMBER.sub("", folded, count=1) if _NUMBER.match(folded) else folded
    return "".join(filter(str.isalnum, bare or folded)).casefold()


def _of_type(pages: Sequence[Sequence[Placed]], text: str) -> list[Block] | None:
    """Return what stands in larger type than most of the text, and what is numbered as such."""
    body = _body(pages)
    found: list[tuple[Span, float]] = []
    for page in pages:
        run: list[Placed] = []
        for placed in page:
            if run and not is_one_heading(run[-1].line, placed.line):
                found += _heading(run, text)
                run = []
            if placed.line.box.height >= LARGER * body:
                run.append(placed)
        found += _heading(run, text)
    if len(found) < _LARGE:
        return None
    sizes = sorted({size for _, size in found}, reverse=True)
    return [
        Block("heading", span, _level(span.quote(text), sizes.index(size))) for span, size in found
    ]


def _heading(run: Sequence[Placed], text: str) -> list[tuple[Span, float]]:
    """Return a run of large lines as a heading; many of them are a text in large type."""
    if not 0 < len(run) <= _LINES:
        return []
    span = Span(run[0].start, run[-1].end)
    words = span.quote(text)
    # A bullet may be larger than its item, whose line is as high as its first sign.
    if _BULLET.match(words) or not reads_as_heading(words):
        return []
    return [(span, round(run[0].line.box.height))]


def _level(words: str, rank: int) -> int:
    level = level_of(words) if _NUMBERED.match(words) else rank + 2
    return min(level, _LOWEST_LEVEL)


def _body(pages: Sequence[Sequence[Placed]]) -> float:
    """Return how high most of the text is."""
    counts: Counter[float] = Counter()
    for page in pages:
        for line, start, end in page:
            counts[round(4 * line.box.height) / 4] += end - start
    return max(counts, key=lambda height: counts[height], default=0)
