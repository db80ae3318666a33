import dataclasses

import pytest

from footnote.asks import Step
from footnote.records import Answer, Statement, Turn
from footnote.store.snapshot import Origin
from footnote.web.cache import AnswerCache, Question, size_of

ASKED = Question(Origin("2026", 3), "When?", (Turn("Who?", "Anna."),), ("a*",), 10)


def steps(text: str) -> tuple[Step, ...]:
    return ((), Answer("?", "answered", text, 1.0, (Statement(text),)))


def numbered(number: int) -> Question:
    return dataclasses.replace(ASKED, question=f"{number:09}")


@pytest.mark.parametrize(
    "other",
    [
        {"origin": Origin("2026", 4)},
        {"origin": Origin("2027", 3)},
        {"question": "when?"},
        {"question": "When? "},
        {"history": ()},
        {"history": (Turn("Who?", "Ann."),)},
        {"history": (Turn("Whom?", "Anna."),)},
        {"documents": ()},
        {"documents": ("a*", "b")},
        {"limit": 9},
    ],
)
def test_whatever_shapes_an_answer_is_in_the_key(other: dict[str, object]) -> None:
    cache = AnswerCache(1_000_000)
    cache.keep(ASKED, steps("then"))
    assert cache.get(dataclasses.replace(ASKED)) == steps("then")
    assert cache.get(dataclasses.replace(ASKED, **other)) is None  # type: ignore[arg-type]


def test_the_least_recently_used_goes_first() -> None:
    room = 3 * size_of((numbered(0), steps("x")))
    cache = AnswerCache(room)
    for number in range(3):
        cache.keep(numbered(number), steps("x"))
    assert cache.get(numbered(0)) is not None
    cache.keep(numbered(3), steps("x"))
    kept = [number for number in range(4) if cache.get(numbered(number)) is not None]
    assert kept == [0, 2, 3]


def test_it_holds_no_more_bytes_than_it_may() -> None:
    cache = AnswerCache(100_000)
    for number in range(500):
        cache.keep(numbered(number), steps("long " * (number % 100)))
        assert 0 < cache.bytes <= 100_000
    assert 10 < len(cache) < 500


def test_an_answer_larger_than_all_of_it_is_not_kept_and_drives_nothing_out() -> None:
    cache = AnswerCache(10_000)
    cache.keep(numbered(1), steps("x"))
    cache.keep(numbered(2), steps("x" * 10_001))
    assert cache.get(numbered(2)) is None
    assert cache.get(numbered(1)) is not None


def test_a_long_question_counts_too() -> None:
    cache = AnswerCache(10_000)
    cache.keep(dataclasses.replace(ASKED, history=(Turn("x" * 10_000, ""),)), steps("x"))
    assert len(cache) == 0


def test_with_no_room_nothing_is_kept() -> None:
    cache = AnswerCache(0)
    cache.keep(ASKED, steps("x"))
    assert (cache.get(ASKED), len(cache), cache.bytes) == (None, 0, 0)


def test_a_size_is_that_of_all_that_is_held_each_object_once() -> None:
    text = "x" * 10_000
    assert 10_000 < size_of((text, text)) < 11_000
    assert 20_000 < size_of((text, "y" * 10_000)) < 21_000
    assert size_of(steps(text)) > 10_000
    assert size_of({"a": ["x" * 500]}) > 500
