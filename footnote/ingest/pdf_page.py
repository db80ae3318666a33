"""A page of a PDF by pdfium: its lines, where they stand, and what of them cannot be seen."""

import ctypes
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from operator import itemgetter

import pypdfium2 as pdfium
from pypdfium2 import raw

from footnote.ingest.pdf_edges import Edges, edges
from footnote.ingest.pdf_furniture import furniture
from footnote.ingest.pdf_layout import SLACK, Box, Line, Region, arrange

# More rectangles of text than this are letters placed one by one, which show no columns.
_BOXES = 1000
# A page of more lines is no scan with a header and a footer.
_FEW_LINES = 4
# About as wide as gaps between columns are; a guess at where to cut goes by it.
_GAP = 15
# What pdfium writes, as one of two, for a hyphen that breaks a word at a line's end.
_BROKEN = "\x02"
# What UTF-16 writes in two units.
_WIDE = re.compile("[\U00010000-\U0010ffff]")
# Points below which nobody sees text.
_SMALLEST = 1
_Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Page:
    """A page in reading order; ``pictured`` tells of pictures where there are few lines or none.

    ``furniture`` are its lines that are contents or an index.
    """

    regions: list[Region]
    edges: Edges = field(default_factory=Edges)
    pictured: bool = False
    hidden: bool = False
    furniture: frozenset[Line] = frozenset()


def read_page(page: pdfium.PdfPage) -> Page:
    """Read a page, and close it."""
    textpage = page.get_textpage()
    try:
        return _Reader(page, textpage).read()
    finally:
        textpage.close()
        page.close()


