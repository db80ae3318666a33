"""What tests of a store share."""

from collections.abc import Iterator
from contextlib import closing

import faiss
import pytest

from footnote.place import Place
from footnote.store.index import IndexReader
from tests.store.samples import IDENTITY


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Let FAISS search in one thread: of two, each waits for the other on a busy machine."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    yield
    faiss.omp_set_num_threads(before)


@pytest.fixture
def reader(place: Place) -> Iterator[IndexReader]:
    """A reader of the index that a module's ``place`` is."""
    with closing(IndexReader(place, IDENTITY)) as reader:
        yield reader
