"""Embedders for Ray's workers in tests: without a model, slow, or deadly."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.embedding import Embedder, Progress, TokenCounter, Vectors
from footnote.errors import ModelError
from footnote.testing import HashEmbedder


@dataclass(frozen=True)
class Hashing:
    """Makes the double, which is called ``name``, and takes its time over each passage."""

    name: str = "hash"
    seconds: float = 0.0

    def load(self) -> Embedder:
        return _Slow(self.name, self.seconds)

    def load_counter(self) -> TokenCounter:
        return HashEmbedder().count_tokens


class _Slow(HashEmbedder):
    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(name)
        self._seconds = seconds

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        time.sleep(self._seconds * len(texts))
        return super().embed_documents(texts, progress)


@dataclass(frozen=True)
class Deadly(Hashing):
    """Its process dies of certain words, as it reads or embeds them."""

    def load(self) -> Embedder:
        return _Deadly()

    def load_counter(self) -> TokenCounter:
        def count(texts: Sequence[str]) -> list[int]:
            if any("hemlock" in text for text in texts):
                os._exit(1)
            return HashEmbedder().count_tokens(texts)

        return count


class _Deadly(HashEmbedder):
    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if any("aconite" in text for text in texts):
            os._exit(1)
        return super().embed_documents(texts, progress)


@dataclass(frozen=True)
class Broken(Hashing):
    """Has no model to load."""

    def load(self) -> Embedder:
        raise ModelError("the model of this node is gone")
