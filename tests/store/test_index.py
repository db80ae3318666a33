"""An index is always the old one or the new one, and readers follow it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from footnote.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexUnavailable,
    UsageError,
)
from footnote.records import assert_exact
from footnote.store import kept
from footnote.store.derived import open_search, search_folder
from footnote.store.identity import Identity
from footnote.store.index import IndexReader
from footnote.store.lock import writer_lock
from footnote.store.search import LocalSearch
from footnote.store.snapshot import Snapshot
from footnote.store.sqlite import FILE, SqliteCatalogue
from footnote.store.transaction import Transaction
from footnote.store.writer import IndexWriter
from tests.store.samples import (
    EMBEDDER,
    IDENTITY,
    KEEPERS,
    LAMP,
    add,
    ask,
    found,
    names,
    read_while_written,
    write,
)
from tests.store.test_derived import DAMAGE

BOTH = {"keepers.md": KEEPERS, "sub/lamp.md": LAMP}
QUESTION = "When did the lamp burn paraffin?"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two documents, generation 1."""
    assert write(tmp_path / "index", BOTH) == 1
    return tmp_path / "index"


@pytest.fixture
def reader(index: Path) -> Iterator[IndexReader]:
    reader = IndexReader(index, IDENTITY)
    yield reader
    reader.close()


def files(index: Path) -> set[str]:
    return {path.name for path in index.iterdir()} - {f"{FILE}-wal", f"{FILE}-shm"}


def test_what_was_committed_is_found_exactly(index: Path, reader: IndexReader) -> None:
    with reader.view() as view:
        assert view.generation == 1
        hits = view.search(EMBEDDER.embed_question(QUESTION), QUESTION, 10)
        for hit in hits:
            text = view.catalogue.text(hit.passage.document_id)
            units = hit.passage.units
            assert_exact(text, ((unit.span, hit.passage.quote(unit.span)) for unit in units))
            assert_exact(text, [(hit.passage.span, hit.passage.text)])
    assert hits[0].passage.text == LAMP
    assert hits[0].dense == pytest.approx(1, abs=0.5)
    assert files(index) == {FILE, "lock", "search-1"}


def test_a_question_can_be_restricted_to_documents_by_name(reader: IndexReader) -> None:
    assert {text for text, _, _ in ask(reader, QUESTION, "sub/*")} == {LAMP}
    assert LAMP not in {text for text, _, _ in ask(reader, QUESTION, "keepers.md")}
    assert ask(reader, QUESTION, "k*", "*lamp.md") == ask(reader, QUESTION)
    assert {text for text, _, _ in ask(reader, QUESTION, "*.m[d]", "no-such")} == {
        text for text, _, _ in ask(reader, QUESTION)
    }


@pytest.mark.parametrize("glob", ["*.pdf", "KEEPERS.md", "lamp.md", ""])
def test_a_restriction_that_fits_no_document_is_named(reader: IndexReader, glob: str) -> None:
    with pytest.raises(UsageError, match="no document matches"):
        ask(reader, QUESTION, glob)


@pytest.mark.parametrize(
    "question",
    [
        '"lamp" AND (paraffin: OR [x TO y]',
        "lamp 😀 👩‍👩‍👧",
        "lamp' OR 1=1; --",
        "lamp " * 400,
        "?",
        "",
    ],
)
def test_any_question_can_be_searched(reader: IndexReader, question: str) -> None:
    assert len(ask(reader, question)) == 4


