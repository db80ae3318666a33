"""Nearest passages by their vectors, and files that cannot be altered unseen."""

from pathlib import Path

import numpy as np
import pytest

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.store.dense import DenseIndex
from footnote.store.files import sha256_of

IDS = (7, 3, 900_000_000_000)
VECTORS: Vectors = np.array([[1, 0], [0.6, 0.8], [-1, 0]], dtype=np.float32)
QUESTION: Vectors = np.array([1, 0], dtype=np.float32)


@pytest.fixture
def index() -> DenseIndex:
    return DenseIndex.build(IDS, VECTORS, 2)


def test_passages_come_by_cosine_best_first(index: DenseIndex) -> None:
    assert index.search(QUESTION, 3) == [
        (7, 1.0),
        (3, pytest.approx(0.6)),
        (900_000_000_000, -1.0),
    ]


def test_no_more_come_than_asked_for_or_there_are(index: DenseIndex) -> None:
    assert [id_ for id_, _ in index.search(QUESTION, 1)] == [7]
    assert len(index.search(QUESTION, 50)) == 3


def test_a_search_can_be_restricted_to_some_passages(index: DenseIndex) -> None:
    assert [id_ for id_, _ in index.search(QUESTION, 3, [3, 900_000_000_000, 5])] == [
        *(3, 900_000_000_000)
    ]
    assert index.search(QUESTION, 3, [5]) == []
    assert index.search(QUESTION, 3, []) == []


def test_an_index_of_nothing_finds_nothing() -> None:
    empty = DenseIndex.build([], np.zeros((0, 2), np.float32), 2)
    assert empty.search(QUESTION, 5) == []


def test_what_was_written_is_read_back(index: DenseIndex, tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    index.write(path)
    back = DenseIndex.read(path, sha256_of(path))
    assert back.search(QUESTION, 3) == index.search(QUESTION, 3)


def test_one_flipped_bit_anywhere_is_damage(index: DenseIndex, tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    index.write(path)
    data, digest = path.read_bytes(), sha256_of(path)
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(IndexDamaged, match=r"dense\.faiss was altered"):
            DenseIndex.read(path, digest)


def test_a_file_cut_short_is_damage(index: DenseIndex, tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    index.write(path)
    digest = sha256_of(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexDamaged):
        DenseIndex.read(path, digest)
