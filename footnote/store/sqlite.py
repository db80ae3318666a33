"""SQLite as the catalogue needs it: write-ahead log, durable commits, transactions said in full."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from footnote.store.rows import dumps


def sqlite_engine(path: Path) -> Engine:
    """Return an engine over a database file, which is made when it is first connected to."""
    # A connection a snapshot: a pool has a most, and would hold on to a file that was replaced.
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, json_serializer=dumps, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transactions begin late and end early; ours are said in full.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        begin = connection.get_execution_options().get("begin", "BEGIN")
        if begin:
            connection.exec_driver_sql(begin)

    return engine


def integrity(engine: Engine) -> list[str]:
    """Return what SQLite finds wrong with pages, order and indexes; it cannot see values."""
    with _bare(engine) as connection:
        told = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars()
        return [str(each) for each in told if each != "ok"]


def checkpoint(engine: Engine) -> None:
    """Move the write-ahead log into the database and empty it, unless a reader needs it."""
    with _bare(engine) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _bare(engine: Engine) -> Connection:
    """Return a connection without a transaction, whose errors are SQLAlchemy's all the same."""
    return engine.execution_options(begin=None).connect()
