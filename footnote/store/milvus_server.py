"""A connection to Milvus: made when it is first needed, with a time limit for every call."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from footnote.errors import IndexUnavailable, UsageError
from footnote.place import MilvusAddress

if TYPE_CHECKING:
    from pymilvus import MilvusClient

# Seconds. A person waits for the first two; a port that nobody listens at is told at once.
CONNECT, ASK, WRITE = 5.0, 10.0, 300.0
# A server that is back is tried soon: gRPC itself waits for up to two minutes by then.
_CHANNEL = {
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
    "grpc.use_local_subchannel_pool": 1,
}
# Milvus Lite, in this process, hangs up on who asks every ten seconds whether it is there.
_LITE_CHANNEL = _CHANNEL | {"grpc.keepalive_time_ms": 2**31 - 1}
# Milvus' numbers for a collection that is not there, and for one that is not loaded.
_GONE = (100, 101)


class CollectionGone(IndexUnavailable):
    """The collection that was asked is not there, or not loaded: look for it again."""


class MilvusServer:
    """A server, or a file of Milvus Lite, which runs in this process. Safe to use from threads."""

    def __init__(self, address: MilvusAddress) -> None:
        if find_spec("pymilvus") is None:
            raise UsageError("Milvus needs a package: pip install 'footnote[milvus]'")
        # Importing pymilvus would set the environment by any .env file above its own folder.
        os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
        self._address = address
        self.lite = "://" not in address.uri
        # Milvus Lite is never out of reach, and makes its indexes at the first search: at
        # 100,000 passages that took 12 seconds.
        self.patience = WRITE if self.lite else ASK
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
        kind CollectionGone where the collection is not there, or not loaded.
        """
        # Here, so that nothing of Milvus is imported where it is not used.
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            yield self._connected()
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError, ValueError) as error:
            if isinstance(error, MilvusException) and error.code in _GONE:
                raise CollectionGone(f"Milvus at {self} has lost a collection: {error}") from error
            raise IndexUnavailable(
                f"Milvus at {self} does not answer as it should: {_reason(error)}"
            ) from error

    def pages(
        self, name: str, wanted: str, fields: list[str], rows: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Give what a filter finds in a collection by id, some rows at a time.

        pymilvus' own iterator does this too, after a call that Milvus Lite does not know.
        """
        last = -1
        page: list[dict[str, Any]] = []
        while last < 0 or len(page) == rows:
            with self.client() as milvus:
                page = milvus.query(
                    name,
                    filter=f"{wanted} and id > {last}",
                    output_fields=fields,
                    limit=rows,
                    timeout=self.patience,
                    # By these a server gives the least ids first, and not any.
                    iterator="True",
                    reduce_stop_for_best="True",
                )
            if not page:
                return
            yield page
            last = page[-1]["id"]

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
        for each in ("pymilvus", "milvus_lite"):
            logging.getLogger(each).setLevel(logging.CRITICAL)
        uri = _started(self._address.uri) if self.lite else self._address.uri
        try:
            # Not shared: pymilvus never ends a shared one.
            return pymilvus.MilvusClient(
                uri,
                token=self._address.token or "",
                timeout=CONNECT,
                dedicated=True,
                grpc_options=_LITE_CHANNEL if self.lite else _CHANNEL,
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


@dataclass(slots=True)
class _Lite:
    """A running Milvus Lite."""

    server: Any
    database: Any
    url: str
    users: int = 0


_lite_lock = threading.Lock()
_running: dict[Path, _Lite] = {}


def _started(path: str) -> str:
    """Return the URL of a file's Milvus Lite, which is started where it is not running."""
    if find_spec("milvus_lite") is None:
        raise UsageError(
            f"{path!r} is a file of Milvus Lite, which is not installed; install it, or set "
            "milvus_uri to a server's http(s)://host:19530"
        )
    from milvus_lite import MilvusLiteError
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    whole = Path(path).absolute()
    with _lite_lock:
        if whole not in _running:
            try:
                server, database, port = start_server_in_thread(str(whole))
            except (MilvusLiteError, OSError) as error:
                raise IndexUnavailable(
                    f"Milvus Lite cannot open {path!r}: {error}. One process at a time can; set "
                    "up a Milvus server for several"
                ) from error
            _running[whole] = _Lite(server, database, f"http://127.0.0.1:{port}")
        _running[whole].users += 1
        return _running[whole].url


def _release(path: str) -> None:
    whole = Path(path).absolute()
    with _lite_lock:
        lite = _running[whole]
        lite.users -= 1
        if not lite.users:
            del _running[whole]
            lite.server.stop(grace=ASK).wait()
            lite.database.close()
