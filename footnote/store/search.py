"""Dense and lexical search of one generation, fused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from footnote.embedding import Vectors
from footnote.store.dense import DenseIndex
from footnote.store.snapshot import Ids
from footnote.store.tail import Tail
from footnote.store.terms import TermsIndex

# Cormack, Clarke and Büttcher (2009), Reciprocal Rank Fusion outperforms Condorcet.
RRF_K = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A passage id with its fused score, and its cosine where the dense search found it."""

    passage_id: int
    score: float
    dense: float | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that a question is restricted to, and their passages, ascending."""

    documents: Sequence[str]
    passages: Ids


class SearchIndex(Protocol):
    """Finds passages of one generation; Milvus can stand where the local files do."""

    @property
    def generation(self) -> int: ...

    def search(
        self,
        vector: Vectors,
        question: str,
        limit: int,
        scope: Scope | None = None,
    ) -> list[Found]:
        """Return the union of both searches' ``limit`` best, fused, best first."""
        ...

    def nearest(
        self, vector: Vectors, limit: int, within: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage id, cosine) of the dense search, best first."""
        ...

    def holds(self) -> dict[str, Ids]:
        """Return the ids of all that is searched, ascending, by what it is."""
        ...

    def ping(self) -> None:
        """Raise IndexUnavailable where it cannot be searched just now."""
        ...


@dataclass(frozen=True, slots=True)
class LocalSearch:
    """A dense snapshot, what was added and removed since, and the search for words."""

    generation: int
    dense: DenseIndex
    dense_sha256: str
    tail: Tail
    removed: Ids
    terms: TermsIndex

    @property
    def newest(self) -> int:
        """The highest id of a passage in it."""
        newest: list[int] = self.tail.ids[-1:].tolist()
        return max([self.dense.shape.last_id, *newest])

    def search(
        self,
        vector: Vectors,
        question: str,
        limit: int,
        scope: Scope | None = None,
    ) -> list[Found]:
        documents = None if scope is None else scope.documents
        dense = self.nearest(vector, limit, None if scope is None else scope.passages)
        lexical = self.terms.search(question, limit, documents)
        cosines = dict(dense)
        fused = reciprocal_rank_fusion([[id_ for id_, _ in hits] for hits in (dense, lexical)])
        return [Found(id_, score, cosines.get(id_)) for id_, score in fused]

    def nearest(
        self, vector: Vectors, limit: int, within: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage id, cosine), best first, from the snapshot and from what is newer."""
        found = [
            *self.dense.search(vector, limit, within, self.removed),
            *self.tail.search(vector, limit, within),
        ]
        return sorted(found, key=lambda each: (-each[1], each[0]))[:limit]

    def holds(self) -> dict[str, Ids]:
        dense = np.setdiff1d(self.dense.ids(), self.removed)
        return {
            "the vectors that are searched": np.sort(np.concatenate([dense, self.tail.ids])),
            "the words that are searched": np.array(self.terms.ids(), np.int64),
        }

    def ping(self) -> None:
        """Do nothing: the files are open."""


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Fuse rankings: each gives 1 / (60 + rank) to what it holds; equal sums go by id.

    >>> [id for id, _ in reciprocal_rank_fusion([[7, 8], [8, 9]])]
    [8, 7, 9]
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores.items(), key=lambda each: (-each[1], each[0]))