def test_a_missing_index_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match=r"no index in .*`footnote index CORPUS`"):
        found(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_the_name_of_a_folder_may_hold_any_character(tmp_path: Path) -> None:
    index = tmp_path / "my index? #1 100%41 é 😀 'x'"
    write(index, BOTH)
    assert files(index) == {FILE, "lock", "search-1"}
    assert [path.name for path in tmp_path.iterdir()] == [index.name]
    assert found(index)


def test_a_reader_follows_a_commit(index: Path, reader: IndexReader) -> None:
    assert LAMP in {text for text, _, _ in ask(reader, QUESTION)}
    write(index, {"sub/lamp.md": "# The lamp\n\nIt is gone.\n"})
    texts = {text for text, _, _ in ask(reader, QUESTION)}
    assert LAMP not in texts
    assert "# The lamp\n\nIt is gone.\n" in texts


def test_a_view_keeps_its_generation_while_a_writer_commits(
    index: Path, reader: IndexReader
) -> None:
    before = ask(reader, QUESTION)
    with reader.view() as view:
        write(index, {"sub/lamp.md": "# The lamp\n\nIt is gone.\n", "new.md": "New.\n"})
        hits = view.search(EMBEDDER.embed_question(QUESTION), QUESTION, 10)
        assert [(hit.passage.text, hit.score, hit.dense) for hit in hits] == before
        assert set(view.catalogue.known()) == set(BOTH)
    assert ask(reader, QUESTION) != before


def test_a_reader_moves_on_when_a_writer_removes_what_it_was_about_to_open(
    index: Path, reader: IndexReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = [{"new.md": "New.\n"}]

    def overtaken(
        folder: Path, catalogue: Snapshot, identity: Identity, before: LocalSearch | None = None
    ) -> LocalSearch:
        if writes:
            write(folder, writes.pop())
        return open_search(folder, catalogue, identity, before)

    monkeypatch.setattr("footnote.store.kept.open_search", overtaken)
    with reader.view() as view:
        assert view.generation == 2
        assert set(view.catalogue.known()) == {*BOTH, "new.md"}
    assert files(index) == {FILE, "lock", "search-2"}


def test_a_reader_opened_while_a_writer_commits_sees_one_generation(index: Path) -> None:
    assert read_while_written(index, readers=3, last=14) == []


def test_many_threads_share_a_reader(reader: IndexReader) -> None:
    results: list[object] = []
    threads = [
        threading.Thread(target=lambda: results.append(ask(reader, QUESTION))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [ask(reader, QUESTION)] * 8


def fail_change(writer: IndexWriter) -> None:
    def change(transaction: Transaction) -> None:
        transaction.clear()
        add(transaction, {"new.md": "New.\n"})
        raise ZeroDivisionError

    writer.commit(change)


def fail_before_build(writer: IndexWriter) -> None:
    fail_build(writer, build=False)


def fail_build(writer: IndexWriter, build: bool = True) -> None:
    def failing(made: Callable[..., None]) -> Callable[..., None]:
        def make(*given: object) -> None:
            if build:
                made(*given)
            raise ZeroDivisionError

        return make

    with pytest.MonkeyPatch.context() as patch:
        for name in ("build_search", "extend_search"):
            patch.setattr(kept, name, failing(getattr(kept, name)))
        writer.commit(lambda change: add(change, {"new.md": "New.\n"}))


@pytest.mark.parametrize("fail", [fail_change, fail_before_build, fail_build])
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_commit_that_fails_leaves_the_old_generation(
    index: Path, fail: Callable[[IndexWriter], None], rebuild: bool
) -> None:
    before = found(index)
    with (
        pytest.raises(ZeroDivisionError),
        IndexWriter.open(index, IDENTITY, rebuild) as writer,
    ):
        fail(writer)
    assert found(index) == before
    assert names(index) == set(BOTH)
    assert write(index, {"after.md": "After.\n"}) == 2
    assert names(index) == {*BOTH, "after.md"}
    assert files(index) == {FILE, "lock", "search-2"}


KILLED = """
import os, signal, sys
from pathlib import Path
from footnote.store import kept
from tests.store.samples import write
extend = kept.extend_search
def killed(*given):
    if sys.argv[2] == "built":
        extend(*given)
    os.kill(os.getpid(), signal.SIGKILL)
kept.extend_search = killed
write(Path(sys.argv[1]), {"new.md": "New.\\n"})
"""


@pytest.mark.parametrize("when", ["before the search index", "built"])
def test_a_writer_that_is_killed_leaves_the_old_generation(index: Path, when: str) -> None:
    before = found(index)
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(index), when], cwd=root, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert search_folder(index, 2).exists() == (when == "built")
    assert found(index) == before
    assert names(index) == set(BOTH)
    write(index, {"after.md": "After.\n"})
    assert names(index) == {*BOTH, "after.md"}
    assert files(index) == {FILE, "lock", "search-2"}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_search_index_is_made_again_from_the_catalogue(
    index: Path, damage: Callable[[Path], object]
) -> None:
    before = found(index)
    damage(search_folder(index, 1))
    assert found(index) == before
    assert files(index) == {FILE, "lock", "search-1"}
    with writer_lock(index):
        # Nothing is made again now: it would take the lock.
        assert found(index) == before


def test_a_search_index_is_not_made_again_while_a_writer_works(index: Path) -> None:
    shutil.rmtree(search_folder(index, 1))
    with writer_lock(index), pytest.raises(IndexLocked):
        found(index)


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_catalogue_of_garbage_is_damaged(index: Path, content: bytes) -> None:
    (index / FILE).write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"is damaged .* run `footnote repair`"):
        found(index)
    with pytest.raises(IndexDamaged):
        write(index, BOTH)
    with pytest.raises(IndexDamaged):
        found(index)


def test_a_damaged_catalogue_is_replaced_by_a_rebuild(index: Path) -> None:
    before = found(index)
    (index / FILE).write_bytes(b"garbage " * 1000)
    write(index, BOTH, rebuild=True)
    assert found(index) == before


def test_a_reader_recovers_when_a_damaged_catalogue_is_rebuilt(
    index: Path, reader: IndexReader
) -> None:
    before = ask(reader, QUESTION)
    reader.close()
    (index / FILE).write_bytes(b"garbage " * 1000)
    with pytest.raises(IndexDamaged):
        ask(reader, QUESTION)
    write(index, {"new.md": "The lamp is new.\n"}, rebuild=True)
    assert {text for text, _, _ in ask(reader, QUESTION)} == {"The lamp is new.\n"}
    write(index, BOTH, rebuild=True)
    assert ask(reader, QUESTION) == before


def test_a_reader_follows_an_index_that_was_removed_and_made_anew(
    index: Path, reader: IndexReader
) -> None:
    before = ask(reader, QUESTION)
    shutil.rmtree(index)
    with pytest.raises(IndexUnavailable, match="there is no index"):
        ask(reader, QUESTION)
    assert write(index, {"new.md": "The lamp is new.\n"}) == 1
    assert {text for text, _, _ in ask(reader, QUESTION)} == {"The lamp is new.\n"}
    shutil.rmtree(index)
    write(index, BOTH)
    assert ask(reader, QUESTION) == before


def made_by_another(index: Path, what: str) -> None:
    catalogue = SqliteCatalogue(index)
    with catalogue.transaction() as change:
        change.set_facts({what: "another"})
    catalogue.close()


@pytest.mark.parametrize("what", ["embedder", "format"])
def test_an_index_made_by_another_is_refused_and_a_rebuild_mends_it(index: Path, what: str) -> None:
    before = found(index)
    made_by_another(index, what)
    for use in (lambda: found(index), lambda: write(index, BOTH)):
        with pytest.raises(IndexMismatch, match=r"'another'.*`footnote index --rebuild`") as error:
            use()
        assert what in str(error.value)
    write(index, BOTH, rebuild=True)
    assert found(index) == before


def test_an_index_of_another_dimension_is_refused(index: Path) -> None:
    reader = IndexReader(index, Identity(IDENTITY.embedder, IDENTITY.dimension * 2))
    with pytest.raises(IndexMismatch, match="dimension"):
        ask(reader, QUESTION)
    reader.close()


def test_a_rebuild_replaces_everything_when_it_commits(index: Path) -> None:
    assert write(index, {"new.md": "New.\n"}, rebuild=True) == 2
    assert names(index) == {"new.md"}


def test_a_rebuild_that_is_never_committed_changes_nothing(index: Path) -> None:
    with IndexWriter.open(index, IDENTITY, rebuild=True) as writer:
        assert (writer.known(), writer.generation) == ({}, 0)
    assert names(index) == set(BOTH)


def test_a_writer_knows_what_the_index_holds(index: Path, tmp_path: Path) -> None:
    with IndexWriter.open(index, IDENTITY) as writer:
        assert writer.generation == 1
        assert {name for file in writer.known().values() for name in file.documents} == set(BOTH)
    with IndexWriter.open(tmp_path / "new", IDENTITY) as writer:
        assert (writer.known(), writer.generation) == ({}, 0)


def test_an_index_that_was_begun_and_never_committed_is_none(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), IndexWriter.open(tmp_path, IDENTITY) as writer:
        fail_change(writer)
    with pytest.raises(IndexUnavailable, match="there is no index"):
        found(tmp_path)
    assert write(tmp_path, BOTH) == 1


def test_a_second_writer_is_refused_while_the_first_works(index: Path) -> None:
    with IndexWriter.open(index, IDENTITY):
        with pytest.raises(IndexLocked, match=f"process {os.getpid()}"):
            write(index, BOTH)
        assert found(index)
    assert write(index, BOTH) == 2


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        OperationalError("INSERT", {}, sqlite3.OperationalError("No space left on device")),
    ],
)
def test_a_full_disk_is_told_in_a_sentence(
    index: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(kept, "extend_search", fail)
    with pytest.raises(IndexUnavailable, match=r"cannot be written: No space left .* is kept"):
        write(index, {"new.md": "New.\n"})
    monkeypatch.undo()
    assert names(index) == set(BOTH)
