"""A PostgreSQL server of the tests' own, in a folder, on a socket there and a port of loopback."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg

from footnote.errors import IndexLocked
from footnote.place import Place
from footnote.store.kept import check_unlocked

# Debian keeps the server's programs out of PATH.
_DEBIAN = Path("/usr/lib/postgresql")
_PATIENCE = 10.0
_UNPRIVILEGED = ("postgres", "nobody")


def programs() -> Path | None:
    """Return the folder of initdb and postgres, None where no server is installed."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def until_unlocked(place: Place) -> None:
    """Wait until the server too has noted that a writer of an index has ended."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return check_unlocked(place)
        except IndexLocked:
            if place.catalog is None or time.monotonic() > until:
                raise
        time.sleep(0.05)


class Server:
    """A PostgreSQL server. It can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        found = programs()
        assert found is not None
        self._programs = found
        self._folder = folder
        self._data = folder / "data"
        self._databases = 0
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        folder.mkdir(parents=True, exist_ok=True)
        # The server refuses to be root, and must reach its folder.
        self._owner: int | None = None
        if os.geteuid() == 0:
            self._owner = next(
                each.pw_uid for each in pwd.getpwall() if each.pw_name in _UNPRIVILEGED
            )
            os.chown(folder, self._owner, -1)
        self._run("initdb", "--auth=trust", "--username=footnote", "--no-sync", "--locale=C.UTF-8")

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://footnote@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database, and return its URL."""
        self._databases += 1
        name = f"footnote_{self._databases}"
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement outside of transactions, and return what it gives."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options: tuple[str, ...] = (
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-k",
            str(self._folder),
        )
        # Nobody pulls a plug here, and a busy disk would be waited for.
        options += ("-c", "fsync=off")
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                stdout=log, stderr=log, cwd=self._folder, user=self._owner,
            )  # fmt: skip
        until = time.monotonic() + 30
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < until, "PostgreSQL does not start"
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it: SIGINT ends it in order, SIGQUIT as a crash would."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, "-D", self._data, *arguments],
            capture_output=True, text=True, check=False, cwd=self._folder, user=self._owner,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
