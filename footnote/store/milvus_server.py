"""A connection to Milvus: made when it is first needed, with a time limit for every call."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from footnote.errors import IndexUnavailable, UsageError
from footnote.place import MilvusAddress

if TYPE_CHECKING:
    from pymilvus import MilvusClient

# Seconds. A person waits for the first two; the last is for writing, loading and dropping.
CONNECT, ASK, WRITE = 3.0, 10.0, 300.0
# Milvus' number for a collection that is not there.
_NO_COLLECTION = 100


class CollectionGone(IndexUnavailable):
    """The collection that was asked is not there."""


class MilvusServer:
    """A server, or a file of Milvus Lite, which runs in this process. Safe to use from threads."""

    def __init__(self, address: MilvusAddress) -> None:
        if find_spec("pymilvus") is None:
            raise UsageError("Milvus needs a package: pip install 'footnote[milvus]'")
        self._address = address
        self.lite = "://" not in address.uri
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    def __str__(self) -> str:
        parts = urlsplit(self._address.uri)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))

    @contextmanager
    def client(self) -> Iterator["MilvusClient"]:
        """Give what asks Milvus; give each of its calls a ``timeout``.

        Raises IndexUnavailable where the server is not reached, is too slow, or refuses; its
        kind CollectionGone where the collection is not there.
        """
        # Here, so that nothing of Milvus is imported where it is not used.
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            yield self._connected()
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError, ValueError) as error:
            if isinstance(error, MilvusException) and error.code == _NO_COLLECTION:
                raise CollectionGone(f"Milvus at {self} has lost a collection: {error}") from error
            raise IndexUnavailable(
                f"Milvus at {self} does not answer as it should: {_reason(error)}"
            ) from error

    def close(self) -> None:
        """End the connection, and Milvus Lite where nothing else in this process uses it."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
                if self.lite:
                    _release(self._address.uri)

    def _connected(self) -> "MilvusClient":
        with self._lock:
            if self._client is None:
                self._client = self._connection()
            return self._client

    def _connection(self) -> "MilvusClient":
        import pymilvus

        # Every error is raised too; its log repeats it with a traceback on standard error.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        uri = _started(self._address.uri) if self.lite else self._address.uri
        try:
            # Not shared: pymilvus never ends a shared one.
            return pymilvus.MilvusClient(
                uri, token=self._address.token or "", timeout=CONNECT, dedicated=True
            )
        except BaseException:
            if self.lite:
                _release(self._address.uri)
            raise


def _reason(error: Exception) -> str:
    """Return the first line of what went wrong; gRPC's own text is a page."""
    details = getattr(error, "details", None)
    text = getattr(error, "message", None) or (details() if callable(details) else None) or error
    return str(text).partition("\n")[0][:300] or type(error).__name__


_lite_lock = threading.Lock()
_lite_users: dict[str, int] = {}


def _started(path: str) -> str:
    """Return the URL of a file's Milvus Lite, which is started where it is not running."""
    if find_spec("milvus_lite") is None:
        raise UsageError(
            f"{path!r} is a file of Milvus Lite, which is not installed; install it, or set "
            "milvus_uri to a server's http(s)://host:19530"
        )
    from milvus_lite.server_manager import server_manager_instance as servers

    logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)
    whole = str(Path(path).absolute())
    with _lite_lock:
        Path(whole).parent.mkdir(parents=True, exist_ok=True)
        url: str | None = servers.start_and_get_uri(whole)
        if url is None:
            raise IndexUnavailable(
                f"Milvus Lite cannot open {path!r}: another process has it open (only one can; "
                "set up a Milvus server for several), or the disk fails"
            )
        _lite_users[whole] = _lite_users.get(whole, 0) + 1
    return url


def _release(path: str) -> None:
    from milvus_lite.server_manager import server_manager_instance as servers

    whole = str(Path(path).absolute())
    with _lite_lock:
        _lite_users[whole] -= 1
        if not _lite_users[whole]:
            del _lite_users[whole]
            servers.release_server(whole)
