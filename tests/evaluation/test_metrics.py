import math
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from footnote.evaluation.metrics import METRICS, TIMED, measure
from footnote.evaluation.questions import Question
from footnote.evaluation.table import Table, measure_by, tabulate, tabulate_both
from footnote.records import Answer, Writing
from tests.evaluation.theory import (
    PASSAGES,
    answerable,
    predicted,
    right,
    says,
    silent,
    unanswerable,
    values,
    wrong,
)

DESIGNED = (
    "exact_match f1 recall@1 recall@5 recall@10 recall@20 mrr ndcg@10 citation_exactness "
    "citation_precision citation_recall abstention_precision abstention_recall abstention_f1 "
    "over_refusal false_answers aurc ece latency_p50_ms latency_p95_ms questions_per_second"
).split()
GAINS = (
    "accuracy exact_match f1 recall@1 recall@5 recall@10 recall@20 mrr ndcg@10 "
    "citation_exactness citation_precision citation_recall abstention_precision "
    "abstention_recall abstention_f1"
).split()
LOSSES = ["over_refusal", "false_answers", "aurc", "ece"]
COSTS = ["fell_back", "dropped_sentences", "marked_sentences", "tokens_in", "tokens_out"]

ANSWERABLE, UNANSWERABLE = 12, 8
N = ANSWERABLE + UNANSWERABLE
QUESTIONS = [*map(answerable, range(ANSWERABLE)), *map(unanswerable, range(ANSWERABLE, N))]


def table_of(
    answers: Sequence[Answer], questions: Sequence[Question] = QUESTIONS, threshold: float = 0.5
) -> Table:
    pairs = zip(questions, answers, strict=True)
    return tabulate(questions, [predicted(q, a, threshold) for q, a in pairs])


def of(answers: Sequence[Answer]) -> dict[str, float]:
    return values(table_of(answers).columns)


def test_the_registry_has_every_metric_of_the_design() -> None:
    assert set(DESIGNED) <= set(METRICS)
    assert all(name == metric.name for name, metric in METRICS.items())
    assert all(metric.definition for metric in METRICS.values())
    assert {"latency_p50_ms", "latency_p95_ms", "questions_per_second"} <= set(TIMED)


def test_which_way_is_better_is_told_of_each_metric() -> None:
    for name, metric in METRICS.items():
        lower = name in (*LOSSES, *COSTS) or name.startswith("latency")
        assert metric.higher_is_better is not lower, name


def test_a_perfect_system_reaches_the_best_of_every_metric() -> None:
    answers = [right(at) if at < ANSWERABLE else silent() for at in range(N)]
    found = measure(table_of(answers).columns)
    for name in GAINS:
        assert (found[name].value, found[name].high) == (1, 1), name
    for name in LOSSES:
        assert (found[name].value, found[name].low) == (0, 0), name
    assert table_of(answers).outcomes == (
        ["right answer"] * ANSWERABLE + ["right silence"] * UNANSWERABLE
    )


def test_a_perfect_system_that_withholds_wrong_answers_has_the_least_aurc() -> None:
    answers = [right(at, 0.9) if at < ANSWERABLE else wrong(at, 0.1) for at in range(N)]
    found = of(answers)
    assert found["accuracy"] == found["abstention_f1"] == 1
    least = sum(each / (ANSWERABLE + each) for each in range(1, UNANSWERABLE + 1)) / N
    assert found["aurc"] == pytest.approx(least)
    assert found["ece"] == pytest.approx(0.1)


def test_an_always_silent_system_is_as_good_as_the_share_of_unanswerable() -> None:
    table = table_of([silent()] * N)
    found = values(table.columns)
    share = UNANSWERABLE / N
    for name in ("accuracy", "exact_match", "f1", "abstention_precision"):
        assert found[name] == pytest.approx(share), name
    assert found["over_refusal"] == found["abstention_recall"] == 1
    assert found["abstention_f1"] == pytest.approx(2 * share * 1 / (share + 1))
    assert found["citation_recall"] == found["recall@20"] == found["mrr"] == 0
    assert found["false_answers"] == 0
    assert not {"citation_exactness", "citation_precision", "aurc", "ece"} & set(found)
    assert table.outcomes == ["over-refusal"] * ANSWERABLE + ["right silence"] * UNANSWERABLE


def test_a_system_that_always_answers_wrong_and_surely() -> None:
    table = table_of([wrong(at) for at in range(N)])
    found = values(table.columns)
    for name in ("accuracy", "exact_match", "f1", "citation_precision", "citation_recall"):
        assert found[name] == 0, name
    assert found["over_refusal"] == found["abstention_recall"] == found["abstention_f1"] == 0
    assert found["false_answers"] == found["aurc"] == found["ece"] == 1
    assert found["citation_exactness"] == 1
    assert (found["recall@1"], found["recall@5"], found["mrr"]) == (0, 1, 1 / 2)
    assert "abstention_precision" not in found
    assert table.outcomes == ["wrong answer"] * ANSWERABLE + ["false answer"] * UNANSWERABLE


