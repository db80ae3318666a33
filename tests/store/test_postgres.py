"""A catalogue in PostgreSQL: the same as in a file, and what only a server can do wrong."""

import os
import signal
import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from footnote.errors import IndexDamaged, IndexLocked, IndexUnavailable, UsageError
from footnote.place import Place
from footnote.store import postgres
from footnote.store.index import IndexReader
from footnote.store.lock import writer_lock
from footnote.store.postgres import PostgresCatalogue
from footnote.store.transaction import Transaction
from footnote.store.verify import verify
from footnote.store.writer import IndexWriter
from tests.postgres import Server, until_unlocked
from tests.store.samples import IDENTITY, KEEPERS, LAMP, add, ask, found, names, write

BOTH = {"keepers.md": KEEPERS, "sub/lamp.md": LAMP}
QUESTION = "When did the lamp burn paraffin?"


@pytest.fixture
def place(tmp_path: Path, database: str) -> Place:
    """An index of two documents, generation 1, in a database of its own."""
    place = Place(tmp_path / "index", database)
    assert write(place, BOTH) == 1
    return place


def test_a_url_that_is_none_is_named_without_its_password() -> None:
    with pytest.raises(UsageError, match="catalog is no URL") as error:
        PostgresCatalogue("postgresql://someone:secret@host:port/database")
    assert "secret" not in str(error.value)


def test_a_server_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    place = Place(tmp_path, "postgresql://someone:secret@127.0.0.1:1/footnote?connect_timeout=2")
    with closing(IndexReader(place, IDENTITY)) as reader:
        for use in (reader.origin, lambda: ask(reader, QUESTION), lambda: write(place, BOTH)):
            with pytest.raises(IndexUnavailable, match=r"someone:\*\*\*@127\.0\.0\.1:1/") as error:
                use()
            assert "secret" not in str(error.value)
            assert error.type is IndexUnavailable
    assert "secret" not in repr(place)


def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        # Should nobody give up, the connection ends, which is told otherwise.
        late = threading.Timer(15, lambda: mute.accept()[0].close())
        late.start()
        place = Place(tmp_path, f"postgresql://me@127.0.0.1:{mute.getsockname()[1]}/footnote")
        with pytest.raises(IndexUnavailable, match="timeout"):
            found(place)
        late.cancel()


def test_options_in_the_url_win(database: str) -> None:
    for given, told in (("", "5000"), ("?tcp_user_timeout=7000", "7000")):
        with (
            closing(PostgresCatalogue(database + given)) as catalogue,
            catalogue.engine.connect() as connection,
        ):
            driver = connection.connection.driver_connection
            assert driver is not None
            assert driver.info.get_parameters()["tcp_user_timeout"] == told


def test_an_empty_database_holds_no_index(tmp_path: Path, database: str) -> None:
    with pytest.raises(IndexUnavailable, match=r"there is no index in 'postgresql://.*footnote_"):
        found(Place(tmp_path, database))


def test_a_second_writer_is_refused_and_told_who_writes(place: Place, tmp_path: Path) -> None:
    # Another machine has another folder: the folder's lock would not keep it out.
    other = Place(tmp_path / "other", place.catalog)
    with IndexWriter.open(place, IDENTITY):
        with pytest.raises(IndexLocked, match=f"by process {os.getpid()} of "):
            write(other, BOTH)
        assert found(place)
    assert write(other, BOTH) == 2


def test_a_lock_that_cannot_be_given_back_ends_with_its_connection(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.catalog is not None
    with closing(PostgresCatalogue(place.catalog)) as catalogue:
        monkeypatch.setattr(postgres, "_UNLOCK", text("SELECT 1 / 0"))
        with catalogue.writing():
            pass
        monkeypatch.undo()
        until_unlocked(place)


def test_writers_of_two_schemas_do_not_wait_for_each_other(
    place: Place, tmp_path: Path, postgres_server: Server
) -> None:
    assert place.catalog is not None
    postgres_server.execute("CREATE SCHEMA other", make_url(place.catalog).database or "")
    other = Place(tmp_path / "other", f"{place.catalog}?options=-csearch_path%3Dother")
    with IndexWriter.open(place, IDENTITY):
        assert write(other, {"new.md": "New.\n"}) == 1
    assert (names(place), names(other)) == (set(BOTH), {"new.md"})


def test_a_writer_that_lost_its_lock_cannot_commit(place: Place, postgres_server: Server) -> None:
    with IndexWriter.open(place, IDENTITY) as writer:
        postgres_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )
        with pytest.raises(IndexUnavailable, match="what was committed before is kept"):
            writer.commit(lambda change: add(change, {"new.md": "New.\n"}))
    assert names(place) == set(BOTH)
    assert write(place, {"new.md": "New.\n"}) == 2


