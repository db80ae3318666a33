"""The cells of a table's row: what each column says, and where it stands.

Rows are read as they stand in the canonical text: "header: value; …", or as Markdown has them,
"| value | … |", under a line that names the columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.records import Passage, Span, Unit
from footnote.store.snapshot import Snapshot

# How far above a row of Markdown the line that names its columns is looked for, in characters.
_REACH = 20_000
_DELIMITERS = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BARE = re.compile(r"(?:\\.|[^|\\])+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the name of its column and its value, whose place is ``span`` in the document."""

    header: str
    value: str
    span: Span


def is_markdown(row: str) -> bool:
    """Tell whether a row stands as Markdown has it, whose bars are no part of what it says."""
    return row.startswith("|")


def cells_of(catalogue: Snapshot, passage: Passage, unit: Unit) -> list[Cell]:
    """Return the cells of a row; empty where its columns have no names."""
    row = passage.quote(unit.span)
    if not is_markdown(row):
        return named_cells(row, unit.span.start)
    header = _columns(catalogue, passage, unit)
    places = bar_cells(row, unit.span.start)
    if len(header) != len(places):
        return []
    named = zip(header, places, strict=True)
    return [Cell(name, value, span) for name, (value, span) in named if value]


def named_cells(row: str, start: int = 0) -> list[Cell]:
    """Return the cells of a row that says "header: value; …", which stands at ``start``.

    A part without a name belongs to the value before it.

    >>> [(each.header, each.value) for each in named_cells("Name: Ash; oak; Height: 9 m")]
    [('Name', 'Ash; oak'), ('Height', '9 m')]
    """
    cells: list[Cell] = []
    at = start
    for part in row.split("; "):
        name, separator, value = part.partition(": ")
        begins = at + len(name) + len(separator)
        if separator:
            cells.append(Cell(name, value, Span(begins, begins + len(value))))
        elif cells:
            last = cells.pop()
            span = Span(last.span.start, at + len(part))
            cells.append(Cell(last.header, f"{last.value}; {part}", span))
        at += len(part) + len("; ")
    return cells


def bar_cells(row: str, start: int = 0) -> list[tuple[str, Span]]:
    """Return the value and the place of each cell of a row of Markdown, empty ones too.

    >>> bar_cells("| a | b c |")
    [('a', Span(start=2, end=3)), ('b c', Span(start=6, end=9))]
    """
    inner = Span(0, len(row)).trimmed(row)
    places = [Span(*match.span()) for match in _BARE.finditer(row, inner.start, inner.end)]
    trimmed = [place.trimmed(row) for place in places]
    return [(place.quote(row), place.shift(start)) for place in trimmed]


def said_by(passage: Passage, unit: Unit, answer: Span) -> tuple[Span, Span]:
    """Return what to quote of a unit, and the answer in it: of a row of Markdown only its cell.

    "| 1912 | 449 |" is nothing that a person reads; "449" is.
    """
    row = passage.quote(unit.span)
    if unit.kind != "row" or not is_markdown(row):
        return unit.span, answer
    for value, span in bar_cells(row, unit.span.start):
        if value and answer.start < span.end and span.start < answer.end:
            within = Span(max(answer.start, span.start), min(answer.end, span.end))
            return span, within
    return unit.span, answer


def _columns(catalogue: Snapshot, passage: Passage, unit: Unit) -> Sequence[str]:
    """Return the names of the columns of a row of Markdown, which stand above it."""
    first = max(0, unit.span.start - _REACH)
    above = catalogue.text(passage.document_id, Span(first, unit.span.start))
    lines = above.rstrip("\n").split("\n")
    for at in range(len(lines) - 1, 0, -1):
        if "|" not in lines[at]:
            return []
        if _DELIMITERS.fullmatch(lines[at]):
            return [value for value, _ in bar_cells(lines[at - 1])]
    return []
