import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, kstest

from footnote.evaluation import intervals, selective
from footnote.evaluation.intervals import bootstrap_interval, paired_p_value, share_interval
from footnote.evaluation.metrics import mean

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Array]

Z = 1.959964


def proportion(rng: np.random.Generator, n: int) -> Array:
    return (rng.random(n) < 0.7).astype(float)


def skewed(rng: np.random.Generator, n: int) -> Array:
    return rng.gamma(2.0, 0.5, n)


def covered(draw: Draw, truth: float, n: int, repetitions: int) -> float:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(repetitions):
        low, high = bootstrap_interval(mean, [draw(rng, n)])
        assert low is not None
        assert high is not None
        hits += low <= truth <= high
    return hits / repetitions


def chance(rate: float, repetitions: int) -> tuple[float, float]:
    """Return between what shares something of this rate comes, but for 1 time in 1,000."""
    low, high = binom.interval(0.999, repetitions, rate)
    return float(low) / repetitions, float(high) / repetitions


@pytest.mark.parametrize(("draw", "truth"), [(proportion, 0.7), (skewed, 2.0 * 0.5)])
def test_95_of_100_intervals_cover_the_truth(draw: Draw, truth: float) -> None:
    low, high = chance(0.95, 300)
    assert low > 0.9
    assert low <= covered(draw, truth, n=100, repetitions=300) <= high


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "truth"), [(proportion, 0.7), (skewed, 2.0 * 0.5)])
def test_95_of_100_intervals_cover_the_truth_closely(draw: Draw, truth: float) -> None:
    # Percentile intervals are a little narrow at this n, which 3,000 repetitions tell.
    low, high = chance(0.95, 3_000)
    assert low - 0.01 <= covered(draw, truth, n=100, repetitions=3_000) <= high


def test_the_interval_of_a_mean_is_about_the_normal_one() -> None:
    values = skewed(np.random.default_rng(2), 400)
    half = Z * values.std() / np.sqrt(400)
    low, high = bootstrap_interval(mean, [values])
    assert low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_a_higher_level_gives_a_wider_interval() -> None:
    values = skewed(np.random.default_rng(2), 50)
    (low, high), (lower, higher) = (bootstrap_interval(mean, [values], p) for p in (0.8, 0.99))
    assert low is not None
    assert high is not None
    assert lower is not None
    assert higher is not None
    assert lower < low < high < higher


def test_columns_are_resampled_together() -> None:
    # Each question's two values sum to 1, so that every resample's do.
    one = skewed(np.random.default_rng(3), 30)
    assert bootstrap_interval(lambda a, b: mean(a) + mean(b), [one, 1 - one]) == pytest.approx(
        (1, 1)
    )


def test_one_question_tells_nothing_of_others() -> None:
    assert bootstrap_interval(mean, [np.ones(1)]) == (None, None)


def test_questions_that_are_all_alike_leave_no_doubt() -> None:
    assert bootstrap_interval(mean, [np.full(9, 0.25)]) == (0.25, 0.25)


@pytest.mark.parametrize("at_once", [1, 1_000, 10_000_000])
def test_the_same_columns_give_the_same_figures_however_many_are_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    rng = np.random.default_rng(4)
    confidence, wrong = rng.random(40), (rng.random(40) < 0.4).astype(float)
    other = [np.round(confidence, 1), (rng.random(40) < 0.3).astype(float)]

    def figures() -> tuple[object, ...]:
        return (
            bootstrap_interval(selective.aurc, [confidence, wrong]),
            bootstrap_interval(mean, [wrong]),
            paired_p_value(selective.aurc, [confidence, wrong], other),
            paired_p_value(mean, [confidence], [wrong]),
        )

    before = figures()
    assert figures() == before
    monkeypatch.setattr(intervals, "_AT_ONCE", at_once)
    assert figures() == before


def p_over_all_swaps(ours: Array, theirs: Array) -> float:
    """Return twice the smaller tail over every way of swapping the questions' results."""
    observed = ours.mean() - theirs.mean()
    null = [
        float(np.where(swap, theirs, ours).mean() - np.where(swap, ours, theirs).mean())
        for swap in itertools.product([False, True], repeat=len(ours))
    ]
    tails = sum(d >= observed - 1e-12 for d in null), sum(d <= observed + 1e-12 for d in null)
    return float(min(1.0, 2 * min(tails) / len(null)))


def test_p_of_few_questions_is_that_of_every_swap() -> None:
    rng = np.random.default_rng(5)
    for n in (2, 5, 8, 10):
        ours, theirs = rng.integers(0, 4, n) / 3, rng.integers(0, 4, n) / 3
        expected = p_over_all_swaps(ours, theirs)
        assert paired_p_value(mean, [ours], [theirs]) == pytest.approx(expected)
        assert paired_p_value(mean, [theirs], [ours]) == pytest.approx(expected)


def test_all_better_has_the_least_p_there_is() -> None:
    ours, theirs = np.linspace(0.6, 1, 5), np.linspace(0, 0.4, 5)
    assert paired_p_value(mean, [ours], [theirs]) == pytest.approx(2 / 2**5)
    many = np.random.default_rng(6).random(200)
    assert paired_p_value(mean, [many + 1], [many]) == pytest.approx(
        2 / (intervals.PERMUTATIONS + 1)
    )


@pytest.mark.parametrize("n", [2, 5, 60])
def test_p_of_a_run_against_itself_is_one(n: int) -> None:
    values = np.random.default_rng(7).random(n)
    assert paired_p_value(mean, [values], [values]) == 1


def test_p_of_one_question_is_one_as_of_two_swaps_both_are_as_far() -> None:
    assert paired_p_value(mean, [np.ones(1)], [np.zeros(1)]) == 1


def test_p_is_uniform_where_only_chance_tells_two_runs_apart() -> None:
    rng = np.random.default_rng(8)
    # What a question gives is much the same in both runs, as it is in reality.
    pairs = [rng.random(50) + 0.1 * rng.standard_normal((2, 50)) for _ in range(300)]
    found = np.array([paired_p_value(mean, [one], [other]) for one, other in pairs])
    low, high = chance(0.05, 300)
    assert low <= (found < 0.05).mean() <= high
    assert kstest(found, "uniform").pvalue > 0.001


def test_p_is_small_for_a_steady_gain_that_questions_difficulty_hides() -> None:
    rng = np.random.default_rng(9)
    theirs = rng.random(50)
    ours = theirs + 0.05 + 0.05 * rng.standard_normal(50)
    assert paired_p_value(mean, [ours], [theirs]) < 0.01
    # Not paired, nothing would be seen.
    assert paired_p_value(mean, [ours], [rng.permutation(theirs)]) > 0.05


@pytest.mark.parametrize(("n", "p"), [(20, 0.95), (50, 0.98), (20, 0.5), (200, 0.99)])
def test_a_shares_interval_covers_near_its_ends_too(n: int, p: float) -> None:
    # By enumeration and not by simulation: each count of ones, with its probability.
    covered = sum(
        binom.pmf(ones, n, p)
        for ones in range(n + 1)
        for low, high in [share_interval(np.repeat([1.0, 0.0], [ones, n - ones]))]
        if low <= p <= high
    )
    assert 0.91 <= covered <= 0.99


def test_a_shares_interval_is_not_a_point_where_all_are_alike() -> None:
    assert share_interval(np.ones(20)) == pytest.approx((20 / (20 + 1.959964**2), 1))
    assert share_interval(np.zeros(20)) == pytest.approx((0, 1.959964**2 / (20 + 1.959964**2)))
