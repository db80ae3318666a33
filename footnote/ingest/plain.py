"""The structure of plain text: title, headings, lists and paragraphs from its lines alone.

Plain text marks nothing, so this goes by shape. Text with one paragraph a line (lines of any
length) and text wrapped by hand (a paragraph is many lines up to a blank one) differ in what
a short line means: in the first it is a heading, in the second mostly the end of a paragraph.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from footnote.ingest.dumps import dumped_lines
from footnote.records import Block, Span

_MARKER = re.compile(r"[-*•–—‣◦▪·o]\s+|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]\s+")
_NUMBERED = re.compile(
    r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.|[A-Z]\.|(?:Chapter|Section|Part)\s+\w+:?)\s+\S"
)
_UNDERLINE = re.compile(r"([=\-~^*#])\1{2,}$")
_ENDS_SENTENCE = re.compile(r"[.!?:;,…]['\"”’)\]]*$")
# A word that goes on in the next line.
_BROKEN = re.compile(r"\w(?:-|\u00ad)$")
_ADDRESS = re.compile(r"\S@\S|\w://\S|\bwww\.")
_HEADING_LENGTH = 90
_TITLE_LENGTH = 150
_WRAP_WIDTH = 120


class _Line(NamedTuple):
    """A line without white space around it, and where that begins."""

    start: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))

    @property
    def blank(self) -> bool:
        return not self.text


def plain_blocks(
    text: str, wrapped: bool | None = None, headings: Sequence[Block] | None = None
) -> tuple[Block, ...]:
    """Return the blocks of plain text, in order; white space between them is in none.

    ``wrapped`` tells that paragraphs run over many lines; without it the lines' shape does.
    ``headings`` are the whole lines that are known to be headings, where something else than
    their shape tells. A dump of bytes is data, which is shown and not quoted.
    """
    lines = _lines(text)
    wrapped = _is_wrapped(lines) if wrapped is None else wrapped
    known = None if headings is None else {block.span.start: block for block in headings}
    return tuple(_Recogniser(lines, wrapped, known).blocks())


class _Recogniser:
    def __init__(self, lines: list[_Line], wrapped: bool, known: dict[int, Block] | None) -> None:
        self._lines = lines
        self._wrapped = wrapped
        self._known = known
        self._dumped = dumped_lines([line.text for line in lines])

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        at = 0
        while at < len(self._lines):
            if self._lines[at].blank:
                at += 1
                continue
            block, at = self._block(at, first=not blocks)
            blocks.append(block)
        return blocks

    def _block(self, at: int, first: bool) -> tuple[Block, int]:
        lines, line = self._lines, self._lines[at]
        if at in self._dumped:
            return self._dump(at)
        if self._known is not None and line.start in self._known:
            return self._known_heading(at, self._known[line.start], first)
        if first and _is_title(lines, at):
            return Block("title", line.span, 1), _after_heading(lines, at)
        # A numbered line that stands like a heading is one: "2. Scope", not an item.
        if self._known is None and _is_heading(lines, at, self._wrapped):
            return Block("heading", line.span, level_of(line.text)), _after_heading(lines, at)
        marker = _MARKER.match(line.text)
        end = self._paragraph_end(at) if self._wrapped else at + 1
        span = Span(line.start + (marker.end() if marker else 0), lines[end - 1].span.end)
        return Block("item" if marker else "paragraph", span), end

    def _known_heading(self, at: int, heading: Block, first: bool) -> tuple[Block, int]:
        end = at + 1
        while end < len(self._lines) and self._lines[end].start < heading.span.end:
            end += 1
        return (Block("title", heading.span, 1) if first else heading), end

    def _dump(self, at: int) -> tuple[Block, int]:
        end = at
        while end + 1 < len(self._lines) and end + 1 in self._dumped:
            end += 1
        return Block("data", Span(self._lines[at].start, self._lines[end].span.end)), end + 1

    def _paragraph_end(self, at: int) -> int:
        """Find the end of a paragraph: a blank line, or where another block begins."""
        lines, known, dumped = self._lines, self._known or {}, self._dumped
        end = at + 1
        while end < len(lines):
            line = lines[end]
            if not line.text or line.start in known or end in dumped:
                break
            if _MARKER.match(line.text):
                break
            end += 1
        return end


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for raw in text.split("\n"):
        words = raw.strip()
        begin = start if words == raw else start + len(raw) - len(raw.lstrip())
        lines.append(_Line(begin, words))
        start += len(raw) + 1
    return lines


def _is_wrapped(lines: list[_Line]) -> bool:
    """Tell whether paragraphs run over many lines: a line without an end, and one after it."""
    if any(len(line.text) > _WRAP_WIDTH for line in lines):
        return False
    if any(
        _BROKEN.search(this.text) and below.text[:1].islower() for this, below in pairwise(lines)
    ):
        return True
    runs_on = sum(
        len(this.text) > 40 and not _ENDS_SENTENCE.search(this.text) and not following.blank
        for this, following in pairwise(lines)
    )
    return runs_on > 0.2 * sum(len(line.text) > 40 for line in lines)


def _near(lines: list[_Line], at: int) -> _Line | None:
    return lines[at] if 0 <= at < len(lines) else None


def _is_underlined(lines: list[_Line], at: int) -> bool:
    below = _near(lines, at + 1)
    return below is not None and _UNDERLINE.match(below.text) is not None


def _after_heading(lines: list[_Line], at: int) -> int:
    return at + 2 if _is_underlined(lines, at) else at + 1


def _is_short(line: _Line, limit: int) -> bool:
    return (
        len(line.text) <= limit
        and not _ENDS_SENTENCE.search(line.text)
        and not _BROKEN.search(line.text)
        and any(character.isalpha() for character in line.text)
    )


def _is_title(lines: list[_Line], at: int) -> bool:
    below = _near(lines, at + 1)
    more = any(not line.blank for line in lines[at + 1 :])
    alone = below is None or below.blank or _is_underlined(lines, at) or len(below.text) > 120
    return more and (alone or _on_title_page(lines, at)) and _is_short(lines[at], _TITLE_LENGTH)


def _on_title_page(lines: list[_Line], at: int) -> bool:
    """Tell whether the first lines are a few short ones, such as title, version and date."""
    end = next((n for n, line in enumerate(lines) if n > at and line.blank), len(lines))
    return end - at <= 5 and all(len(line.text) <= 60 for line in lines[at:end])


def reads_as_heading(words: str) -> bool:
    """Tell whether words can name a section: a letter, a mail or a web address cannot.

    >>> reads_as_heading("The keepers"), reads_as_heading("K"), reads_as_heading("j@acm.org")
    (True, False, False)
    """
    letters = sum(character.isalpha() for character in words)
    return letters > 1 and _ADDRESS.search(words) is None


def _is_heading(lines: list[_Line], at: int, wrapped: bool) -> bool:
    line, above, below = lines[at], _near(lines, at - 1), _near(lines, at + 1)
    if not _is_short(line, _HEADING_LENGTH) or below is None or not reads_as_heading(line.text):
        return False
    if _is_underlined(lines, at):
        return True
    set_off = (above is None or above.blank) and below.blank
    if _MARKER.match(line.text):
        numbered = _NUMBERED.match(line.text) is not None
        return set_off and numbered and not _beside_items(lines, at)
    opens = line.text[0].isupper() or line.text[0].isdigit()
    if wrapped:
        return set_off and opens and len(line.text.split()) <= 12 and _leads(lines, at)
    ends_above = above is None or above.blank or bool(_ENDS_SENTENCE.search(above.text))
    after_item = above is not None and _MARKER.match(above.text) is not None
    return opens and (ends_above or after_item) and _leads(lines, at)


def _leads(lines: list[_Line], at: int) -> bool:
    """Tell whether what follows is longer than the line: prose under a heading."""
    following = [line for line in lines[at + 1 : at + 5] if not line.blank][:2]
    return any(len(line.text) > max(60, len(lines[at].text)) for line in following)


def _beside_items(lines: list[_Line], at: int) -> bool:
    nearest = [
        next((lines[n] for n in side if not lines[n].blank), None)
        for side in (range(at - 1, -1, -1), range(at + 1, len(lines)))
    ]
    return any(line is not None and _MARKER.match(line.text) for line in nearest)


def level_of(words: str) -> int:
    """Take a heading's level from its number: "2" is under the title, "2.1" under that."""
    number = re.match(r"\d+(?:\.\d+)*", words)
    return 2 + (number.group().count(".") if number else 0)
