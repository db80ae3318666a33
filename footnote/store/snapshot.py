"""One generation of the catalogue, for reading."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from footnote.embedding import Vectors
from footnote.errors import DocumentNotFound, IndexDamaged
from footnote.records import DocumentInfo, DocumentSource, Passage, Span
from footnote.store.listing import ALL, Coverage, Wanted, coverage_of, listed
from footnote.store.rows import checked, to_info, to_passage, to_source, to_vector
from footnote.store.schema import documents, facts, files, passages

Ids = NDArray[np.int64]

# SQLite takes at most 32,766 parameters a statement; ids are asked for in parts.
_IDS_AT_ONCE = 10_000
_STREAMED = {"yield_per": 4096}
_CONTENT = [column for column in passages.c if "vector" not in column.name]


@dataclass(frozen=True, slots=True)
class Known:
    """A document as the catalogue lists it."""

    document_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What was seen of a file when it was last looked at, by which a change is seen.

    ``documents`` are those made from it, by name; ``skipped`` pairs the name of what was not
    read with the reason.
    """

    size: int
    modified_ns: int
    sha256: str
    documents: dict[str, Known]
    skipped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a snapshot is of. An index made anew counts its generations from 1 again."""

    created: str | None
    generation: int


class Snapshot:
    """One generation of the catalogue, for reading."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def format(self) -> str | None:
        """The format version, which is read of every format."""
        query = select(facts.c.value).where(facts.c.name == "format")
        value: str | None = self.connection.execute(query).scalar()
        return value

    def fact(self, name: str) -> str | None:
        """Return a fact about the index: format, embedder, dimension, generation, created."""
        query = select(facts).where(facts.c.name == name)
        row = self.connection.execute(query).mappings().first()
        return None if row is None else checked(row)["value"]

    def check_facts(self) -> None:
        """Raise IndexDamaged where a fact was altered."""
        for row in self.connection.execute(select(facts)).mappings():
            checked(row)

    @property
    def generation(self) -> int:
        return int(self.fact("generation") or 0)

    @property
    def origin(self) -> Origin:
        return Origin(self.fact("created"), self.generation)

    def known(self) -> dict[str, Known]:
        """Return every document by name."""
        query = select(documents.c.name, documents.c.id, documents.c.sha256)
        return {name: Known(id_, sha) for name, id_, sha in self.connection.execute(query)}

    def known_files(self) -> dict[str, KnownFile]:
        """Return what is remembered of each file, by name."""
        made: dict[str, dict[str, Known]] = {}
        query = select(documents.c.file, documents.c.name, documents.c.id, documents.c.sha256)
        for file, name, id_, sha256 in self.connection.execute(query):
            made.setdefault(file, {})[name] = Known(id_, sha256)
        return {
            row["name"]: KnownFile(
                row["size"],
                row["modified_ns"],
                row["sha256"],
                made.get(row["name"], {}),
                tuple((name, reason) for name, reason in checked(row)["skipped"]),
            )
            for row in self.connection.execute(select(files)).mappings()
        }

    def sketches(self) -> dict[str, bytes]:
        """Return each document's sketch, by which near-duplicates are found, by name."""
        query = select(documents.c.name, documents.c.sketch).order_by(documents.c.name)
        return {row.name: row.sketch for row in self.connection.execute(query)}

    def count(self) -> tuple[int, int]:
        """Return how many documents and passages there are."""
        total = func.coalesce(func.sum(documents.c.passages), 0)
        row = self.connection.execute(select(func.count(), total).select_from(documents)).one()
        return int(row[0]), int(row[1])

    def documents(
        self, offset: int = 0, limit: int | None = None, wanted: Wanted = ALL
    ) -> tuple[int, list[DocumentInfo]]:
        """Return how many documents are wanted, and some of them in the order wanted."""
        return listed(self.connection, wanted, offset, limit)

    def coverage(self) -> Coverage:
        """Tell what there is in all."""
        return coverage_of(self.connection, self.generation)

    def document(self, document_id: str) -> DocumentInfo:
        """Return one document. Raises DocumentNotFound."""
        return to_info(self._found_row(document_id))

    def source(self, document_id: str) -> DocumentSource:
        """Return where a document was read. Raises DocumentNotFound."""
        return to_source(self._found_row(document_id))

    def text(self, document_id: str, span: Span | None = None) -> str:
        """Return the text of a document, or the part of it that a span covers."""
        wanted = passages.c.document_id == document_id
        if span is not None:
            wanted &= (passages.c.start < span.end) & (passages.c.end > span.start)
        rows = [checked(row) for row in self._passage_rows(wanted)]
        length = self._extent(document_id)[1]
        start, end = (0, length) if span is None else (span.start, min(span.end, length))
        edges = [(row["start"], row["end"]) for row in rows]
        if start < end and not _tiled(edges, start, end):
            raise self._lacking(document_id)
        text = "".join(row["text"] for row in rows)
        if span is None or not rows:
            return text
        first = rows[0]["start"]
        return text[max(0, span.start - first) : span.end - first]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return passages by id; one that is not there is left out."""
        return {
            row["id"]: to_passage(row)
            for at in range(0, len(ids), _IDS_AT_ONCE)
            for row in self._passage_rows(passages.c.id.in_(ids[at : at + _IDS_AT_ONCE]))
        }

    def passage_ids(self, document_ids: Sequence[str] | None = None) -> Ids:
        """Return the ids of all passages of some documents, or of all, ascending."""
        query = select(passages.c.id)
        if document_ids is None:
            return self._ids([query])
        parts = range(0, len(document_ids), _IDS_AT_ONCE)
        return self._ids(
            query.where(passages.c.document_id.in_(document_ids[at : at + _IDS_AT_ONCE]))
            for at in parts
        )

    def passages_of(
        self, document_id: str, first: int = 0, last: int | None = None
    ) -> list[Passage]:
        """Return a document's passages in order, those with ordinals from first to last."""
        wanted = (passages.c.document_id == document_id) & (passages.c.ordinal >= first)
        if last is not None:
            wanted &= passages.c.ordinal <= last
        found = [to_passage(row) for row in self._passage_rows(wanted)]
        count = self._extent(document_id)[0]
        end = count if last is None else min(last + 1, count)
        if [passage.ordinal for passage in found] != list(range(first, end)):
            raise self._lacking(document_id)
        return found

    def passages_within(self, document_id: str, span: Span) -> list[Passage]:
        """Return a document's passages that a span touches, in order."""
        touched = (passages.c.start < span.end) & (passages.c.end > span.start)
        wanted = (passages.c.document_id == document_id) & touched
        return [to_passage(row) for row in self._passage_rows(wanted)]

    def vectors_of(self, document_id: str) -> list[tuple[int, Vectors]]:
        """Return a document's passage ids and vectors, in order."""
        query = select(passages.c.id, passages.c.vector, passages.c.vector_digest)
        query = query.where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
        return [
            (id_, to_vector(id_, data, digest))
            for id_, data, digest in self.connection.execute(query)
        ]

    def vectors(self, after: int = 0) -> Iterator[tuple[Ids, Vectors]]:
        """Give the vectors of passages with ids above ``after``, some thousands at a time."""
        query = select(passages.c.id, passages.c.vector, passages.c.vector_digest)
        query = query.where(passages.c.id > after).order_by(passages.c.id)
        found = self.connection.execute(query, execution_options=_STREAMED)
        with closing(found):
            for rows in found.partitions():
                vectors = [to_vector(id_, data, digest) for id_, data, digest in rows]
                yield np.array([row[0] for row in rows], np.int64), np.stack(vectors)

    def everything(self) -> Iterator[Passage]:
        """Give every passage by id: what the search for words is made from."""
        query = select(*_CONTENT).order_by(passages.c.id)
        found = self.connection.execute(query, execution_options=_STREAMED)
        with closing(found):
            yield from map(to_passage, found.mappings())

    def _extent(self, document_id: str) -> tuple[int, int]:
        """Return how many passages and characters a document has, none where there is none."""
        row = self._document_row(document_id)
        return (0, 0) if row is None else (checked(row)["passages"], row["length"])

    def _document_row(self, document_id: str) -> RowMapping | None:
        query = select(documents).where(documents.c.id == document_id)
        return self.connection.execute(query).mappings().first()

    def _found_row(self, document_id: str) -> RowMapping:
        row = self._document_row(document_id)
        if row is None:
            raise DocumentNotFound(f"no document has the id {document_id!r}")
        return row

    def _lacking(self, document_id: str) -> IndexDamaged:
        return IndexDamaged(
            f"the catalogue does not find all passages of document {document_id!r}; run "
            "`footnote repair` to read it again"
        )

    def _passage_rows(self, wanted: ColumnElement[bool]) -> Iterable[RowMapping]:
        query = select(*_CONTENT).where(wanted)
        query = query.order_by(passages.c.document_id, passages.c.ordinal)
        return self.connection.execute(query).mappings()

    def _ids(self, queries: Iterable[Select[tuple[int]]]) -> Ids:
        found = [id_ for query in queries for id_ in self.connection.execute(query).scalars()]
        return np.sort(np.array(found, np.int64))


def _tiled(edges: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether ranges follow each other without a gap, and cover from start to end."""
    if not edges or edges[0][0] > start or edges[-1][1] < end:
        return False
    return all(before[1] == after[0] for before, after in pairwise(edges))
