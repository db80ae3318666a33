"""All that a run came to, and its JSON form: report.json."""

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from footnote.asks import EngineState
from footnote.evaluation.comparison import Comparison
from footnote.evaluation.gates import Gate
from footnote.evaluation.metrics import METRICS, Measured
from footnote.evaluation.questions import Question
from footnote.evaluation.run_files import Predictions
from footnote.evaluation.scoring import OUTCOMES
from footnote.evaluation.selective import Bin, reliability, risks
from footnote.evaluation.sweep import Setting
from footnote.evaluation.table import Table

# Points of a curve that is drawn; more cannot be told apart.
_POINTS = 200


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """With the surest ``coverage`` of the best answers given, the share of them that is wrong."""

    coverage: float
    risk: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Results:
    """A finished run. ``predictions`` are read from the disk, in the order of ``questions``."""

    state: EngineState
    questions: Sequence[Question]
    predictions: Predictions
    table: Table
    metrics: dict[str, Measured]
    by: dict[str, dict[str, dict[str, Measured]]]
    comparison: Comparison | None
    gates: tuple[Gate, ...]
    sweep: tuple[Setting, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Why the evaluation fails; empty where it does not."""
        return tuple(gate.failure for gate in self.gates if gate.failure is not None)

    @property
    def outcomes(self) -> dict[str, int]:
        """How many questions ended each way, all ways named."""
        counts = Counter(self.table.outcomes)
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    @property
    def threshold(self) -> float | None:
        """The threshold that the run was made with, None where its engine has none."""
        value = self.state.settings.get("threshold")
        return float(value) if isinstance(value, int | float) else None

    def given_now(self) -> tuple[float, float | None]:
        """Return the share of the graded best answers that was given, and of these the wrong."""
        columns = self.table.columns
        graded = ~np.isnan(columns["wrong"])
        wrong, given = columns["wrong"][graded], columns["abstained"][graded] == 0
        share = float(given.mean()) if len(given) else 0.0
        return share, float(wrong[given].mean()) if given.any() else None

    def risk_coverage(self) -> list[RiskPoint]:
        """Return the risk-coverage curve, at most 200 points of it."""
        confidence, wrong = METRICS["aurc"].of(self.table.columns)
        n = len(confidence)
        if not n:
            return []
        risk = risks(confidence, wrong)
        sure = np.sort(confidence)[::-1]
        at = np.unique(np.linspace(0, n - 1, min(n, _POINTS)).round().astype(int))
        return [RiskPoint((i + 1) / n, float(risk[i]), float(sure[i])) for i in at.tolist()]

    def reliability(self) -> list[Bin]:
        """Return the bins of the reliability diagram."""
        confidence, wrong = METRICS["ece"].of(self.table.columns)
        return reliability(confidence, wrong) if len(confidence) else []


def to_json(results: Results) -> dict[str, Any]:
    """Return what report.json holds, rounded to what can be told."""
    report: dict[str, Any] = {
        "questions": len(results.questions),
        **dataclasses.asdict(results.state),
        "outcomes": results.outcomes,
        "metrics": _metrics(results.metrics),
        "by": {
            field: {value: _metrics(measured) for value, measured in values.items()}
            for field, values in results.by.items()
        },
        "risk_coverage": [dataclasses.asdict(each) for each in results.risk_coverage()],
        "reliability": [dataclasses.asdict(each) for each in results.reliability()],
        "sweep": [dataclasses.asdict(each) for each in results.sweep],
        "comparison": dataclasses.asdict(results.comparison) if results.comparison else None,
        "gates": [dataclasses.asdict(gate) for gate in results.gates],
    }
    return {name: _rounded(value) for name, value in report.items()}


def json_bytes(report: dict[str, Any]) -> bytes:
    """Write report.json. Raises ValueError for a figure that JSON cannot spell."""
    return (json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _metrics(measured: dict[str, Measured]) -> dict[str, Any]:
    return {name: dataclasses.asdict(each) for name, each in measured.items()}


def _rounded(value: object) -> object:
    """Round: sums of the same numbers in another order differ in their last digits."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value
