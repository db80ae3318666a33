"""The search index: dense and lexical search of one generation, fused.

It is derived: made from the catalogue alone, and made again when missing, stale or damaged.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.records import Passage
from footnote.store.dense import DenseIndex
from footnote.store.files import sha256_of, sync, sync_tree, write_durably
from footnote.store.schema import FORMAT
from footnote.store.terms import TermsIndex

# Cormack, Clarke and Büttcher (2009), Reciprocal Rank Fusion outperforms Condorcet.
RRF_K = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A passage id with its fused score, and its cosine where the dense search found it."""

    passage_id: int
    score: float
    dense: float | None


class SearchIndex(Protocol):
    """Finds passages of one generation; Milvus can stand where the local files do."""

    @property
    def generation(self) -> int: ...

    def search(
        self,
        vector: Vectors,
        question: str,
        limit: int,
        scope: "Scope | None" = None,
    ) -> list[Found]:
        """Return the union of both searches' ``limit`` best, fused, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that a question is restricted to, and their passages."""

    documents: Sequence[str]
    passages: Sequence[int]


class LocalSearch:
    """FAISS and tantivy files of one generation in a folder."""

    def __init__(self, generation: int, dense: DenseIndex, terms: TermsIndex) -> None:
        self.generation = generation
        self._dense = dense
        self._terms = terms

    def search(
        self,
        vector: Vectors,
        question: str,
        limit: int,
        scope: Scope | None = None,
    ) -> list[Found]:
        documents = None if scope is None else scope.documents
        within = None if scope is None else scope.passages
        dense = self._dense.search(vector, limit, within)
        lexical = self._terms.search(question, limit, documents)
        cosines = dict(dense)
        fused = reciprocal_rank_fusion([[id_ for id_, _ in hits] for hits in (dense, lexical)])
        return [Found(id_, score, cosines.get(id_)) for id_, score in fused]


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


def search_folder(index: Path, generation: int) -> Path:
    """Return where a generation's search index lies."""
    return index / f"search-{generation}"


def build_search(
    index: Path, generation: int, dimension: int, rows: Iterable[tuple[Passage, Vectors]]
) -> LocalSearch:
    """Make the search index of a generation; it appears under its name when it is whole."""
    final = search_folder(index, generation)
    building = final.with_suffix(".building")
    for leftover in (building, final):
        shutil.rmtree(leftover, ignore_errors=True)
    (building / "terms").mkdir(parents=True)
    ids: list[int] = []
    vectors: list[Vectors] = []

    def kept() -> Iterable[Passage]:
        for passage, vector in rows:
            ids.append(passage.id)
            vectors.append(vector)
            yield passage

    TermsIndex.build(building / "terms", kept())
    stacked = np.stack(vectors) if vectors else np.zeros((0, dimension), np.float32)
    DenseIndex.build(ids, stacked, dimension).write(building / "dense.faiss")
    _write_manifest(building, generation)
    sync_tree(building)
    building.rename(final)
    sync(index)
    return open_search(index, generation)


def open_search(index: Path, generation: int) -> LocalSearch:
    """Open a generation's search index.

    Raises IndexDamaged where it is missing, altered or of another format.
    """
    folder = search_folder(index, generation)
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if (manifest["format"], manifest["generation"]) != (FORMAT, generation):
            raise IndexDamaged(f"{folder} is of another generation or format")
        digests: dict[str, str] = manifest["sha256"]
        for name, expected in digests.items():
            if name != "dense.faiss" and sha256_of(folder / name) != expected:
                raise IndexDamaged(f"{folder / name} was altered after it was written")
        dense = DenseIndex.read(folder / "dense.faiss", digests["dense.faiss"])
        return LocalSearch(generation, dense, TermsIndex.read(folder / "terms"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"the search index {folder} cannot be read: {error}") from error


def drop_other_generations(index: Path, generation: int) -> None:
    """Remove the search indexes of other generations, and what a stopped writer left."""
    for folder in index.glob("search-*"):
        if folder != search_folder(index, generation):
            shutil.rmtree(folder, ignore_errors=True)


def _write_manifest(folder: Path, generation: int) -> None:
    # tantivy's lock files are empty and come and go; they hold nothing to vouch for.
    files = [p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".lock")]
    digests = {path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(files)}
    manifest = {"format": FORMAT, "generation": generation, "sha256": digests}
    write_durably(folder / "manifest.json", json.dumps(manifest, indent=1).encode())
