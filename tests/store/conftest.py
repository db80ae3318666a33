"""What tests of a store share."""

from collections.abc import Iterator

import faiss
import pytest


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Let FAISS search in one thread: of two, each waits for the other on a busy machine."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    yield
    faiss.omp_set_num_threads(before)
