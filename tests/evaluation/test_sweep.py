from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from footnote.evaluation.questions import Question
from footnote.evaluation.scoring import Prediction
from footnote.evaluation.sweep import SWEPT, THRESHOLDS, Setting, sweep_threshold
from footnote.evaluation.table import tabulate
from footnote.records import Answer
from tests.evaluation.theory import (
    answerable,
    predicted,
    right,
    says,
    silent,
    unanswerable,
    values,
    wrong,
)

Asked = list[tuple[Question, Answer]]


def mixed() -> Asked:
    """Return answers of all kinds, many of them exactly as sure as a threshold asks."""
    rng = np.random.default_rng(12)
    asked: Asked = []
    for at in range(36):
        question = unanswerable(at) if at % 3 == 2 else answerable(at)
        confidence = float(np.round(rng.random(), 2 if at % 2 else 6))
        asked.append((question, (right if rng.random() < 0.6 else wrong)(at, confidence)))
    extra = [
        (answerable(36), right(36, confidence=0.0)),
        (answerable(37), right(37, confidence=1.0)),
        (answerable(38), silent([38])),
        (unanswerable(39), silent()),
        (answerable(40), replace(silent(), status="clarify", confidence=0.8)),
        (unanswerable(41), replace(silent(), status="about", confidence=1.0)),
        (unanswerable(42), says("the", confidence=0.4)),
        (Question("43", "Is nothing known?"), wrong(3, 0.6)),
        (replace(answerable(5), id="44", evidence=()), right(5, 0.29)),
        (replace(answerable(6), id="45", answers=()), right(6, 0.57)),
    ]
    return asked + extra


def run(asked: Asked, threshold: float) -> tuple[list[Question], list[Prediction]]:
    return (
        [question for question, _ in asked],
        [predicted(question, answer, threshold) for question, answer in asked],
    )


def swept(asked: Asked, threshold: float = 0.5) -> list[Setting]:
    return sweep_threshold(*run(asked, threshold))


def test_each_setting_is_what_a_run_with_that_threshold_is_scored() -> None:
    asked = mixed()
    settings = swept(asked)
    assert [setting.threshold for setting in settings] == list(THRESHOLDS)
    for setting in settings:
        questions, predictions = run(asked, setting.threshold)
        found = values(tabulate(questions, predictions).columns)
        expected = {name: found[name] for name in SWEPT if name in found}
        assert setting.metrics == pytest.approx(expected, abs=1e-12), setting.threshold
        answered = sum(each["status"] == "answered" for each in predictions)
        assert setting.answered == pytest.approx(answered / len(asked)), setting.threshold


@pytest.mark.parametrize("threshold", [0.0, 0.37, 1.0])
def test_the_threshold_that_a_run_had_does_not_matter(threshold: float) -> None:
    assert swept(mixed(), threshold) == swept(mixed(), 0.5)


def test_the_thresholds_are_the_hundredths_from_0_to_1() -> None:
    assert tuple(float(f"{step / 100:.2f}") for step in range(101)) == THRESHOLDS


def test_a_higher_threshold_answers_less_refuses_more_and_answers_falsely_less() -> None:
    settings = swept(mixed())
    for name, sign in (("over_refusal", 1), ("false_answers", -1), ("citation_recall", -1)):
        line = [sign * setting.metrics[name] for setting in settings]
        assert line == sorted(line), name
    answered = [setting.answered for setting in settings]
    assert answered == sorted(answered, reverse=True)
    assert answered[0] > 0.8 > answered[50] > answered[100] > 0


def test_confidence_that_tells_right_from_wrong_has_a_threshold_that_is_perfect() -> None:
    asked: Asked = [(answerable(at), right(at, 0.7)) for at in range(6)]
    asked += [(unanswerable(at), wrong(at, 0.3)) for at in range(6, 10)]
    by_threshold = {setting.threshold: setting for setting in swept(asked)}
    for threshold, setting in by_threshold.items():
        sure = (threshold <= 0.7) * 6
        guessed = (threshold <= 0.3) * 4
        assert setting.answered == pytest.approx((sure + guessed) / 10)
        assert setting.metrics["accuracy"] == pytest.approx((sure + 4 - guessed) / 10)
        assert setting.metrics["over_refusal"] == pytest.approx(1 - sure / 6)
        assert setting.metrics["false_answers"] == pytest.approx(guessed / 4)
    assert by_threshold[0.31].metrics["accuracy"] == by_threshold[0.7].metrics["accuracy"] == 1


def metrics_at(asked: Sequence[tuple[Question, Answer]], threshold: float) -> dict[str, float]:
    return next(each for each in swept(list(asked)) if each.threshold == threshold).metrics


def test_metrics_without_gold_or_answers_are_left_out() -> None:
    only_words: Asked = [(replace(answerable(1), evidence=()), right(1, 0.6))]
    assert {"accuracy", "exact_match", "f1"} <= set(metrics_at(only_words, 0.6))
    assert not {"citation_precision", "citation_recall", "false_answers"} & set(
        metrics_at(only_words, 0.6)
    )
    both: Asked = [(answerable(1), right(1, 0.6))]
    assert "citation_precision" in metrics_at(both, 0.6)
    assert "citation_precision" not in metrics_at(both, 0.61)
    assert metrics_at(both, 0.61)["citation_recall"] == 0
