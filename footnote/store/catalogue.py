"""The catalogue: documents, passages and vectors in one SQL database, the source of truth.

A commit is one transaction. A snapshot is a read transaction: it sees one generation however
long it lasts, whatever is committed meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path

from sqlalchemy import MetaData, inspect
from sqlalchemy.exc import DatabaseError

from footnote.errors import IndexDamaged, IndexUnavailable
from footnote.store import schema
from footnote.store.snapshot import Origin, Snapshot
from footnote.store.sqlite import Changes, checkpoint, integrity, sqlite_engine
from footnote.store.transaction import Transaction

FILE = "catalogue.sqlite"
_DAMAGE = (
    *("malformed", "not a database", "no such column", "no such table", "Could not decode"),
    *("unsupported file format", "short read"),
)
# Where a database's header says which versions of SQLite may write and read it.
_VERSIONS = slice(18, 20)


@contextmanager
def snapshot_of(folder: Path) -> Iterator[Snapshot]:
    """Read one generation of the catalogue in ``folder``, and give back all that it took."""
    catalogue = Catalogue(folder)
    try:
        with catalogue.snapshot() as snapshot:
            yield snapshot
    finally:
        catalogue.close()


class Catalogue:
    """A catalogue in ``folder``. Opening reads nothing; a missing one is made on writing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._engine = sqlite_engine(self._path)
        self._changes = Changes(self._engine, self._path)
        self._latest: tuple[object, Origin] | None = None

    @property
    def exists(self) -> bool:
        return self._path.exists()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read one generation. Raises IndexUnavailable, IndexDamaged."""
        if not self.exists:
            raise self._missing()
        with self.damage_named(), self._engine.begin() as connection:
            yield Snapshot(connection)

    def origin(self) -> Origin:
        """Tell which generation is there now. Raises IndexUnavailable, IndexDamaged."""
        latest = self._latest
        try:
            with self.damage_named():
                version = self._changes.version()
        except FileNotFoundError:
            raise self._missing() from None
        if latest is None or latest[0] != version:
            # Read after the version: what is committed between is then seen at the next look.
            with self.snapshot() as snapshot:
                latest = self._latest = (version, snapshot.origin)
        return latest[1]

    @contextmanager
    def transaction(self, anew: bool = False) -> Iterator[Transaction]:
        """Change the catalogue: all of it on leaving, or nothing on an error.

        ``anew`` begins with new tables, whatever format there is.
        """
        with (
            self.damage_named(),
            self._engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection,
        ):
            if anew:
                found = MetaData()
                found.reflect(connection)
                found.drop_all(connection)
            schema.metadata.create_all(connection)
            yield Transaction(connection)

    def tidy(self) -> None:
        """Move what the log holds into the database, as far as readers let it."""
        with self.damage_named():
            checkpoint(self._engine)

    def integrity(self) -> list[str]:
        """Return what the database finds wrong with its own structure."""
        with self.damage_named():
            return integrity(self._engine)

    def delete(self) -> None:
        """Remove the database: one that is damaged beyond reading."""
        self.close()
        for suffix in ("-wal", "-shm", ""):
            self._path.with_name(FILE + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Give back the connections."""
        self._changes.close()
        self._engine.dispose()

    @contextmanager
    def damage_named(self) -> Iterator[None]:
        """Raise as IndexDamaged, or IndexUnavailable, what within tells of damage."""
        try:
            yield
        except (DatabaseError, UnicodeDecodeError, JSONDecodeError) as error:
            reason = str(getattr(error, "orig", error))
            if "no such table" in reason and self._is_blank():
                raise self._missing() from error
            if isinstance(error, DatabaseError) and not self._is_damage(reason):
                raise
            raise IndexDamaged(
                f"the catalogue {str(self._path)!r} is damaged ({reason}); run `footnote repair`, "
                "or `footnote index --rebuild` to make it again"
            ) from error

    def _is_damage(self, reason: str) -> bool:
        # A failing disk, too, makes SQLite write no more; a header that forbids it is damage.
        if "readonly database" in reason:
            with self._path.open("rb") as file:
                return not {*file.read(_VERSIONS.stop)[_VERSIONS]} <= {1, 2}
        return any(sign in reason for sign in _DAMAGE)

    def _is_blank(self) -> bool:
        """Tell whether there is no table at all: an index was begun, and never committed."""
        with self._engine.connect() as connection:
            return not inspect(connection).get_table_names()

    def _missing(self) -> IndexUnavailable:
        folder = str(self._path.parent)
        return IndexUnavailable(
            f"there is no index in {folder!r}; run `footnote index CORPUS` to make it"
        )
