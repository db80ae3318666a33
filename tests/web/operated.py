"""A server over a small index of its own, with a token: what the tests of operating share."""

import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from footnote.answering.load_reader import load_reader
from footnote.answering.reader import Reader
from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.settings import Settings
from footnote.store.index import IndexReader
from footnote.web.app import create_app
from tests.web.conftest import client_of

TOKEN = "the-token-of-the-operator"  # noqa: S105
ADMIN = "/api/v1/admin"
BEARER = {"authorization": f"Bearer {TOKEN}"}
LIGHT = "The lighthouse of Skerry Point was lit on 4 March 1868. It stands 48 metres high.\n"
BAKERY = "The bakery in Ardle opens at seven. A loaf of rye bread costs three francs.\n"
PATIENCE = 60
_PAUSE = 0.02


def make_index(embedder: OnnxEmbedder, **changes: Any) -> Settings:  # noqa: ANN401
    """Index two documents below the working directory."""
    for name, data in _indexed(embedder).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)
    return operated_settings(**changes)


def operated_settings(**changes: Any) -> Settings:  # noqa: ANN401
    """Return the settings of a server with a token."""
    return Settings(admin_token=SecretStr(TOKEN), **changes)


@cache
def _indexed(embedder: OnnxEmbedder) -> dict[str, bytes]:
    """Return the files of the corpus and its index."""
    with TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        (corpus / "light.txt").write_text(LIGHT)
        (corpus / "bakery.txt").write_text(BAKERY)
        bring_up_to_date(corpus, Path(folder, "index"), embedder)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob("*")
            if path.is_file()
        }


@cache
def _reader() -> Reader:
    return load_reader(Settings())


def make_operated(settings: Settings, embedder: OnnxEmbedder) -> FastAPI:
    """Make the app, without the page for those who ask: it takes a second to build."""
    index = IndexReader(settings.index, identity_of(embedder))
    engine = Engine(index, embedder, _reader(), settings)
    with patch("footnote.web.app._mount_page"):
        app = create_app(engine, settings)
    app.state.operator.jobs.settle_seconds = 0.05
    return app


class Desk:
    """An operator who calls the admin routes."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.client: TestClient = client_of(app)
        self.client.headers.update(BEARER)

    def get(self, path: str, status: int = 200) -> Any:  # noqa: ANN401
        """Return what an admin route gives."""
        return self._told("GET", path, status)

    def post(self, path: str, body: object = None, status: int = 202) -> Any:  # noqa: ANN401
        """Post JSON; returns what comes back."""
        return self._told("POST", path, status, json={} if body is None else body)

    def put(self, name: str, data: bytes, status: int = 200) -> Any:  # noqa: ANN401
        """Add a document."""
        return self._told("PUT", f"/documents/{name}", status, content=data)

    def delete(self, path: str, status: int = 200) -> Any:  # noqa: ANN401
        """Remove something."""
        return self._told("DELETE", path, status)

    def evaluate(
        self, questions: str, kind: str = "jsonl", name: str = "q.jsonl", status: int = 202
    ) -> Any:  # noqa: ANN401
        """Send a file of questions."""
        path = f"/evaluations?format={kind}&name={name}"
        return self._told("POST", path, status, content=questions.encode())

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """Wait until a job has ended; returns it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            now: dict[str, Any] = self.get(f"/jobs/{job['id']}")
            if now["state"] != "running":
                return now
            time.sleep(_PAUSE)
        raise AssertionError(f"the job did not end: {now}")

    def settled(self) -> dict[str, Any]:
        """Wait until nothing is under way or put off; returns the last job."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            state = self.get("/state")
            if state["job"] is None and not state["waiting"]:
                newest = self.get("/jobs")["jobs"][0]
                last: dict[str, Any] = self.get(f"/jobs/{newest['id']}")
                return last
            time.sleep(_PAUSE)
        raise AssertionError("the jobs did not end")

    def _told(self, method: str, path: str, status: int, **sent: Any) -> Any:  # noqa: ANN401
        response = self.client.request(method, ADMIN + path, **sent)
        assert response.status_code == status, response.text
        return response.json()
