"""Calibration files: read whole, or refused by name."""

import json
from pathlib import Path

import pytest

from footnote.answering.calibration import CERTAINTIES, FEATURES, Calibration, Certainty
from footnote.errors import ModelError

WHOLE = {
    "features": FEATURES,
    "ranking": [0.1] * len(FEATURES),
    "certainties": CERTAINTIES,
    "confidence": [0.2] * len(CERTAINTIES),
    "intercept": -1.0,
    "thresholds": {"strict": 0.6, "balanced": 0.4, "eager": 0.2},
}


def written(folder: Path, **changed: object) -> Path:
    path = folder / "calibration.json"
    path.write_text(json.dumps({**WHOLE, **changed}))
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    read = Calibration.read(written(tmp_path))
    assert (read.intercept, read.thresholds["strict"]) == (-1.0, 0.6)


@pytest.mark.parametrize(
    "changed",
    [
        {"features": ["margin"]},
        {"certainties": []},
        {"ranking": None},
        {"ranking": [1.0]},
        {"confidence": [1.0, 2.0]},
        {"intercept": "much"},
        {"thresholds": {"strict": 0.5}},
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"calibration\.json"):
        Calibration.read(written(tmp_path, **changed))


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_broken_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(content)
    with pytest.raises(ModelError, match="git checkout models/"):
        Calibration.read(path)


def test_extreme_certainties_stay_probabilities() -> None:
    for value in (-1e9, 1e9):
        certainty = Certainty(*[value] * len(CERTAINTIES))
        assert 0 <= Calibration.none().probability(certainty) <= 1
