"""Where an index is: a folder, and what of it is kept on servers."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


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
        return repr(str(self.folder)) if self.catalog is None else repr(shown(self.catalog))


def shown(url: str) -> str:
    """Return a server's URL as it may be shown: its options may hold a password too.

    >>> shown("postgresql://someone:secret@db:5432/footnote?sslpassword=secret")
    'postgresql://someone:***@db:5432/footnote'
    """
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0] + (":***" if ":" in user else "")
    return urlunsplit((parts.scheme, f"{name}@{host}" if user else host, parts.path, "", ""))
