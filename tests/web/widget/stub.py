"""A server that answers a widget as Footnote's does, by a script, and sites that embed it.

What it is asked, it keeps; what it answers to a question, a test may lay down. The tests know a
server by its address, its widget's id and its questions alone, so that they may be pointed at
another.
"""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.web.widget.answers import TEXTS, answer_to

SCRIPT = Path(__file__).parents[3] / "footnote/web/widget/dist/widget.js"
WIDGET = "help-Pub_1"
VERSION = "0123456789abcdef"

CONFIG: dict[str, Any] = {
    "title": "Lighthouse help",
    "greeting": "",
    "placeholder": "",
    "questions": ["When was it lit?", "How high is it?"],
    "lang": None,
    "theme": "auto",
    "color": "",
    "position": "right",
    "documents": 4,
    "feedback": True,
    "sources": True,
}
FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chat</title>
<link rel="stylesheet" href="../frame.css"><script src="../{version}/widget.js" defer></script>
</head><body><main><h1>{widget}</h1>
<footnote-chat widget="{widget}" inline></footnote-chat></main></body></html>"""
FRAME_STYLE = (
    "html, body, main { height: 100%; margin: 0 } footnote-chat { --footnote-height: 100% }"
    " h1 { position: absolute; clip-path: inset(50%) }"
)
FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)


class Reply:
    """What a plan answers a question with, in events or as a refusal."""

    def __init__(self, handler: "_Handler", asked: dict[str, Any]) -> None:
        self._handler = handler
        self._begun = False
        self.asked = asked

    def event(self, name: str, data: object) -> None:
        """Send an event of the stream."""
        self.raw(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())

    def heartbeat(self) -> None:
        """Send what keeps the connection alive."""
        self.raw(b": ping\n\n")

    def raw(self, data: bytes) -> None:
        """Send bytes of the stream."""
        self.begin()
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self._handler.wfile.flush()

    def begin(self) -> None:
        """Send the head of the stream, if it is not sent."""
        if not self._begun:
            self._begun = True
            headers = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
            self._handler.head(200, headers)

    def end(self) -> None:
        """End the stream as it should."""
        self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()

    def refuse(
        self, status: int, message: str = "no", headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with an error."""
        body = {"error": {"code": "some", "message": message, "id": "abc123"}}
        self._handler.json(status, body, headers)

    def answer(self, answer: dict[str, Any]) -> None:
        """Send the passages, the text and the answer."""
        self.event("passages", {"passages": answer["passages"]})
        for word in answer["text"].split(" "):
            self.event("delta", {"text": word if answer["text"].startswith(word) else f" {word}"})
        self.event("answer", answer)
        self.end()


