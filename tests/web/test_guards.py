import asyncio
import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from footnote.errors import UsageError
from footnote.settings import Settings
from footnote.web.body import MAX_BODY
from footnote.web.page import ListedRoutes
from tests.web.conftest import HOME, client_of, make_app
from tests.web.double import WordEngine
from tests.web.test_api import ASK, error_of

ORIGINS = [
    "http://evil.example",
    "https://evil.example",
    "null",
    "http://127.0.0.1:7861",
    "http://127.0.0.1.evil.example:7860",
    "http://localhost:7860",
    "http://127.0.0.1:7860.evil.example",
    "http://127.0.0.1:7860@evil.example",
    "file://",
    "chrome-extension://abcdefghijklmnop",
]
HOSTS = [
    "evil.example",
    "evil.example:7860",
    "127.0.0.1.evil.example",
    "localhost.evil.example:7860",
    "127.0.0.1@evil.example",
    "evil.example/127.0.0.1",
    "127.0.0.2",
    "0.0.0.0:7860",
    "[::]:7860",
    "",
]
LISTED = "https://www.example.org"


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Give method and path of every route, Gradio's too, with something for each parameter."""
    for path, methods in _paths(app.routes):
        for method in sorted(methods - {"HEAD"}):
            yield method, re.sub(r"\{[^}]+\}", "x", path)


def _paths(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, set[str]]]:
    for route in routes:
        if isinstance(route, Mount) and isinstance(route.app, StaticFiles):
            yield f"{route.path}/{{file}}", {"GET"}
        elif isinstance(route, Mount):
            yield from _paths(route.routes)
        elif isinstance(route, Route | APIRoute):
            yield route.path, set(route.methods or {"GET"})
        else:
            # FastAPI keeps an included router as one entry.
            yield from _paths(vars(route)["original_router"].routes)


@pytest.fixture(scope="module")
def listing() -> TestClient:
    """A server that lists one host and one origin."""
    settings = Settings(hosts=("docs.example.org", "[fe80::1]"), origins=(LISTED,))
    return client_of(make_app(WordEngine(), settings))


def test_the_routes_are_all_seen(app: FastAPI) -> None:
    routes = set(routes_of(app))
    assert {("POST", ASK), ("GET", "/"), ("POST", "/gradio_api/upload")} <= routes
    assert {("GET", "/gradio_api/file=x"), ("GET", "/api/v1/documents/x/text")} <= routes
    assert len(routes) > 80


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_page_elsewhere_is_refused_on_every_route_before_any_work(
    app: FastAPI, client: TestClient, engine: WordEngine, origin: str
) -> None:
    for method, path in routes_of(app):
        body = {"question": "light"} if path == ASK else None
        response = client.request(method, path, headers={"origin": origin}, json=body)
        assert error_of(response, 403)["code"] == "forbidden_origin", (method, path)
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert "origin" in response.headers["vary"].lower()
    assert not engine.asked


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("path", ["/", ASK, "/gradio_api/queue/join"])
def test_a_page_elsewhere_gets_no_leave_beforehand(
    client: TestClient, origin: str, path: str
) -> None:
    headers = {"origin": origin, "access-control-request-method": "POST"}
    response = client.options(path, headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


def test_two_origins_are_refused(client: TestClient) -> None:
    headers = [("origin", HOME), ("origin", "http://evil.example")]
    assert client.get("/healthz", headers=headers).status_code == 403


def test_our_own_page_may_ask(client: TestClient) -> None:
    own = {"origin": HOME}
    assert client.post(ASK, json={"question": "light"}, headers=own).status_code == 200
    # As behind a proxy that speaks TLS.
    tls = {"origin": "https://127.0.0.1:7860"}
    assert client.post(ASK, json={"question": "light"}, headers=tls).status_code == 200


@pytest.mark.parametrize("path", ["/", "/theme.css", "/manifest.json"])
def test_gradio_lets_no_origin_in_by_itself(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"origin": HOME})
    assert response.status_code == 200
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_listed_origin_may_use_the_api_without_credentials(listing: TestClient) -> None:
    response = listing.post(ASK, json={"question": "light"}, headers={"origin": LISTED})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == LISTED
    assert "access-control-allow-credentials" not in response.headers
    leave = {
        "origin": LISTED,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    assert listing.options(ASK, headers=leave).status_code == 200


def test_a_listed_origin_can_read_why_it_was_refused(listing: TestClient) -> None:
    response = listing.post(ASK, content=b"x" * (MAX_BODY + 1), headers={"origin": LISTED})
    assert response.status_code == 413
    assert response.headers["access-control-allow-origin"] == LISTED


@pytest.mark.parametrize("path", ["/", "/gradio_api/queue/join", "/theme.css"])
def test_a_listed_origin_gets_nothing_of_the_page(listing: TestClient, path: str) -> None:
    assert listing.get(path, headers={"origin": LISTED}).status_code == 403


@pytest.mark.parametrize(
    "origin", [f"{LISTED}:443", f"{LISTED}.evil.example", "http://www.example.org", "null"]
)
def test_no_other_origin_passes_for_a_listed_one(listing: TestClient, origin: str) -> None:
    response = listing.post(ASK, json={"question": "light"}, headers={"origin": origin})
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_name_is_refused_on_every_route(
    app: FastAPI, client: TestClient, engine: WordEngine, host: str
) -> None:
    for method, path in routes_of(app):
        response = client.request(method, path, headers={"host": host})
        assert error_of(response, 400)["code"] == "unknown_host", (method, path)
    assert not engine.asked


def test_two_host_names_are_refused(client: TestClient) -> None:
    for second in ("evil.example", "localhost:7860"):
        headers = [("host", "127.0.0.1:7860"), ("host", second)]
        assert client.get("/healthz", headers=headers).status_code == 400


def test_a_forwarded_host_name_is_held_to_the_list(client: TestClient) -> None:
    assert client.get("/", headers={"x-forwarded-host": "evil.example"}).status_code == 400
    several = {"x-forwarded-host": "127.0.0.1, evil.example"}
    assert client.get("/", headers=several).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "[::1]:7860", "LOCALHOST"])
