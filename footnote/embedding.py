"""Texts to unit vectors. A document and a question always go through the same model.

The shipped model runs on ONNX Runtime; sentence-transformers and torch are imported for other
models only.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from footnote.errors import ModelError
from footnote.models import allow_hub, checked_config, models_folder, single_thread_session
from footnote.settings import DEFAULT_EMBEDDER, Settings

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
TokenCounter = Callable[[Sequence[str]], list[int]]

_EPSILON = 1e-12


class Embedder(Protocol):
    """What makes vectors. ``name`` tells model and runtime, and is recorded with an index."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors, ``(len(texts), dimension)``; ``progress`` gets each count done."""
        ...

    def embed_question(self, text: str) -> Vectors:
        """Return one unit vector, ``(dimension,)``."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, without those that mark its ends."""
        ...


def load_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name. Raises ModelError."""
    return EmbedderChoice.of(settings).load()


@dataclass(frozen=True, slots=True)
class EmbedderChoice:
    """What of the settings makes an embedder: no key among it, so that it can be sent away."""

    model: str = DEFAULT_EMBEDDER
    hub: bool = False
    threads: int | None = None
    device: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> "EmbedderChoice":
        """Take what concerns the embedder out of the settings."""
        return cls(settings.embedder, settings.hub, settings.threads, settings.device)

    def load(self) -> Embedder:
        """Return the embedder. Raises ModelError."""
        if self.model == DEFAULT_EMBEDDER:
            return OnnxEmbedder(_shipped(), self.threads, self.device)
        return SentenceTransformersEmbedder(self.model, self.hub, self.device)

    def load_counter(self) -> TokenCounter:
        """Return what counts tokens as the embedder does, with as little else as can be loaded."""
        if self.model == DEFAULT_EMBEDDER:
            checked_config(_shipped())
            return partial(_token_counts, _tokenizer(_shipped()))
        return self.load().count_tokens


def _shipped() -> Path:
    return models_folder() / "embedder"


def _tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class OnnxEmbedder:
    """The shipped model. Each text runs by itself, in as many threads as there are cores.

    Dynamic quantization scales by the whole batch, so that in a batch a text's vector would
    depend on its neighbours.
    """

    def __init__(self, folder: Path, threads: int | None = None, device: str | None = None) -> None:
        config = checked_config(folder)
        self.dimension: int = config["dimension"]
        self.name = f"{config['name']} {config['sha256']['model.onnx'][:12]} onnxruntime"
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = _tokenizer(folder)
        self._max_tokens: int = config["max_tokens"]
        self._session = single_thread_session(folder / "model.onnx", device)

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            for at, vector in enumerate(pool.map(self.embed_question, texts)):
                out[at] = vector
                if progress is not None:
                    progress(1)
        return out

    def embed_question(self, text: str) -> Vectors:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > self._max_tokens:
            ids = [*ids[: self._max_tokens - 1], ids[-1]]
        batch = np.array([ids], dtype=np.int64)
        feed = {"input_ids": batch, "attention_mask": np.ones_like(batch)}
        vector: Vectors = self._session.run(None, feed)[0][0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return _token_counts(self._tokenizer, texts)


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, by folder or hub id, with its own prompts."""

    def __init__(self, model: str, hub: bool = False, device: str | None = None) -> None:
        allow_hub(hub)
        import sentence_transformers  # torch with it: seconds that only this model should cost

        try:
            self._model: Any = sentence_transformers.SentenceTransformer(
                model, device=device or "cpu", local_files_only=not hub
            )
        except Exception as error:  # what a damaged or foreign model raises shares no base
            reason = str(error).rstrip(".")
            raise ModelError(
                f"the embedder {model!r} cannot be loaded: {reason}. Give a folder with a "
                "sentence-transformers model, or set FOOTNOTE_HUB=1 to fetch it from the hub"
            ) from error
        dimension = self._model.get_embedding_dimension()
        self.dimension: int = dimension or 0
        self.name = f"{model} sentence-transformers"

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        parts = [np.zeros((0, self.dimension), dtype=np.float32)]
        for batch in _batches(texts, 32):
            parts.append(_unit(self._model.encode_document(batch)))
            if progress is not None:
                progress(len(batch))
        return np.concatenate(parts)

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = _unit(self._model.encode_query([text]))[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        tokenizer = self._model.tokenizer
        if isinstance(tokenizer, Tokenizer):  # a static model's
            return _token_counts(tokenizer, texts)
        # The tokenizers of transformers fail on an empty batch.
        encoded = tokenizer(list(texts), add_special_tokens=False)["input_ids"] if texts else []
        return [len(ids) for ids in encoded]


def _token_counts(tokenizer: Tokenizer, texts: Sequence[str]) -> list[int]:
    encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [len(each.ids) for each in encoded]


def _unit(vectors: Iterable[Any]) -> Vectors:
    rows = np.asarray(vectors, dtype=np.float32)
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _EPSILON)
    return unit


def _batches(texts: Sequence[str], size: int) -> Iterable[list[str]]:
    return (list(texts[at : at + size]) for at in range(0, len(texts), size))
