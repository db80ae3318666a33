"""The evaluations of several servers: their files in one database, and in each one's folder.

A run is written in the folder of the server that runs it, and put into the database when it ends
or is stopped; another server takes it out when it is asked for.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Column,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import IndexUnavailable
from footnote.evaluation.run_files import MANIFEST
from footnote.web.runs import MOST_RUNS, RUN_ID, Runs, RunSummary

# What a run's files are called; nothing else is written to a disk.
_FILE = re.compile(r"[a-z][a-z0-9_-]{0,40}\.[a-z]{2,6}")

_metadata = MetaData()
_files = Table(
    "evaluation_files",
    _metadata,
    Column("run", String(120), primary_key=True),
    Column("name", String(60), primary_key=True),
    # Seconds since the epoch, by which runs are listed.
    Column("modified", Float, nullable=False),
    Column("data", LargeBinary, nullable=False),
)


class SharedRuns(Runs):
    """The folder of runs, and the database that several servers keep theirs in."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        super().__init__(folder)
        self._engine = engine

    def keep(self, run: Path) -> None:
        """Put a run's files into the database, in place of those that it has. Raises
        IndexUnavailable; the folder has them all the same."""
        rows = [
            {
                "run": run.name,
                "name": path.name,
                "modified": path.stat().st_mtime,
                "data": path.read_bytes(),
            }
            for path in sorted(run.iterdir())
            if path.is_file() and not path.is_symlink() and _FILE.fullmatch(path.name)
        ]
        with self._failure_named(), self._engine.begin() as connection:
            _metadata.create_all(connection)
            connection.execute(delete(_files).where(_files.c.run == run.name))
            connection.execute(insert(_files), rows)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def all(self) -> list[RunSummary]:
        self._take(None)
        return super().all()

    def find(self, id_: str) -> Path:
        self._take(id_)
        return super().find(id_)

    def _take(self, id_: str | None) -> None:
        """Write what the folder lacks: one run, or the latest."""
        latest = select(_files.c.run).where(_files.c.name == MANIFEST)
        if id_ is not None:
            latest = latest.where(_files.c.run == id_)
        latest = latest.order_by(_files.c.modified.desc()).limit(MOST_RUNS)
        with self._failure_named(), self._engine.connect() as connection:
            if not inspect(connection).has_table(_files.name):
                return
            for run in connection.execute(latest).scalars().all():
                if RUN_ID.fullmatch(run) and not (self._folder / run).exists():
                    rows = connection.execute(select(_files).where(_files.c.run == run))
                    self._write(run, [(row.name, row.modified, row.data) for row in rows])

    def _write(self, run: str, files: list[tuple[str, float, bytes]]) -> None:
        """Make a run's folder, which appears when it is whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        building = self._folder / f".{secrets.token_hex(6)}"
        building.mkdir()
        try:
            for name, modified, data in files:
                if _FILE.fullmatch(name):
                    (building / name).write_bytes(data)
                    os.utime(building / name, (modified, modified))
            # Of two requests at once, one is too late; what it would write is there.
            if not (self._folder / run).exists():
                building.rename(self._folder / run)
        finally:
            shutil.rmtree(building, ignore_errors=True)

    @contextmanager
    def _failure_named(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise IndexUnavailable(
                f"the database of evaluations cannot be used: {reason}; see that the server runs"
            ) from error
