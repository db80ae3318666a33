"""Doubles for tests, of Footnote and of programs that use it: they need no model."""

import hashlib
from collections.abc import Sequence

import numpy as np

from footnote.embedding import Progress, Vectors


class HashEmbedder:
    """Hashes words into a small unit vector: texts that share words are near each other.

    Two embedders of one name make the same vectors, in any process.

    >>> HashEmbedder().count_tokens(["three small words", ""])
    [3, 0]
    """

    def __init__(self, name: str = "hash", dimension: int = 32) -> None:
        self.name = name
        self.dimension = dimension

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at, text in enumerate(texts):
            out[at] = self.embed_question(text)
            if progress is not None:
                progress(1)
        return out

    def embed_question(self, text: str) -> Vectors:
        total = np.zeros(self.dimension, dtype=np.float32)
        # The empty word keeps a text without words from having no direction.
        for word in ["", *text.lower().split()]:
            seed = hashlib.sha256(word.encode(errors="replace")).digest()[:8]
            total += np.random.default_rng(int.from_bytes(seed, "little")).standard_normal(
                self.dimension, dtype=np.float32
            )
        unit: Vectors = total / np.linalg.norm(total)
        return unit

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]
