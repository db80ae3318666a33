"""Made negatives: each misses its passage for the reason it says, and positives stay right."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.records import Span
from training.negatives import (
    Pair,
    contrary,
    cropped,
    cut,
    foreign,
    names_of,
    negated,
    renamed,
    swapped,
)

PASSAGE = (
    "The bridge at Holm was opened in 1932 by Anna Berg. It replaced a ferry that Karl Dahl had "
    "run since 1871. Today it carries 4,000 cars a day."
)


def pair(question: str, answer: str) -> Pair:
    start = PASSAGE.index(answer)
    return Pair(question, PASSAGE, Span(start, start + len(answer)))


WHO = pair("Who opened the bridge at Holm in 1932?", "Anna Berg")


def rng() -> random.Random:
    return random.Random(3)


def test_cut_leaves_out_the_sentence_that_answers() -> None:
    made = cut(WHO, rng())
    assert made is not None
    assert made == Pair(WHO.question, PASSAGE.split("Berg. ")[1], None)


def test_cut_makes_nothing_where_the_answer_stands_twice() -> None:
    twice = Pair("Who?", "Ann came. Ann left.", Span(0, 3))
    assert cut(twice, rng()) is None
    assert cut(Pair("Who?", "Ann came.", Span(0, 3)), rng()) is None


def test_swapped_changes_question_or_passage_to_one_of_the_same_kind() -> None:
    made = {swapped(WHO, random.Random(seed)) for seed in range(40)} - {None}
    questions = {each.question for each in made if each and each.passage == PASSAGE}
    passages = {each.passage for each in made if each and each.question == WHO.question}
    assert "Who opened the bridge at Holm in 1871?" in questions
    assert any("opened in 1871 by Anna Berg" in text and "since 1932" in text for text in passages)
    assert all(each and each.answer is None for each in made)
    # The answer itself is never what is swapped in.
    assert not any("Berg" in text for text in questions)


def test_foreign_asks_of_something_that_is_not_there() -> None:
    made = foreign(WHO, ["1850"], random.Random(0)) or foreign(WHO, ["1850"], random.Random(1))
    assert made == Pair("Who opened the bridge at Holm in 1850?", PASSAGE, None)
    assert foreign(WHO, ["1871", "Karl"], rng()) is None


def test_swapped_needs_something_shared() -> None:
    assert swapped(pair("who was it?", "Anna Berg"), rng()) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which was the first bridge?", "Which was the last bridge?"),
        ("What was opened after the war?", "What was closed after the war?"),
        ("Who built it?", "Who demolished it?"),
        ("Where is Holm?", None),
    ],
)
def test_contrary_puts_a_word_into_its_contrary(question: str, expected: str | None) -> None:
    made = {contrary(pair(question, "1932"), random.Random(seed)) for seed in range(20)}
    assert expected in {each and each.question for each in made}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who did open it?", "Who didn't open it?"),
        ("What can it carry?", "What can't it carry?"),
        ("Which day?", None),
    ],
)
def test_negated_negates_the_verb(question: str, expected: str | None) -> None:
    made = negated(pair(question, "1932"), rng())
    assert (made and made.question) == expected


def test_renamed_swaps_in_both_and_keeps_the_answer() -> None:
    made = renamed(WHO, ["1850"], random.Random(0)) or renamed(WHO, ["1850"], random.Random(1))
    assert made is not None
    assert made.question == "Who opened the bridge at Holm in 1850?"
    assert made.answer is not None
    assert made.answer.quote(made.passage) == "Anna Berg"
    assert "1932" not in made.passage


@given(st.integers(0, 200), st.integers(0, 10_000))
def test_cropped_keeps_whole_sentences_about_the_answer(most: int, seed: int) -> None:
    asked = pair("Since when did it run?", "1871")
    made = cropped(asked, most, random.Random(seed))
    assert made.answer is not None
    assert made.answer.quote(made.passage) == "1871"
    assert "It replaced a ferry that Karl Dahl had run since 1871." in made.passage
    assert made.passage in PASSAGE


def test_names_are_found_and_heads_of_sentences_are_not() -> None:
    assert names_of("However, Anna Berg met Karl in Holm. Otherwise she stayed. 12 came.") == [
        "Anna Berg",
        "Karl",
        "Holm",
        "12",
    ]
