"""What all tests share: a folder of their own, the shipped embedder, and a browser."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, sync_playwright

from footnote.embedding import OnnxEmbedder
from footnote.models import models_folder
from tests.postgres import Server, programs

# Read now: a fixture takes these variables away.
CHROMIUM = os.environ.get("FOOTNOTE_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None
)
# Offline, and unable to reach anything but this machine even if the page told it to.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder(models_folder() / "embedder")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; tests that want it are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium found; install one, or name it in FOOTNOTE_CHROMIUM")
    # Of module scope, because Playwright keeps an event loop in this thread.
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server; tests that want it are skipped where none is installed."""
    if programs() is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg")
    # Not below pytest's folder, which nobody but its owner may enter.
    with TemporaryDirectory(prefix="footnote-postgres-") as folder:
        server = Server(Path(folder))
        server.start()
        yield server
        # Nothing of it is wanted any more.
        server.stop(signal.SIGQUIT)


@pytest.fixture
def database(postgres_server: Server) -> str:
    """Return the URL of an empty database."""
    return postgres_server.new_database()