def test_a_random_ranking_gets_its_expectation() -> None:
    # Each rank comes once: the mean is the expectation.
    n = PASSAGES
    questions = [answerable(at) for at in range(n)]
    answers = []
    for at in range(n):
        others = [each for each in range(n) if each != at]
        answers.append(silent([*others[:at], at, *others[at:]]))
    found = values(table_of(answers, questions).columns)
    for k in (1, 5, 10, 20):
        assert found[f"recall@{k}"] == pytest.approx(k / n)
    assert found["mrr"] == pytest.approx(sum(1 / rank for rank in range(1, n + 1)) / n)
    gains = sum(1 / math.log2(rank + 1) for rank in range(1, 11))
    assert found["ndcg@10"] == pytest.approx(gains / n)


def test_a_system_that_throws_dice_gets_its_expectation() -> None:
    rng = random.Random(11)
    n, share, picks, speaks = 1_500, 0.6, 0.25, 0.7
    questions, answers = [], []
    for at in range(n):
        known = rng.random() < share
        questions.append(
            replace(answerable(at % PASSAGES) if known else unanswerable(at), id=str(at))
        )
        guess = right if rng.random() < picks else wrong
        # It speaks at 0.5; above and below it the confidence says nothing either.
        confidence = rng.uniform(0.5, 1) if rng.random() < speaks else rng.uniform(0, 0.49)
        answers.append(guess(at % PASSAGES, confidence))
    found = values(table_of(answers, questions).columns)
    quiet = 1 - speaks
    expected = {
        "accuracy": share * speaks * picks + (1 - share) * quiet,
        "exact_match": share * speaks * picks + (1 - share) * quiet,
        "citation_precision": picks,
        "citation_recall": speaks * picks,
        "recall@1": picks,
        "mrr": picks + (1 - picks) / 2,
        "abstention_precision": 1 - share,
        "abstention_recall": quiet,
        "abstention_f1": 2 * (1 - share) * quiet / (1 - share + quiet),
        "over_refusal": quiet,
        "false_answers": speaks,
        "aurc": 1 - share * picks,
    }
    # 4 standard errors of a share over the fewest questions that any of them is of.
    tolerance = 4 * math.sqrt(0.25 / (n * quiet))
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=tolerance)


def test_a_language_models_sentences_are_counted_where_one_was_asked() -> None:
    wrote = replace(right(0), mode="generated", writing=Writing(900, 60, 3, 1, 0))
    failed = replace(right(1), writing=Writing(700, 0, failure="time"))
    answers = [wrote, failed, *map(right, range(2, ANSWERABLE))]
    found = measure(table_of(answers, QUESTIONS[:ANSWERABLE]).columns)
    expected = {
        "generated": (1 / 2, 2),
        "fell_back": (1 / 2, 2),
        "supported_sentences": (3 / 4, 1),
        "dropped_sentences": (1 / 4, 1),
        "marked_sentences": (0, 1),
        "tokens_in": (800, 2),
        "tokens_out": (30, 2),
    }
    assert {name: (found[name].value, found[name].n) for name in expected} == expected
    without = measure(table_of([*map(right, range(4))], QUESTIONS[:4]).columns)
    assert not set(expected) & set(without)


def test_metrics_without_gold_are_left_out() -> None:
    asked = [Question(str(at), "What?") for at in range(4)]
    found = measure(table_of([right(at) for at in range(4)], asked).columns)
    assert set(found) == {
        "citation_exactness", "latency_p50_ms", "latency_p95_ms", "questions_per_second",
    }  # fmt: skip
    places = {name for name in METRICS if name.startswith(("recall", "mrr", "ndcg"))}
    by_words = [replace(answerable(at), evidence=()) for at in range(4)]
    found = measure(table_of([right(at) for at in range(4)], by_words).columns)
    assert not (places | {"citation_precision", "citation_recall"}) & set(found)
    assert {"exact_match", "f1", "accuracy"} <= set(found)
    by_place = [replace(answerable(at), answers=()) for at in range(4)]
    found = measure(table_of([right(at) for at in range(4)], by_place).columns)
    assert not {"exact_match", "f1", "abstention_recall", "false_answers"} & set(found)
    assert places | {"citation_precision", "citation_recall", "accuracy"} <= set(found)


def test_abstention_f1_is_left_out_where_no_question_is_known_to_be_unanswerable() -> None:
    questions = [answerable(at) for at in range(4)]
    found = measure(table_of([right(at) for at in range(4)], questions).columns)
    assert "abstention_recall" not in found
    assert "abstention_f1" not in found


