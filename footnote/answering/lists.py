"""Find the list that answers: its lead-in sentence and its items, across passages."""

from dataclasses import dataclass

from footnote.answering.reader import Reading
from footnote.records import Passage, Unit
from footnote.store.snapshot import Snapshot

# Items beyond these are left to the source, which the citations open.
MOST_ITEMS = 20
# How many passages either side of the one that was read a list may reach into.
_REACH = 4

Place = tuple[Passage, Unit]


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list: the sentence that leads into it, if there is one, and its items."""

    lead: Place | None
    items: tuple[Place, ...]


def list_at(catalogue: Snapshot, reading: Reading) -> FoundList | None:
    """Return the list that a reading leads into or is an item of, None where there is none."""
    places = _neighbourhood(catalogue, reading.passage)
    at = next(
        n
        for n, (passage, unit) in enumerate(places)
        if passage.id == reading.passage.id and unit.span == reading.unit.span
    )
    if leads(places, at):
        first = at + 1
    elif places[at][1].kind == "item":
        first = at
        while first > 0 and _continues(places, first - 1):
            first -= 1
    else:
        return None
    last = first
    while last + 1 < len(places) and _continues(places, last + 1):
        last += 1
    items = tuple(places[first : last + 1])[:MOST_ITEMS]
    if len(items) < 2:
        return None
    lead = places[first - 1] if first > 0 and leads(places, first - 1) else None
    return FoundList(lead, items)


def leads(places: list[Place], at: int) -> bool:
    """Tell whether a unit leads into a list: it ends in a colon, and items follow."""
    passage, unit = places[at]
    ends_open = passage.quote(unit.span).rstrip().endswith(":")
    follows = at + 1 < len(places) and places[at + 1][1].kind == "item"
    return ends_open and follows and unit.kind != "heading"


def _continues(places: list[Place], at: int) -> bool:
    """Tell whether the unit is an item of the list; one that leads into another list is not."""
    return places[at][1].kind == "item" and not leads(places, at)


def _neighbourhood(catalogue: Snapshot, passage: Passage) -> list[Place]:
    first, last = max(0, passage.ordinal - _REACH), passage.ordinal + _REACH
    around = catalogue.passages_of(passage.document_id, first, last)
    return [(each, unit) for each in around for unit in each.units]
