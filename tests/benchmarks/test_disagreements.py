"""The exchanged passages: what is exchanged, what is not, and spans that stay exact."""

import random

from benchmarks.disagreements import STRANGER, claimed, exchanged, other_answer
from footnote.answering.reader import Reading
from footnote.answering.subject import names_in
from footnote.records import Passage, Span, Unit

BEFORE, SENTENCE, AFTER = "Kelby was small. ", "Kelby Mill was built in 1789.", " Kelby grew."
TEXT = BEFORE + SENTENCE + AFTER
START = 40
QUESTION = "When was the Kelby Mill built?"


def reading() -> Reading:
    at = START + len(BEFORE)
    unit = Unit("sentence", Span(at, at + len(SENTENCE)))
    year = START + TEXT.index("1789")
    passage = Passage("first", 0, Span(START, START + len(TEXT)), TEXT, ("Kelby",), (unit,))
    return Reading(passage, unit, Span(year, year + 4), 1.0, 0.9)


def test_only_the_answer_is_exchanged_and_the_spans_are_exact() -> None:
    second = exchanged(reading(), "about 1802")
    assert second.passage.text == TEXT.replace("1789", "about 1802")
    assert second.passage.quote(second.answer) == "about 1802"
    assert second.passage.quote(second.unit.span) == SENTENCE.replace("1789", "about 1802")
    assert second.passage.quote(second.passage.span) == second.passage.text
    assert second.passage.document_id != "first"


def test_names_are_exchanged_in_the_passage_and_its_headings() -> None:
    second = exchanged(reading(), "1802", names_in(QUESTION))
    assert "Kelby" not in second.passage.text
    assert second.passage.headings == (STRANGER,)
    assert second.passage.quote(second.answer) == "1802"
    assert second.passage.quote(second.unit.span).endswith("was built in 1802.")


def test_of_the_two_only_the_one_on_the_same_subject_disagrees() -> None:
    assert claimed(QUESTION, reading(), exchanged(reading(), "1802"))
    assert not claimed(QUESTION, reading(), exchanged(reading(), "1802", names_in(QUESTION)))
    assert not claimed(QUESTION, reading(), exchanged(reading(), "1789"))


def test_an_answer_is_exchanged_for_another_of_its_kind() -> None:
    for seed in range(10):
        chance = random.Random(seed)
        assert other_answer("1789", ["Kelby"], chance) == "4012"
        assert other_answer("Kelby", ["kelby", "1789", "Holm"], chance) == "Holm"
