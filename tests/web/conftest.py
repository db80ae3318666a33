"""An app over the double, a server of it, and a browser."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, expect
from starlette.testclient import TestClient

from footnote.settings import Settings
from footnote.web.app import create_app, put_engine
from tests.web.double import WordEngine
from tests.web.processes import Process, served_by

ROOT = Path(__file__).parents[2]
HOME = "http://127.0.0.1:7860"
# Milliseconds. A busy machine is slow to compile Gradio's page for the first time.
PATIENCE = 30_000

StartServer = Callable[..., tuple[Process, str]]


LOCAL = ("127.0.0.1", 50_000)


def client_of(app: FastAPI, address: tuple[str, int] = LOCAL) -> TestClient:
    """Call an app from an address, by default from this machine: its questions do not count."""
    return TestClient(app, base_url=HOME, client=address)


def make_app(engine: WordEngine, settings: Settings | None = None) -> FastAPI:
    """Make an app in a running loop: outside of one, Gradio makes loops that it never closes."""

    async def make() -> FastAPI:
        return create_app(engine, settings or Settings())

    return asyncio.run(make())


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return make_app(WordEngine())


@pytest.fixture
def engine(app: FastAPI) -> WordEngine:
    """The engine behind the API, new for each test; the page may keep the app's first."""
    engine = WordEngine()
    put_engine(app, engine, Settings())
    return engine


@pytest.fixture
def client(app: FastAPI, engine: WordEngine) -> TestClient:
    return client_of(app)


@pytest.fixture(scope="session")
def start_server() -> Iterator[StartServer]:
    """Start a server of the double in a process of its own; returns it and its address."""
    with ExitStack() as stack:

        def start(seconds: float = 0.0) -> tuple[Process, str]:
            return stack.enter_context(served_by("tests.web.serve_double", str(seconds)))

        yield start


@pytest.fixture(scope="session")
def address(start_server: StartServer) -> str:
    return start_server()[1]


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    # Shared, because its cache spares each page a second.
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield opened
    opened.close()
