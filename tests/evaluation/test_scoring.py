import math
from dataclasses import replace

import pytest

from footnote.evaluation.questions import Evidence, Question
from footnote.evaluation.scoring import (
    GOOD,
    OUTCOMES,
    Outcome,
    best_of,
    is_right,
    outcome,
    score,
    was_answered,
)
from footnote.records import Answer, Span
from tests.evaluation.theory import (
    DOCUMENT,
    answerable,
    cited,
    evidence,
    gold_span,
    passage_span,
    predicted,
    right,
    says,
    silent,
    unanswerable,
    wrong,
)

KNOWN = answerable(3)
BY_ANSWERS = replace(KNOWN, evidence=(), gains=())
BY_EVIDENCE = replace(KNOWN, answers=())
NO_GOLD = Question("9", "What?")
UNSAID = says("nonsense", [gold_span(3)])
UNCITED = says("gold 3", [gold_span(8)])


def scores(question: Question, answer: Answer, threshold: float = 0.5) -> dict[str, float]:
    prediction = predicted(question, answer, threshold)
    return score(question, prediction, was_answered(prediction))


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        (KNOWN, right(3), True),
        (KNOWN, UNSAID, False),
        (KNOWN, UNCITED, False),
        (BY_ANSWERS, UNCITED, True),
        (BY_ANSWERS, UNSAID, False),
        (BY_EVIDENCE, UNSAID, True),
        (BY_EVIDENCE, UNCITED, False),
        (BY_EVIDENCE, says("gold 3"), False),
        (KNOWN, silent(), False),
        (unanswerable(3), right(3), False),
        (NO_GOLD, right(3), False),
    ],
)
def test_an_answer_is_right_by_each_gold_that_is_given(
    question: Question, answer: Answer, expected: bool
) -> None:
    assert is_right(question, best_of(predicted(question, answer))) is expected


def test_one_citation_that_agrees_is_enough_to_be_right_and_counts_for_precision() -> None:
    answer = says("gold 3", [gold_span(8), gold_span(3), gold_span(9)])
    assert is_right(KNOWN, best_of(predicted(KNOWN, answer)))
    assert scores(KNOWN, answer)["citation_precision"] == 1 / 3
    assert scores(KNOWN, answer)["citation_recall"] == 1


def test_the_short_answer_is_compared_where_there_is_one() -> None:
    sentence = "It is said that this is gold 3."
    words = len(sentence.split())
    long = says(sentence, [gold_span(3)])
    assert scores(KNOWN, long)["exact_match"] == 0
    assert scores(KNOWN, long)["f1"] == pytest.approx(2 * 2 / (words + 2))
    short = replace(long, short_answer="Gold 3")
    assert scores(KNOWN, short)["exact_match"] == scores(KNOWN, short)["f1"] == 1
    assert scores(KNOWN, replace(long, short_answer=""))["f1"] == 0


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        (KNOWN, right(3), "right answer"),
        (KNOWN, wrong(3), "wrong answer"),
        (KNOWN, right(3, confidence=0.1), "over-refusal"),
        (KNOWN, silent(), "over-refusal"),
        (KNOWN, replace(silent(), status="clarify"), "over-refusal"),
        (KNOWN, replace(silent(), status="about"), "over-refusal"),
        (unanswerable(3), right(3), "false answer"),
        (unanswerable(3), right(3, confidence=0.1), "right silence"),
        (unanswerable(3), silent(), "right silence"),
        (NO_GOLD, right(3), "ungraded"),
        (NO_GOLD, silent(), "ungraded"),
        (Question("9", "What?", answerable=True), right(3), "ungraded"),
        (Question("9", "What?", answerable=True), silent(), "over-refusal"),
    ],
)
def test_how_a_question_ends(question: Question, answer: Answer, expected: Outcome) -> None:
    prediction = predicted(question, answer)
    assert outcome(question, prediction) == expected
    assert expected in OUTCOMES
    accuracy = scores(question, answer).get("accuracy")
    if accuracy is not None:
        assert accuracy == float(expected in GOOD)


def test_a_withheld_answer_is_graded_for_its_confidence_and_scored_as_silence() -> None:
    found = scores(KNOWN, right(3, confidence=0.3))
    assert (found["confidence"], found["wrong"]) == (0.3, 0)
    assert (found["accuracy"], found["f1"], found["citation_recall"]) == (0, 0, 0)
    assert found["over_refusal"] == found["abstained"] == 1
    assert "citation_precision" not in found
    assert "citation_exactness" not in found


