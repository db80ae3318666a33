"""Find the list that stands under the name that a question calls it by.

"What are the ingredients of the plum tart?" is answered by the items below the heading
"Ingredients" of what is called a plum tart. A reader's model does not see that: no item says
that it is an ingredient. Each word of the question must be said by the heading or by what it
stands under, so that a list about something else is left alone.
"""

import re
from collections.abc import Iterator, Sequence

from footnote.answering.lists import MOST_ITEMS, FoundList, Place, leads
from footnote.answering.subject import ASKING, POSSESSIVE, Text
from footnote.records import Hit, Passage
from footnote.store.snapshot import Snapshot
from footnote.store.terms import analyze

# How sure to be of a list whose name and subject the question says whole: of the part to choose by
# of `python -m benchmarks.named_lists` 34 of 34 were right.
NAMED = 0.95
# Of what is found, so many passages are looked at, and so many of their sections.
_DEPTH = 20
_REACH = 6
# The words of a name that leads into a list without being a heading: "You will need:".
_SHORT_LEAD = 4
# Words that ask for a list or speak of its place, and say nothing of what it lists.
_OF_LISTS = frozenset(
    analyze(
        "list enumerate section chapter part heading headed titled called step item point thing "
        "bullet entry listed given mentioned named needed used included contained following full "
        "complete must should would required say tell document page file article"
    )
)
_NUMBERING = re.compile(
    r"^\s*(?:(?:chapter|section|part|step) )?(?:\d+|[ivx]+\b)(?:\.\d+)*[.):]?\s", re.IGNORECASE
)


def named_list(question: str, catalogue: Snapshot, hits: Sequence[Hit]) -> FoundList | None:
    """Return the list under the heading that a question names, None where there is none.

    A heading of which it says the last word alone, "System requirements" by "the requirements",
    is meant where there is no other.
    """
    said = frozenset(analyze(POSSESSIVE.sub(" ", question)))
    sections = {(hit.passage.document_id, hit.passage.headings): hit for hit in hits[:_DEPTH][::-1]}
    in_part: list[FoundList] = []
    for hit in reversed(sections.values()):
        whole, found = _named_in(said, catalogue, hit.passage)
        if whole and found is not None:
            return found
        in_part += [found] if found is not None else []
    return in_part[0] if len(in_part) == 1 else None


def _named_in(
    said: frozenset[str], catalogue: Snapshot, passage: Passage
) -> tuple[bool, FoundList | None]:
    """Return a section's list, if a question names it, and whether by its whole name."""
    document = catalogue.document(passage.document_id)
    above = Text(document.title, document.name, *passage.headings)
    left = {term for term in said - ASKING - _OF_LISTS if not above.holds(term)}
    heading = _terms(passage.headings[-1]) if passage.headings else []
    if heading and heading[-1] in said and not left:
        return said.issuperset(heading), _listed(list(_section(catalogue, passage)))
    return True, _led(said, left, list(_section(catalogue, passage)))


def _listed(places: list[Place]) -> FoundList | None:
    """Return the list that a section begins with, or that its first sentence leads into."""
    at = next((n for n, (_, unit) in enumerate(places) if not unit.heads), len(places))
    lead = None
    if at + 1 < len(places) and places[at][1].kind == "sentence":
        lead, at = places[at], at + 1
    return _from(places, at, lead)


def _led(said: frozenset[str], left: set[str], places: list[Place]) -> FoundList | None:
    """Return the list whose lead is a name by itself, as "Ingredients:"."""
    for at, (passage, unit) in enumerate(places):
        if unit.kind != "sentence" or not leads(places, at):
            continue
        words = passage.quote(unit.span)
        name = set(_terms(words))
        if name and len(words.split()) <= _SHORT_LEAD and name <= said and left <= name:
            return _from(places, at + 1, places[at])
    return None


def _from(places: list[Place], first: int, lead: Place | None) -> FoundList | None:
    """Return the items from a place on, and the further parts of a list in parts.

    "For the dough:" goes on with "For the filling:", and not with "It was tried by:".
    """
    in_parts = lead is not None and _begins_part(lead)
    last = first
    while last < len(places) and places[last][1].kind == "item":
        last += 1
        if in_parts and last < len(places) and leads(places, last) and _begins_part(places[last]):
            last += 1
    items = tuple(places[first:last])[:MOST_ITEMS]
    return FoundList(lead, items) if len(items) > 1 else None


def _begins_part(lead: Place) -> bool:
    passage, unit = lead
    words = passage.quote(unit.span)
    return words.startswith("For ") and words.endswith(":")


def _section(catalogue: Snapshot, passage: Passage) -> Iterator[Place]:
    """Give the units of the section that a passage is of, as far as it may be gone through."""
    first, last = max(0, passage.ordinal - _REACH), passage.ordinal + _REACH
    around = catalogue.passages_of(passage.document_id, first, last)
    begun = [each.ordinal for each in around if each.ordinal <= passage.ordinal and _begins(each)]
    for each in around:
        if each.ordinal < max(begun, default=first):
            continue
        if each.ordinal > passage.ordinal and (_begins(each) or each.headings != passage.headings):
            return
        yield from ((each, unit) for unit in each.units)


def _begins(passage: Passage) -> bool:
    return passage.units[0].heads


def _terms(name: str) -> list[str]:
    """Return the terms of a heading, without its number.

    >>> _terms("2.1 System requirements"), _terms("Step 3: Installing the pump")
    (['system', 'requir'], ['instal', 'pump'])
    """
    return analyze(_NUMBERING.sub("", name))
