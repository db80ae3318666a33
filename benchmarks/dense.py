"""Kinds of FAISS index beside each other: recall, time of a search, time to build, size.

Usage: python -m benchmarks.dense SQUAD1_TRAIN INDEX

INDEX is one that `python -m benchmarks.scale --folder` has left. Each kind is searched for real
questions, one after the other, as widely as recall@10 of 0.97 against exact search takes.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from footnote.embedding import Vectors, load_embedder
from footnote.settings import Settings
from footnote.store.dense import LEAST_RECALL, exact
from footnote.store.kept import snapshot_of
from footnote.store.snapshot import Ids
from training.squad import read_paragraphs

QUESTIONS = 300
NEAREST = 10
KINDS = ("Flat", "HNSW32,SQ8", "IVF{lists},SQ8", "IVF{lists},Flat")


def main() -> None:
    """Build each kind over the vectors of an index, and print a row for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("index", type=Path)
    given = parser.parse_args()
    asked = [each.asked[0].text for each in read_paragraphs(given.squad) if each.asked]
    embedder = load_embedder(Settings())
    step = len(asked) // QUESTIONS
    questions = np.stack([embedder.embed_question(each) for each in asked[::step]])
    vectors = _vectors(given.index)

    def chunks() -> Iterator[tuple[Ids, Vectors]]:
        yield np.arange(len(vectors)), vectors

    truth = exact(questions, chunks, NEAREST)
    print(f"{len(vectors)} vectors, {len(questions)} questions")
    for kind in KINDS:
        _row(kind.format(lists=round(4 * len(vectors) ** 0.5)), vectors, questions, truth)


def _vectors(index: Path) -> Vectors:
    with snapshot_of(index) as snapshot:
        return np.concatenate([vectors for _, vectors in snapshot.vectors()])


def _row(kind: str, vectors: Vectors, questions: Vectors, truth: Ids) -> None:
    started = time.perf_counter()
    index: Any = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:: max(1, len(vectors) // 200_000)])
    index.add(vectors)
    built = time.perf_counter() - started
    width, recall = 8, 0.0
    while recall < LEAST_RECALL and width <= 4096:
        width = round(width * 1.25)
        _widen(index, width)
        found = index.search(questions, NEAREST)[1]
        recall = float(
            np.mean([len({*a} & {*b}) / NEAREST for a, b in zip(found, truth, strict=True)])
        )
    seconds = []
    for question in questions:
        started = time.perf_counter()
        index.search(question.reshape(1, -1), NEAREST)
        seconds.append(time.perf_counter() - started)
    size = len(faiss.serialize_index(index)) / 1e6
    print(
        f"{kind}: recall {recall:.3f} at width {width}, p50 {1000 * np.median(seconds):.2f} ms, "
        f"built in {built:.0f} s, {size:.0f} MB"
    )


def _widen(index: Any, width: int) -> None:  # noqa: ANN401 - FAISS's own types are not known
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = width
    elif isinstance(index, faiss.IndexHNSW):
        index.hnsw.efSearch = width


if __name__ == "__main__":
    main()
