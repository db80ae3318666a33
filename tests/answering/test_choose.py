"""What an answer is made of: sentences that explain, documents that disagree."""

import pytest

from footnote.answering.choose import another, disagree, explanation
from footnote.answering.reader import Reading
from footnote.records import Passage, Span, Unit


def reading(
    text: str,
    answer: str,
    confidence: float,
    document: str = "a",
    at: int = 0,
    headings: tuple[str, ...] = ("Hours",),
) -> Reading:
    """A reading of a passage that is one sentence, ``at`` its place in the document."""
    span = Span(at, at + len(text))
    unit = Unit("sentence", span)
    passage = Passage(document, at, span, text, headings, (unit,), at)
    start = at + text.index(answer)
    return Reading(passage, unit, Span(start, start + len(answer)), confidence, confidence)


def disagreeing(question: str, readings: list[Reading]) -> Reading | None:
    other = another(question, readings)
    return other if other is not None and disagree(question, readings[0], other) else None


NINE = reading("The office opens at 9 am.", "9 am", 0.8)
QUESTION = "When does the office open?"


def test_an_explanation_stands_in_the_order_of_the_document() -> None:
    first, second = reading("Ask.", "Ask", 0.5, at=90), reading("Then pay.", "pay", 0.9, at=300)
    assert explanation([second, first]) == [first, second]


def test_an_explanation_has_few_sure_sentences_of_one_document() -> None:
    best = reading("Best.", "Best", 0.8, at=500)
    others = [reading(f"More {n}.", "More", 0.7, at=100 * n) for n in range(4)]
    unsure = reading("Unsure.", "Unsure", 0.15, at=900)
    elsewhere = reading("Else.", "Else", 0.8, "b")
    assert explanation([best, elsewhere, unsure, *others]) == [others[0], others[1], best]
    assert explanation([best, unsure, elsewhere]) == [best]


def test_an_explanation_says_nothing_twice() -> None:
    best, again = reading("Ask at the desk.", "Ask", 0.8), reading("Ask, at the desk", "Ask", 0.7)
    assert explanation([best, again]) == [best]


def test_two_documents_that_answer_differently_disagree() -> None:
    half = reading("The office opens at 8:30.", "8:30", 0.7, "b")
    assert disagreeing(QUESTION, [NINE, half]) == half


@pytest.mark.parametrize(
    "other",
    [
        reading("The office opens at 8:30.", "8:30", 0.7, "a", at=100),
        reading("The office opens at 8:30.", "8:30", 0.4, "b"),
        reading("So the office opens at 9 am sharp.", "9 am sharp", 0.8, "b"),
        reading("The office opens at 9.", "9", 0.8, "b"),
        reading("The baker comes at 8:30.", "8:30", 0.8, "b"),
    ],
    ids=["one document", "unsure", "more of the same", "part of the same", "another subject"],
)
def test_others_do_not_disagree(other: Reading) -> None:
    assert disagreeing(QUESTION, [NINE, other]) is None
    assert disagreeing(QUESTION, [NINE]) is None


MILL = reading(
    "It was built of granite by Ruth Garrick.", "Ruth Garrick", 0.8, headings=("The Mill",)
)
MARKET = reading(
    "It was built of granite by Victor Amory.", "Victor Amory", 0.8, "b", headings=("The Market",)
)


@pytest.mark.parametrize("question", ["Who built it of granite?", "Who built of granite?"])
def test_sentences_about_it_speak_of_different_things(question: str) -> None:
    assert another(question, [MILL, MARKET]) == MARKET
    assert not disagree(question, MILL, MARKET)


def test_what_disagrees_names_what_the_question_names() -> None:
    question = "Who built the old Dunmore Mill?"
    mill, market = (
        reading(each.passage.text, name, 0.8, document, headings=(heading,))
        for each, name, document, heading in (
            (MILL, "Ruth Garrick", "a", "The Dunmore Mill"),
            (MARKET, "Victor Amory", "b", "The Lorne Market"),
        )
    )
    also = reading(MARKET.passage.text, "Victor Amory", 0.8, "c", headings=("The Dunmore Mill",))
    assert not disagree(question, mill, market)
    assert disagree(question, mill, also)


def test_answers_of_different_kinds_or_long_ones_do_not_disagree() -> None:
    by = reading("The Dunmore Mill was built by Ruth Garrick.", "Ruth Garrick", 0.8)
    year = reading("The Dunmore Mill was built in 1833.", "1833", 0.8, "b")
    long = reading("The Dunmore Mill was built " + "so " * 9, "so " * 9 + "", 0.8, "c")
    assert not disagree("Who built the Dunmore Mill?", by, year)
    assert not disagree("Who built the Dunmore Mill?", by, long)
