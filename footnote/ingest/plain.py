"""The structure of plain text: title, headings, lists and paragraphs from its lines alone.

Plain text marks nothing, so this goes by shape. Text with one paragraph a line (lines of any
length) and text wrapped by hand (a paragraph is many lines up to a blank one) differ in what
a short line means: in the first it is a heading, in the second mostly the end of a paragraph.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from footnote.records import Block, Span

_MARKER = re.compile(r"[-*•–—‣◦▪·o]\s+|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]\s+")
_NUMBERED = re.compile(
    r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.|[A-Z]\.|(?:Chapter|Section|Part)\s+\w+:?)\s+\S"
)
_UNDERLINE = re.compile(r"([=\-~^*#])\1{2,}$")
_ENDS_SENTENCE = re.compile(r"[.!?:;,…]['\"”’)\]]*$")
# A word that goes on in the next line.
_BROKEN = re.compile(r"\w(?:-|\u00ad)$")
_HEADING_LENGTH = 90
_TITLE_LENGTH = 150
_WRAP_WIDTH = 120


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str

    @property
    def blank(self) -> bool:
        return not self.text


def plain_blocks(text: str, wrapped: bool | None = None) -> tuple[Block, ...]:
    """Return the blocks of plain text, in order; white space between them is in none.

    ``wrapped`` tells that paragraphs run over many lines; without it the lines' shape does.
    """
    lines = _lines(text)
    wrapped = _is_wrapped(lines) if wrapped is None else wrapped
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        if lines[at].blank:
            at += 1
            continue
        block, at = _block(lines, at, wrapped, first=not blocks)
        blocks.append(block)
    return tuple(blocks)


def _block(lines: list[_Line], at: int, wrapped: bool, first: bool) -> tuple[Block, int]:
    line = lines[at]
    if first and _is_title(lines, at):
        return Block("title", line.span, 1), _after_heading(lines, at)
    # A numbered line that stands like a heading is one: "2. Scope", not an item.
    if _is_heading(lines, at, wrapped):
        return Block("heading", line.span, _level(line.text)), _after_heading(lines, at)
    marker = _MARKER.match(line.text)
    end = _paragraph_end(lines, at) if wrapped else at + 1
    span = Span(line.span.start + (marker.end() if marker else 0), lines[end - 1].span.end)
    return Block("item" if marker else "paragraph", span), end


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for raw in text.split("\n"):
        words = raw.strip()
        begin = start + len(raw) - len(raw.lstrip())
        lines.append(_Line(Span(begin, begin + len(words)), words))
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


def _paragraph_end(lines: list[_Line], at: int) -> int:
    end = at + 1
    while end < len(lines) and not lines[end].blank and not _MARKER.match(lines[end].text):
        end += 1
    return end


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


def _is_heading(lines: list[_Line], at: int, wrapped: bool) -> bool:
    line, above, below = lines[at], _near(lines, at - 1), _near(lines, at + 1)
    if not _is_short(line, _HEADING_LENGTH) or below is None:
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


def _level(text: str) -> int:
    """Take a heading's level from its number: "2" is under the title, "2.1" under that."""
    number = re.match(r"\d+(?:\.\d+)*", text)
    return 2 + (number.group().count(".") if number else 0)
