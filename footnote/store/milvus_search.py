"""Dense and lexical search of one generation in Milvus, fused there."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from footnote.embedding import Vectors
from footnote.errors import IndexUnavailable
from footnote.store.milvus_collections import Held, read_state
from footnote.store.milvus_rows import document_key, ids_filter, question_terms, visible
from footnote.store.milvus_server import CollectionGone, MilvusServer
from footnote.store.search import RRF_K, Found, Scope
from footnote.store.snapshot import Ids

_IDS_AT_ONCE = 5_000
# How many vectors are looked at for each that is asked for, and at the least: of 50 it then
# found all but 1 in 7,500.
_LOOKED_AT, _LEAST = 4, 200
_Answer = TypeVar("_Answer")


class MilvusSearch:
    """Finds passages of one generation. Safe to use from many threads.

    ``find`` tells where that generation is: it is asked again where a collection was made anew
    meanwhile. Every search raises IndexUnavailable where Milvus does not answer, and where
    writers have moved on so far that rows of this generation may have been cleared away.
    """

    def __init__(self, server: MilvusServer, generation: int, find: Callable[[], Held]) -> None:
        self.generation = generation
        self._server = server
        self._find = find
        self._held = find()

    def search(
        self,
        vector: Vectors,
        question: str,
        limit: int,
        scope: Scope | None = None,
    ) -> list[Found]:
        """Return the union of both searches' ``limit`` best, fused, best first.

        Of equal scores the lesser id is first. A cosine is given of the ``limit`` nearest.
        """
        visible_only = visible(self.generation)
        if scope is not None:
            keys = map(document_key, scope.documents)
            visible_only += f" and {ids_filter('document', keys)}"
        requests = _requests(vector, question, limit, visible_only)
        return self._checked(lambda name: self._fused(name, requests, vector, limit))

    def nearest(
        self, vector: Vectors, limit: int, within: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage id, cosine) of the dense search, best first."""
        wanted = visible(self.generation)
        if within is not None:
            wanted += f" and {ids_filter('id', within.tolist())}"
        hits = self._checked(lambda name: self._near(name, vector, limit, wanted))
        found = [(int(hit["id"]), float(hit["distance"])) for hit in hits]
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def holds(self) -> dict[str, Ids]:
        """Return the ids of all passages of this generation: a row has its vector and words."""
        return {"the vectors and words that are searched": self._checked(self._ids)}

    def ping(self) -> None:
        """Ask what the collection is, and nothing else."""
        self._checked(lambda _: None)

    def _fused(self, name: str, requests: list[Any], vector: Vectors, limit: int) -> list[Found]:
        from pymilvus import RRFRanker

        with self._server.client() as milvus:
            hits = milvus.hybrid_search(
                name,
                requests,
                RRFRanker(RRF_K),
                limit=2 * limit,
                output_fields=["vector"],
                timeout=self._server.patience,
            )[0]
        if not hits:
            return []
        ids = [int(hit["id"]) for hit in hits]
        cosines = (
            np.array([hit["entity"]["vector"] for hit in hits], np.float32) @ vector
        ).tolist()
        # The nearest are among them all, so they are the nearest of them.
        nearest = sorted(zip(ids, cosines, strict=True), key=lambda each: (-each[1], each[0]))
        dense = dict(nearest[:limit])
        pairs = zip(ids, hits, strict=True)
        found = [Found(id_, float(hit["distance"]), dense.get(id_)) for id_, hit in pairs]
        return sorted(found, key=lambda each: (-each.score, each.passage_id))

    def _near(self, name: str, vector: Vectors, limit: int, wanted: str) -> list[dict[str, Any]]:
        with self._server.client() as milvus:
            hits: list[dict[str, Any]] = milvus.search(
                name,
                [vector.tolist()],
                anns_field="vector",
                search_params=_near_params(limit),
                filter=wanted,
                limit=limit,
                output_fields=["id"],
                timeout=self._server.patience,
            )[0]
        return hits

    def _ids(self, name: str) -> Ids:
        pages = self._server.pages(name, visible(self.generation), ["id"], _IDS_AT_ONCE)
        return np.array([row["id"] for page in pages for row in page], np.int64)

    def _checked(self, ask: Callable[[str], _Answer]) -> _Answer:
        """Ask the collection, and see to it that the answer was of one whole generation."""
        held = self._held
        for _ in range(2):
            try:
                answer = ask(held.name)
                now = read_state(self._server, held.name)
            except CollectionGone:
                now = None
            if now is not None and now.made == held.state.made:
                self._check_current(now.generation)
                return answer
            # It was made anew, as `footnote repair` does.
            held = self._held = self._find()
        raise IndexUnavailable(f"what Milvus at {self._server} holds is being made anew; ask again")

    def _check_current(self, newest: int) -> None:
        if newest > self.generation + 1:
            raise IndexUnavailable(
                f"generation {self.generation} was asked, and Milvus at {self._server} is at "
                f"{newest}, so that some of it may be gone; ask again"
            )


def _requests(vector: Vectors, question: str, limit: int, wanted: str) -> list[Any]:
    from pymilvus import AnnSearchRequest

    dense = AnnSearchRequest([vector.tolist()], "vector", _near_params(limit), limit, expr=wanted)
    terms = question_terms(question)
    if not terms:
        return [dense]
    return [dense, AnnSearchRequest([terms], "words", {"metric_type": "BM25"}, limit, expr=wanted)]


def _near_params(limit: int) -> dict[str, Any]:
    return {"metric_type": "IP", "params": {"ef": max(_LEAST, _LOOKED_AT * limit)}}
