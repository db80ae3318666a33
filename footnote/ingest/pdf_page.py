"""A page of a PDF by pdfium: its lines, where they stand, and what of them cannot be seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

import pypdfium2 as pdfium
from pypdfium2 import raw

from footnote.ingest.decoding import canonical
from footnote.ingest.pdf_layout import (
    SLACK,
    Box,
    Edges,
    Line,
    Region,
    arrange,
    edges,
)

# pdfium writes these for a hyphen at a line's end.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
# More rectangles of text than this are letters placed one by one, which show no columns.
_BOXES = 1000
# A page of more lines is no scan with a header and a footer.
_FEW_LINES = 4
# Points below which nobody sees text.
_SMALLEST = 1
_Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Page:
    """A page in reading order; ``pictured`` tells of pictures where there are few lines or none."""

    regions: list[Region]
    edges: Edges
    pictured: bool
    hidden: bool


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
        self._text = textpage.get_text_range().replace("\r\n", " \n").replace("\r", "\n")
        self._plain = len(self._text) == textpage.count_chars()
        self._frame = page.get_bbox()
        self._rect = raw.FS_RECTF()
        self._suspects = self._turned = 0

    def read(self) -> Page:
        lines = self._lines()
        shown = [part for line in lines for part in self._shown(line)] if self._suspects else lines
        hidden = self._suspects > 0 and shown != lines
        pictured = len(shown) <= _FEW_LINES and self._has_picture()
        if self._turned > len(lines) / 2 or not shown:
            return Page([Region(tuple(shown))], Edges(), pictured, hidden)
        outer = edges(shown, pictured)
        body = [line.box for line in shown if line not in {*outer.top, *outer.bottom}]
        regions = arrange(shown, self._boxes(body), self._cut)
        return Page(regions, outer, pictured, hidden)

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        at = 0
        for line in self._text.split("\n"):
            words = line.strip()
            if words:
                start = at + line.index(words)
                lines.append(self._line(self._index(start), self._index(start + len(words) - 1)))
            elif lines:
                lines[-1] = replace(lines[-1], ends_block=True)
            at += len(line) + 1
        return lines

    def _index(self, offset: int) -> int:
        """Return the character of an offset: pdfium leaves some out, and counts in UTF-16."""
        if self._plain:
            return offset
        units = offset + sum(character > "\uffff" for character in self._text[:offset])
        return max(0, int(raw.FPDFText_GetCharIndexFromTextIndex(self._textpage.raw, units)))

    def _line(self, first: int, last: int) -> Line:
        begins, ends = self._loose(first), self._loose(last)
        self._suspects += self._is_hidden(first, begins) or self._is_hidden(last, ends)
        y, height = (begins[1] + begins[3]) / 2, begins[3] - begins[1]
        drop = abs((ends[1] + ends[3]) / 2 - y)
        self._turned += last > first and drop > max(height, ends[3] - ends[1])
        box = Box(min(begins[0], ends[0]), max(begins[2], ends[2]), y, height)
        if self._plain:
            words = self._text[first : last + 1]
        else:
            words = self._textpage.get_text_range(first, last + 1 - first)
        return Line(canonical(words.translate(_HYPHENS)).strip(), first, last, box)

    def _loose(self, at: int) -> _Rectangle:
        """Return a character's box, of its font's height."""
        rect = self._rect
        raw.FPDFText_GetLooseCharBox(self._textpage.raw, at, rect)
        return rect.left, rect.bottom, rect.right, rect.top

    def _is_hidden(self, at: int, box: _Rectangle) -> bool:
        left, bottom, right, top = self._frame
        if box[2] < left or box[0] > right or box[3] < bottom or box[1] > top:
            return True
        if not 0 < box[3] - box[1] < _SMALLEST:
            return False
        # Some fonts do not know their height; their characters have one all the same.
        _, low, _, high = self._textpage.get_charbox(at)
        return bool(high - low < _SMALLEST)

    def _shown(self, line: Line) -> list[Line]:
        """Return the stretches of a line that can be seen."""
        seen, last = [], True
        for at in range(line.start, line.end + 1):
            # A space that pdfium made up has no height, and goes with what is before it.
            if not raw.FPDFText_IsGenerated(self._textpage.raw, at):
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

    def _boxes(self, body: Sequence[Box]) -> Sequence[Box]:
        """Return the boxes in which columns show: those of lines, or of less where it is drawn so.

        Columns drawn line by line are one line to pdfium, and two rectangles.
        """
        count = self._textpage.count_rects()
        if not body or not 1.15 * len(body) < count < _BOXES:
            return body
        top = max(box.y + box.height / 2 for box in body)
        bottom = min(box.y - box.height / 2 for box in body)
        rectangles = [self._textpage.get_rect(n) for n in range(count)]
        return [
            Box(left, right, (low + high) / 2, high - low)
            for left, low, right, high in rectangles
            if bottom < low and high < top
        ]

    def _cut(self, line: Line, x: float) -> tuple[Line, Line] | None:
        """Cut a line before the character that stands at x, if there is a gap."""
        low, high = line.start, line.end
        while low < high:
            middle = (low + high) // 2
            if self._loose(middle)[0] < x - SLACK:
                low = middle + 1
            else:
                high = middle
        end = low - 1
        while end > line.start and raw.FPDFText_GetUnicode(self._textpage.raw, end) == ord(" "):
            end -= 1
        if end <= line.start or self._loose(end)[2] > x - SLACK:
            return None
        return self._line(line.start, end), self._line(low, line.end)
