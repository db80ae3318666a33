"""The shipped models' files: where they lie, whether they are whole, how they are run."""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import onnxruntime

from footnote.errors import ModelError

_CPU, _CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


def models_folder() -> Path:
    """Return where the shipped weights lie: in the package, or beside it in a checkout."""
    package = Path(__file__).parent
    return package / "models" if (package / "models").is_dir() else package.parent / "models"


def digest(path: Path) -> str:
    """Return the SHA-256 of a model's file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def allow_hub(allowed: bool) -> None:
    """Keep models from being fetched unless that is allowed.

    Must come before huggingface_hub is first imported, which is when it reads this.
    """
    if not allowed:
        os.environ["HF_HUB_OFFLINE"] = "1"


def checked_config(folder: Path) -> dict[str, Any]:
    """Read a model's config.json and compare each file's SHA-256 with it. Raises ModelError."""
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text())
        for name, expected in config["sha256"].items():
            if digest(folder / name) != expected:
                raise ModelError(
                    f"{folder / name} is not the file that config.json describes; "
                    "`git checkout models/` restores it"
                )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"the model in {folder} cannot be read: {error}; `git checkout models/` restores it"
        ) from error
    return config


def single_thread_session(path: Path, device: str | None = None) -> onnxruntime.InferenceSession:
    """Open an ONNX file for inputs that run one by one, a thread each. Raises ModelError.

    ``device`` is None or "cpu" for the processor, "cuda" or "cuda:1" for a graphics card.
    """
    providers = _providers(device)
    options = onnxruntime.SessionOptions()
    # One thread a text and a text a core: measured a fifth faster than the other way round.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers)
    except Exception as error:  # ONNX Runtime's errors share no base but Exception
        raise ModelError(f"{path} cannot be run: {error}") from error
    # What cannot be started is left out, and only its log tells.
    if len(providers) > 1 and _CUDA not in session.get_providers():
        raise ModelError(
            f"the setting `device` is {device!r}, and ONNX Runtime cannot start CUDA there; "
            "install the CUDA and cuDNN that it was built for, or leave `device` unset"
        )
    return session


def _providers(device: str | None) -> list[str | tuple[str, dict[str, str]]]:
    """Return what ONNX Runtime is to run a model on, the best first. Raises ModelError."""
    if device in (None, "cpu"):
        return [_CPU]
    card = re.fullmatch(r"cuda(?::(\d+))?", device)
    if card is None:
        raise ModelError(
            f"the setting `device` is {device!r}, and the shipped models run on 'cpu', 'cuda' or "
            "'cuda:1'; other devices are for embedders of sentence-transformers"
        )
    if _CUDA not in onnxruntime.get_available_providers():
        raise ModelError(
            f"the setting `device` is {device!r}, and the ONNX Runtime here is for the processor; "
            "install onnxruntime-gpu in its place, or leave `device` unset"
        )
    return [(_CUDA, {"device_id": card[1] or "0"}), _CPU]
