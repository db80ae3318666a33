"""Make models/support of trained weights: ONNX int8, and the threshold of a supported claim.

Usage: python -m training.export_support DATA WEIGHTS... [--output models/support]

WEIGHTS are folders that `train_support` wrote; of several the mean is taken. Quantized as
training/onnx_export.py says. The threshold and the slope that make scores of logits are chosen
on claims that were neither trained on nor are reported; each source counts alike. Stops where
more than quantization differs.
"""

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from torch import Tensor, nn

from footnote.generation.support_model import CLAIM_TOKENS, MAX_TOKENS, ClaimTokenizer, SupportModel
from footnote.models import digest, models_folder
from training.onnx_export import quantized
from training.squad import CHOOSE, read_paragraphs
from training.statements import Stater
from training.support_data import Judged, chosen, read_fool_me_twice, read_nli, read_traps
from training.support_model import SupportHead

Array = NDArray[np.float64]
# The most that a score may move by quantization, on the checked pairs.
MOST_MOVED = 0.15
CHECKED = (
    ("The abbey was founded in 1147.", "The abbey was founded in 1147 by Count William."),
    ("The bridge was opened in 1932.", "The bridge crosses the river at its narrowest point."),
    ("Der Turm ist 90 m hoch.", "😀 Der Turm ist 90 m hoch, seit 1890."),
    ("It rained on the third day.", "On the third day it rained in the valley. " * 60),
)


class Exported(nn.Module):
    """The model for one pair at a time, which needs no mask."""

    def __init__(self, model: SupportHead) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        out: Tensor = self.model(input_ids, torch.ones_like(input_ids), token_type_ids)
        return out


def export(weights: Sequence[Path], output: Path) -> None:
    """Write the model and its tokenizer to ``output``, scores as the logits have them."""
    output.mkdir(parents=True, exist_ok=True)
    ids = torch.tensor([[101, 7592, 102, 2088, 102], [101, 2088, 102, 7592, 102]])
    names = {"input_ids": {0: "batch", 1: "tokens"}, "token_type_ids": {0: "batch", 1: "tokens"}}
    model = Exported(SupportHead.mean(weights).eval())
    inputs = (ids, torch.zeros_like(ids))
    quantized(model, inputs, names, {"supports": {0: "batch"}}, output / "model.onnx")
    shutil.copy(models_folder() / "embedder" / "tokenizer.json", output / "tokenizer.json")
    describe(output, 1.0, 0.0, 0.5)


def describe(output: Path, slope: float, intercept: float, threshold: float) -> None:
    """Write config.json: the files' digests, and what makes a verdict of a logit."""
    config = {
        "name": "footnote-support-int8",
        "source": "the encoder of models/reader, trained on by training/train_support.py",
        "max_tokens": MAX_TOKENS,
        "claim_tokens": CLAIM_TOKENS,
        "slope": round(slope, 4),
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 4),
        "sha256": {name: digest(output / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (output / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def check(weights: Sequence[Path], output: Path) -> None:
    """Compare the exported with the trained. Raises SystemExit where they differ too much."""
    exact, ours = SupportHead.mean(weights).eval(), SupportModel(output, 1)
    tokenizer = ClaimTokenizer(Tokenizer.from_file(str(output / "tokenizer.json")))
    moved = []
    for pair, score in zip(CHECKED, ours.score(CHECKED), strict=True):
        best = -np.inf
        for window in tokenizer.windows(*pair):
            ids, types = torch.tensor([window.ids]), torch.tensor([window.types])
            with torch.inference_mode():
                best = max(best, float(exact(ids, torch.ones_like(ids), types)))
        moved.append(abs(score - float(1 / (1 + np.exp(-best)))))
    print("scores moved by quantization:", np.round(moved, 4).tolist())
    if max(moved) > MOST_MOVED:
        raise SystemExit(f"the export is off: {max(moved):.3f} > {MOST_MOVED}")


def to_choose_by(data: Path, without: Sequence[str] = ()) -> dict[str, list[Judged]]:
    """Return claims by source: SQuAD's five articles, and what was kept of those of support/."""
    squad = data / "reading"
    stater = Stater(each.text for each in read_paragraphs(squad / "squad-train-v1.1.json.gz"))
    support = data / "support"
    sets = {
        "squad": read_traps(squad / "squad-dev-16-articles-v2.0.json.gz", CHOOSE, stater),
        "cad_nli": read_nli(support / "cad_nli" / "dev.tsv.gz"),
        "fool_me_twice": chosen(read_fool_me_twice(support / "fool_me_twice" / "dev.jsonl.gz")),
    }
    return {name: claims for name, claims in sets.items() if name not in without}


def scores(model: SupportModel, claims: Sequence[Judged]) -> Array:
    """Score claims against their evidence, ``(claims,)``."""
    return np.array(model.score([(each.claim, " ".join(each.evidence)) for each in claims]))


def balanced_accuracy(supported: Array, said: Array) -> Array:
    """Return the mean of both classes' shares that were said right; over the last axis.

    >>> float(balanced_accuracy(np.array([1.0, 1, 1, 0]), np.array([1.0, 0, 1, 0])))
    0.8333333333333333
    """
    wrong, missed = 1 - supported, 1 - said
    right = (supported * said).sum(-1) / supported.sum(-1)
    out: Array = (right + (wrong * missed).sum(-1) / wrong.sum(-1)) / 2
    return out


def choose(logits: Mapping[str, Array], supported: Mapping[str, Array]) -> tuple[float, ...]:
    """Return slope, intercept and threshold; every set and each of its classes counts alike."""
    x, y = (np.concatenate([each[name] for name in logits]) for each in (logits, supported))
    weights = np.concatenate([
        np.where(gold > 0, 0.5 / gold.mean(), 0.5 / (1 - gold.mean())) / len(gold)
        for gold in (supported[name] for name in logits)
    ])  # fmt: skip
    fitted = LogisticRegression().fit(x[:, None], y, weights * len(x) / weights.sum())
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    grid = np.linspace(0.2, 0.8, 61)
    sure = {name: 1 / (1 + np.exp(-slope * each - intercept)) for name, each in logits.items()}
    means = [
        np.mean([balanced_accuracy(supported[n], (sure[n] >= at).astype(float)) for n in sure])
        for at in grid
    ]
    # The middle of neighbours, or a single lucky place would win.
    smooth = np.convolve(np.pad(means, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return slope, intercept, float(grid[smooth.argmax()])


def calibrate(output: Path, data: Path, without: Sequence[str] = ()) -> None:
    """Choose what makes a verdict of a logit, write it, and print what it gives there."""
    model, logits, supported = SupportModel(output), {}, {}
    for name, claims in to_choose_by(data, without).items():
        raw = np.clip(scores(model, claims), 1e-7, 1 - 1e-7)
        logits[name] = np.log(raw / (1 - raw))
        supported[name] = np.array([float(each.supported) for each in claims])
    slope, intercept, threshold = choose(logits, supported)
    describe(output, slope, intercept, threshold)
    print(f"slope {slope:.3f}, intercept {intercept:.3f}, threshold {threshold:.2f}")
    for name, each in logits.items():
        said = 1 / (1 + np.exp(-slope * each - intercept)) >= threshold
        value = balanced_accuracy(supported[name], said.astype(float))
        print(f"{name}, {len(each)} claims to choose by: balanced accuracy {value:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, default=Path("models/support"))
    parser.add_argument("--without", action="append", default=[])
    arguments = parser.parse_args()
    export(arguments.weights, arguments.output)
    check(arguments.weights, arguments.output)
    calibrate(arguments.output, arguments.data, arguments.without)