def test_a_metric_is_over_the_questions_to_which_it_applies() -> None:
    answers = [right(0), *[silent()] * (ANSWERABLE - 1), *[wrong(9)] * UNANSWERABLE]
    found = measure(table_of(answers).columns)
    assert found["over_refusal"].n == ANSWERABLE
    assert found["over_refusal"].value == pytest.approx((ANSWERABLE - 1) / ANSWERABLE)
    assert found["false_answers"].n == UNANSWERABLE
    assert (found["citation_precision"].n, found["citation_precision"].value) == (1, 1)
    assert found["citation_precision"].low == pytest.approx(1 / (1 + 1.959964**2))
    assert found["citation_exactness"].n == 1 + UNANSWERABLE
    assert (found["abstention_precision"].n, found["abstention_precision"].value) == (11, 0)
    assert found["aurc"].n == 1 + UNANSWERABLE
    assert found["accuracy"].n == found["f1"].n == N


def test_a_question_without_one_of_a_metrics_columns_is_left_out_of_all() -> None:
    nan = float("nan")
    columns = {"confidence": np.array([0.1, nan, 0.3, nan]), "wrong": np.array([1, 0, nan, nan])}
    confidence, wrong_ones = METRICS["aurc"].of(columns)
    assert (confidence.tolist(), wrong_ones.tolist()) == ([0.1], [1])
    assert [len(each) for each in METRICS["aurc"].of({"wrong": columns["wrong"]})] == [0, 0]


def test_latencies_are_numpys_quantiles_and_throughput_is_over_their_sum() -> None:
    total = [3.0, 1.0, 10.0, 2.0, 4.0]
    answers = [
        says("", timings_ms={"total": ms, "retrieve": ms / 2, "read": ms / 4}) for ms in total
    ]
    found = values(table_of(answers, [Question(str(at), "?") for at in range(5)]).columns)
    assert found["latency_p50_ms"] == 3
    # Of 5 values the 95th percentile lies 0.8 of the way from the 4th to the 5th.
    assert found["latency_p95_ms"] == pytest.approx(4 + 0.8 * (10 - 4))
    assert found["latency_retrieve_p50_ms"] == 3 / 2
    assert found["latency_read_p95_ms"] == pytest.approx((4 + 0.8 * 6) / 4)
    assert found["questions_per_second"] == pytest.approx(5 / (sum(total) / 1000))


def test_an_interval_holds_its_value() -> None:
    answers = [right(at, 0.9) if at % 3 else wrong(at, 0.2 + at / 50) for at in range(N)]
    for name, each in measure(table_of(answers).columns).items():
        assert each.low is not None, name
        assert each.high is not None, name
        assert each.low <= each.high, name
        # Calibration error is biased upwards by resampling, as it is by few questions.
        assert each.low <= each.value <= each.high or name == "ece", name


def test_questions_are_measured_by_what_tells_them_apart() -> None:
    questions = [
        replace(answerable(0), text="When was it?", tags=("old", "short")),
        replace(answerable(1), text="Was it?", tags=("old",)),
        replace(unanswerable(2), document="other.txt"),
    ]
    table = table_of([right(0), wrong(1), silent()], questions)
    by = measure_by(questions, table.columns)
    accuracy = {
        field: {value: (of["accuracy"].value, of["accuracy"].n) for value, of in groups.items()}
        for field, groups in by.items()
    }
    assert accuracy == {
        "tag": {"old": (1 / 2, 2), "short": (1, 1)},
        "document": {"d.txt": (1 / 2, 2), "other.txt": (1, 1)},
        "question_word": {"what": (1, 1), "when": (1, 1), "yes/no": (0, 1)},
        "answerable": {"false": (1, 1), "true": (1 / 2, 2)},
    }
    whole = measure(table.columns)["accuracy"]
    parts = by["answerable"].values()
    assert whole.value == pytest.approx(
        sum(part["accuracy"].value * part["accuracy"].n for part in parts) / whole.n
    )


def test_a_row_that_was_answered_or_not_is_the_same_in_both_tables() -> None:
    answers = [right(at, at / N) if at % 2 else wrong(at, at / N) for at in range(N)]
    predictions = [predicted(q, a) for q, a in zip(QUESTIONS, answers, strict=True)]
    table = tabulate(QUESTIONS, predictions)
    given, none = tabulate_both(QUESTIONS, predictions)
    said = np.array([each["status"] == "answered" for each in predictions])
    assert 0 < said.sum() < N
    for name, column in table.columns.items():
        np.testing.assert_array_equal(column, np.where(said, given[name], none[name]), name)


def test_questions_and_predictions_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="shorter"):
        tabulate(QUESTIONS, [predicted(QUESTIONS[0], silent())])


def test_measuring_alters_no_column() -> None:
    columns = table_of([right(at, 0.7) for at in range(N)]).columns
    before = {name: column.copy() for name, column in columns.items()}
    measure(columns)
    for name, column in columns.items():
        np.testing.assert_array_equal(column, before[name])
