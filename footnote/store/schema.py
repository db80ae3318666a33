"""The tables of the catalogue and how rows become records."""

import json
from typing import Any

import numpy as np
from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
)

from footnote.embedding import Vectors
from footnote.records import Block, Document, DocumentInfo, Passage, Span, Unit

# Raised with every change of the tables or of what their columns mean.
FORMAT = 1

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("modified", String, nullable=False),
    Column("length", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("pages", JSON, nullable=False),
)

# A document's text is that of its passages, which tile it, joined in order: kept once.
passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("units", JSON, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("passages_of_document", "document_id", "ordinal"),
    # An id is never used again: a search index one generation old must not find another passage.
    sqlite_autoincrement=True,
)


def document_row(document: Document, passage_count: int) -> dict[str, Any]:
    """Make a row of a document."""
    headings = [
        [block.kind, block.span.start, block.span.end, block.level]
        for block in document.blocks
        if block.kind in ("title", "heading")
    ]
    return {
        "id": document.id,
        "name": document.name,
        "title": document.title,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "size": document.size,
        "modified": document.modified,
        "length": len(document.text),
        "passages": passage_count,
        "headings": headings,
        "pages": list(document.pages),
    }


def passage_row(passage: Passage, vector: Vectors) -> dict[str, Any]:
    """Make a row of a passage and its vector, little-endian 32-bit floats."""
    return {
        "document_id": passage.document_id,
        "ordinal": passage.ordinal,
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "headings": list(passage.headings),
        "units": [[unit.kind, unit.span.start, unit.span.end] for unit in passage.units],
        "vector": vector.astype("<f4").tobytes(),
    }


def to_info(row: RowMapping) -> DocumentInfo:
    """Make what is known of a document from its row."""
    return DocumentInfo(
        id=row["id"],
        name=row["name"],
        title=row["title"],
        media_type=row["media_type"],
        length=row["length"],
        passages=row["passages"],
        pages=len(row["pages"]) or None,
        language=None,
        modified=row["modified"],
        headings=tuple(
            Block(kind, Span(start, end), level) for kind, start, end, level in row["headings"]
        ),
    )


def to_passage(row: RowMapping) -> Passage:
    """Make a passage from its row."""
    return Passage(
        id=row["id"],
        document_id=row["document_id"],
        ordinal=row["ordinal"],
        span=Span(row["start"], row["end"]),
        text=row["text"],
        headings=tuple(row["headings"]),
        units=tuple(Unit(kind, Span(start, end)) for kind, start, end in row["units"]),
    )


def to_vector(data: bytes) -> Vectors:
    """Make a vector from what passage_row stored."""
    return np.frombuffer(data, dtype="<f4")


def dumps(value: object) -> str:
    """Write JSON without escaping, which would triple text in other scripts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
