"""Nearest passages by their vectors, and files that cannot be altered unseen."""

from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import pytest

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.store import dense
from footnote.store.dense import FLAT_MOST, LEAST_RECALL, DenseIndex, nearest
from footnote.store.files import sha256_of
from footnote.store.snapshot import Ids

IDS = np.array([3, 7, 900_000_000_000], np.int64)
VECTORS: Vectors = np.array([[0.6, 0.8], [1, 0], [-1, 0]], dtype=np.float32)
QUESTION: Vectors = np.array([1, 0], dtype=np.float32)


def built(ids: Ids, vectors: Vectors, flat_most: int = FLAT_MOST) -> DenseIndex:
    """Make an index of vectors that come in chunks."""

    def chunks() -> Iterator[tuple[Ids, Vectors]]:
        for at in range(0, len(ids), 300):
            yield ids[at : at + 300], vectors[at : at + 300]

    return DenseIndex.build(len(ids), vectors.shape[1], chunks, flat_most)


@pytest.fixture
def index() -> DenseIndex:
    return built(IDS, VECTORS)


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
    assert [id_ for id_, _ in index.search(QUESTION, 3, np.array([3, 5, 900_000_000_000]))] == [
        *(3, 900_000_000_000)
    ]
    assert index.search(QUESTION, 3, np.array([5])) == []
    assert index.search(QUESTION, 3, np.zeros(0, np.int64)) == []


def test_an_index_of_nothing_finds_nothing() -> None:
    empty = built(np.zeros(0, np.int64), np.zeros((0, 2), np.float32))
    assert empty.search(QUESTION, 5) == []


def test_what_was_written_is_read_back(index: DenseIndex, tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    index.write(path)
    back = DenseIndex.read(path, sha256_of(path), index.described())
    assert back.search(QUESTION, 3) == index.search(QUESTION, 3)


def test_one_flipped_bit_anywhere_is_damage(index: DenseIndex, tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    index.write(path)
    data, digest = path.read_bytes(), sha256_of(path)
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(IndexDamaged, match=r"dense\.faiss was altered"):
            DenseIndex.read(path, digest, index.described())


def test_a_file_cut_short_is_damage(index: DenseIndex, tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    index.write(path)
    digest = sha256_of(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexDamaged):
        DenseIndex.read(path, digest, index.described())


def test_a_search_can_leave_passages_out(index: DenseIndex) -> None:
    found = index.search(QUESTION, 3, without=np.array([7]))
    assert [id_ for id_, _ in found] == [3, 900_000_000_000]


MANY = 4000


@pytest.fixture(scope="module")
def many() -> Vectors:
    """Unit vectors in clusters, as those of texts are."""
    random = np.random.default_rng(5)
    centres = random.normal(size=(40, 32))
    vectors = centres[random.integers(0, 40, MANY)] + 0.7 * random.normal(size=(MANY, 32))
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32)


@pytest.fixture(scope="module")
def inverted(many: Vectors) -> DenseIndex:
    return built(np.arange(1, MANY + 1) * 3, many, flat_most=1000)


def test_beyond_a_size_it_is_an_inverted_file_of_measured_recall(
    inverted: DenseIndex, many: Vectors
) -> None:
    shape = inverted.shape
    assert (shape.passages, shape.last_id) == (MANY, 3 * MANY)
    assert 0 < shape.probes < shape.lists == 253
    assert shape.recall is not None
    assert shape.recall >= LEAST_RECALL
    random = np.random.default_rng(6)
    shares = []
    for query in many[random.integers(0, MANY, 100)]:
        truth = nearest(query.reshape(1, -1), many, np.arange(1, MANY + 1) * 3, 10)[1][0]
        found = [id_ for id_, _ in inverted.search(query, 10)]
        shares.append(len({*truth.tolist()} & {*found}) / 10)
    assert np.mean(shares) >= 0.95


def test_few_passages_are_found_in_an_inverted_file_wherever_they_lie(
    inverted: DenseIndex, many: Vectors
) -> None:
    within = np.array([30, 3000, 6000, 9000, 12000])
    for query in many[:20]:
        assert {id_ for id_, _ in inverted.search(query, 10, within)} == {*within.tolist()}


def test_an_inverted_file_leaves_passages_out(inverted: DenseIndex, many: Vectors) -> None:
    query = many[7]
    first = inverted.search(query, 3)
    assert first[0][0] == 24
    without = np.array([24], np.int64)
    assert [id_ for id_, _ in inverted.search(query, 2, without=without)] == [
        id_ for id_, _ in first[1:]
    ]


def test_an_inverted_file_that_was_written_is_read_back(
    inverted: DenseIndex, many: Vectors, tmp_path: Path
) -> None:
    path = tmp_path / "dense.faiss"
    inverted.write(path)
    back = DenseIndex.read(path, sha256_of(path), inverted.described())
    assert back.shape == inverted.shape
    assert back.search(many[0], 10) == inverted.search(many[0], 10)


def test_codes_that_lose_too_much_are_made_wider(
    many: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes of four bits stand for those of eight, which lose little."""
    codes = (faiss.ScalarQuantizer.QT_4bit, faiss.ScalarQuantizer.QT_fp16)
    monkeypatch.setattr(dense, "_CODES", codes)
    wide = built(np.arange(1, MANY + 1), many, flat_most=1000)
    assert wide.shape.recall is not None
    assert wide.shape.recall >= LEAST_RECALL
    monkeypatch.setattr(dense, "_CODES", codes[:1])
    narrow = built(np.arange(1, MANY + 1), many, flat_most=1000)
    assert narrow.shape.recall is not None
    assert narrow.shape.recall < LEAST_RECALL
