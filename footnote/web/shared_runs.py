"""The evaluations of several servers: their files in one database, and in each one's folder.

A run is written in the folder of the server that runs it, and put into the database when it ends
or is stopped; another server takes it out when it is asked for, again when it has gone on since.
"""

import os
import re
import secrets
import shutil
import threading
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
    case,
    delete,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import IndexUnavailable
from footnote.evaluation.run_files import MANIFEST
from footnote.web.runs import MOST_RUNS, RUN_ID, Runs, RunSummary

# Seconds within which two times are the same one: a file system rounds them.
_SAME = 0.01
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
        self._taking = threading.Lock()

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
        """Write what the folder lacks, or has an older state of: one run, or the latest."""
        started = func.max(case((_files.c.name == MANIFEST, _files.c.modified)))
        latest = select(_files.c.run, func.max(_files.c.modified)).group_by(_files.c.run)
        if id_ is not None:
            latest = latest.where(_files.c.run == id_)
        latest = latest.having(started.is_not(None)).order_by(started.desc()).limit(MOST_RUNS)
        with self._taking, self._failure_named(), self._engine.connect() as connection:
            if not inspect(connection).has_table(_files.name):
                return
            for run, modified in connection.execute(latest).all():
                if RUN_ID.fullmatch(run) and modified > _modified(self._folder / run) + _SAME:
                    rows = connection.execute(select(_files).where(_files.c.run == run))
                    self._write(run, [(row.name, row.modified, row.data) for row in rows])

    def _write(self, run: str, files: list[tuple[str, float, bytes]]) -> None:
        """Make a run's folder, which appears when it is whole, in place of an older state."""
        self._folder.mkdir(parents=True, exist_ok=True)
        building = self._folder / f".{secrets.token_hex(6)}"
        older = building.with_suffix(".older")
        building.mkdir()
        try:
            for name, modified, data in files:
                if _FILE.fullmatch(name):
                    (building / name).write_bytes(data)
                    os.utime(building / name, (modified, modified))
            if (self._folder / run).exists():
                (self._folder / run).rename(older)
            building.rename(self._folder / run)
        finally:
            for each in (building, older):
                shutil.rmtree(each, ignore_errors=True)

    @contextmanager
    def _failure_named(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise IndexUnavailable(
                f"the database of evaluations cannot be used: {reason}; see that the server runs"
            ) from error


def _modified(run: Path) -> float:
    """Return when a run's folder was last written to, 0 where there is none."""
    try:
        return max((path.lstat().st_mtime for path in run.iterdir()), default=0.0)
    except OSError:
        return 0.0
