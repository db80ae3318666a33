"""Nearest passages by inner product of unit vectors, in FAISS: a snapshot of one moment.

Up to 50,000 passages it is flat: exact, and quick enough. Beyond, it is an inverted file over
8-bit scalars, whose recall against exact search is measured when it is made, and which probes
as many lists as that takes (docs/decisions/0009-dense.md).
"""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.store.files import write_durably
from footnote.store.snapshot import Ids

Chunks = Callable[[], Iterator[tuple[Ids, Vectors]]]

FLAT_MOST = 50_000
# A build aims above the least: questions find a point or so less than passages asked for theirs.
LEAST_RECALL = 0.97
_AIM = 0.99
_SAMPLE = 256
_NEAREST = 10
# FAISS's guideline: lists about four times the root of the count, 39 vectors or more to train each.
_TRAINED_ON = 40
# By how much more lists are probed at a time, until the recall is reached.
_STEP = 1.25
_FEWEST = 8
# In the order tried: the wider codes are twice as large and lose nothing that matters.
_CODES = (faiss.ScalarQuantizer.QT_8bit, faiss.ScalarQuantizer.QT_fp16)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a snapshot searches, as its manifest records it.

    ``recall`` is recall@10 against exact search over a sample of the passages, each asked for
    its neighbours; None where the search is exact. ``last_id`` is the newest passage in it.
    """

    passages: int
    last_id: int
    lists: int = 0
    probes: int = 0
    recall: float | None = None


class DenseIndex:
    """Vectors by passage id, as they were when it was made."""

    def __init__(self, index: faiss.Index, shape: Shape) -> None:
        self._index = index
        self.shape = shape

    @classmethod
    def build(
        cls, count: int, dimension: int, chunks: Chunks, flat_most: int = FLAT_MOST
    ) -> "DenseIndex":
        """Make an index of ``count`` unit vectors, which ``chunks`` gives as often as asked."""
        if count > flat_most:
            return _inverted(count, dimension, chunks)
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        last = _fill(index, chunks)
        return cls(index, Shape(index.ntotal, last))

    @classmethod
    def read(cls, path: Path, sha256: str, shape: dict[str, Any]) -> "DenseIndex":
        """Read an index that write stored. Raises IndexDamaged where it is not the same.

        FAISS's own reader takes most flipped bits for data, so the hash is compared first.
        """
        # Mapped, not read: the file's bytes are the kernel's, and only the index is memory.
        data = np.memmap(path, dtype=np.uint8, mode="r")
        if hashlib.sha256(data.data).hexdigest() != sha256:
            raise IndexDamaged(f"{path} was altered after it was written")
        return cls(faiss.deserialize_index(data), Shape(**shape))

    def write(self, path: Path) -> None:
        """Store the index. FAISS's own writer would not report a full disk. Raises OSError."""
        write_durably(path, faiss.serialize_index(self._index).data)

    def described(self) -> dict[str, Any]:
        """Return the shape as `read` takes it."""
        return asdict(self.shape)

    def ids(self) -> Ids:
        """Return the ids of all passages in it, in no order."""
        index: Any = faiss.downcast_index(self._index)
        if not self.shape.lists:
            found: Ids = faiss.vector_to_array(index.id_map)
            return found
        lists = index.invlists
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(at), lists.list_size(at)).copy()
            for at in range(self.shape.lists)
            if lists.list_size(at)
        ]
        return np.concatenate(parts)

    def search(
        self, vector: Vectors, limit: int, within: Ids | None = None, without: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage id, cosine), best first, of ``within`` alone or all but ``without``."""
        selector: faiss.IDSelector | None = None
        if within is not None:
            selector = faiss.IDSelectorBatch(within)
        elif without is not None and len(without):
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(without))
        parameters = self._parameters(selector, len(within) if within is not None else None)
        scores, ids = self._index.search(vector.reshape(1, -1), limit, params=parameters)
        found = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [(id_, score) for id_, score in found if id_ >= 0]

    def _parameters(
        self, selector: "faiss.IDSelector | None", within: int | None
    ) -> "faiss.SearchParameters":
        # The stubs that FAISS ships leave its keywords out.
        if not self.shape.lists:
            return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        probes = self.shape.probes
        if within is not None:
            # Few passages lie in few lists: as many vectors are compared as without a selector.
            share = self.shape.passages / max(1, within)
            probes = min(self.shape.lists, math.ceil(probes * share))
        return faiss.SearchParametersIVF(  # type: ignore[call-arg]
            sel=selector, nprobe=probes
        )


def nearest(queries: Vectors, vectors: Vectors, ids: Ids, limit: int) -> tuple[Vectors, Ids]:
    """Return the exact best of some vectors for each query: cosines and ids, best first."""
    cosines = queries @ vectors.T
    kept = min(limit, len(ids))
    best = np.argpartition(-cosines, kept - 1, axis=1)[:, :kept]
    order = np.take_along_axis(cosines, best, 1).argsort(axis=1, kind="stable")[:, ::-1]
    best = np.take_along_axis(best, order, 1)
    return np.take_along_axis(cosines, best, 1), ids[best]


def exact(queries: Vectors, chunks: Chunks, limit: int) -> Ids:
    """Return the ids of each query's nearest, best first, by comparing it with every vector."""
    cosines = np.zeros((len(queries), 0), np.float32)
    best = np.zeros((len(queries), 0), np.int64)
    for ids, vectors in chunks():
        scores, found = nearest(queries, vectors, ids, limit)
        cosines = np.concatenate([cosines, scores], axis=1)
        best = np.concatenate([best, found], axis=1)
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :limit]
        cosines = np.take_along_axis(cosines, order, 1)
        best = np.take_along_axis(best, order, 1)
    return best


