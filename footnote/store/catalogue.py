"""The catalogue: documents, passages and vectors in one SQL database.

A commit is one transaction. A snapshot is a read transaction: it sees one generation however
long it lasts, whatever is committed meanwhile.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from footnote.embedding import Vectors
from footnote.errors import DocumentNotFound, IndexDamaged, IndexUnavailable
from footnote.records import Document, DocumentInfo, Passage, Span
from footnote.store import schema
from footnote.store.schema import documents, facts, passages
from footnote.store.sqlite import sqlite_engine

FILE = "catalogue.sqlite"
# SQLite takes at most 32,766 parameters a statement; ids are asked for in parts.
_IDS_AT_ONCE = 10_000
_DAMAGE = ("malformed", "not a database", "no such column", "Could not decode")


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue remembers of a file, by which a change is seen."""

    document_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What a snapshot is of. An index made anew counts its generations from 1 again."""

    created: str | None
    generation: int


class Catalogue:
    """A catalogue in ``folder``. Opening reads nothing; a missing one is made on writing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._engine = sqlite_engine(self._path)

    @property
    def exists(self) -> bool:
        return self._path.exists()

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """Read one generation. Raises IndexUnavailable, IndexDamaged."""
        if not self.exists:
            raise self._missing()
        with self._damage_named(), self._engine.begin() as connection:
            yield Snapshot(connection)

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """Change the catalogue: all of it on leaving, or nothing on an error."""
        with (
            self._damage_named(),
            self._engine.execution_options(immediate=True).begin() as connection,
        ):
            schema.metadata.create_all(connection)
            yield Transaction(connection)

    def delete(self) -> None:
        """Remove the database: one of another format, or damaged beyond reading."""
        self.close()
        for suffix in ("-wal", "-shm", ""):
            self._path.with_name(FILE + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            reason = str(error.orig)
            if "no such table" in reason:
                raise self._missing() from error
            if not any(sign in reason for sign in _DAMAGE):
                raise
            raise IndexDamaged(
                f"the catalogue {str(self._path)!r} is damaged ({reason}); remove the folder "
                f"{str(self._path.parent)!r} and run `footnote index CORPUS` to make it again"
            ) from error

    def _missing(self) -> IndexUnavailable:
        folder = str(self._path.parent)
        return IndexUnavailable(
            f"there is no index in {folder!r}; run `footnote index CORPUS` to make it"
        )


class Snapshot:
    """One generation of the catalogue, for reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fact(self, name: str) -> str | None:
        """Return a fact about the index: format, embedder, dimension, generation, created."""
        query = select(facts.c.value).where(facts.c.name == name)
        value: str | None = self._connection.execute(query).scalar()
        return value

    @property
    def generation(self) -> int:
        return int(self.fact("generation") or 0)

    @property
    def origin(self) -> Origin:
        return Origin(self.fact("created"), self.generation)

    def known(self) -> dict[str, Known]:
        """Return what is remembered of each file, by name."""
        query = select(documents.c.name, documents.c.id, documents.c.sha256)
        return {name: Known(id_, sha) for name, id_, sha in self._connection.execute(query)}

    def count(self) -> tuple[int, int]:
        """Return how many documents and passages there are."""
        total = func.coalesce(func.sum(documents.c.passages), 0)
        row = self._connection.execute(select(func.count(), total).select_from(documents)).one()
        return int(row[0]), int(row[1])

    def documents(self, offset: int = 0, limit: int | None = None) -> list[DocumentInfo]:
        """Return documents in the order of their names."""
        query = select(documents).order_by(documents.c.name).offset(offset).limit(limit)
        return [schema.to_info(row) for row in self._connection.execute(query).mappings()]

    def document(self, document_id: str) -> DocumentInfo:
        """Return one document. Raises DocumentNotFound."""
        query = select(documents).where(documents.c.id == document_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise DocumentNotFound(f"no document has the id {document_id!r}")
        return schema.to_info(row)

    def pages(self, document_id: str) -> list[int]:
        """Return where each page of a document starts; empty for formats without pages."""
        query = select(documents.c.pages).where(documents.c.id == document_id)
        return list(self._connection.execute(query).scalar() or ())

    def text(self, document_id: str, span: Span | None = None) -> str:
        """Return the text of a document, or the part of it that a span covers."""
        query = select(passages.c.start, passages.c.text).order_by(passages.c.ordinal)
        query = query.where(passages.c.document_id == document_id)
        if span is not None:
            query = query.where(passages.c.start < span.end, passages.c.end > span.start)
        rows = self._connection.execute(query).all()
        text = "".join(row.text for row in rows)
        if span is None or not rows:
            return text
        first = rows[0].start
        return text[max(0, span.start - first) : span.end - first]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return passages by id; one that is not there is left out."""
        return {
            row["id"]: schema.to_passage(row)
            for at in range(0, len(ids), _IDS_AT_ONCE)
            for row in self._passage_rows(passages.c.id.in_(ids[at : at + _IDS_AT_ONCE]))
        }

    def passage_ids(self, document_ids: Sequence[str]) -> list[int]:
        """Return the ids of all passages of some documents."""
        return [
            id_
            for at in range(0, len(document_ids), _IDS_AT_ONCE)
            for id_ in self._connection.execute(
                select(passages.c.id)
                .where(passages.c.document_id.in_(document_ids[at : at + _IDS_AT_ONCE]))
                .order_by(passages.c.id)
            ).scalars()
        ]

    def passages_of(
        self, document_id: str, first: int = 0, last: int | None = None
    ) -> list[Passage]:
        """Return a document's passages in order, those with ordinals from first to last."""
        wanted = (passages.c.document_id == document_id) & (passages.c.ordinal >= first)
        if last is not None:
            wanted &= passages.c.ordinal <= last
        return [schema.to_passage(row) for row in self._passage_rows(wanted)]

    def vectors_of(self, document_id: str) -> list[tuple[int, Vectors]]:
        """Return a document's passage ids and vectors, in order."""
        query = select(passages.c.id, passages.c.vector).order_by(passages.c.ordinal)
        rows = self._connection.execute(query.where(passages.c.document_id == document_id))
        return [(row.id, schema.to_vector(row.vector)) for row in rows]

    def everything(self) -> Iterator[tuple[Passage, Vectors]]:
        """Give every passage with its vector, by id: what the search index is made from."""
        query = select(passages).order_by(passages.c.id).execution_options(yield_per=1000)
        for row in self._connection.execute(query).mappings():
            yield schema.to_passage(row), schema.to_vector(row["vector"])

    def _passage_rows(self, wanted: ColumnElement[bool]) -> Iterable[RowMapping]:
        columns = [column for column in passages.c if column.name != "vector"]
        query = select(*columns).where(wanted).order_by(passages.c.document_id, passages.c.ordinal)
        return self._connection.execute(query).mappings()


class Transaction(Snapshot):
    """A change of the catalogue, under way; reading sees it already."""

    def clear(self) -> None:
        """Forget everything but the generation."""
        self._connection.execute(delete(passages))
        self._connection.execute(delete(documents))

    def set_fact(self, name: str, value: str) -> None:
        """Record a fact about the index."""
        done = self._connection.execute(
            update(facts).where(facts.c.name == name).values(value=value)
        )
        if not done.rowcount:
            self._connection.execute(insert(facts).values(name=name, value=value))

    def remove(self, document_id: str) -> None:
        """Remove a document and its passages."""
        self._connection.execute(delete(passages).where(passages.c.document_id == document_id))
        self._connection.execute(delete(documents).where(documents.c.id == document_id))

    def add(self, document: Document, split: Sequence[Passage], vectors: Vectors) -> None:
        """Add a document with its passages; ``vectors`` is ``(len(split), dimension)``."""
        self._connection.execute(
            insert(documents).values(schema.document_row(document, len(split)))
        )
        rows = [schema.passage_row(p, v) for p, v in zip(split, vectors, strict=True)]
        self._connection.execute(insert(passages), rows)
