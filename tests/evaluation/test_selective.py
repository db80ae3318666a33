import itertools
import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from footnote.evaluation.selective import BINS, aurc, ece, reliability, risks

Array = NDArray[np.float64]
Answers = list[tuple[float, float]]

answers = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.sampled_from([0.0, 1.0])),
    min_size=1,
    max_size=6,
)
any_answers = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1, max_size=40
)


def columns(of: Sequence[tuple[float, float]]) -> tuple[Array, Array]:
    confidence, wrong = zip(*of, strict=True)
    return np.array(confidence), np.array(wrong)


def curve_over_all_orders(of: Answers) -> list[float]:
    """Return the mean risk at each coverage over every order that confidence allows."""
    curves = []
    for order in itertools.permutations(of):
        if all(one[0] >= other[0] for one, other in itertools.pairwise(order)):
            errors = list(itertools.accumulate(wrong for _, wrong in order))
            curves.append([count / k for k, count in enumerate(errors, start=1)])
    return [sum(column) / len(curves) for column in zip(*curves, strict=True)]


def ece_by_a_loop(of: Answers, bins: int) -> float:
    total = 0.0
    for each in range(bins):
        within = [
            (sure, wrong)
            for sure, wrong in of
            if math.floor(sure * bins) == each or (sure == 1 and each == bins - 1)
        ]
        if within:
            accuracy = sum(1 - wrong for _, wrong in within) / len(within)
            confidence = sum(sure for sure, _ in within) / len(within)
            total += len(within) / len(of) * abs(accuracy - confidence)
    return total


@settings(deadline=None, derandomize=True)
@given(answers)
def test_risk_among_equals_is_the_mean_over_every_order_of_them(of: Answers) -> None:
    expected = curve_over_all_orders(of)
    assert risks(*columns(of)) == pytest.approx(expected)
    assert float(aurc(*columns(of))) == pytest.approx(sum(expected) / len(expected))


@settings(deadline=None, derandomize=True)
@given(any_answers, st.randoms())
def test_aurc_and_ece_do_not_hang_on_the_order_of_the_questions(
    of: Answers, rng: random.Random
) -> None:
    moved = rng.sample(of, len(of))
    assert float(aurc(*columns(moved))) == pytest.approx(float(aurc(*columns(of))))
    assert float(ece(*columns(moved))) == pytest.approx(float(ece(*columns(of))))


def test_aurc_is_0_for_never_wrong_and_1_for_always() -> None:
    confidence = np.linspace(0, 1, 17)
    assert aurc(confidence, np.zeros(17)) == 0
    assert aurc(confidence, np.ones(17)) == 1


def test_aurc_is_the_error_rate_where_confidence_is_constant() -> None:
    wrong = np.array([1, 0, 0, 1, 0, 0, 0])
    assert risks(np.full(7, 0.3), wrong) == pytest.approx(np.full(7, 2 / 7))
    assert float(aurc(np.full(7, 0.3), wrong)) == pytest.approx(2 / 7)


@pytest.mark.parametrize(("n", "errors"), [(10, 3), (5, 1), (8, 8)])
def test_the_least_aurc_has_every_error_last_and_the_greatest_has_them_first(
    n: int, errors: int
) -> None:
    confidence = np.linspace(1, 0, n)
    right = n - errors
    last = np.concatenate([np.zeros(right), np.ones(errors)])
    least = sum(each / (right + each) for each in range(1, errors + 1)) / n
    greatest = (errors + sum(errors / k for k in range(errors + 1, n + 1))) / n
    assert float(aurc(confidence, last)) == pytest.approx(least)
    assert float(aurc(confidence, last[::-1])) == pytest.approx(greatest)


def test_a_random_confidence_gives_the_error_rate_in_expectation() -> None:
    rng = np.random.default_rng(4)
    wrong = np.broadcast_to(np.arange(50) < 15, (2_000, 50)).astype(float)
    areas = aurc(rng.random((2_000, 50)), wrong)
    assert abs(areas.mean() - 15 / 50) < 4 * areas.std() / math.sqrt(2_000)
    assert areas.std() / math.sqrt(2_000) < 0.005


@settings(deadline=None, derandomize=True)
@given(any_answers, st.integers(1, 20))
def test_ece_is_what_a_plain_loop_gives(of: Answers, bins: int) -> None:
    assert float(ece(*columns(of), bins=bins)) == pytest.approx(ece_by_a_loop(of, bins))


def test_ece_is_small_for_a_calibrated_confidence_and_the_gap_for_another() -> None:
    rng = np.random.default_rng(5)
    n = 20_000
    sure = rng.random(n)
    wrong = (rng.random(n) >= sure).astype(float)
    # A bin's gap is about normal: its mean size is sqrt(2/pi) of its standard deviation.
    by_bin = [sure[(sure * BINS).astype(int) == each] for each in range(BINS)]
    expected = sum(math.sqrt(2 / math.pi * (p * (1 - p)).sum()) for p in by_bin) / n
    assert 0.5 * expected < float(ece(sure, wrong)) < 1.5 * expected < 0.02
    assert float(ece(np.full(10, 0.9), np.array([1.0] * 4 + [0.0] * 6))) == pytest.approx(0.3)
    assert float(ece(np.ones(8), np.zeros(8))) == 0
    assert float(ece(np.ones(8), np.ones(8))) == 1


def test_rows_of_a_batch_are_what_each_gives_alone() -> None:
    rng = np.random.default_rng(6)
    confidence = np.round(rng.random((3, 40, 25)), 1)
    wrong = (rng.random((3, 40, 25)) < 0.4).astype(float)
    for measure in (risks, aurc, ece):
        alone = [
            measure(one, other)
            for one, other in zip(confidence.reshape(-1, 25), wrong.reshape(-1, 25), strict=True)
        ]
        batched = measure(confidence, wrong)
        assert batched.shape[:2] == (3, 40)
        np.testing.assert_allclose(batched.reshape(120, -1), np.array(alone).reshape(120, -1))


@settings(deadline=None, derandomize=True)
@given(any_answers)
def test_reliability_bins_hold_every_answer_once_and_add_up_to_ece(of: Answers) -> None:
    confidence, wrong = columns(of)
    bins = reliability(confidence, wrong)
    n = len(of)
    assert sum(each.n for each in bins) == n
    assert all(each.n > 0 and each.low < each.high for each in bins)
    assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in bins)
    assert [each.low for each in bins] == sorted({each.low for each in bins})
    assert sum(each.n * each.right for each in bins) == pytest.approx(n - wrong.sum())
    assert sum(each.n * each.confidence for each in bins) == pytest.approx(confidence.sum())
    gaps = sum(each.n / n * abs(each.right - each.confidence) for each in bins)
    assert gaps == pytest.approx(float(ece(confidence, wrong)))


def test_certainty_falls_in_the_last_bin() -> None:
    (only,) = reliability(np.ones(3), np.array([0.0, 0.0, 1.0]))
    assert (only.low, only.high, only.n) == ((BINS - 1) / BINS, 1, 3)
    assert only.right == pytest.approx(2 / 3)
