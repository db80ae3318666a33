"""Intervals and paired permutation tests, by scipy.

Efron and Tibshirani (1993), An Introduction to the Bootstrap; Smucker, Allan and Carterette
(2007), A Comparison of Statistical Significance Tests for Information Retrieval Evaluation.
All draws are seeded, so that the same columns give the same figures.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap, permutation_test

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

RESAMPLES = 2000
PERMUTATIONS = 1999
# Numbers drawn at once: memory stays the same however many questions there are.
_AT_ONCE = 500_000


def share_interval(values: Array, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of the share of ones, (n,) of 0 and 1 (Wilson, 1927).

    Where nearly all values are alike a bootstrap's interval is far too short: of twenty ones it
    is 1 to 1.
    """
    found = binomtest(int(values.sum()), len(values)).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def bootstrap_interval(
    statistic: Callable[..., Array], columns: Sequence[Array], level: float = 0.95
) -> tuple[float | None, float | None]:
    """Return the percentile interval of a statistic of columns, (n,) each, over questions.

    None and None for a single question, which tells nothing of others.
    """
    n = len(columns[0])
    if n < 2:
        return None, None
    at = np.arange(n)

    # scipy names the axis; it is always the last.
    def of_sample(chosen: Numbers, axis: int = -1) -> Array:
        return statistic(*(column[chosen] for column in columns))

    result = bootstrap(
        (at,),
        of_sample,
        n_resamples=RESAMPLES,
        batch=max(1, _AT_ONCE // n),
        vectorized=True,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def paired_p_value(
    statistic: Callable[..., Array], ours: Sequence[Array], theirs: Sequence[Array]
) -> float:
    """Return the two-sided p of a statistic's difference between two runs of the same questions.

    Under the null hypothesis it is by chance which run gave which of a question's two results;
    they are swapped at random, question by question.
    """
    n = len(ours[0])
    if n < 2:
        return 1.0  # swapped or not, one pair differs by as much
    both = [np.concatenate(pair) for pair in zip(ours, theirs, strict=True)]

    def difference(one: Numbers, other: Numbers, axis: int = -1) -> Array:
        return statistic(*(c[one] for c in both)) - statistic(*(c[other] for c in both))

    result = permutation_test(
        (np.arange(n), np.arange(n) + n),
        difference,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=max(1, _AT_ONCE // n),
        vectorized=True,
        rng=np.random.default_rng(0),
    )
    return float(result.pvalue)
