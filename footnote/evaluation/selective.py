"""Selective answering: risk against coverage, and whether confidence is what it says.

``confidence`` is (…, n) within 0..1, ``wrong`` (…, n) of 0 and 1; the last axis is questions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Guo et al. (2017), On Calibration of Modern Neural Networks, take 15.
BINS = 15


def risks(confidence: Array, wrong: Array) -> Array:
    """Return the share of wrong answers among the k surest, (…, n) for k = 1 to n.

    Where confidences are equal it is what a random order among them gives on average, so that
    it does not hang on the order of the file.
    """
    order = np.argsort(-confidence, axis=-1, kind="stable")
    sure = np.take_along_axis(confidence, order, -1)
    errors = np.cumsum(np.take_along_axis(wrong, order, -1), axis=-1)
    n = sure.shape[-1]
    at = np.broadcast_to(np.arange(n), sure.shape)
    differs = sure[..., 1:] != sure[..., :-1]
    edge = np.ones((*sure.shape[:-1], 1), dtype=bool)
    # The first and last place of each run of equal confidences.
    first = np.maximum.accumulate(np.where(np.concatenate([edge, differs], -1), at, 0), axis=-1)
    ends = np.where(np.concatenate([differs, edge], -1), at, n)
    last = np.flip(np.minimum.accumulate(np.flip(ends, -1), axis=-1), -1)
    after = np.take_along_axis(errors, last, -1)
    before = np.where(first > 0, np.take_along_axis(errors, np.maximum(first - 1, 0), -1), 0.0)
    share = (at - first + 1) / (last - first + 1)
    risk: Array = (before + (after - before) * share) / (at + 1)
    return risk


def aurc(confidence: Array, wrong: Array) -> Array:
    """Return the area under the risk-coverage curve (Geifman, Uziel and El-Yaniv, 2019).

    The mean of the risks at coverages 1/n to n/n: 0 for a system that is never wrong, the
    error rate for one whose confidence tells nothing.
    """
    area: Array = risks(confidence, wrong).mean(axis=-1)
    return area


def ece(confidence: Array, wrong: Array, bins: int = BINS) -> Array:
    """Return the expected calibration error over bins of equal width (Naeini et al., 2015).

    The mean over questions of how far their bin's share of right answers is from its mean
    confidence.
    """
    at = _bin_of(confidence, bins)
    gap = (1 - wrong) - confidence
    total = np.zeros(confidence.shape[:-1])
    for each in range(bins):
        total += np.abs(np.where(at == each, gap, 0.0).sum(axis=-1))
    return np.asarray(total / confidence.shape[-1])


def _bin_of(confidence: Array, bins: int) -> NDArray[np.int_]:
    at: NDArray[np.int_] = np.minimum((confidence * bins).astype(int), bins - 1)
    return at


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram: how sure the answers in it are, and how often right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


def reliability(confidence: Array, wrong: Array, bins: int = BINS) -> list[Bin]:
    """Return the bins that hold anything (DeGroot and Fienberg, 1983)."""
    at = _bin_of(confidence, bins)
    return [
        Bin(
            low=each / bins,
            high=(each + 1) / bins,
            n=int((at == each).sum()),
            confidence=float(confidence[at == each].mean()),
            right=float(1 - wrong[at == each].mean()),
        )
        for each in range(bins)
        if (at == each).any()
    ]
