"""Where a PDF's lines stand on their page, and in which order of columns they are read.

Nothing here asks pdfium for anything; it goes by the boxes that `footnote.ingest.pdf` gives it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median
from typing import NamedTuple

# A column is at least so many rows, and a row of it so many times as wide as it is high.
_ROWS = 5
_COLUMN_WIDTH = 8
# Nothing stands in so many points left of a column.
_GUTTER = 6
# By how much a letter may stand left of where its column starts.
SLACK = 2
# Columns within columns: four of them are found by cutting twice.
_DEPTH = 2


class Box(NamedTuple):
    """A stretch of text: its left and right end, its middle's height on the page, its height."""

    left: float
    right: float
    y: float
    height: float


@dataclass(slots=True, eq=False)
class Line:
    """A line of text, the first and the last of pdfium's characters in it, and its box.

    ``ends_block`` tells that an empty line follows it.
    """

    text: str
    start: int
    end: int
    box: Box
    ends_block: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of equal width; ``goes_on`` tells that it is the next column of the one before."""

    lines: tuple[Line, ...]
    goes_on: bool = False


Cut = Callable[[Line, float], tuple[Line, Line] | None]


def arrange(lines: Sequence[Line], boxes: Sequence[Box], cut: Cut, depth: int = 0) -> list[Region]:
    """Put lines in reading order: column by column, where the boxes show columns of prose.

    ``cut`` parts a line that runs over the gutter at x, for columns drawn line by line.
    """
    found = _gutter(boxes) if depth < _DEPTH else None
    if found is None:
        return [Region(tuple(lines))]
    x, zones = found
    regions: list[Region] = []
    slots: dict[int, list[Line]] = {}
    # Lines keep the order they are drawn in, which knows more than heights do.
    for line in lines:
        slots.setdefault(_slot(line, zones), []).append(line)
    for slot, members in sorted(slots.items()):
        columns = _columns(members, x, cut) if slot % 2 else None
        if columns is None:
            regions.append(Region(tuple(members)))
            continue
        high, low = zones[slot // 2]
        inside = [box for box in boxes if low < box.y < high]
        halves = (
            [b for b in inside if b.left < x - SLACK],
            [b for b in inside if b.left >= x - SLACK],
        )
        for column, half in zip(columns, halves, strict=True):
            parts = arrange(column, half, cut, depth + 1)
            regions += [Region(p.lines, goes_on=column is columns[1] or p.goes_on) for p in parts]
    if not any(region.goes_on for region in regions):
        return [Region(tuple(lines))]
    return regions


def _slot(line: Line, zones: Sequence[tuple[float, float]]) -> int:
    """Number the stretches of a page from its top: odd ones are zones of columns."""
    for number, (high, low) in enumerate(zones):
        if line.box.y >= high:
            return 2 * number
        if line.box.y > low:
            return 2 * number + 1
    return 2 * len(zones)


def _columns(lines: Sequence[Line], x: float, cut: Cut) -> tuple[list[Line], list[Line]] | None:
    """Part lines into those left and right of x, unless they are a table's."""
    pieces: list[Line] = []
    for line in lines:
        crosses = line.box.left < x - _GUTTER and line.box.right > x + _GUTTER
        parts = cut(line, x) if crosses else None
        pieces += parts or (line,)
    sides = [piece.box.left >= x - SLACK for piece in pieces]
    runs = [len(list(group)) for _, group in groupby(sides)]
    # A table's cells of many lines each are drawn cell by cell: neither at once nor in turn.
    if len(runs) > 3 and median(runs) > 1:
        return None
    left = [piece for piece, right in zip(pieces, sides, strict=True) if not right]
    right = [piece for piece, right in zip(pieces, sides, strict=True) if right]
    return None if _are_cells(left) or _are_cells(right) else (left, right)


def _are_cells(lines: Sequence[Line]) -> bool:
    """Tell lines that each begin anew from prose, which goes on in lower case."""
    opening = sum(line.text[0].isupper() or not line.text[0].isalpha() for line in lines)
    return opening > 0.75 * len(lines)


def _gutter(boxes: Sequence[Box]) -> tuple[float, list[tuple[float, float]]] | None:
    """Return where a column starts, and the stretches (top, bottom) in which it is one."""
    if len(boxes) < 2 * _ROWS:
        return None
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    starts = Counter(int(box.left // 2) for box in boxes)
    counts = {at * 2: n + starts[at + 1] for at, n in starts.items()}
    within = range(int(left + 0.2 * (right - left)), int(right - 0.15 * (right - left)))
    likely = sorted((x for x in counts if x in within), key=lambda x: -counts[x])[:4]
    found = ((x, _zones(boxes, x)) for x in likely if counts[x] >= _ROWS)
    return next(((x, zones) for x, zones in found if zones), None)


def _zones(boxes: Sequence[Box], x: float) -> list[tuple[float, float]]:
    """Return the stretches between what crosses the gutter that have prose on both sides."""
    height = median([box.height for box in boxes])
    crossing = [y for left, right, y, _ in boxes if left < x - SLACK and right > x - _GUTTER]
    ys = [box.y for box in boxes]
    limits = sorted((*crossing, max(ys) + height, min(ys) - height), reverse=True)
    zones = []
    for high, low in pairwise(limits):
        if high - low < _ROWS * height:
            continue
        inside = [box for box in boxes if low < box.y < high]
        right = [box for box in inside if box.left >= x - SLACK]
        if len(inside) - len(right) < _ROWS or len(right) < _ROWS:
            continue
        left = [box for box in inside if box.left < x - SLACK]
        if _is_column(left) and _is_column(right):
            ys = [box.y for box in inside]
            zones.append((max(ys) + 0.4 * height, min(ys) - 0.4 * height))
    return zones


def _is_column(boxes: Sequence[Box]) -> bool:
    """Tell whether rows fill the width they have, as prose does and a table's cells do not."""
    rows: list[list[float]] = []
    for left, right, y, height in sorted(boxes, key=itemgetter(2), reverse=True):
        if rows and rows[-1][2] - y < 0.5 * height:
            rows[-1][:2] = min(rows[-1][0], left), max(rows[-1][1], right)
        else:
            rows.append([left, right, y])
    width = max([right for _, right, _ in rows]) - min([left for left, _, _ in rows])
    full = sum([right - left > 0.75 * width for left, right, _ in rows])
    wide = width > _COLUMN_WIDTH * median([box.height for box in boxes])
    return wide and len(rows) >= _ROWS and full >= 0.5 * len(rows)
