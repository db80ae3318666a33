"""The catalogue: documents, passages and vectors in one SQL database, the source of truth.

A commit is one transaction. A snapshot is a read transaction: it sees one generation however
long it lasts, whatever is committed meanwhile.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine, MetaData, inspect

from footnote.errors import IndexDamaged, IndexMissing
from footnote.store import schema
from footnote.store.snapshot import Origin, Snapshot
from footnote.store.transaction import Transaction


class Catalogue(ABC):
    """A catalogue. Opening reads nothing; a missing one is made on writing.

    ``place`` is how it is named in messages.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place

    @property
    @abstractmethod
    def exists(self) -> bool:
        """Tell whether there is an index, of whatever kind and state."""

    @abstractmethod
    def origin(self) -> Origin:
        """Tell which generation is there now. Raises IndexUnavailable, IndexDamaged."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """Hold the catalogue for writing. Raises IndexLocked, naming who holds it."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that sees one generation; nothing is written in it."""

    @abstractmethod
    def changing(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes."""

    @abstractmethod
    def tidy(self) -> None:
        """Do what a commit leaves to be done."""

    @abstractmethod
    def integrity(self) -> list[str]:
        """Return what the database finds wrong with its own structure."""

    @abstractmethod
    def delete(self) -> None:
        """Remove what is there, damaged beyond reading."""

    @abstractmethod
    def damage_named(self) -> AbstractContextManager[None]:
        """Raise as IndexDamaged, or IndexUnavailable, what within tells of damage."""

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read one generation. Raises IndexUnavailable, IndexDamaged."""
        with self.damage_named(), self.reading() as connection:
            yield Snapshot(connection)

    @contextmanager
    def transaction(self, anew: bool = False) -> Iterator[Transaction]:
        """Change the catalogue: all of it on leaving, or nothing on an error.

        ``anew`` begins with new tables, whatever format there is.
        """
        with self.damage_named(), self.changing() as connection:
            if anew:
                drop_tables(connection)
            schema.metadata.create_all(connection)
            yield Transaction(connection)

    def is_blank(self) -> bool:
        """Tell whether there is no table of ours: an index was begun, and never committed."""
        with self.engine.connect() as connection:
            return not set(inspect(connection).get_table_names()) & set(schema.metadata.tables)

    def missing(self) -> IndexMissing:
        """Return the error that there is no index."""
        return IndexMissing(
            f"there is no index in {self.place}; run `footnote index CORPUS` to make it"
        )

    def damaged(self, reason: str) -> IndexDamaged:
        """Return the error that what is there cannot be read as it was written."""
        return IndexDamaged(
            f"the catalogue of {self.place} is damaged ({reason}); run `footnote repair`, "
            "or `footnote index --rebuild` to make it again"
        )


def drop_tables(connection: Connection) -> None:
    """Drop the tables of a catalogue, in whatever format; others' are left alone."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in schema.metadata.tables)
    found.drop_all(connection)
