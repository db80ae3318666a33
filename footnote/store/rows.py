"""Rows of the catalogue from records and back, each with the digest that it is checked by."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import RowMapping

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.records import Block, Document, DocumentInfo, DocumentSource, Passage, Span, Unit

Row = Mapping[str, Any] | RowMapping

_DIGEST_BYTES = 16


def document_row(document: Document, passage_count: int) -> dict[str, Any]:
    """Make a row of a document."""
    headings = [
        [block.kind, block.span.start, block.span.end, block.level]
        for block in document.blocks
        if block.kind in ("title", "heading")
    ]
    return with_digest(
        {
            "id": document.id,
            "name": document.name,
            "file": document.file,
            "title": document.title,
            "media_type": document.media_type,
            "sha256": document.sha256,
            "size": document.size,
            "modified": document.modified,
            "date": document.date,
            "language": document.language,
            "length": len(document.text),
            "passages": passage_count,
            "headings": headings,
            "pages": list(document.pages),
            "labels": list(document.labels),
            "sketch": document.sketch,
        }
    )


def passage_row(passage: Passage, vector: Vectors) -> dict[str, Any]:
    """Make a row of a passage and its vector, little-endian 32-bit floats."""
    data = vector.astype("<f4").tobytes()
    row = {
        "id": passage.id,
        "document_id": passage.document_id,
        "ordinal": passage.ordinal,
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "headings": dumps(passage.headings),
        "units": dumps([[unit.kind, unit.span.start, unit.span.end] for unit in passage.units]),
    }
    return with_digest(row) | {"vector": data, "vector_digest": vector_digest(passage.id, data)}


def with_digest(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row and its digest."""
    return row | {"digest": _digest(row)}


def checked(row: Row) -> Row:
    """Return a row that is as it was written. Raises IndexDamaged."""
    if row["digest"] != _digest(row):
        named = row.get("name", row.get("id"))
        raise IndexDamaged(
            f"the catalogue's row {named!r} was altered after it was written; run "
            "`footnote repair` to read again what it is from"
        )
    return row


def to_info(row: Row) -> DocumentInfo:
    """Make what is known of a document from its row. Raises IndexDamaged."""
    checked(row)
    return DocumentInfo(
        id=row["id"],
        name=row["name"],
        title=row["title"],
        media_type=row["media_type"],
        length=row["length"],
        passages=row["passages"],
        pages=len(row["pages"]) or None,
        language=row["language"],
        modified=row["modified"],
        date=row["date"],
        headings=tuple(
            Block(kind, Span(start, end), level) for kind, start, end, level in row["headings"]
        ),
    )


def to_source(row: Row) -> DocumentSource:
    """Make where a document was read from its row. Raises IndexDamaged."""
    checked(row)
    return DocumentSource(
        name=row["name"],
        file=row["file"],
        media_type=row["media_type"],
        sha256=row["sha256"],
        length=row["length"],
        pages=tuple(row["pages"]),
        labels=tuple(row["labels"]),
    )


def to_passage(row: Row) -> Passage:
    """Make a passage from its row. Raises IndexDamaged."""
    checked(row)
    return Passage(
        id=row["id"],
        document_id=row["document_id"],
        ordinal=row["ordinal"],
        span=Span(row["start"], row["end"]),
        text=row["text"],
        headings=tuple(json.loads(row["headings"])),
        units=tuple(Unit(kind, Span(start, end)) for kind, start, end in json.loads(row["units"])),
    )


def to_vector(passage_id: int, data: bytes, digest: bytes) -> Vectors:
    """Make a vector from what passage_row stored. Raises IndexDamaged."""
    if vector_digest(passage_id, data) != digest:
        raise IndexDamaged(
            f"the vector of passage {passage_id} was altered after it was written; run "
            "`footnote repair` to make it again"
        )
    return np.frombuffer(data, dtype="<f4")


def vector_digest(passage_id: int, data: bytes) -> bytes:
    """Return what a stored vector is known by."""
    key = passage_id.to_bytes(8, "little")
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES, key=key).digest()


def dumps(value: object) -> str:
    """Write JSON without escaping, which would triple text in other scripts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _digest(row: Row) -> bytes:
    names = sorted(str(name) for name in row)
    values = [row[name] for name in names if "digest" not in name and "vector" not in name]
    told = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=bytes.hex)
    return hashlib.blake2b(told.encode(), digest_size=_DIGEST_BYTES).digest()
