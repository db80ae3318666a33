"""Headers and footers of a PDF: what stands off from a page's text and comes again on others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from statistics import median

from footnote.ingest.pdf_layout import Box, Line

# How much further than a line is from the next a header stands from the body.
_SET_OFF = 1.25
_LARGER = 1.15
# A running head stands on so many pages, and on such a share of all: books have two, in turn.
_REPEATS = 3
_REPEAT_SHARE = 0.4
# A chapter's stands on each page of it, or on each second.
_NEXT = 2


@dataclass(frozen=True, slots=True)
class Edges:
    """The lines of a page that may be its header and its footer, from the outside in."""

    top: tuple[Line, ...] = ()
    bottom: tuple[Line, ...] = ()


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Group boxes that stand at one height, from the top."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=itemgetter(2), reverse=True):
        if rows and rows[-1][0].y - box.y < 0.5 * max(box.height, rows[-1][0].height):
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def edges(lines: Sequence[Line], pictured: bool) -> Edges:
    """Return the lines that stand off from the body at a page's top and bottom, two rows at most.

    A page of two rows and a picture may be a scan with a header: it has no body to stand off from.
    """
    of_box = {line.box: line for line in lines}
    rows = _rows(list(of_box))
    if len(rows) <= 2:
        return Edges(tuple(lines)) if pictured else Edges()
    gaps = [above[0].y - below[0].y for above, below in pairwise(rows)]
    height = median(line.box.height for line in lines)
    apart = _SET_OFF * min(median(gaps), 2 * height)

    def outer(rows: list[list[Box]], gaps: list[float]) -> tuple[Line, ...]:
        depth = max((n for n in (1, 2) if gaps[n - 1] >= apart), default=0)
        within = [of_box[box] for row in rows[:depth] for box in row]
        # What is larger than the text is a heading, also where each page has one.
        return tuple(line for line in within if line.box.height <= _LARGER * height)

    found = Edges(outer(rows, gaps), outer(rows[::-1], gaps[::-1]))
    # Where nothing is left between them they are what the page says.
    left = {*lines}.difference(found.top, found.bottom)
    return found if left or pictured else Edges()


def repeated(pages: Sequence[Sequence[Line]]) -> list[tuple[Line, ...]]:
    """Return of each page the lines that stand on many others too, but for their numbers."""
    keys = [[_keys(line.text, number) for line in page] for number, page in enumerate(pages)]
    standing: dict[str, list[int]] = {}
    for number, page in enumerate(keys):
        for key in set().union(*page):
            standing.setdefault(key, []).append(number)
    running = {key: _running(on, len(pages)) for key, on in standing.items()}
    return [
        tuple(
            line
            for line, found in zip(lines, page, strict=True)
            if any(number in running[key] for key in found)
        )
        for number, (lines, page) in enumerate(zip(pages, keys, strict=True))
    ]


def _running(on: Sequence[int], pages: int) -> set[int]:
    """Return the pages on which what stands on these is a running head, the book's or a chapter's.

    >>> _running([1, 3, 5, 9], pages=20)
    {1, 3, 5}
    """
    if len(on) >= max(_REPEATS, _REPEAT_SHARE * pages):
        return {*on}
    runs: list[list[int]] = []
    for page in on:
        if runs and page - runs[-1][-1] <= _NEXT:
            runs[-1].append(page)
        else:
            runs.append([page])
    return {page for run in runs if len(run) >= _REPEATS for page in run}


def _keys(text: str, page: int) -> set[str]:
    """Fold a line's numbers, and tell by how much one at its start or end is off the page's.

    A chapter's name beside a page number is known by the number; without words it has to be.
    """
    folded = re.sub(r"\d+", "#", " ".join(text.split()))
    numbers = re.findall(r"^\W*(\d{1,5})\b|\b(\d{1,5})\W*$", text)
    keys = {f"{int(first or last) - page}" for first, last in numbers}
    if any(character.isalpha() for character in text):
        keys.add(folded)
    return keys