def test_a_withheld_answer_can_be_scored_as_if_it_was_given_and_a_given_one_as_if_not() -> None:
    low, high = (predicted(KNOWN, right(3, confidence)) for confidence in (0.3, 0.7))
    for answered in (False, True):
        one, other = (
            {k: v for k, v in score(KNOWN, each, answered).items() if "confidence" not in k}
            for each in (low, high)
        )
        assert one == other
        assert one["accuracy"] == float(answered)


def test_nothing_to_withhold_has_no_confidence_and_cannot_be_given() -> None:
    prediction = predicted(KNOWN, silent())
    assert score(KNOWN, prediction, answered=True) == score(KNOWN, prediction, answered=False)
    assert "confidence" not in score(KNOWN, prediction, answered=True)


def test_passages_are_scored_whether_or_not_an_answer_was_given() -> None:
    for answer in (silent([8, 3]), right(3)):
        found = scores(KNOWN, replace(answer, passages=silent([8, 3]).passages))
        assert (found["recall@1"], found["recall@5"], found["mrr"]) == (0, 1, 1 / 2)


def test_an_ideal_ranking_is_as_short_as_the_passages_that_hold_all_evidence() -> None:
    both = replace(BY_EVIDENCE, evidence=(evidence(3), evidence(3, 4)), gains=(2,))
    found = scores(both, silent([3, 4]))
    assert found["recall@1"] == found["mrr"] == found["ndcg@10"] == 1
    assert scores(both, silent([8, 3]))["ndcg@10"] == pytest.approx(math.log2(2) / math.log2(3))


def test_a_quote_that_is_not_the_documents_text_is_no_exact_citation() -> None:
    good = cited(gold_span(3))
    shifted = replace(good, start=good.start - 1, end=good.end - 1)
    assert scores(KNOWN, says("gold 3", [good, shifted, good]))["citation_exactness"] == 2 / 3


@pytest.mark.parametrize(
    ("span", "agrees"),
    [
        (passage_span(3), True),
        (gold_span(3), True),
        (gold_span(3).shift(10), True),
        (gold_span(3).shift(11), False),
        (gold_span(3).shift(-10), True),
        (gold_span(3).shift(-11), False),
        (Span(gold_span(3).start, gold_span(3).start + 1), True),
        (gold_span(4), False),
    ],
)
def test_a_citation_agrees_where_half_of_the_shorter_is_shared(span: Span, agrees: bool) -> None:
    assert scores(KNOWN, says("gold 3", [span]))["citation_precision"] == float(agrees)


def test_a_citation_of_another_document_at_the_same_place_does_not_agree() -> None:
    citation = cited(gold_span(3), document="other.txt")
    found = scores(KNOWN, says("gold 3", [citation]))
    assert (found["citation_precision"], found["citation_recall"], found["accuracy"]) == (0, 0, 0)


def test_citation_recall_is_of_each_evidence_and_any_one_of_its_places_will_do() -> None:
    question = replace(KNOWN, evidence=(evidence(3, 5), evidence(6), evidence(7)), gains=(1, 1, 1))
    found = scores(question, says("gold 3", [gold_span(5), gold_span(3), gold_span(6)]))
    assert found["citation_recall"] == pytest.approx(2 / 3)
    assert found["citation_precision"] == 1


def test_scoring_alters_neither_question_nor_prediction() -> None:
    prediction = predicted(KNOWN, right(3))
    copy = predicted(KNOWN, right(3))
    score(KNOWN, prediction, answered=False)
    outcome(KNOWN, prediction)
    assert prediction == copy


def test_only_what_there_is_gold_for_is_scored() -> None:
    always = {"best_confidence", "total_ms"}
    words = {"exact_match", "f1"}
    places = {
        "recall@1", "recall@5", "recall@10", "recall@20", "mrr", "ndcg@10", "citation_precision",
        "citation_recall",
    }  # fmt: skip
    grades = {"accuracy", "confidence", "wrong", "abstained", "unanswerable"}
    exact = {"citation_exactness"}
    assert set(scores(NO_GOLD, right(3))) == always | exact
    assert set(scores(BY_ANSWERS, right(3))) == always | exact | words | grades | {"over_refusal"}
    assert set(scores(BY_EVIDENCE, right(3))) == always | exact | places | grades | {"over_refusal"}
    assert set(scores(unanswerable(3), right(3))) == (
        always | exact | words | grades | {"abstention_recall", "false_answers"}
    )


def test_evidence_without_a_place_yet_agrees_with_nothing() -> None:
    question = replace(BY_EVIDENCE, evidence=(Evidence(DOCUMENT, quote="0"),), gains=())
    found = scores(question, right(3))
    assert (found["recall@20"], found["ndcg@10"], found["citation_recall"]) == (0, 0, 0)