def test_a_question_for_which_no_connection_is_free_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.catalog is not None
    for name, value in (("_KEPT", 1), ("_BESIDE", 0), ("_POOL_SECONDS", 0.1)):
        monkeypatch.setattr(postgres, name, value)
    with closing(PostgresCatalogue(place.catalog)) as catalogue:
        with (
            catalogue.snapshot(),
            pytest.raises(IndexUnavailable, match="no connection became free"),
            catalogue.snapshot(),
        ):
            pass
        with catalogue.snapshot() as snapshot:
            assert snapshot.generation == 1


def test_nothing_is_written_by_who_does_not_hold_the_lock(place: Place) -> None:
    assert place.catalog is not None
    with (
        closing(PostgresCatalogue(place.catalog)) as catalogue,
        pytest.raises(IndexLocked, match="was not taken for writing"),
        catalogue.transaction(),
    ):
        pass


def test_a_snapshot_writes_nothing(place: Place) -> None:
    assert place.catalog is not None
    with (
        closing(PostgresCatalogue(place.catalog)) as catalogue,
        pytest.raises(IndexUnavailable, match="read-only transaction"),
        catalogue.snapshot() as snapshot,
    ):
        snapshot.connection.exec_driver_sql("DELETE FROM facts")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_comes_back_is_asked_again(
    place: Place, reader: IndexReader, postgres_server: Server, how: int
) -> None:
    before = ask(reader, QUESTION)
    postgres_server.stop(how)
    try:
        for use in (reader.origin, lambda: ask(reader, QUESTION)):
            with pytest.raises(IndexUnavailable, match="see that the server runs"):
                use()
    finally:
        postgres_server.start()
    assert ask(reader, QUESTION) == before
    assert reader.origin().generation == 1
    assert verify(place, deep=True).sound


def test_a_server_that_crashes_in_mid_commit_keeps_the_old_generation(
    place: Place, reader: IndexReader, postgres_server: Server
) -> None:
    before = ask(reader, QUESTION)
    with IndexWriter.open(place, IDENTITY) as writer:

        def change(transaction: Transaction) -> None:
            add(transaction, {"new.md": "New.\n"})
            postgres_server.stop(signal.SIGQUIT)

        with pytest.raises(IndexUnavailable, match="what was committed before is kept"):
            writer.commit(change)
    postgres_server.start()
    assert ask(reader, QUESTION) == before
    assert write(place, {"new.md": "New.\n"}) == 2
    assert verify(place, deep=True).sound


def test_other_tables_of_the_database_are_left_alone(place: Place, postgres_server: Server) -> None:
    database = make_url(place.catalog or "").database or ""
    postgres_server.execute("CREATE TABLE others (n int); INSERT INTO others VALUES (7)", database)
    postgres_server.execute("UPDATE facts SET value = '1' WHERE name = 'format'", database)
    write(place, BOTH, rebuild=True)
    assert postgres_server.execute("SELECT n FROM others", database) == [(7,)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE passages SET text = replace(text, '1931', '1932') WHERE id = 4", "sub/lamp.md"),
        ("DELETE FROM passages WHERE id = 4", "sub/lamp.md"),
        ("UPDATE documents SET title = 'Another' WHERE name = 'keepers.md'", "keepers.md"),
    ],
)
def test_what_was_altered_in_the_database_is_found(
    place: Place, postgres_server: Server, statement: str, named: str
) -> None:
    postgres_server.execute(statement, make_url(place.catalog or "").database or "")
    assert named in {each.document for each in verify(place, deep=True).altered}


@pytest.mark.parametrize(
    "statement", ["DROP TABLE passages", "ALTER TABLE passages DROP COLUMN text"]
)
def test_a_table_that_is_gone_is_damage(
    place: Place, postgres_server: Server, statement: str
) -> None:
    postgres_server.execute(statement, make_url(place.catalog or "").database or "")
    with pytest.raises(IndexDamaged, match="footnote index --rebuild"):
        found(place)


def test_a_machine_of_its_own_files_makes_them_from_the_catalogue(
    place: Place, tmp_path: Path
) -> None:
    before = found(place)
    other = Place(tmp_path / "other", place.catalog)
    assert found(other) == before
    write(place, {"new.md": "The lamp is new.\n"})
    assert found(other) == found(place) != before
    assert [path.name for path in other.folder.glob("search-*")] == ["search-2"]
    assert verify(other, deep=True).sound


def test_files_of_a_machine_are_not_made_twice_at_once(place: Place) -> None:
    for path in place.folder.glob("search-*/manifest.json"):
        path.unlink()
    with writer_lock(place.folder), pytest.raises(IndexLocked):
        found(place)
    with writer_lock(place.folder), pytest.raises(IndexLocked):
        write(place, BOTH)
    assert found(place)
