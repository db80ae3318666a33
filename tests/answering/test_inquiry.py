"""Which of a question's meanings is answered."""

from collections.abc import Sequence

import pytest

from footnote.answering.inquiry import most_agreed
from footnote.answering.reader import Reading
from footnote.records import Passage, Span, Unit

TEXT = "It was built late."
SPAN = Span(0, len(TEXT))


def reading(passage: int, confidence: float) -> Reading:
    unit = Unit("sentence", SPAN)
    held = Passage("d", passage, SPAN, TEXT, (), (unit,), id=passage)
    return Reading(held, unit, SPAN, confidence, confidence)


@pytest.mark.parametrize(
    ("read", "at", "first"),
    [
        # One passage answers two meanings, another is the surest of one alone.
        ([[(1, 0.5), (2, 0.1)], [(1, 0.4)], [(2, 0.6)]], 0, 1),
        ([[(1, 0.3)], [(2, 0.1), (1, 0.5)], [(2, 0.6)]], 1, 1),
        # None is shared: the surest.
        ([[(1, 0.3)], [(2, 0.5)], []], 1, 2),
        # Of a passage's sentences the surest counts, once.
        ([[(1, 0.2), (1, 0.2), (1, 0.2)], [(2, 0.5)]], 1, 2),
    ],
)
def test_the_passage_is_answered_that_most_meanings_are_sure_of(
    read: Sequence[Sequence[tuple[int, float]]], at: int, first: int
) -> None:
    chosen, readings = most_agreed([[reading(*each) for each in one] for one in read])
    assert chosen == at
    assert readings[0].passage.id == first
    assert {each.passage.id for each in readings} == {id_ for id_, _ in read[at]}


def test_what_nothing_answers_is_its_likeliest_meaning() -> None:
    assert most_agreed([[], []]) == (0, [])
