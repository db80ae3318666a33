"""Passages newer than the dense snapshot: few, and compared one by one."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from footnote.embedding import Vectors
from footnote.store.dense import nearest
from footnote.store.snapshot import Ids, Snapshot


@dataclass(frozen=True, slots=True)
class Tail:
    """Passage ids, ascending, and their unit vectors, ``(len(ids), dimension)``."""

    ids: Ids
    vectors: Vectors

    @classmethod
    def after(cls, last_id: int, catalogue: Snapshot, dimension: int) -> "Tail":
        """Read the passages with ids above the snapshot's last."""
        parts = list(catalogue.vectors(last_id))
        return cls(
            np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in parts)]),
            np.concatenate([np.zeros((0, dimension), np.float32), *(each for _, each in parts)]),
        )

    def followed_by(self, newer: "Tail", removed: Ids) -> "Tail":
        """Return this tail without what was removed since, and with what was added."""
        kept = ~np.isin(self.ids, removed)
        return Tail(
            np.concatenate([self.ids[kept], newer.ids]),
            np.concatenate([self.vectors[kept], newer.vectors]),
        )

    def search(
        self, vector: Vectors, limit: int, within: Ids | None = None
    ) -> Iterable[tuple[int, float]]:
        """Return (passage id, cosine), best first; ``within`` restricts to these ids."""
        ids, vectors = self.ids, self.vectors
        if within is not None:
            kept = np.isin(ids, within)
            ids, vectors = ids[kept], vectors[kept]
        if not len(ids):
            return []
        cosines, found = nearest(vector.reshape(1, -1), vectors, ids, limit)
        return zip(found[0].tolist(), cosines[0].tolist(), strict=True)
