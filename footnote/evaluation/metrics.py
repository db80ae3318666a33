"""Every metric: its name, what it is, which way is better, and how it comes from the columns.

One registry; the report, the comparison, the gates and the docs go by it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footnote.evaluation import selective
from footnote.evaluation.intervals import bootstrap_interval, share_interval
from footnote.evaluation.scoring import DEPTHS

Array = NDArray[np.float64]
# From columns (…, n) to (…): the last axis is questions.
Statistic = Callable[..., Array]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure over questions; ``columns`` are those of `scoring.score` that it is made of.

    ``gold``: a column that must have values too, though none enters; without it the metric
    would be of nothing.
    """

    name: str
    definition: str
    columns: tuple[str, ...]
    statistic: Statistic
    higher_is_better: bool = True
    gold: str | None = None

    def of(self, table: Mapping[str, Array]) -> tuple[Array, ...]:
        """Return its columns for the questions to which all of them apply, (n,) each."""
        needed = (*self.columns, *([self.gold] if self.gold else []))
        if any(name not in table or np.isnan(table[name]).all() for name in needed):
            return tuple(np.zeros(0) for _ in self.columns)
        columns = [table[name] for name in self.columns]
        applies = ~np.isnan(np.stack(columns)).any(axis=0)
        return tuple(column[applies] for column in columns)


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's value with its 95 % interval, None and None where n is too small for one."""

    value: float
    low: float | None
    high: float | None
    n: int


def measure(table: Mapping[str, Array]) -> dict[str, Measured]:
    """Return every metric that a table of columns, (n,) each, has the gold for."""
    measured = {}
    for metric in METRICS.values():
        columns = metric.of(table)
        n = len(columns[0])
        if n:
            low, high = _interval(metric, columns)
            measured[metric.name] = Measured(float(metric.statistic(*columns)), low, high, n)
    return measured


def _interval(metric: Metric, columns: tuple[Array, ...]) -> tuple[float | None, float | None]:
    if metric.statistic is mean and np.isin(columns[0], (0, 1)).all():
        return share_interval(columns[0])
    return bootstrap_interval(metric.statistic, columns)


def mean(values: Array) -> Array:
    """Return the mean over the questions that have a value, 0 where none has."""
    return np.asarray(np.nansum(values, axis=-1) / np.maximum(1, (~np.isnan(values)).sum(axis=-1)))


def abstention_f1(abstained: Array, unanswerable: Array) -> Array:
    """Return the harmonic mean of abstention's precision and recall; 0 where neither is."""
    both = (abstained * unanswerable).sum(axis=-1)
    total = abstained.sum(axis=-1) + unanswerable.sum(axis=-1)
    return np.asarray(2 * both / np.maximum(total, 1))


def questions_per_second(total_ms: Array) -> Array:
    """Return how many questions the engine answers in a second, one after the other."""
    return np.asarray(1000 / np.maximum(total_ms.mean(axis=-1), 1e-9))


def _quantile(q: float) -> Statistic:
    return lambda values: np.asarray(np.quantile(values, q, axis=-1))


def _mean_of(name: str, definition: str, higher_is_better: bool = True) -> Metric:
    return Metric(name, definition, (name,), mean, higher_is_better)


def _passages(k: int) -> str:
    return "passage" if k == 1 else f"{k} passages"


def _latency(stage: str, prefix: str, doing: str) -> list[Metric]:
    return [
        Metric(
            f"latency_{prefix}p{percent}_ms",
            f"{what} of the milliseconds to {doing} a question, asked one after the other",
            (f"{stage}_ms",),
            _quantile(percent / 100),
            higher_is_better=False,
        )
        for percent, what in ((50, "Median"), (95, "95th percentile"))
    ]


_ALL = [
    _mean_of("accuracy", "Share of questions rightly answered, or rightly met with silence"),
    _mean_of(
        "exact_match", "Share whose answer is a gold one (SQuAD 2.0; silence is the empty one)"
    ),
    _mean_of("f1", "Word overlap with the gold answer that agrees best (SQuAD 2.0)"),
    *(
        _mean_of(f"recall@{k}", f"Share of the gold evidence held by the first {_passages(k)}")
        for k in DEPTHS
    ),
    _mean_of("mrr", "1 / rank of the first passage with gold evidence, 0 without one"),
    _mean_of("ndcg@10", "Normalised discounted cumulative gain of the first 10 passages"),
    _mean_of("citation_exactness", "Share of citations whose quote is the document's text there"),
    _mean_of("citation_precision", "Share of an answer's citations that agree with gold evidence"),
    _mean_of("citation_recall", "Share of the gold evidence that a citation agrees with"),
    Metric(
        "abstention_precision",
        "Of the questions met with silence, the share unanswerable",
        ("abstention_precision",),
        mean,
        gold="abstention_recall",
    ),
    _mean_of("abstention_recall", "Of the unanswerable questions, the share met with silence"),
    Metric(
        "abstention_f1",
        "Harmonic mean of abstention precision and recall",
        ("abstained", "unanswerable"),
        abstention_f1,
        gold="abstention_recall",
    ),
    _mean_of("over_refusal", "Of the answerable questions, the share met with silence", False),
    _mean_of("false_answers", "Of the unanswerable questions, the share answered", False),
    Metric(
        "aurc",
        "Area under the risk-coverage curve of the best answers, given or withheld",
        ("confidence", "wrong"),
        selective.aurc,
        higher_is_better=False,
    ),
    Metric(
        "ece",
        f"Expected calibration error, {selective.BINS} bins; resampling draws its interval upwards",
        ("confidence", "wrong"),
        selective.ece,
        higher_is_better=False,
    ),
    _mean_of("generated", "Of the questions a language model was asked, the share it wrote on"),
    _mean_of("fell_back", "Of these, the share that came to the documents' own words", False),
    _mean_of("supported_sentences", "Share of its sentences that their citations support"),
    _mean_of("dropped_sentences", "Share of its sentences that were left out", False),
    _mean_of("marked_sentences", "Share of its sentences that were shown as unsupported", False),
    _mean_of("tokens_in", "Tokens that it read for a question", False),
    _mean_of("tokens_out", "Tokens that it wrote for a question", False),
    *_latency("total", "", "answer"),
    *_latency("retrieve", "retrieve_", "retrieve"),
    *_latency("read", "read_", "read"),
    *_latency("write", "write_", "write on"),
    Metric(
        "questions_per_second",
        "Questions that the engine answers in a second, asked one after the other",
        ("total_ms",),
        questions_per_second,
    ),
]
METRICS = {metric.name: metric for metric in _ALL}
# What a machine does beside them changes these between runs.
TIMED = tuple(name for name, each in METRICS.items() if each.columns[0].endswith("_ms"))
