"""The catalogue in a file of SQLite, in the index's folder."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from json import JSONDecodeError
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from footnote.store.catalogue import Catalogue
from footnote.store.lock import writer_lock
from footnote.store.snapshot import Origin
from footnote.store.sqlite_engine import Changes, checkpoint, integrity, sqlite_engine

FILE = "catalogue.sqlite"
_DAMAGE = (
    *("malformed", "not a database", "no such column", "no such table", "Could not decode"),
    *("unsupported file format", "short read"),
)
# Where a database's header says which versions of SQLite may write and read it.
_VERSIONS = slice(18, 20)


class SqliteCatalogue(Catalogue):
    """A catalogue in a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        super().__init__(sqlite_engine(self._path), repr(str(folder)))
        self._changes = Changes(self.engine, self._path)
        self._latest: tuple[object, Origin] | None = None

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def origin(self) -> Origin:
        latest = self._latest
        try:
            with self.damage_named():
                version = self._changes.version()
        except FileNotFoundError:
            raise self.missing() from None
        if latest is None or latest[0] != version:
            # Read after the version: what is committed between is then seen at the next look.
            with self.snapshot() as snapshot:
                latest = self._latest = (version, snapshot.origin)
        return latest[1]

    def writing(self) -> AbstractContextManager[None]:
        return writer_lock(self._path.parent)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        if not self.exists:
            raise self.missing()
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        with self.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            yield connection

    def tidy(self) -> None:
        """Move what the log holds into the database, as far as readers let it."""
        with self.damage_named():
            checkpoint(self.engine)

    def integrity(self) -> list[str]:
        with self.damage_named():
            return integrity(self.engine)

    def delete(self) -> None:
        self.close()
        for suffix in ("-wal", "-shm", ""):
            self._path.with_name(FILE + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        self._changes.close()
        super().close()

    @contextmanager
    def damage_named(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, UnicodeDecodeError, JSONDecodeError) as error:
            reason = str(getattr(error, "orig", error))
            if "no such table" in reason and self.is_blank():
                raise self.missing() from error
            if isinstance(error, DatabaseError) and not self._is_damage(reason):
                raise
            raise self.damaged(reason) from error

    def _is_damage(self, reason: str) -> bool:
        # A failing disk, too, makes SQLite write no more; a header that forbids it is damage.
        if "readonly database" in reason:
            with self._path.open("rb") as file:
                return not {*file.read(_VERSIONS.stop)[_VERSIONS]} <= {1, 2}
        return any(sign in reason for sign in _DAMAGE)
