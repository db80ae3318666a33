"""Nearest passages by inner product of unit vectors, in FAISS."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.store.files import write_durably


class DenseIndex:
    """A flat index: exact, and quick enough to about 50,000 passages."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, ids: Sequence[int], vectors: Vectors, dimension: int) -> "DenseIndex":
        """Make an index of ``(len(ids), dimension)`` unit vectors."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        index.add_with_ids(
            np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64)
        )
        return cls(index)

    @classmethod
    def read(cls, path: Path, sha256: str) -> "DenseIndex":
        """Read an index that write stored. Raises IndexDamaged where it is not the same.

        FAISS's own reader takes most flipped bits for data, so the hash is compared first.
        """
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IndexDamaged(f"{path} was altered after it was written")
        return cls(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))

    def write(self, path: Path) -> None:
        """Store the index. FAISS's own writer would not report a full disk. Raises OSError."""
        write_durably(path, faiss.serialize_index(self._index).tobytes())

    def search(
        self, vector: Vectors, limit: int, within: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage id, cosine), best first; ``within`` restricts to these ids."""
        parameters = None
        if within is not None:
            selector = faiss.IDSelectorBatch(np.asarray(within, dtype=np.int64))
            # The stubs that FAISS ships leave its keyword out.
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, ids = self._index.search(vector.reshape(1, -1), limit, params=parameters)
        found = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [(id_, score) for id_, score in found if id_ >= 0]
