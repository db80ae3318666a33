"""How sure to be of a reading, and from when on to say it: fitted weights and their presets.

The weights come from training/calibrate_reader.py; calibration.json beside a model holds them.
"""

import json
import math
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, get_args

import numpy as np

from footnote.errors import ModelError
from footnote.settings import Preset

PRESETS: tuple[Preset, ...] = get_args(Preset)


@dataclass(frozen=True, slots=True)
class Features:
    """What a sentence is ranked by. Logits are the model's; see `span_model.Scored`.

    ``margin`` is the best span's over no answer; ``rank`` is 1 / (1 + retrieval's rank).
    """

    margin: float
    answers: float
    relevant: float
    rank: float


@dataclass(frozen=True, slots=True)
class Certainty:
    """What confidence in a sentence goes by: the verdict, its spans, and the other passages.

    ``probability`` is the share of its spans among all of its window, ``agreement`` the summed
    probability of sentences of other passages with the same answer. How relevant the passage
    is, and its rank, would help at home and mislead on other texts: see
    docs/decisions/0006-reader.md.
    """

    answers: float
    probability: float
    agreement: float


FEATURES = tuple(each.name for each in fields(Features))
CERTAINTIES = tuple(each.name for each in fields(Certainty))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A linear score that ranks sentences, and a logistic one that says how sure to be.

    ``thresholds`` gives the least confidence of an answer by preset.
    """

    ranking: tuple[float, ...]
    confidence: tuple[float, ...]
    intercept: float
    thresholds: dict[Preset, float]

    @classmethod
    def read(cls, path: Path) -> "Calibration":
        """Read what the fitting wrote. Raises ModelError."""
        try:
            data: dict[str, Any] = json.loads(path.read_text())
            fitted_on = (tuple(data["features"]), tuple(data["certainties"]))
            if fitted_on != (FEATURES, CERTAINTIES):
                raise ModelError(f"{path} was fitted on other features: {fitted_on}")
            weights = {name: tuple(map(float, data[name])) for name in ("ranking", "confidence")}
            if [*map(len, weights.values())] != [len(FEATURES), len(CERTAINTIES)]:
                raise ModelError(f"{path} has not one weight a feature")
            thresholds = data["thresholds"]
            return cls(
                **weights,
                intercept=float(data["intercept"]),
                thresholds={name: float(thresholds[name]) for name in PRESETS},
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"the reader's calibration {path} cannot be read: {error}; "
                "`git checkout models/` restores it"
            ) from error

    @classmethod
    def none(cls) -> "Calibration":
        """Return what a model without a calibration is read by: its margin, at even odds."""
        thresholds: dict[Preset, float] = {"strict": 0.8, "balanced": 0.5, "eager": 0.2}
        return cls((1.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.0, thresholds)

    def score(self, features: Features) -> float:
        """Return what orders the readings of a question."""
        return float(np.dot(self.ranking, astuple(features)))

    def probability(self, certainty: Certainty) -> float:
        """Return how probable it is that a reading is right."""
        z = float(np.dot(self.confidence, astuple(certainty))) + self.intercept
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))
