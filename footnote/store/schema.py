"""The tables of the catalogue.

Each row carries a digest of its other columns (`rows`): SQLite has no checksums of its own, and
would give a flipped bit of a text as that text.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

# Raised with every change of the tables or of what their columns mean, and with every change of
# what loaders read of a file that is the same: an index would hold the one beside the other.
FORMAT = 4

metadata = MetaData()

# What is ordered is compared by code points, as SQLite does, in PostgreSQL too.
_Name = Text().with_variant(Text(collation="C"), "postgresql")

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

# What was seen of each file of the folder when it was last looked at, read or skipped.
files = Table(
    "files",
    metadata,
    Column("name", _Name, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    # Why it, or a document within it, was skipped: pairs of a document's name and a reason.
    Column("skipped", JSON, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", _Name, nullable=False, unique=True),
    # The file that it is, or that it is within.
    Column("file", _Name, nullable=False, index=True),
    Column("title", _Name, nullable=False),
    Column("media_type", _Name, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("modified", _Name, nullable=False),
    Column("date", _Name),
    Column("language", String),
    Column("length", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("pages", JSON, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

# A document's text is that of its passages, which tile it, joined in order: kept once.
passages = Table(
    "passages",
    metadata,
    # Given by the catalogue, and never used again: a search index one generation old must not
    # find another passage.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    # JSON as text, so that the digest of a row takes no writing of JSON.
    Column("headings", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("vector_digest", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("passages_of_document", "document_id", "ordinal"),
)
