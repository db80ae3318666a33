"""A server that speaks OpenAI's protocol, and plays what a test tells it, the worst included."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ModelServer:
    """What it is asked is kept in ``asked``; ``play`` answers."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    play: "Play" = lambda handler: None
    # Set once a client is gone: a play without end ends then.
    gone: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    """Plays for one request."""

    server: "_Server"

    def do_POST(self) -> None:
        """Keep what is asked, and play."""
        held = self.server.held
        body = self.rfile.read(int(self.headers["Content-Length"]))
        held.asked.append(json.loads(body))
        held.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            held.play(self)
        except OSError:
            held.gone.set()

    def begin(self, status: int = 200, kind: str = "text/event-stream", **more: str) -> None:
        """Send a head; the body ends with the connection."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, raw: bytes) -> None:
        """Send bytes at once."""
        self.wfile.write(raw)
        self.wfile.flush()

    def event(self, text: str, finish: str | None = None) -> None:
        """Send a part of a text as an event."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        self.send(event({"id": "c", "object": "chat.completion.chunk", "choices": [choice]}))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    held: ModelServer


Play = Callable[[Handler], None]


def event(data: dict[str, Any]) -> bytes:
    """Return an event of a chat completion's stream."""
    shared = {"created": 0, "model": "double"}
    return f"data: {json.dumps({**shared, **data})}\n\n".encode()


def says(
    text: str,
    usage: tuple[int, int] | None = (321, 45),
    finish: str = "stop",
    pieces: int = 7,
) -> Play:
    """Return a play that says a text, in pieces of so many characters."""

    def play(handler: Handler) -> None:
        handler.begin()
        for start in range(0, len(text), pieces):
            handler.event(text[start : start + pieces])
        handler.event("", finish)
        if usage is not None:
            read, written = usage
            told = {
                "prompt_tokens": read,
                "completion_tokens": written,
                "total_tokens": read + written,
            }
            handler.send(event({"id": "c", "choices": [], "usage": told}))
        handler.send(b"data: [DONE]\n\n")

    return play


def ends_after(text: str) -> Play:
    """Return a play that says a text, and closes the connection in the middle of an event."""

    def play(handler: Handler) -> None:
        handler.begin(Transfer_Encoding="chunked")
        whole = event({"id": "c", "choices": [{"index": 0, "delta": {"content": text}}]})
        for part in (whole, b'data: {"id": "c", "choi'):
            handler.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        handler.connection.close()

    return play


def without_end(text: str) -> Play:
    """Return a play that says a text again and again."""

    def play(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.event(text)

    return play


def long_line(megabytes: int) -> Play:
    """Return a play that sends one line without an end."""

    def play(handler: Handler) -> None:
        handler.begin()
        handler.send(b'data: {"id": "')
        for _ in range(megabytes * 16):
            handler.send(b"x" * 65_536)
        handler.send(b'"}\n\n')

    return play


def drips(text: bytes, seconds: float) -> Play:
    """Return a play that sends a byte, waits, and sends the next."""

    def play(handler: Handler) -> None:
        handler.begin()
        for byte in text:
            handler.send(bytes([byte]))
            time.sleep(seconds)

    return play


def silent(seconds: float) -> Play:
    """Return a play that says that it will, and does not."""

    def play(handler: Handler) -> None:
        handler.begin()
        time.sleep(seconds)

    return play


def raw(body: bytes, status: int = 200, kind: str = "text/event-stream", **head: str) -> Play:
    """Return a play that sends a body as it is."""

    def play(handler: Handler) -> None:
        handler.begin(status, kind, **head)
        handler.send(body)

    return play


def closes(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.connection.close()


def in_turn(plays: Sequence[Play]) -> Play:
    """Return a play that is another for each request, and the last from then on."""
    left = list(plays)

    def play(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return play


@contextmanager
def serving() -> Iterator[ModelServer]:
    """Serve on a free port of this machine until the end."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.held = ModelServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.held
    finally:
        server.shutdown()
        with suppress(OSError):
            server.server_close()
        thread.join()
