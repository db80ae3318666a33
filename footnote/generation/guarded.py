"""The one way to a model's server: to the configured address, and for no more than was agreed.

Works below the HTTP client, on the bytes as they arrive: a line that never ends, or a byte a
second, is no event that anything above would see.
"""

import threading
from collections.abc import Iterator
from contextvars import ContextVar

import httpx2

from footnote.errors import GenerationFailed

# Bytes. An event holds a token or some; a whole answer has some hundred bytes a token.
MAX_LINE = 64 * 1024
MAX_BYTES = 4 * 1024 * 1024
_CONNECT_SECONDS = 10.0
# What the client would tell of this machine, and of accounts that the environment names.
_NOT_SENT = ("openai-organization", "openai-project")
_NOT_SENT_PREFIX = "x-stainless-"
# Set by the thread that asks, when nobody waits for what comes any more.
given_up: ContextVar[threading.Event | None] = ContextVar("given_up", default=None)


def guarded_client(url: str, silence: float) -> httpx2.Client:
    """Return a client that reaches ``url`` and nothing else, by no proxy and no redirect.

    It waits ``silence`` seconds for bytes; how long in all, `given_up` tells.
    """
    transport = _Guarded(httpx2.URL(url))
    timeout = httpx2.Timeout(silence, connect=min(silence, _CONNECT_SECONDS))
    return httpx2.Client(
        transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
    )


class _Guarded(httpx2.BaseTransport):
    def __init__(self, url: httpx2.URL) -> None:
        self._origin = _origin(url)
        self._inner = httpx2.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request. Raises GenerationFailed for what may not be sent or taken."""
        if _origin(request.url) != self._origin:
            raise GenerationFailed(f"{request.url.host} is not the model's server", "address")
        for name in [*request.headers]:
            if name.lower() in _NOT_SENT or name.lower().startswith(_NOT_SENT_PREFIX):
                del request.headers[name]
        # Compressed, a small answer could become a large one behind these limits.
        request.headers["accept-encoding"] = "identity"
        response = self._inner.handle_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise GenerationFailed("the model's server compresses its answer", "malformed")
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Limited(response.stream, given_up.get())
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Limited(httpx2.SyncByteStream):
    """A body of which so much is taken, in lines of some length, while somebody waits."""

    def __init__(self, inner: httpx2.SyncByteStream, given_up: threading.Event | None) -> None:
        self._inner = inner
        self._given_up = given_up

    def __iter__(self) -> Iterator[bytes]:
        taken = line = 0
        for chunk in self._inner:
            taken += len(chunk)
            *whole, rest = chunk.split(b"\n")
            longest = max([line + len(whole[0]), *map(len, whole[1:])]) if whole else 0
            line = len(rest) if whole else line + len(rest)
            if max(longest, line) > MAX_LINE or taken > MAX_BYTES:
                raise GenerationFailed("the model's server sends without end", "length")
            if self._given_up is not None and self._given_up.is_set():
                raise GenerationFailed("nobody waits for the language model", "left")
            yield chunk

    def close(self) -> None:
        """Close the connection: what is left of the body is not wanted."""
        self._inner.close()


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    ports = {"http": 80, "https": 443}
    return url.scheme, url.host, url.port or ports.get(url.scheme)
