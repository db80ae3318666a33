"""Each route with no key, a wrong one and the right one: what comes is in a table.

``python -m tests.web.test_routes`` prints the table as it is now; look at what has changed
before it replaces ``routes.csv``.
"""

import asyncio
import csv
import json
import os
import sys
import tempfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Message

from footnote.settings import Settings
from footnote.web.app import create_app
from footnote.web.page import ListedRoutes
from tests.web.double import WordEngine
from tests.web.test_guards import routes_of

TABLE = Path(__file__).with_name("routes.csv")
KEY = "a-key-of-the-public-api"
TOKEN = "the-token-of-the-operator"  # noqa: S105
WRONG = "some-key-that-is-not-listed"
GIVEN = ("none", "wrong", "right")
COLUMNS = (
    "method",
    "path",
    *(f"keys set, {given}" for given in GIVEN),
    *(f"no keys set, {given}" for given in GIVEN),
)
# What a route that takes a body is sent; nothing, if it is not here.
QUESTION = {"question": "When was the lighthouse lit?"}
BODIES = {"/api/v1/ask": QUESTION, "/api/v1/widgets/x/ask": QUESTION}
# A widget knows its pages by their origin: listed with the right key, another with a wrong one.
SITE = "https://www.example.org"
ORIGINS = {WRONG: "https://evil.example", KEY: SITE}
PATIENCE = 60

Row = tuple[str, ...]


def make(keyed: bool) -> FastAPI:
    """Make an app in the loop that calls it: Gradio ties itself to one."""
    # A wrong key for every route is more than one client may send.
    keys = {"api_keys": (KEY,), "admin_token": TOKEN, "wrong_keys_per_minute": 0}
    widgets = {"widgets": {"x": {"id": "x", "origins": [SITE]}}}
    return create_app(WordEngine(), Settings.model_validate(widgets | (keys if keyed else {})))


def open_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Give our own routes, and of Gradio's those that the mount lets in."""
    (mount,) = [route for route in app.routes if isinstance(route, ListedRoutes)]
    own = set(routes_of(_holding([route for route in app.routes if route is not mount])))
    gradios = set(routes_of(_holding([mount]))) - own
    scope = {"type": "http", "root_path": ""}
    let_in = {
        (method, path)
        for method, path in gradios
        if mount.matches({**scope, "method": method, "path": path})[0] is not Match.NONE
    }
    return sorted(own | let_in)


def _holding(routes: list[BaseRoute]) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.router.routes[:] = routes
    return app


async def started(app: FastAPI, method: str, path: str, key: str | None) -> Message:
    """Call a route as a program on this machine; returns how its answer starts.

    What comes after that is not awaited: some of Gradio's streams have no end.
    """
    sent: asyncio.Queue[Message] = asyncio.Queue()
    body = json.dumps(BODIES[path]).encode() if path in BODIES and method == "POST" else b""
    headers = [(b"host", b"127.0.0.1:7860"), (b"content-type", b"application/json")]
    if key is not None:
        headers.append((b"authorization", f"Bearer {key}".encode()))
    if path.startswith("/api/v1/widgets/") and (origin := ORIGINS.get(key or "")) is not None:
        headers.append((b"origin", origin.encode()))
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()
        raise AssertionError

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 7860),
    }
    task = asyncio.create_task(app(scope, receive, sent.put))
    try:
        return await asyncio.wait_for(sent.get(), PATIENCE)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def status_of(app: FastAPI, method: str, path: str, key: str | None) -> str:
    return str((await started(app, method, path, key))["status"])


def right_key(path: str) -> str:
    return TOKEN if path.startswith(("/api/v1/admin", "/operator", "/metrics")) else KEY


async def table_now() -> list[Row]:
    """Call every route in each way."""
    apps = (make(keyed=True), make(keyed=False))
    return [
        (
            method,
            path,
            *[
                await status_of(app, method, path, key)
                for app in apps
                for key in (None, WRONG, right_key(path))
            ],
        )
        for method, path in open_routes(apps[0])
    ]


def test_every_route_answers_each_key_as_the_table_says() -> None:
    with TABLE.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == COLUMNS
    now = asyncio.run(table_now())
    told = "look at it, then write it with `python -m tests.web.test_routes > tests/web/routes.csv`"
    listed = {tuple(row[:2]) for row in rows}
    assert not [row for row in now if row[:2] not in listed], f"not in the table: {told}"
    assert {tuple(row) for row in rows} == set(now), f"the table says something else: {told}"


def test_the_table_lets_in_nobody_without_a_key_but_where_no_document_is() -> None:
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    let_in = {
        row["path"]
        for row in rows
        if row["keys set, none"] != "401" and not row["path"].startswith("/api/v1/widgets/")
    }
    assert let_in <= {
        *("/", "/theme.css", "/manifest.json", "/static/x", "/assets/x", "/favicon.ico"),
        *("/page/x", "/widget.js", "/widget/x.css"),
        *("/widget/x/widget.js", "/widget/x/frame", "/widget/x/demo"),
        *("/operator", "/operator/", "/operator/x", "/operator/reports/x"),
        *("/api/docs", "/api/openapi.json", "/healthz", "/readyz", "/metrics"),
    }
    for row in rows:
        assert row["keys set, none"] == row["keys set, wrong"], row
        if row["path"].startswith(("/api/v1/admin", "/operator")):
            assert {row[f"no keys set, {given}"] for given in GIVEN} == {"404"}, row
        if row["path"].startswith("/api/v1/widgets/"):
            assert row["keys set, none"] == "403", row
            assert row["keys set, right"] != "403", row


async def all_started(key: str | None) -> list[tuple[str, Message]]:
    app = make(keyed=True)
    return [
        (path, await started(app, method, path, key))
        for method, path in sorted(set(routes_of(app)))
    ]


@pytest.mark.parametrize("key", [None, WRONG, KEY])
def test_every_answer_tells_browsers_what_to_keep_to(key: str | None) -> None:
    for path, start in asyncio.run(all_started(key)):
        headers = {name.lower(): value for name, value in start["headers"]}
        assert headers[b"x-content-type-options"] == b"nosniff", path
        assert headers[b"referrer-policy"] == b"no-referrer", path
        policy = headers[b"content-security-policy"]
        assert policy.startswith(b"default-src 'none'"), path
        ancestors = f"'self' {SITE}" if path == "/widget/x/frame" else "'none'"
        assert f"frame-ancestors {ancestors}".encode() in policy, path
        assert b"x-frame-options" not in headers, path
        assert b"origin" in headers[b"vary"].lower(), path
        assert b"set-cookie" not in headers, path
        assert b"access-control-allow-credentials" not in headers, path


if __name__ == "__main__":
    # As in the tests: without a folder of documents.
    os.chdir(tempfile.mkdtemp())
    csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *asyncio.run(table_now())])
