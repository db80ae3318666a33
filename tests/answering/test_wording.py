"""The words of follow-up questions."""

import pytest

from footnote.answering.names import names_of
from footnote.answering.wording import (
    asked_by,
    filled,
    instead,
    is_bare,
    is_part,
    leans_on,
    pointing,
    put_into,
    wants_more,
)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("When did they disband?", "they"),
        ("What is its capital?", "its"),
        ("Who was her teacher?", "her"),
        ("Who taught her in Paris?", "her"),
        ("Who lives there?", "there"),
        ("What happened after that?", "that"),
        ("How does this work?", "this"),
        ("Was it expensive?", "it"),
    ],
)
def test_what_points_is_found(question: str, word: str) -> None:
    found = pointing(question)
    assert found is not None
    assert found[0] == word


@pytest.mark.parametrize(
    "question",
    [
        "When was Rome founded?",
        "How many rooms are there?",
        "Is there a fee?",
        "Is it possible to pay by card?",
        "How long does it take to charge the battery?",
        "Why is it that water expands?",
        "Who was the man that built Rome?",
        "How much rain fell this year?",
        "What are it-bags?",
    ],
)
def test_what_points_at_nothing_is_not(question: str) -> None:
    assert pointing(question) is None


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("When did they disband?", "they"),
        ("What kind of music did they play?", "they"),
        ("How old is she?", "she"),
        ("Does it work offline?", "it"),
        ("What is its capital?", "its"),
    ],
)
def test_a_question_leans_on_what_was_not_said(question: str, word: str) -> None:
    assert leans_on(question) == word


@pytest.mark.parametrize(
    "question",
    [
        "What does a pathogen do when it encounters a cell?",
        "Who did Ann marry before she left?",
        "When did they leave Paris?",
        "Why was the house searched?",
        "Is it legal to copy them?",
    ],
)
def test_a_question_that_says_what_it_means_does_not(question: str) -> None:
    assert leans_on(question) is None


@pytest.mark.parametrize("question", ["Why?", "why", "And when?", "How many?", "How come?"])
def test_bare_question_words_are_parts(question: str) -> None:
    assert is_bare(question)
    assert is_part(question)


@pytest.mark.parametrize("question", ["Tell me more.", "more", "Go on!", "Explain that further"])
def test_asking_for_more_is_a_part(question: str) -> None:
    assert wants_more(question)
    assert is_part(question)


@pytest.mark.parametrize("question", ["Why is it so?", "Tell me more about tea", "What about tea?"])
def test_these_are_whole(question: str) -> None:
    assert not is_part(question)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("And in 2019?", "in 2019"),
        ("what about Warsaw?", "Warsaw"),
        ("How about by train?", "by train"),
        ("And who built it?", None),
        ("And is it open?", None),
        ("Or one two three four five six seven?", None),
        ("When was Warsaw founded?", None),
    ],
)
def test_what_takes_the_place_of_something(question: str, part: str | None) -> None:
    assert instead(question) == part


@pytest.mark.parametrize(
    ("question", "name", "whole"),
    [
        ("When did they disband?", "the Mothers", "When did the Mothers disband?"),
        ("They disbanded when?", "the Mothers", "The Mothers disbanded when?"),
        ("Who was their manager?", "the Mothers", "Who was the Mothers' manager?"),
        ("Who was his wife?", "Zappa", "Who was Zappa's wife?"),
        ("Who lives there?", "Paris", "Who lives in Paris?"),
        ("What is the population?", "Paris", "What is the population (Paris)?"),
    ],
)
def test_names_are_filled_in(question: str, name: str, whole: str) -> None:
    assert filled(question, name) == whole


@pytest.mark.parametrize(
    ("word", "earlier", "whole"),
    [
        ("why", "When was the house searched?", "Why was the house searched?"),
        ("when", "In which city did Ann study?", "When did Ann study?"),
        ("where", "In which year did Ann study?", "Where did Ann study?"),
        ("how come", "Who sang?", "Why: who sang?"),
        ("how many", "Which teams were involved?", "How many: which teams were involved?"),
    ],
)
def test_another_question_word_is_put_first(word: str, earlier: str, whole: str) -> None:
    assert asked_by(word, earlier) == whole


@pytest.mark.parametrize(
    ("part", "earlier", "whole"),
    [
        ("in 2019", "What did it earn in 2018?", "What did it earn in 2019?"),
        ("in 2019", "What did Acme earn?", "What did Acme earn in 2019?"),
        ("Paris", "When was Warsaw founded?", "When was Paris founded?"),
        ("Paris", "When was the city founded?", "When was the city founded (Paris)?"),
        ("by train", "How long is the way to Rome?", "How long is the way to Rome by train?"),
    ],
)
def test_parts_are_put_in_their_place(part: str, earlier: str, whole: str) -> None:
    assert put_into(part, earlier) == whole


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Which river flows through Warsaw's Old Town?", ["Warsaw's Old Town"]),
        ("What was founded in New York City?", ["New York City"]),
        ("Who wrote the report?", []),
        ('Who wrote "Numbers"?', []),
        ("It was known as Twitter. French police came.", ["Twitter", "French"]),
        (
            "J. R. R. Tolkien met Dr. Lee of the U.S. Army.",
            ["J. R. R. Tolkien", "Dr. Lee of the U.S. Army"],
        ),
    ],
)
def test_names_of_a_question(text: str, names: list[str]) -> None:
    assert names_of(text) == names
