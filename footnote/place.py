"""Where an index is: a folder, and what of it is kept on servers."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """Where a search index in Milvus is: ``uri`` is http(s)://host:port, or Milvus Lite's file."""

    uri: str
    collection: str = "footnote"
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is. Without ``catalog`` and ``milvus``, all of it is in the folder.

    ``catalog`` is the URL of a PostgreSQL database for documents, passages and vectors;
    ``milvus`` takes the place of the files that are searched.
    """

    folder: Path
    catalog: str | None = field(default=None, repr=False)
    milvus: MilvusAddress | None = None

    @classmethod
    def of(cls, where: "Place | Path") -> "Place":
        """Return a place as it is, and of a folder the place that is all in it."""
        return where if isinstance(where, Place) else cls(where)

    def __str__(self) -> str:
        return (
            repr(str(self.folder)) if self.catalog is None else repr(without_password(self.catalog))
        )


def without_password(url: str) -> str:
    """Return a database's URL as it may be shown: its options may hold a password too.

    >>> without_password("postgresql://someone:secret@db/feedback?sslpassword=secret")
    'postgresql://someone:***@db/feedback'
    """
    # Here, because settings are read where nothing of a database is.
    from sqlalchemy import make_url

    return make_url(url).set(query={}).render_as_string(hide_password=True)