def _fill(index: faiss.Index, chunks: Chunks) -> int:
    last = 0
    for ids, vectors in chunks():
        index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)
        last = int(ids[-1])
    return last


def _inverted(count: int, dimension: int, chunks: Chunks) -> DenseIndex:
    """Make an inverted file; with wider codes where the narrow ones lose too much."""
    lists = round(4 * math.sqrt(count))
    training = _sampled(chunks, count, lists * _TRAINED_ON)[1]
    asked, queries = _sampled(chunks, count, _SAMPLE)
    truth = exact(queries, chunks, _NEAREST + 1)
    for code in _CODES:
        quantizer = faiss.IndexFlatIP(dimension)
        index = faiss.IndexIVFScalarQuantizer(
            quantizer, dimension, lists, code, faiss.METRIC_INNER_PRODUCT
        )
        index.train(training)
        last = _fill(index, chunks)
        probes, recall = _probes(index, asked, queries, truth)
        if recall >= LEAST_RECALL:
            break
    return DenseIndex(index, Shape(index.ntotal, last, lists, probes, round(recall, 4)))


def _probes(index: faiss.IndexIVF, asked: Ids, queries: Vectors, truth: Ids) -> tuple[int, float]:
    """Return how many lists to probe for the recall aimed at, and the recall; at most all.

    A quarter of the lists is enough where they give the least: what is missing then, the codes
    have lost, and no list gives it back.
    """
    probes = _FEWEST
    while True:
        index.nprobe = probes
        found = index.search(queries, _NEAREST + 1)[1]
        recall = _recall(asked, found, truth)
        enough = recall >= LEAST_RECALL and probes >= index.nlist / 4
        if recall >= _AIM or enough or probes >= index.nlist:
            return probes, recall
        probes = min(math.ceil(_STEP * probes), index.nlist)


def _recall(asked: Ids, found: Ids, truth: Ids) -> float:
    """Return the share of the true neighbours that were found, a passage itself not counted."""
    shares = []
    for own, here, there in zip(asked, found, truth, strict=True):
        wanted = [id_ for id_ in there.tolist() if id_ != own][:_NEAREST]
        got = [id_ for id_ in here.tolist() if id_ != own][:_NEAREST]
        shares.append(len(set(wanted) & set(got)) / len(wanted))
    return float(np.mean(shares))


def _sampled(chunks: Chunks, count: int, size: int) -> tuple[Ids, Vectors]:
    """Return vectors from all over: one of every so many."""
    step = max(1, count // size)
    parts = []
    skip = 0
    for ids, vectors in chunks():
        parts.append((ids[skip::step], vectors[skip::step]))
        skip = (skip - len(ids)) % step
    return np.concatenate([each for each, _ in parts]), np.concatenate([v for _, v in parts])
