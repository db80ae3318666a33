"""Lay a text out in blocks of parts: headings, paragraphs, items, rows of tables, code.

The parts' texts concatenate to the text, so that what is marked of it stays exact. What is only
markup of it (a heading's "#", an item's bullet, what parts a table's cells) has a role of its
own, by which it can be hidden.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import Literal

from footnote.records import Block, Span, Unit
from footnote.web.tables import cells_of, columns_of, header_cells

LaidKind = Literal["heading", "paragraph", "item", "columns", "row", "rule", "code"]
Role = Literal["markup", "name", "cell", "gap"]

_RULE = re.compile(r"[\s|:+=-]+")


@dataclass(slots=True)
class Laid:
    """A block as it is shown. ``cuts`` are its parts: from, to, and what they are.

    ``level`` is a heading's, 1 the highest; an item's is how far it is indented. A paragraph
    flows where its sentences run over its line breaks.
    """

    kind: LaidKind
    start: int
    end: int
    level: int = 0
    flows: bool = False
    cuts: list[tuple[int, int, Role | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str
    unit: Unit | None
    # The span of the heading that the line is of.
    heading: Block | None

    @property
    def blank(self) -> bool:
        return not self.text.strip()


class Layout:
    """Lays out a window of a document, which begins at ``offset``; all offsets are its own."""

    def __init__(
        self, text: str, offset: int, headings: Sequence[Block], units: Sequence[Unit], piped: bool
    ) -> None:
        self._text = text
        self._offset = offset
        self._headings = headings
        self._heading_starts = [block.span.start for block in headings]
        self._units = [unit for unit in units if unit.kind != "heading"]
        self._unit_ends = [unit.span.end for unit in self._units]
        self._piped = piped

    def blocks(self) -> list[Laid]:
        """Return the blocks in order; together they are the window."""
        blocks: list[Laid] = []
        columns: list[str] = []
        lines = list(self._lines())
        for line, following in zip_longest(lines, lines[1:]):
            last = blocks[-1] if blocks else None
            if line.blank and last:
                last.cuts.append((line.span.start, line.span.end, "gap"))
                last.end = line.span.end
            elif last and self._goes_on(last, line):
                self._extend(last, line)
            else:
                blocks.append(self._begun(line, following, last, columns))
        return blocks

    def _lines(self) -> Iterator[_Line]:
        start = self._offset
        for text in re.findall(r"[^\n]*\n|[^\n]+", self._text):
            span = Span(start, start + len(text))
            start = span.end
            yield _Line(span, text, self._unit_in(span), self._heading_in(span))

    def _unit_in(self, span: Span) -> Unit | None:
        at = bisect_right(self._unit_ends, span.start)
        found = at < len(self._units) and self._units[at].span.start < span.end
        return self._units[at] if found else None

    def _heading_in(self, span: Span) -> Block | None:
        at = bisect_left(self._heading_starts, span.end) - 1
        found = at >= 0 and self._headings[at].span.end > span.start
        return self._headings[at] if found else None

    def _goes_on(self, block: Laid, line: _Line) -> bool:
        """Tell whether a line belongs to the block of the line before it."""
        if block.cuts[-1][2] == "gap":
            return block.kind == "code" and _kind(line) == "code"
        if block.kind == "heading":
            return line.heading is not None and line.heading.span.start < block.end
        if line.unit is None or line.heading is not None:
            return False
        if block.kind == "item":
            return _kind(line) == "item" and line.unit.span.start < line.span.start
        return block.kind == _kind(line) and block.kind in ("paragraph", "code")

    def _extend(self, block: Laid, line: _Line) -> None:
        if line.unit and line.unit.span.start < line.span.start and block.kind != "code":
            block.flows = True
        block.cuts.append((line.span.start, line.span.end, None))
        block.end = line.span.end

    def _begun(
        self, line: _Line, following: _Line | None, last: Laid | None, columns: list[str]
    ) -> Laid:
        """Begin a block; ``columns`` are those of the table that it stands in."""
        span = line.span
        if line.heading:
            block = Laid("heading", span.start, span.end, line.heading.level or 1)
            block.cuts = _around(span, line.heading.span)
        elif line.unit is None and following and self._heads(following, last):
            ruled = last is not None and last.kind == "columns"
            block = Laid("rule" if ruled else "columns", span.start, span.end)
            block.cuts = self._cells(line, None)
            columns[:] = columns if ruled else columns_of(line.text.rstrip("\n"), self._piped)
        elif line.unit and line.unit.kind == "row":
            if last is None or last.kind not in ("columns", "rule", "row"):
                columns.clear()
            block = Laid("row", span.start, span.end)
            block.cuts = self._cells(line, columns)
        elif line.unit and line.unit.kind == "item" and line.unit.span.start >= span.start:
            marker = line.text[: line.unit.span.start - span.start]
            block = Laid("item", span.start, span.end, len(marker) - len(marker.lstrip()))
            block.cuts = _around(span, Span(line.unit.span.start, span.end))
        else:
            block = Laid(_kind(line), span.start, span.end)
            block.cuts = [(span.start, span.end, None)]
        return block

    def _heads(self, following: _Line, last: Laid | None) -> bool:
        """Tell whether a line outside of all units begins a table: its first, or the rule."""
        if following.unit and following.unit.kind == "row":
            return True
        return self._piped and following.unit is None and bool(_RULE.fullmatch(following.text))

    def _cells(
        self, line: _Line, columns: Sequence[str] | None
    ) -> list[tuple[int, int, Role | None]]:
        row = line.text.rstrip("\n")
        found = (
            header_cells(row, self._piped)
            if columns is None
            else cells_of(row, columns, self._piped)
        )
        start = line.span.start
        cuts: list[tuple[int, int, Role | None]] = [
            (start + left, start + right, role) for left, right, role in found
        ]
        if len(row) < len(line.text):
            cuts.append((start + len(row), line.span.end, "markup"))
        return cuts


def _kind(line: _Line) -> LaidKind:
    if line.unit and line.unit.kind in ("item", "code", "data"):
        return "item" if line.unit.kind == "item" else "code"
    return "paragraph"


def _around(line: Span, inner: Span) -> list[tuple[int, int, Role | None]]:
    """Cut a line into what stands before a span, the span, and what comes after it."""
    edges = (line.start, max(line.start, inner.start), min(line.end, inner.end), line.end)
    roles: tuple[Role | None, ...] = ("markup", None, "markup")
    return [
        (start, end, role)
        for (start, end), role in zip(pairwise(edges), roles, strict=True)
        if start < end
    ]
