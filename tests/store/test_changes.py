"""The latest generation is known without looking, and never an older one than there is."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from footnote.errors import IndexDamaged, IndexUnavailable
from footnote.store import sqlite_engine
from footnote.store.snapshot import Origin, Snapshot
from footnote.store.sqlite import FILE, SqliteCatalogue


def commit(folder: Path, generation: int, created: str = "at first") -> None:
    """Commit as another process would: with connections of its own."""
    folder.mkdir(exist_ok=True)
    with closing(SqliteCatalogue(folder)) as catalogue, catalogue.transaction() as change:
        change.set_facts({"generation": str(generation), "created": created})


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqliteCatalogue]:
    commit(tmp_path / "index", 1)
    with closing(SqliteCatalogue(tmp_path / "index")) as catalogue:
        assert catalogue.origin() == Origin("at first", 1)
        yield catalogue


def test_each_commit_of_others_is_seen_at_once(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    for generation in range(2, 30):
        commit(tmp_path / "index", generation)
        assert catalogue.origin().generation == generation


def test_nothing_is_read_where_nothing_was_committed(
    catalogue: SqliteCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Snapshot, "fact", None)
    assert catalogue.origin() == Origin("at first", 1)


def test_a_file_that_took_the_place_of_another_is_read(
    catalogue: SqliteCatalogue, tmp_path: Path
) -> None:
    commit(tmp_path / "other", 1, "later")
    (tmp_path / "other" / FILE).replace(tmp_path / "index" / FILE)
    assert catalogue.origin() == Origin("later", 1)


def test_one_that_is_gone_is_said_to_be_gone(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    catalogue.delete()
    with pytest.raises(IndexUnavailable, match="there is no index in"):
        catalogue.origin()
    commit(tmp_path / "index", 7)
    assert catalogue.origin().generation == 7


def test_damage_is_named(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"not a database" * 1000)
    (tmp_path / "other").replace(tmp_path / "index" / FILE)
    with pytest.raises(IndexDamaged, match="is damaged"):
        catalogue.origin()


def test_many_threads_ask_while_it_changes(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    seen: list[list[int]] = []
    done = threading.Event()

    def ask() -> None:
        mine: list[int] = []
        while not done.is_set():
            mine.append(catalogue.origin().generation)
        seen.append(mine)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for generation in range(2, 40):
        commit(tmp_path / "index", generation)
    done.set()
    for thread in threads:
        thread.join()
    assert len(seen) == len(threads)
    assert all(mine == sorted(mine) for mine in seen)
    assert catalogue.origin().generation == 39


def test_threads_that_ask_at_once_share_one_connection(
    catalogue: SqliteCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Connection] = []
    real = sqlite_engine._bare

    def slowly(engine: Engine) -> Connection:
        time.sleep(0.05)
        made.append(real(engine))
        return made[-1]

    monkeypatch.setattr(sqlite_engine, "_bare", slowly)
    catalogue.close()
    with ThreadPoolExecutor(4) as pool:
        told = {each.result() for each in [pool.submit(catalogue.origin) for _ in range(4)]}
    assert told == {Origin("at first", 1)}
    assert len(made) == 1