def test_loopback_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["docs.example.org", "DOCS.example.org:80", "[fe80::1]:9"])
def test_listed_hosts_are_served(listing: TestClient, host: str) -> None:
    assert listing.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["*", "*.example.org", "http://a.org", "a.org:80", "a/b", "", " "])
def test_a_malformed_host_stops_the_start(host: str) -> None:
    with pytest.raises(UsageError, match="without scheme, port or wildcard"):
        make_app(WordEngine(), Settings(hosts=(host,)))


def test_of_gradios_routes_only_those_are_open_that_the_page_needs(
    app: FastAPI, client: TestClient
) -> None:
    mounted = next(route for route in app.routes if isinstance(route, ListedRoutes))
    scope = {"type": "http", "method": "GET", "root_path": ""}
    served = {
        path
        for path, _ in _paths(mounted.routes)
        if mounted.matches({**scope, "path": re.sub(r"\{[^}]+\}", "x", path)})[0] is not Match.NONE
    }
    assert served == {
        *("/", "/theme.css", "/manifest.json", "/static/{path:path}", "/assets/{path:path}"),
    }
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("route", ["/static", "/assets", "/api/v1/documents"])
@pytest.mark.parametrize(
    "climb",
    [
        *("../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"),
        *("%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd", "//etc/passwd"),
        *("%2fetc%2fpasswd", "....//....//etc/passwd", "..%252f..%252fetc%252fpasswd"),
        *("file:///etc/passwd", "x%00/../../../etc/passwd", "../routes.py", "%2e%2e/index.html"),
    ],
)
def test_no_path_leads_out_of_what_is_served(client: TestClient, route: str, climb: str) -> None:
    response = client.get(f"{route}/{climb}")
    assert response.status_code in {403, 404}
    assert "root:" not in response.text


