import math

import pytest

from footnote.answering.features import (
    NAMED,
    SPECIFIC,
    covered,
    headed,
    length_of,
    shows,
    view_question,
)
from footnote.store.terms import analyze


@pytest.mark.parametrize(
    ("question", "expects"),
    [
        ("When was the raid?", "date"),
        ("What is the date of the operation?", "date"),
        ("In which year did it begin?", "date"),
        ("How many people were arrested?", "number"),
        ("What percentage of people voted?", "number"),
        ("Which law is named?", "law"),
        ("Who carried out the raid?", "name"),
        ("What are investigators seeking?", None),
    ],
)
def test_the_kind_of_answer_a_question_expects(question: str, expects: str | None) -> None:
    assert view_question(question).expects == expects


def test_words_that_ask_or_name_the_kind_of_answer_are_no_terms() -> None:
    assert view_question("What is the date of the operation?").terms == set(analyze("operation"))
    assert view_question("Which law is named?").terms == frozenset()


def test_coverage_is_the_share_of_terms_and_one_where_there_are_none() -> None:
    assert covered(frozenset({"a", "b", "c"}), ["b", "c", "d"]) == 2 / 3
    assert covered(frozenset(), ["a"]) == 1.0


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        ("When was the raid?", "It was on February 3, 2026.", 1.0),
        ("When was the raid?", "It was early.", -1.0),
        ("What happened in 1804?", "It was in 1804.", 0.0),
        ("How many came?", "Some 42 came.", 1.0),
        ("How many came?", "They came in 1804.", -1.0),
        ("How many came?", "Twelve came.", 1.0),
        ("Which law applies?", "The Digital Services Act applies.", 1.0),
        ("Which law applies?", "Many laws apply.", -1.0),
    ],
)
def test_whether_what_is_asked_for_occurs(question: str, sentence: str, value: float) -> None:
    assert shows(view_question(question), sentence, SPECIFIC) == value


def test_a_name_counts_only_if_the_question_does_not_hold_it() -> None:
    question = view_question("Who sued Acme?")
    assert shows(question, "In May Acme was sued by Jane Roe.", NAMED) == 1.0
    assert shows(question, "They say Acme was sued.", NAMED) == -1.0


def test_the_noun_asked_after() -> None:
    question = view_question("Which teams were involved?")
    assert headed(question, analyze("digital forensics teams")) == 1.0
    assert headed(question, analyze("the prosecutors")) == -1.0
    assert headed(view_question("Why?"), ["x"]) == 0.0


def test_length_differs_by_about_one_between_short_and_long() -> None:
    assert length_of("x" * 200) - length_of("x" * 20) == pytest.approx(math.log10(10))
    assert length_of("") == -2
