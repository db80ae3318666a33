"""Read tables by their rows' keys and their columns' names: what the reader's model is weak at.

A question that holds the whole of a cell, "Orford Granary", is about that row; the column that
answers is the one whose name it holds too, "capacity". Where it holds none, "Who built it?", two
choices that know nothing of each other must agree: the column whose name is nearest, and the
cell that the model read. How sure to be was measured: docs/decisions/0011-subject.md.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from footnote.answering.cells import Cell, cells_of
from footnote.answering.reader import Reading
from footnote.answering.subject import ASKING, POSSESSIVE, names_in
from footnote.embedding import Embedder, Vectors
from footnote.records import Hit, Passage, Unit
from footnote.store.snapshot import Snapshot
from footnote.store.terms import analyze

# Words of questions about several rows, which no one cell answers.
_EXTREMES = frozenset(
    analyze(
        "most least highest lowest largest smallest biggest longest shortest tallest oldest "
        "youngest newest earliest latest fewest heaviest cheapest average total"
    )
)
_SEVERAL = _EXTREMES | frozenset(
    analyze("first last more less fewer than sum all every each compare difference between not")
)
_WORD = re.compile(r"[^\W_]+")
# What a value must look like to answer who, when, where, how much.
_MEASURE = re.compile(r"how (?!is|are|was|were|do|does|did|can|to\b)")
_DAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
# How near a column's name must be to the question without its key, and nearer than the next one.
_NEAR, _NEARER = 0.4, 0.1
# Of the rows read so on the tables to choose by, 218 of 219 and 44 of 44 were right; less is
# claimed, since other tables are named less well.
_BY_NAME, _BY_AGREEMENT = 0.95, 0.85
# So many of a question's words may be said by neither row, column nor heading.
_MOST_LEFT = 1


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, its terms, those of the names in it, and the word that tells what it wants.

    ``wants`` is who, when, where or how; empty, if a value of any kind may answer.
    """

    text: str
    terms: frozenset[str]
    names: frozenset[str]
    wants: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that holds part of a question, ``key``, as whole cells, and the cells beside them."""

    passage: Passage
    unit: Unit
    key: frozenset[str]
    around: frozenset[str]
    cells: tuple[Cell, ...]


def table_readings(
    question: str,
    catalogue: Snapshot,
    hits: Sequence[Hit],
    readings: Sequence[Reading],
    embedder: Embedder,
) -> list[Reading]:
    """Return what rows of tables answer, a reading a document; none where it is not clear.

    ``readings`` are those of the model.
    """
    asked = _asked(question)
    rows = list(_keyed(catalogue, hits, asked.terms))
    most = max((len(row.key) for row in rows), default=0)
    rows = [row for row in rows if len(row.key) == most]
    named = [found for row in rows for found in _by_name(asked, row)]
    if named:
        least = min(left for left, _ in named)
        found = [reading for left, reading in named if left == least]
    else:
        # The rows of a table share their columns' names.
        embed = cache(embedder.embed_question)
        found = [reading for row in rows for reading in _agreed(asked, row, readings, embed)]
    return _clear(found)


def _asked(question: str) -> _Asked:
    terms = frozenset(analyze(POSSESSIVE.sub(" ", question))) - ASKING
    names = frozenset(term for name in names_in(question) for term in name.terms)
    return _Asked(question, terms, names, _wants(question))


def compares(question: str, reading: Reading) -> bool:
    """Tell whether a question compares rows, and a reading is one that says nothing of others."""
    if reading.unit.kind != "row":
        return False
    asked = _EXTREMES.intersection(analyze(question))
    return not asked <= set(analyze(reading.passage.quote(reading.unit.span)))


def _keyed(catalogue: Snapshot, hits: Sequence[Hit], asked: frozenset[str]) -> Iterator[_Row]:
    for hit in hits:
        passage = hit.passage
        for unit in passage.units:
            if unit.kind != "row" or not asked.intersection(analyze(passage.quote(unit.span))):
                continue
            cells = cells_of(catalogue, passage, unit)
            terms = {cell: frozenset(analyze(cell.value)) for cell in cells}
            keys = [cell for cell in cells if terms[cell] and terms[cell] <= asked]
            if keys and len(cells) > 1:
                around = analyze(" ".join([*passage.headings, *(key.header for key in keys)]))
                key = frozenset[str]().union(*(terms[each] for each in keys))
                others = tuple(cell for cell in cells if cell not in keys)
                yield _Row(passage, unit, key, frozenset(around), others)


def _by_name(asked: _Asked, row: _Row) -> Iterator[tuple[int, Reading]]:
    """Give the readings of columns that a question names, with what is left of it."""
    rest = asked.terms - row.key
    named = [(frozenset(analyze(cell.header)), cell) for cell in row.cells]
    named = [(header, cell) for header, cell in named if header and header <= rest]
    longest = max((len(header) for header, _ in named), default=0)
    for header, cell in named:
        left = rest - header - row.around
        if len(header) == longest and _may_answer(asked, cell, left):
            yield len(left), _reading(row, cell, _BY_NAME)


def _agreed(
    asked: _Asked,
    row: _Row,
    readings: Sequence[Reading],
    embed: Callable[[str], Vectors],
) -> Iterator[Reading]:
    """Give the reading of the column that is nearest, if it is where the model read the row."""
    read = next(
        (each for each in readings if (each.passage.id, each.unit) == (row.passage.id, row.unit)),
        None,
    )
    if read is None or not asked.wants:
        return
    left = asked.terms - row.key - row.around
    cells = [cell for cell in row.cells if _may_answer(asked, cell, left)]
    words = [each for each in _WORD.findall(asked.text) if not row.key.intersection(analyze(each))]
    plain = embed(" ".join(words))
    near = sorted(
        ((float(plain @ embed(cell.header)), at) for at, cell in enumerate(cells)), reverse=True
    )
    if not near or near[0][0] < _NEAR or (len(near) > 1 and near[0][0] - near[1][0] < _NEARER):
        return
    cell = cells[near[0][1]]
    if read.answer in cell.span or cell.span in read.answer:
        yield _reading(row, cell, _BY_AGREEMENT)


def _may_answer(asked: _Asked, cell: Cell, left: frozenset[str]) -> bool:
    """Tell whether a value is of the kind asked for, and no name or number is left out."""
    lost = {term for term in left if term in asked.names or any(map(str.isdigit, term))}
    return (
        not lost
        and not left & _SEVERAL
        and (len(left) <= _MOST_LEFT or bool(asked.wants))
        and _fits(asked.wants, cell.value)
    )


def _wants(question: str) -> str:
    """Return the word that tells what kind of value is asked for, empty if none does."""
    lowered = question.lower()
    if _MEASURE.match(lowered):
        return "how"
    first = lowered.split()[0]
    return first if first in ("who", "when", "where") else ""


def _fits(wants: str, value: str) -> bool:
    digits = any(map(str.isdigit, value))
    match wants:
        case "who":
            return not digits
        case "when":
            return digits or bool(_DAY.fullmatch(value))
        case "how":
            return digits
        case "where":
            return any(map(str.isalpha, value))
    return True


def _reading(row: _Row, cell: Cell, sure: float) -> Reading:
    return Reading(row.passage, row.unit, cell.span, sure, sure)


def _clear(found: Sequence[Reading]) -> list[Reading]:
    """Return the first reading of each document, none where one document says two things."""
    first: dict[str, Reading] = {}
    for reading in found:
        kept = first.setdefault(reading.passage.document_id, reading)
        if kept.passage.quote(kept.answer) != reading.passage.quote(reading.answer):
            return []
    return list(first.values())