UPS = (
    *("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "..%252f", "..;/"),
    "%c0%ae%c0%ae/",
)
TRAVERSALS = [
    up * 8 + target
    for up in UPS
    for target in ("etc/passwd", "etc/passwd%00.txt", "proc/self/environ", "proc/self/cmdline")
]


def _parted(path: str) -> list[str]:
    """Return what is between the parameters of a path, and in each second place a parameter."""
    return re.split(r"(\{[^}]+\})", path)


def test_no_payload_leads_out_by_any_route(client: TestClient, app: FastAPI) -> None:
    """Forty ways to climb, in the place of each parameter and below each path."""
    assert len(TRAVERSALS) == 40
    paths = {path for path, _ in _paths(app.routes)}
    told = ("root:x:", "PATH=", "pytest")
    for path in sorted(paths):
        for climb in TRAVERSALS:
            below = "".join(climb if at % 2 else part for at, part in enumerate(_parted(path)))
            for target in {below, f"{path.split('{')[0].rstrip('/')}/{climb}"}:
                response = client.get(target)
                assert not any(sign in response.text for sign in told), target
                assert response.status_code < 500, target


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/upload/", "/upload"])
def test_nothing_can_be_uploaded(client: TestClient, path: str) -> None:
    files = {"files": ("a.txt", b"text")}
    assert error_of(client.post(path, files=files), 404)["code"] == "not_found"


@pytest.mark.parametrize("path", [ASK, "/gradio_api/queue/join", "/gradio_api/upload", "/nothing"])
def test_a_body_that_declares_too_much_is_refused_unread(client: TestClient, path: str) -> None:
    error = error_of(client.post(path, content=b"x" * (MAX_BODY + 1)), 413)
    assert error["message"] == f"the body has {MAX_BODY + 1} bytes; at most {MAX_BODY} are read"


@pytest.mark.parametrize("declared", [b"9" * 400, b"-1", b"many", "٣".encode()])
def test_a_length_that_is_none_is_refused(client: TestClient, declared: bytes) -> None:
    response = client.post(ASK, content=b"", headers=[(b"content-length", declared)])
    error_of(response, 413)


def test_a_body_without_a_length_is_read_up_to_the_limit_only(app: FastAPI) -> None:
    status, chunks = asyncio.run(_send_without_length(app, ASK, chunk=b" " * 1000, most=1000))
    assert status == 413
    assert chunks == MAX_BODY // 1000 + 1


def test_a_body_of_the_greatest_length_is_read(app: FastAPI, engine: WordEngine) -> None:
    body = b'{"question": "light"}'.ljust(MAX_BODY)
    assert asyncio.run(_send_without_length(app, ASK, chunk=body, most=1)) == (200, 1)


async def _send_without_length(app: FastAPI, path: str, chunk: bytes, most: int) -> tuple[int, int]:
    """Send a body in chunks; returns the status, and how many chunks were taken."""
    taken = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal taken
        if taken == most:
            # All is sent, and the client waits.
            await asyncio.Event().wait()
        taken += 1
        return {"type": "http.request", "body": chunk, "more_body": taken < most}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:7860"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 7860),
    }
    await app(scope, receive, send)
    return sent[0]["status"], taken


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/healthz", 200), ("/api/docs", 200), ("/nothing", 404), ("/theme.css", 200)],
)
def test_every_response_tells_browsers_what_to_keep_to(
    client: TestClient, path: str, status: int
) -> None:
    response = client.get(path)
    assert response.status_code == status
    _check_headers(response)


@pytest.mark.parametrize(
    ("path", "runs"), [("/", True), ("/api/v1/about", False), ("/healthz", False), ("/v1/m", False)]
)
def test_what_is_data_may_run_and_load_nothing(client: TestClient, path: str, runs: bool) -> None:
    policy = client.get(path).headers["content-security-policy"]
    assert ("script-src" in policy) is runs
    assert ("unsafe" in policy) is runs
    assert policy.startswith("default-src 'none'")


def test_refusals_and_failures_tell_it_too(client: TestClient) -> None:
    _check_headers(client.get("/", headers={"host": "evil.example"}))
    _check_headers(client.get("/", headers={"origin": "http://evil.example"}))
    failed = client.post(ASK, json={"question": "crash"})
    assert failed.status_code == 500
    _check_headers(failed)


def _check_headers(response: Response) -> None:
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert "*" not in policy
    assert "origin" in response.headers["vary"].lower()


def test_nothing_speaks_websocket() -> None:
    app = make_app(WordEngine())

    async def talk(socket: WebSocket) -> None:
        await socket.accept()

    app.router.routes.insert(0, WebSocketRoute("/talk", talk))
    with (
        pytest.raises(WebSocketDisconnect),
        TestClient(app).websocket_connect("ws://127.0.0.1:7860/talk"),
    ):
        pass
