"""A reader serves while a writer commits: one generation an answer, and nothing piles up."""

import math
import os
import threading
from pathlib import Path

import pytest

from footnote.store.index import IndexReader
from footnote.store.transaction import Transaction
from footnote.store.verify import verify
from footnote.store.writer import IndexWriter
from tests.store.samples import EMBEDDER, IDENTITY, KEEPERS, LAMP, add, write

pytestmark = pytest.mark.usefixtures("one_thread")

READERS = 3


def resident() -> int:
    """Return the bytes of memory that this process takes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class Readers:
    """Threads that ask an index through one reader until they are stopped."""

    def __init__(self, index: Path) -> None:
        self._reader = IndexReader(index, IDENTITY)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(READERS)]
        self.errors: list[BaseException] = []
        self.generations: set[int] = set()

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._reader.close()

    def _ask(self) -> None:
        try:
            while not self._stop.is_set():
                self._ask_once()
        except BaseException as error:  # noqa: BLE001 - shown by the test itself
            self.errors.append(error)

    def _ask_once(self) -> None:
        """Ask, and see that all that is told is of one generation."""
        question = "Which generation counts?"
        with self._reader.view() as view:
            hits = view.search(EMBEDDER.embed_question(question), question, 20)
            known = view.catalogue.known()
            texts = {view.catalogue.text(known[name].document_id) for name in ("a.md", "b.md")}
            assert texts == {told(view.generation, "a"), told(view.generation, "b")}
            counting = {hit.passage.text for hit in hits if "counts" in hit.passage.text}
            assert counting == texts
            self.generations.add(view.generation)


def told(generation: int, which: str) -> str:
    return f"Generation {generation} counts in {which}.\n"


def serve(index: Path, commits: int, slack: float) -> None:
    """``slack`` is the bytes that the second half may take, for whatever a cache holds."""
    write(
        index, {"keepers.md": KEEPERS, "lamp.md": LAMP, "a.md": told(1, "a"), "b.md": told(1, "b")}
    )
    measured = []
    with Readers(index) as readers:
        for generation in range(2, commits + 2):
            commit(index, generation)
            if generation in (commits // 2, commits):
                measured.append((resident(), descriptors()))
            assert readers.errors == []
    assert readers.errors == []
    assert len(readers.generations) > commits // 4
    (memory, opened), (memory_after, opened_after) = measured
    assert memory_after < memory + slack
    # A reader may be in the middle of an answer, which takes some files each.
    assert opened_after <= opened + 16 * READERS
    assert verify(index, deep=True).sound


def commit(index: Path, generation: int) -> None:
    def change(transaction: Transaction) -> None:
        add(transaction, {f"{which}.md": told(generation, which) for which in "ab"})

    with IndexWriter.open(index, IDENTITY) as writer:
        assert writer.commit(change) == generation


def test_readers_are_served_while_a_writer_commits(tmp_path: Path) -> None:
    # The allocators' arenas grow for some hundred commits, and how fast is the machine's affair.
    serve(tmp_path / "index", 40, slack=math.inf)


@pytest.mark.slow
def test_readers_are_served_through_a_thousand_commits(tmp_path: Path) -> None:
    serve(tmp_path / "index", 1000, slack=24 << 20)
