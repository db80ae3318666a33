"""What each threshold would give, from one run: its best answers, given or withheld."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.evaluation.metrics import METRICS
from footnote.evaluation.questions import Question
from footnote.evaluation.scoring import BEST_CONFIDENCE, Prediction
from footnote.evaluation.table import tabulate_both

THRESHOLDS = tuple(round(step / 100, 2) for step in range(101))
SWEPT = (
    "accuracy", "exact_match", "f1", "citation_precision", "citation_recall", "abstention_f1",
    "over_refusal", "false_answers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """One threshold: the share of all questions answered with it, and the metrics."""

    threshold: float
    answered: float
    metrics: dict[str, float]


def sweep_threshold(
    questions: Sequence[Question], predictions: Iterable[Prediction]
) -> list[Setting]:
    """Return what each of ``THRESHOLDS`` gives; those are exact, and not interpolated.

    An engine answers where its confidence is at least the threshold, and its best answer does
    not depend on it.
    """
    given, silent = tabulate_both(questions, predictions)
    confidence = np.nan_to_num(given[BEST_CONFIDENCE], nan=-1.0)
    settings = []
    for threshold in THRESHOLDS:
        says = confidence >= threshold
        columns = {name: np.where(says, given[name], silent[name]) for name in given}
        metrics = {}
        for name in SWEPT:
            values = METRICS[name].of(columns)
            if len(values[0]):
                metrics[name] = float(METRICS[name].statistic(*values))
        settings.append(Setting(threshold, float(says.mean()), metrics))
    return settings
