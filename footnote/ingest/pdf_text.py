"""Lines of a page of a PDF to text: paragraphs rebuilt, words that a line's end breaks made whole.

A page's text follows from its lines and from which compounds are known, and from nothing else:
`footnote.ingest.pdf_places` makes it again to find where on the page it stands.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from footnote.ingest.pdf_layout import Line, Region

# So many times as far as most lines stand from the next, a paragraph stands from another.
_SET_OFF = 1.35
# So much larger than most of its page a heading is, and so many times as far as it is high its
# second line stands below its first.
LARGER = 1.15
_HEADING_PITCH = 1.6
_SAME_SIZE = 0.03
_ENDS_SENTENCE = re.compile(r"[.!?:]['\"”’)\]]*$")
_ITEM = re.compile(r"\s*(?:[-*•–‣◦▪·]|\(?\d{1,3}[.)]|\([a-z]\))\s")
_NUMBER = re.compile(r"(?:\d+\.)*\d+\.?\s")
_HYPHENS = frozenset("-\u2010\u00ad")
# The hyphen first, which is found quickly.
_COMPOUND = re.compile(r"-(?<=[^\W\d_]-)([^\W\d_]+)")
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
# No word has more letters; what is longer is looked at in part.
_WORD = 60


class Piece(NamedTuple):
    """A line, what of it is read, and what parts it from the next; no line at a paragraph's end."""

    line: Line | None
    text: str
    after: str


class Compounds:
    """Which words have a hyphen of their own: those that a text has with one within a line too.

    ``breaks`` are the words at whose hyphens its lines end. Where most of them are such words,
    nothing else is broken, and the others are taken for the like.
    """

    def __init__(self, text: str, breaks: Sequence[tuple[str, str]] = ()) -> None:
        self._text = text
        self._pairs: set[tuple[str, str]] | None = None
        self._rest = False
        self._rest = 2 * sum(pair in self for pair in breaks) > len(breaks)

    def __contains__(self, pair: tuple[str, str]) -> bool:
        """Tell whether two parts are written with a hyphen, and never as one word."""
        left, right = (part.lower() for part in pair)
        if self._pairs is None:
            self._text = self._text.lower()
            self._pairs = _pairs(self._text)
        known = (left, right) in self._pairs
        return (known or self._rest) and not _has_word(self._text, left + right)


def _has_word(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalpha() or text[end : end + 1].isalpha()):
            return True
        at = text.find(word, end)
    return False


def _pairs(text: str) -> set[tuple[str, str]]:
    found = set()
    for match in _COMPOUND.finditer(text):
        at = match.start()
        before = text[max(0, at - _WORD) : at].rsplit(None, 1)[-1]
        letters = None if before.isalpha() else _LAST_LETTERS.search(before)
        found.add((letters[0] if letters else before, match[1]))
    return found


def laid_out(regions: Sequence[Region], dropped: frozenset[Line]) -> list[Line | None]:
    """Return the lines that are read, in order; None where a paragraph ends, by their shape."""
    heights = [line.box.height for region in regions for line in region.lines]
    larger = LARGER * median(heights) if heights else 0
    out: list[Line | None] = []
    before: tuple[Line, int] | None = None
    for region in regions:
        lines = [line for line in region.lines if line not in dropped]
        width = max((len(line.text) for line in lines), default=0)
        apart = _SET_OFF * _pitch(lines)
        for n, line in enumerate(lines):
            anew = not region.goes_on if n == 0 else lines[n - 1].box.y - line.box.y > apart
            if before and (anew or before[0].ends_block or _ends(*before, line.text)):
                is_large = n and line.box.height > larger
                if not (is_large and is_one_heading(before[0], line)):
                    out.append(None)
            out.append(line)
            before = line, width
    return out


def is_one_heading(above: Line, below: Line) -> bool:
    """Tell whether two lines of large type are of one heading: as large, near, not numbered anew.

    Of chapters that are listed in large type each has its number.
    """
    high = above.box.height
    return (
        abs(below.box.height - high) <= _SAME_SIZE * high
        and 0 < above.box.y - below.box.y < _HEADING_PITCH * high
        and not (_NUMBER.match(below.text) or _ITEM.match(below.text))
    )


def pieces(lines: Sequence[Line | None], compounds: Compounds) -> list[Piece]:
    """Return lines as they are read; together their texts are the page's.

    A hyphen at a line's end goes where it only breaks the word, and the line's end goes with it.
    TeX and its like break far more words than there are compounds: a word of which the document
    tells nothing is a broken one.
    """
    out = [Piece(line, "" if line is None else line.text, "\n") for line in lines]
    for at, (this, following) in enumerate(pairwise(out)):
        if (
            this.text[-1:] in _HYPHENS
            and this.text[-2:-1].isalnum()
            and following.text[:1].isalnum()
        ):
            parts = broken(this.text, following.text)
            keeps = this.text[-1] != "\u00ad" and (parts is None or parts in compounds)
            out[at] = this._replace(text=this.text if keeps else this.text[:-1], after="")
    if out:
        out[-1] = out[-1]._replace(after="")
    return out


def breaks(lines: Sequence[Line | None]) -> list[tuple[str, str]]:
    """Return the words that lines end in and that may be whole ones, in two parts each."""
    found = [
        broken(line.text, following.text)
        for line, following in pairwise(lines)
        if line and following and line.text[-1] in _HYPHENS
    ]
    return [parts for parts in found if parts]


def broken(text: str, following: str) -> tuple[str, str] | None:
    """Return the parts of a word that may be broken between two lines, None where it is not.

    What goes on with a capital or a number is a compound, what has a hyphen elsewhere too, and
    what begins with a letter alone.

    >>> broken("an exam-", "ple of it"), broken("the X-", "ray"), broken("side-by-", "side")
    (('exam', 'ple'), None, None)
    """
    before, after = text[-_WORD:-1].rsplit(None, 1)[-1:], following[:_WORD].split(None, 1)[:1]
    if not before or not after or "-" in before[0] + after[0].rstrip("-"):
        return None
    left, right = _LAST_LETTERS.search(before[0]), _FIRST_LETTERS.match(after[0])
    if left is None or right is None or not right[0][0].islower() or len(left[0]) == 1:
        return None
    return left[0], right[0]


def joined(of_page: Sequence[Piece]) -> str:
    """Return a page's text; a blank line stands where a paragraph ends."""
    return "".join([text + after for _, text, after in of_page])


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