class _Reader:
    """Reads one page. It asks pdfium for few boxes: a hundred cost as much as all of the text."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self._page = page
        self._textpage = textpage
        # As long as it was, so that offsets hold.
        text = textpage.get_text_range().replace("\r\n", " \n").replace("\r", "\n")
        text = text.replace("\ufffe", _BROKEN).replace("\0", " ")
        self._text = hyphenated(text)
        # Where a word is broken, pdfium has two lines in one.
        self._lines_apart = text.replace(_BROKEN, "\n")
        self._breaks = {match.start() for match in re.finditer(_BROKEN, text)}
        self._plain = len(self._text) == textpage.count_chars()
        self._wide = [match.start() for match in _WIDE.finditer(self._text)]
        self._left, self._low, self._right, self._high = page.get_bbox()
        self._handle = textpage.raw
        self._rect = raw.FS_RECTF()
        self._reference = ctypes.byref(self._rect)
        self._suspects: set[int] = set()
        self._turned = 0

    def read(self) -> Page:
        lines = self._lines()
        shown = [part for line in lines for part in self._shown(line)] if self._suspects else lines
        hidden = shown != lines
        pictured = len(shown) <= _FEW_LINES and self._has_picture()
        if self._turned > len(lines) / 2 or not shown:
            return Page([Region(tuple(shown))], pictured=pictured, hidden=hidden)
        outer = edges(shown, pictured)
        regions = arrange(shown, self._boxes(shown, outer), self._cut)
        ordered = [line for region in regions for line in region.lines]
        return Page(regions, outer, pictured, hidden, furniture(ordered))

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        at = 0
        for line in self._lines_apart.split("\n"):
            words = line.strip()
            end = at + len(line)
            if words:
                first = at + line.index(words)
                last = end if end in self._breaks else first + len(words) - 1
                if not self._plain:
                    first, last = self._index(first), self._index(last)
                found = self._line(first, last)
                # pdfium may know of no text where it has characters.
                lines += [found] if found.text else []
            elif lines:
                lines[-1].ends_block = True
            at = end + 1
        return lines

    def _index(self, offset: int) -> int:
        """Return the character of an offset: pdfium leaves some out, and counts in UTF-16."""
        units = offset + bisect_left(self._wide, offset)
        return max(0, int(raw.FPDFText_GetCharIndexFromTextIndex(self._handle, units)))

    def _line(self, first: int, last: int) -> Line:
        left, bottom, right, top = begins = self._loose(first)
        ends_left, ends_bottom, ends_right, ends_top = ends = self._loose(last)
        height = top - bottom
        if abs(ends_bottom - bottom) > height and last > first:
            self._turned += 1
        if ends_left < left:
            left = ends_left
        if ends_right > right:
            right = ends_right
        small = height < _SMALLEST or ends_top - ends_bottom < _SMALLEST
        beside = left < self._left or right > self._right or not self._low < bottom < self._high
        if (small or beside) and (self._is_hidden(first, begins) or self._is_hidden(last, ends)):
            self._suspects.add(first)
        box = Box(left, right, (bottom + top) / 2, height)
        return Line(self._words(first, last), first, last, box)

    def _words(self, first: int, last: int) -> str:
        if self._plain:
            return self._text[first : last + 1]
        words: str = self._textpage.get_text_range(first, last + 1 - first)
        return hyphenated(words).replace("\0", " ").strip()

    def _loose(self, at: int) -> _Rectangle:
        """Return a character's box, of its font's height."""
        raw.FPDFText_GetLooseCharBox(self._handle, at, self._reference)
        rect = self._rect
        return rect.left, rect.bottom, rect.right, rect.top

    def _is_hidden(self, at: int, box: _Rectangle) -> bool:
        beside = box[2] < self._left or box[0] > self._right
        if beside or box[3] < self._low or box[1] > self._high:
            return True
        if not 0 < box[3] - box[1] < _SMALLEST:
            return False
        # Some fonts do not know their height; their characters have one all the same.
        _, low, _, high = self._textpage.get_charbox(at)
        return bool(high - low < _SMALLEST)

    def _shown(self, line: Line) -> list[Line]:
        """Return the stretches of a line that can be seen."""
        if line.start not in self._suspects:
            return [line]
        seen, last = [], True
        for at in range(line.start, line.end + 1):
            # A space that pdfium made up has no height, and goes with what is before it.
            if not raw.FPDFText_IsGenerated(self._handle, at):
                last = not self._is_hidden(at, self._loose(at))
            seen.append(last)
        if all(seen):
            return [line]
        runs = [
            [at for at, _ in group]
            for shown, group in groupby(enumerate(seen, line.start), key=itemgetter(1))
            if shown
        ]
        parts = [self._line(run[0], run[-1]) for run in runs]
        return [part for part in parts if part.text]

    def _has_picture(self) -> bool:
        pictures = self._page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        return next(iter(pictures), None) is not None

    def _boxes(self, lines: Sequence[Line], outer: Edges) -> Sequence[Box]:
        """Return the boxes in which columns show: those of lines, or of less where it is drawn so.

        Columns drawn line by line are one line to pdfium, and two rectangles.
        """
        count = self._textpage.count_rects()
        if not 1.15 * len(lines) < count < _BOXES:
            without = {*outer.top, *outer.bottom}
            return [line.box for line in lines if line not in without]
        top = min((line.box.y - line.box.height / 2 for line in outer.top), default=inf)
        bottom = max((line.box.y + line.box.height / 2 for line in outer.bottom), default=-inf)
        ends = [ctypes.c_double() for _ in range(4)]
        left, high, right, low = ends
        references = [ctypes.byref(end) for end in ends]
        boxes, ask, handle = [], raw.FPDFText_GetRect, self._handle
        for n in range(count):
            ask(handle, n, *references)
            upper, lower = high.value, low.value
            if bottom < upper and lower < top:
                boxes.append(Box(left.value, right.value, (lower + upper) / 2, upper - lower))
        return boxes

    def _cut(self, line: Line, x: float) -> tuple[Line, Line] | None:
        """Cut a line before the word that stands at x. The boxes have shown that there is a gap."""
        box, text = line.box, line.text
        exact = len(text) == line.end + 1 - line.start
        if not exact:
            characters = range(line.start, line.end + 1)
            text = "".join(chr(raw.FPDFText_GetUnicode(self._handle, at)) for at in characters)
        cut = self._word_at(x, text, line)
        before = text[:cut].rstrip()
        first, last = line.start + cut, line.start + len(before) - 1
        if not before or cut == len(text):
            return None
        left, right = before, text[cut:]
        if not exact:
            left, right = self._words(line.start, last), self._words(first, line.end)
        if not (left and right):
            return None
        return (
            Line(left, line.start, last, Box(box.left, x - SLACK, box.y, box.height)),
            Line(right, first, line.end, Box(x, box.right, box.y, box.height), line.ends_block),
        )

    def _word_at(self, x: float, text: str, line: Line) -> int:
        """Return where the first word right of x begins in text; pdfium makes gaps spaces."""
        box = line.box
        share = (x - _GAP - box.left) / (box.right - box.left - _GAP)
        at = text.rfind(" ", 0, max(0, int(share * len(text)) + 1)) + 1
        if self._loose(line.start + at)[0] < x - SLACK:
            while at := text.find(" ", at) + 1:
                if self._loose(line.start + at)[0] >= x - SLACK:
                    return at
            return len(text)
        while at:
            before = text.rfind(" ", 0, at - 1) + 1
            if self._loose(line.start + before)[0] < x - SLACK:
                break
            at = before
        return at


def hyphenated(text: str) -> str:
    """Put hyphens for what pdfium writes where one ends a line."""
    return text.replace(_BROKEN, "-").replace("\ufffe", "-")
