"""How often bootstrap intervals hold the true value: percentile, basic and BCa beside each other.

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

from footnote.evaluation.intervals import RESAMPLES

Sampler = Callable[[np.random.Generator, int], NDArray[np.float64]]
METHODS = ("percentile", "basic", "BCa")


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # BCa has no interval where all values are equal
            low, high = bootstrap(
                (sample(rng, n),), np.mean, n_resamples=RESAMPLES, method=method, rng=rng
            ).confidence_interval
        held += low <= true <= high
    return held / repetitions


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1000)
    repetitions = parser.parse_args().repetitions
    print("| data | n | " + " | ".join(METHODS) + " |")
    print("|---|---|" + "---|" * len(METHODS))
    for name, (sample, true) in KINDS.items():
        for n in (20, 50, 200):
            rates = [coverage(sample, true, n, method, repetitions) for method in METHODS]
            print(f"| {name} | {n} | " + " | ".join(f"{rate:.3f}" for rate in rates) + " |")


if __name__ == "__main__":
    main()