Plan = Callable[[Reply], None]


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are kept."""
        for each in tuple(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class Server(AbstractContextManager["Server"]):
    """An HTTP server on a free port of this machine, its requests in ``seen``."""

    handler: type["_Handler"]

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.hold = threading.Event()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def start(self, port: int = 0) -> None:
        """Listen; a port of before may be given."""
        outer = self

        class Bound(self.handler):  # type: ignore[name-defined, misc]
            server_of = outer

        self._http = _Http(("127.0.0.1", port), Bound)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        self._thread.start()
        self.port = self._http.server_address[1]
        self.origin = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Listen no more, and end what is open."""
        self._http.shutdown()
        self._thread.join()
        self._http.hang_up()
        self._http.server_close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.hold.set()
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: Any

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        # A browser that leaves is what some tests are about.
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Send status and headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def content(self, data: bytes, media_type: str, headers: Mapping[str, str]) -> None:
        """Send a whole response."""
        length = str(len(data))
        self.head(200, {"Content-Type": media_type, "Content-Length": length, **headers})
        self.wfile.write(data)

    def json(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Send JSON."""
        data = json.dumps(body).encode()
        length = str(len(data))
        kind = {"Content-Type": "application/json", "Content-Length": length}
        self.head(status, {**kind, **(headers or {})})
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.server_of.seen.append(("GET", self.path))
        self.get(urlsplit(self.path).path)

    def get(self, path: str) -> None:
        raise NotImplementedError


class _WidgetHandler(_Handler):
    server_of: "WidgetServer"

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        origin = self.headers.get("Origin")
        allowed = self.server_of.admits(origin) or self.server_of.tells_why
        if origin is not None and allowed:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
        self.send_header("Vary", "Origin")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def do_OPTIONS(self) -> None:
        self.server_of.seen.append(("OPTIONS", self.path))
        if not self.server_of.admits(self.headers.get("Origin")):
            return self.json(403, {})
        allow = "Access-Control-Allow-"
        allowed = {f"{allow}Methods": "GET, POST", f"{allow}Headers": "Content-Type"}
        return self.head(204, allowed)

    def get(self, path: str) -> None:
        path = path.removeprefix(self.server_of.prefix)
        if path in ("/widget.js", f"/widget/{VERSION}/widget.js"):
            corp = {"Cross-Origin-Resource-Policy": "cross-origin", "ETag": f'"{VERSION}"'}
            return self.content(SCRIPT.read_bytes(), "text/javascript", corp)
        if path == f"/widget/{WIDGET}/frame":
            text = FRAME.format(version=VERSION, widget=WIDGET).encode()
            return self.content(text, "text/html", {"Content-Security-Policy": FRAME_POLICY})
        if path == "/widget/frame.css":
            return self.content(FRAME_STYLE.encode(), "text/css", {})
        return self._api(path)

    def _api(self, path: str) -> None:
        inner = self._inner(path)
        if inner is None:
            return None
        if inner == "":
            return self.json(200, self.server_of.config)
        parts = inner.split("/")
        if parts[:2] == ["", "documents"] and parts[3:] == ["around"]:
            asked = parse_qs(urlsplit(self.path).query)
            start, end = int(asked["start"][0]), int(asked["end"][0])
            text = self.server_of.texts[unquote(parts[2])]
            first, last = max(0, start - 80), min(len(text), end + 80)
            return self.json(200, {"start": first, "end": last, "text": text[first:last]})
        return self.json(404, {"error": {"code": "not_found", "message": "nothing", "id": "a1"}})

    def _inner(self, path: str) -> str | None:
        """Return what of the path is behind the widget's own; None where it is refused."""
        own = f"/api/v1/widgets/{WIDGET}"
        if not path.startswith(own):
            self.json(404, {"error": {"code": "not_found", "message": "no widget", "id": "a2"}})
            return None
        origin = self.headers.get("Origin")
        if not self.server_of.admits(origin):
            self.server_of.refused.append(origin)
            message = "pages of this origin may not use this chat"
            self.json(403, {"error": {"code": "forbidden_origin", "message": message, "id": "a3"}})
            return None
        self.server_of.cookies += self.headers.get_all("Cookie", [])
        return path.removeprefix(own)

    def do_POST(self) -> None:
        self.server_of.seen.append(("POST", self.path))
        data = self.rfile.read(int(self.headers["Content-Length"]))
        inner = self._inner(self.path.removeprefix(self.server_of.prefix))
        if inner == "/feedback":
            self.server_of.rated.append(json.loads(data))
            self.json(self.server_of.feedback_status, {"id": "f1"})
        elif inner == "/ask":
            asked = json.loads(data)
            self.server_of.asked.append(asked)
            self.server_of.sizes.append(len(data))
            plan = self.server_of.plans.get(asked["question"])
            reply = Reply(self, asked)
            if plan is None:
                reply.answer(answer_to(asked["question"]))
            else:
                self.close_connection = True
                plan(reply)


class WidgetServer(Server):
    """Serves the widget and answers it. ``tells_why`` lets refused pages read that they are."""

    handler = _WidgetHandler

    def __init__(self, prefix: str = "") -> None:
        super().__init__()
        self.prefix = prefix
        self.forget()

    def forget(self) -> None:
        """Be as new."""
        self.config = dict(CONFIG)
        self.texts = dict(TEXTS)
        self.origins: set[str] | None = None
        self.tells_why = False
        self.feedback_status = 201
        self.plans: dict[str, Plan] = {}
        self.asked: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.rated: list[dict[str, Any]] = []
        self.refused: list[str | None] = []
        self.cookies: list[str] = []
        self.seen.clear()
        self.hold = threading.Event()

    def admits(self, origin: str | None) -> bool:
        """Tell whether pages of an origin are let in; all are where no list is set."""
        if self.origins is None:
            return True
        return (origin or self.origin) in (*self.origins, self.origin)

    @property
    def base(self) -> str:
        """The address with the prefix."""
        return self.origin + self.prefix


def held(server: WidgetServer, text: str = "") -> Plan:
    """Begin an answer, send what there is of its text, and hold it until the test is over."""

    def plan(reply: Reply) -> None:
        reply.begin()
        if text:
            reply.event("delta", {"text": text})
        server.hold.wait(20)

    return plan


@dataclass
class _Page:
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


class _SiteHandler(_Handler):
    server_of: "Site"

    def get(self, path: str) -> None:
        if path == "/favicon.ico":
            return self.content(b"", "image/x-icon", {})
        page = self.server_of.pages.get(path)
        if page is None:
            return self.json(404, {})
        return self.content(page.text.encode(), "text/html; charset=utf-8", page.headers)


class Site(Server):
    """A site whose pages a test lays down; without any it is a canary."""

    handler = _SiteHandler

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, _Page] = {}

    def put(self, text: str, headers: Mapping[str, str] | None = None) -> str:
        """Lay a page down, and return its address."""
        path = f"/page-{len(self.pages)}"
        self.pages[path] = _Page(text, headers or {})
        return self.origin + path
