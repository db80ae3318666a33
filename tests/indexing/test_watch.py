"""A folder is followed: what changes in it can be asked for soon after."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from footnote.errors import CorpusError, FootnoteError
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date
from footnote.indexing.watch import Follower
from footnote.store import derived
from footnote.store.derived import search_folder
from footnote.store.kept import snapshot_of
from footnote.store.lock import writer_lock
from footnote.store.manifest import Manifest
from footnote.testing import HashEmbedder
from tests.helpers import write_corpus

INDEX = Path("index")
# Long enough for a machine under load; a test that passes waits no longer than it must.
PATIENCE = 20.0


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    docs = write_corpus(tmp_path / "docs", {"a.txt": "Tea is drunk hot."})
    bring_up_to_date(docs, INDEX, HashEmbedder())
    return docs


@contextmanager
def following(corpus: Path) -> Iterator[list[IndexReport | FootnoteError]]:
    """Follow a folder, and give what is told of it."""
    told: list[IndexReport | FootnoteError] = []
    follower = Follower(corpus, INDEX, HashEmbedder(), told.append)
    thread = threading.Thread(target=follower.run)
    thread.start()
    time.sleep(0.3)  # the watching has begun
    try:
        yield told
    finally:
        follower.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def names() -> set[str]:
    with snapshot_of(INDEX) as snapshot:
        return set(snapshot.known())


def test_files_that_come_change_and_go_are_followed(corpus: Path) -> None:
    with following(corpus) as told:
        (corpus / "sub").mkdir()
        (corpus / "sub" / "b.txt").write_text("Milk is drunk warm.")
        wait(lambda: names() == {"a.txt", "sub/b.txt"})
        (corpus / "a.txt").unlink()
        wait(lambda: names() == {"sub/b.txt"})
        wait(lambda: len(told) == 2)
    first, second = told
    assert isinstance(first, IndexReport)
    assert isinstance(second, IndexReport)
    assert (first.added, second.removed) == (("sub/b.txt",), ("a.txt",))


def test_what_another_writer_was_in_the_way_of_is_tried_again(corpus: Path) -> None:
    with following(corpus):
        with writer_lock(INDEX):
            (corpus / "b.txt").write_text("Milk is drunk warm.")
            time.sleep(1)
            assert names() == {"a.txt"}
        wait(lambda: names() == {"a.txt", "b.txt"})


def test_a_folder_that_holds_nothing_for_a_while_is_told_and_followed_on(corpus: Path) -> None:
    with following(corpus) as told:
        (corpus / "a.txt").unlink()
        wait(lambda: len(told) == 1)
        assert isinstance(told[0], CorpusError)
        assert names() == {"a.txt"}
        (corpus / "b.txt").write_text("Milk is drunk warm.")
        wait(lambda: names() == {"b.txt"})


def test_a_dense_snapshot_that_is_due_is_made_again(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_snapshot() -> int:
        with snapshot_of(INDEX) as snapshot:
            folder = search_folder(INDEX, snapshot.generation)
        try:
            passages: int = Manifest.read(folder).dense["passages"]
        except FootnoteError:
            return 0  # removed since
        return passages

    # As if so few were too many to make it again with each commit.
    monkeypatch.setattr(derived, "FLAT_MOST", 0)
    with following(corpus):
        for n in range(3):
            (corpus / f"{n}.txt").write_text(f"Text {n} is about the number {n}.")
        wait(lambda: len(names()) == 4)
        wait(lambda: in_snapshot() == 4)
