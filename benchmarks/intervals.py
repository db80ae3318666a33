"""How often intervals hold the true value: three bootstraps, and Wilson's for shares.

Usage: python -m benchmarks.intervals [--repetitions N]

Simulated questions: right with a probability p, or an F1 that is 0, 1 or between. The nominal
rate is 0.95.
"""

import argparse
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from footnote.evaluation.intervals import RESAMPLES, share_interval

Sampler = Callable[[np.random.Generator, int], NDArray[np.float64]]
METHODS = ("percentile", "basic", "BCa")
WILSON = "Wilson"


def proportion(p: float) -> Sampler:
    """Return a sampler of answers that are right with probability p."""
    return lambda rng, n: (rng.random(n) < p).astype(float)


def f1(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Sample scores of which a third are 0, a third 1 and a third evenly between."""
    return np.clip(rng.uniform(-1, 2, n), 0, 1)


KINDS: dict[str, tuple[Sampler, float]] = {
    "p = 0.7": (proportion(0.7), 0.7),
    "p = 0.95": (proportion(0.95), 0.95),
    "F1-like": (f1, 0.5),
}


def coverage(sample: Sampler, true: float, n: int, method: str, repetitions: int) -> float:
    """Return the share of intervals that hold the true mean; one without ends does not."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(repetitions):
        values = sample(rng, n)
        if method == WILSON:
            low, high = share_interval(values)
        else:
            low, high = _bootstrapped(values, method, rng)
        held += low <= true <= high
    return held / repetitions


def _bootstrapped(
    values: NDArray[np.float64], method: str, rng: np.random.Generator
) -> tuple[float, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # BCa has no interval where all values are equal
        result = bootstrap((values,), np.mean, n_resamples=RESAMPLES, method=method, rng=rng)
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1000)
    repetitions = parser.parse_args().repetitions
    print("| data | n | " + " | ".join((*METHODS, WILSON)) + " |")
    print("|---|---|" + "---|" * (len(METHODS) + 1))
    for name, (sample, true) in KINDS.items():
        for n in (20, 50, 200):
            methods = METHODS if sample is f1 else (*METHODS, WILSON)
            rates = [coverage(sample, true, n, method, repetitions) for method in methods]
            print(f"| {name} | {n} | " + " | ".join(f"{rate:.3f}" for rate in rates) + " |")


if __name__ == "__main__":
    main()
