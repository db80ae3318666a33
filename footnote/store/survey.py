"""Read a whole catalogue, row by row, and tell what of it is not as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Table, select
from sqlalchemy.exc import DatabaseError

from footnote.embedding import Vectors
from footnote.errors import FootnoteError, IndexDamaged
from footnote.store.rows import Row, checked, to_passage, to_vector
from footnote.store.schema import documents, files, passages
from footnote.store.snapshot import Ids, Snapshot

# How far from 1 the length of a unit vector may be.
_UNIT = 1e-3
# What a row that was altered can raise: by us, by SQLite, by the reading of JSON or UTF-8.
_ALTERED = (FootnoteError, DatabaseError, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True, order=True)
class Altered:
    """A document, or a file, that is not as it was written; ``key`` is its id or name.

    ``document`` is its name as it is read now, which may be what was altered.
    """

    document: str
    key: str
    reason: str


class Survey:
    """What was found in a catalogue: counts, and what cannot be trusted."""

    def __init__(self, snapshot: Snapshot, dimension: int) -> None:
        self._snapshot = snapshot
        self._dimension = dimension
        self.documents_checked = 0
        self.passages_checked = 0
        self.altered: list[Altered] = []

    def run(self, deep: bool) -> None:
        """Check facts, files and documents; ``deep``, their passages and vectors too.

        Raises IndexDamaged where a fact, on which all else depends, was altered.
        """
        self._snapshot.check_facts()
        for name in self._keys(files, "name"):
            try:
                checked(self._row(files, "name", name))
            except _ALTERED as error:
                self.altered.append(Altered(name, name, _told(error)))
        for id_ in self._keys(documents, "id"):
            try:
                found = checked(self._row(documents, "id", id_))
                if deep:
                    self._check_passages(found)
            except _ALTERED as error:
                self.altered.append(Altered(self._name(id_), id_, _told(error)))
            self.documents_checked += 1
        if deep:
            self._find_orphans()

    def sample(self, ids: Ids, size: int) -> Iterator[tuple[int, Vectors]]:
        """Give the vectors of some passages from all over."""
        for id_ in ids[:: max(1, len(ids) // size)].tolist():
            row = self._row(passages, "id", id_)
            yield id_, to_vector(id_, row["vector"], row["vector_digest"])

    def _check_passages(self, document: Row) -> None:
        """Raise ValueError unless a document's passages are sound, and tile its text."""
        query = select(passages).where(passages.c.document_id == document["id"])
        rows = self._snapshot.connection.execute(query.order_by(passages.c.ordinal)).mappings()
        end = count = 0
        for row in rows:
            passage = to_passage(row)
            vector = to_vector(row["id"], row["vector"], row["vector_digest"])
            if (passage.ordinal, passage.span.start) != (count, end):
                raise ValueError(f"its passages do not tile it at {end}")
            if len(passage.text) != len(passage.span):
                raise ValueError(f"the text of its passage {count} has another length")
            if any(unit.span not in passage.span for unit in passage.units):
                raise ValueError(f"a unit of its passage {count} lies outside")
            if vector.shape != (self._dimension,) or abs(np.linalg.norm(vector) - 1) > _UNIT:
                raise ValueError(f"the vector of its passage {count} is no unit vector")
            end, count = passage.span.end, count + 1
        if (count, end) != (document["passages"], document["length"]):
            raise ValueError(f"{count} passages and {end} characters of it are left")
        self.passages_checked += count

    def _find_orphans(self) -> None:
        query = select(passages.c.document_id).distinct()
        query = query.where(passages.c.document_id.not_in(select(documents.c.id)))
        for id_ in self._snapshot.connection.execute(query).scalars():
            self.altered.append(Altered(id_, id_, "its passages are there, and it is not"))

    def _name(self, document_id: str) -> str:
        try:
            query = select(documents.c.name).where(documents.c.id == document_id)
            return str(self._snapshot.connection.execute(query).scalar())
        except _ALTERED:
            return document_id

    def _keys(self, table: Table, column: str) -> list[str]:
        found: list[str] = list(
            self._snapshot.connection.execute(select(table.c[column])).scalars()
        )
        return found

    def _row(self, table: Table, column: str, key: object) -> Row:
        query = select(table).where(table.c[column] == key)
        row = self._snapshot.connection.execute(query).mappings().first()
        if row is None:
            raise IndexDamaged("it is listed, and is not found")
        return row


def _told(error: Exception) -> str:
    return str(getattr(error, "orig", error))
