"""A torch module as one ONNX file, int8.

Dynamic quantization, per channel, with weights of 7 bits (reduce_range): processors without
VNNI add two 8-bit products in 16 bits, which saturates.
"""

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

Axes = Mapping[str, Mapping[int, str]]


def quantized(
    model: torch.nn.Module,
    example: tuple[torch.Tensor, ...],
    inputs: Axes,
    outputs: Axes,
    path: Path,
) -> None:
    """Write the module; ``inputs`` and ``outputs`` name its tensors and their open axes."""
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder, "fp32.onnx")
        with warnings.catch_warnings():
            # Of the tracer: shapes that the model compares are the same for every input.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model,
                example,
                str(exact),
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes={name: dict(axes) for name, axes in {**inputs, **outputs}.items()},
                opset_version=17,
                dynamo=False,
            )
        quantize_dynamic(
            exact, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
        )
