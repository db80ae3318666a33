"""Lists of documents: some of them by words, kind and order, and what there is in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, func, select

from footnote.globs import matches
from footnote.records import DocumentInfo
from footnote.store.rows import to_info
from footnote.store.schema import documents

Order = Literal["name", "title", "-date", "-length"]

# What a document says of its date, and else what the file system says.
_DATE = func.coalesce(documents.c.date, func.substr(documents.c.modified, 1, 10))
_ORDERS: Mapping[Order, tuple[ColumnElement[object], ...]] = {
    "name": (documents.c.name,),
    "title": (func.lower(documents.c.title), documents.c.name),
    "-date": (_DATE.desc(), documents.c.name),
    "-length": (documents.c.length.desc(), documents.c.name),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents a list is of. Each word must stand in the name or the title.

    ``globs``, if there are any, are of names.
    """

    words: str = ""
    media_type: str | None = None
    order: Order = "name"
    globs: tuple[str, ...] = ()


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is in all. ``earliest`` and ``latest`` are days (ISO 8601) of documents."""

    generation: int
    documents: int
    passages: int
    media_types: dict[str, int]
    earliest: str | None
    latest: str | None


def listed(
    connection: Connection, wanted: Wanted, offset: int = 0, limit: int | None = None
) -> tuple[int, list[DocumentInfo]]:
    """Return how many documents are wanted, and some of them."""
    where = [_holds(word) for word in wanted.words.split()]
    if wanted.media_type is not None:
        where.append(documents.c.media_type == wanted.media_type)
    order = _ORDERS[wanted.order]
    if wanted.globs:
        # No two databases take globs alike.
        names = connection.execute(select(documents.c.name).where(*where).order_by(*order))
        fitting = [name for name in names.scalars() if matches(name, wanted.globs)]
        end = None if limit is None else offset + limit
        query = select(documents).where(documents.c.name.in_(fitting[offset:end]))
        total = len(fitting)
    else:
        count = select(func.count()).select_from(documents).where(*where)
        total = connection.execute(count).scalar() or 0
        query = select(documents).where(*where).offset(offset).limit(limit)
    rows = connection.execute(query.order_by(*order)).mappings()
    return total, [to_info(row) for row in rows]


def coverage_of(connection: Connection, generation: int) -> Coverage:
    """Tell what there is in all."""
    kinds = connection.execute(
        select(documents.c.media_type, func.count())
        .group_by(documents.c.media_type)
        .order_by(func.count().desc(), documents.c.media_type)
    )
    media_types = {kind: int(count) for kind, count in kinds}
    passages = func.coalesce(func.sum(documents.c.passages), 0)
    row = connection.execute(select(passages, func.min(_DATE), func.max(_DATE))).one()
    return Coverage(generation, sum(media_types.values()), int(row[0]), media_types, row[1], row[2])


def _holds(word: str) -> ColumnElement[bool]:
    return documents.c.name.icontains(word, autoescape=True) | documents.c.title.icontains(
        word, autoescape=True
    )
