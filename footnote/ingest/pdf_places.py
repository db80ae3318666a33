"""Where on a page of a PDF the characters of its canonical text stand.

The page is read as it was when it was indexed. Where that gives another text than the index
has, as with text recognized in pictures, nothing is placed: no mark is better than a wrong one.
"""

import ctypes
from collections.abc import Sequence
from itertools import combinations

import pypdfium2 as pdfium
from pypdfium2 import raw

from footnote.ingest.pdf_layout import Line
from footnote.ingest.pdf_page import Page, hyphenated, read_page
from footnote.ingest.pdf_text import Compounds, Piece, joined, laid_out, pieces
from footnote.records import Span

# Left, bottom, right, top, in points of the page.
Rectangle = tuple[float, float, float, float]

# Lines at a page's edges of which it is tried whether they are running heads: 2**8 ways.
_TRIED = 8


class Places:
    """Finds characters of the text that the index has of a page. Closed with its document."""

    def __init__(self, pdf: pdfium.PdfDocument, number: int, text: str) -> None:
        self._text = text
        self._pieces = _pieces_of(read_page(pdf[number]), text)
        self._textpage = pdf[number].get_textpage()

    def rectangles(self, span: Span) -> list[Rectangle]:
        """Return what covers a span of the page's text, a rectangle a line or so.

        Empty where pdfium does not have just the words of the span at these places.
        """
        at, found, read = 0, [], ""
        for line, text, after in self._pieces:
            start, end = max(span.start, at), min(span.end, at + len(text))
            if line is not None and start < end:
                characters = self._characters(line, text)[start - at : end - at]
                read += "".join(self._character(each) for each in characters)
                found += self._covering(characters)
            at += len(text) + len(after)
        return found if read == "".join(span.quote(self._text).split()) else []

    def _characters(self, line: Line, text: str) -> list[int]:
        """Return which of pdfium's characters each of a line's is; -1 for white space of ours.

        ``text`` is what is read of it, all but a hyphen at its end perhaps.
        """
        if len(line.text) == line.end + 1 - line.start:
            return [*range(line.start, line.start + len(text))]
        out, at = [], line.start
        for character in text:
            # Those that pdfium leaves out of its text are passed over.
            within = range(at, line.end + 1 if character.strip() else at + 1)
            found = next((n for n in within if self._character(n) == character.strip()), -1)
            at = at if found < 0 else found + 1
            out.append(found)
        return out

    def _character(self, at: int) -> str:
        """Return a character as pdfium has it, nothing for white space."""
        read = "" if at < 0 else chr(raw.FPDFText_GetUnicode(self._textpage.raw, at))
        return hyphenated(read).strip()

    def _covering(self, characters: Sequence[int]) -> list[Rectangle]:
        """Join the boxes of characters that stand beside, or above, each other."""
        out: list[Rectangle] = []
        for at in characters:
            box = self._box(at) if self._character(at) else None
            if box is None:
                continue
            if out and (_overlap(out[-1], box, 0) or _overlap(out[-1], box, 1)):
                (a, b, c, d), (e, f, g, h) = out[-1], box
                out[-1] = min(a, e), min(b, f), max(c, g), max(d, h)
            else:
                out.append(box)
        return out

    def _box(self, at: int) -> Rectangle | None:
        rect = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._textpage.raw, at, ctypes.byref(rect))
        box = rect.left, rect.bottom, rect.right, rect.top
        # Some fonts do not know their height; their characters have one all the same.
        if not (box[0] < box[2] and box[1] < box[3]):
            box = self._textpage.get_charbox(at)
        return box if box[0] < box[2] and box[1] < box[3] else None


def _overlap(one: Rectangle, other: Rectangle, axis: int) -> bool:
    return one[axis] < other[axis + 2] and other[axis] < one[axis + 2]


def _pieces_of(page: Page, text: str) -> list[Piece]:
    """Return a page's lines as they are read where the text is this, else none.

    Which are running heads is known of all pages together. They are those at the edges
    without which the page reads as the index has it. Words that are broken on the page are
    whole in the text, or have their hyphen there.
    """
    outer = (*page.edges.top, *page.edges.bottom)
    whole_lines = frozenset(text.split("\n"))
    left_out = [line for line in outer if line.text.rstrip("-") not in text]
    unsure = [line for line in outer if line.text.rstrip("-") in text]
    unsure.sort(key=lambda line: line.text in whole_lines)
    compounds = Compounds(text)
    for furniture in {page.furniture, frozenset[Line]()}:
        for count in range(len(unsure[:_TRIED]) + 1):
            for more in combinations(unsure[:_TRIED], count):
                dropped = frozenset((*left_out, *more)) | furniture
                found = pieces(laid_out(page.regions, dropped), compounds)
                if joined(found) == text:
                    return found
    return []
