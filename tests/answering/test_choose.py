"""What an answer is made of: sentences that explain, documents that disagree."""

import pytest

from footnote.answering.choose import disagreeing, explanation
from footnote.answering.reader import Reading
from footnote.records import Passage, Span, Unit


def reading(text: str, answer: str, confidence: float, document: str = "a", at: int = 0) -> Reading:
    """A reading of a passage that is one sentence, ``at`` its place in the document."""
    span = Span(at, at + len(text))
    unit = Unit("sentence", span)
    passage = Passage(document, at, span, text, ("Hours",), (unit,), at)
    start = at + text.index(answer)
    return Reading(passage, unit, Span(start, start + len(answer)), confidence, confidence)


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
