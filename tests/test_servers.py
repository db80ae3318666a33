"""Commands and servers over a catalogue in PostgreSQL, as somebody sets them up."""

import json
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import httpx2
import pytest

from footnote.settings import Settings, load_settings
from tests.helpers import write_corpus
from tests.postgres import Server
from tests.test_cli import complaint, footnote
from tests.web.processes import Process, served_by

LIGHT = "The lighthouse at Ardle was lit in 1853, after three years of work."
BAKERY = "The bakery opens at six. Bread costs four pounds."
QUESTION = "When was the lighthouse lit?"
QUIET = {"FOOTNOTE_RATE_PER_MINUTE": "0", "FOOTNOTE_CACHE_MB": "0"}
PATIENCE = 60.0
SEED = 5


@pytest.fixture
def served(tmp_path: Path, database: str) -> Path:
    """A folder with documents and settings that keep the index in a database, indexed."""
    write_corpus(tmp_path / "corpus", {"light.txt": LIGHT, "bakery.txt": BAKERY})
    Path("footnote.toml").write_text(f'catalog = "{database}"\n')
    footnote("index")
    return tmp_path


def serving(
    folder: Path, number: int, port: str = "0"
) -> AbstractContextManager[tuple[Process, str]]:
    """Start one of several servers over one database, with files of its own."""
    own = {"FOOTNOTE_INDEX": f"index-{number}", **QUIET}
    return served_by(
        "footnote", "serve", "--no-index", "--port", port, cwd=folder, env=own, patience=60
    )


@pytest.fixture
def servers(served: Path) -> Iterator[list[tuple[Process, str]]]:
    """Two servers over one database."""
    with ExitStack() as stack:
        yield [stack.enter_context(serving(served, number)) for number in range(2)]


def test_settings_are_all_it_takes(served: Path) -> None:
    answer = json.loads(footnote("ask", QUESTION, "--json").stdout)
    assert "1853" in answer["text"]
    assert not (served / "index" / "catalogue.sqlite").exists()
    assert footnote("verify", "--deep").stdout.startswith("Sound: generation 1, 2 documents, 2 p")
    assert footnote("repair").stdout.startswith("Nothing to mend.")
    report = json.loads(footnote("index", "--json").stdout)
    assert (report["unchanged"], report["generation"]) == (2, 1)


def test_an_index_is_copied_to_where_a_file_says(
    served: Path, database: str, postgres_server: Server
) -> None:
    Path("footnote.toml").unlink()
    footnote("index", "--index", "own")
    Path("server.toml").write_text(f'index = "cache"\ncatalog = "{database}"\nport = 80\n')
    told = complaint("copy", "--index", "own", "--to", "server.toml")
    assert "there is an index in 'postgresql://footnote@" in told
    empty = postgres_server.new_database()
    Path("server.toml").write_text(f'index = "cache"\ncatalog = "{empty}"\n')
    done = json.loads(footnote("copy", "--index", "own", "--to", "server.toml", "--json").stdout)
    assert (done["documents"], done["passages"], done["generation"]) == (2, 2, 1)
    Path("server.toml").rename("footnote.toml")
    assert footnote("verify", "--deep").stdout.startswith("Sound")
    assert "1853" in footnote("ask", QUESTION).stdout


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "cannot be read: .*No such file"),
        ("catalog = ", "cannot be read"),
        ("port = 80", "names no place"),
        ('catalog = "mysql://someone:secret@host/db"', r"a catalogue's URL is postgresql://"),
        ('search = "milvus"', "needs milvus_uri too"),
    ],
)
def test_a_file_that_names_no_place_is_refused(content: str | None, named: str) -> None:
    if content is not None:
        Path("server.toml").write_text(content)
    told = complaint("copy", "--to", "server.toml")
    assert re.search(named, told), told
    assert "secret" not in told


def test_a_server_that_is_down_is_told_by_the_commands() -> None:
    Path("footnote.toml").write_text('catalog = "postgresql://me:secret@127.0.0.1:1/none"\n')
    for command in (("ask", QUESTION), ("verify",), ("serve", "--no-index", "--port", "0")):
        told = complaint(*command)
        assert "'postgresql://me:***@127.0.0.1:1/none' cannot be used" in told
        assert "secret" not in told


def test_feedback_goes_to_the_database_of_the_catalogue() -> None:
    url = "postgresql://host/database"
    assert Settings().feedback_url == "sqlite:///feedback.db"
    assert load_settings(catalog=url).feedback_url == url
    assert load_settings(catalog=url, feedback="sqlite:///own.db").feedback_url == (
        "sqlite:///own.db"
    )
    assert not load_settings(catalog=url, feedback="").feedback_url


def test_a_server_is_not_ready_while_the_database_is_down(
    servers: list[tuple[Process, str]], postgres_server: Server
) -> None:
    with httpx2.Client(base_url=servers[0][1], timeout=PATIENCE) as client:
        assert client.get("/readyz").status_code == 200
        asked = {"question": QUESTION}
        before = client.post("/api/v1/ask", json=asked).json()
        postgres_server.stop(signal.SIGQUIT)
        try:
            for response in (client.get("/readyz"), client.post("/api/v1/ask", json=asked)):
                assert response.status_code == 503
                assert int(response.headers["retry-after"]) >= 1
                assert "postgres" not in response.text
            assert client.get("/healthz").status_code == 200
        finally:
            postgres_server.start()
        assert client.get("/readyz").status_code == 200
        after = client.post("/api/v1/ask", json=asked).json()
    assert {**before, "timings_ms": {}} == {**after, "timings_ms": {}}


class Askers:
    """Clients that ask one question on and on, and another server where one does not answer."""

    def __init__(self, addresses: list[str]) -> None:
        self.answers: list[str] = []
        self.failed: list[str] = []
        self.retried: list[str] = []
        self._addresses = addresses
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on, args=(n,)) for n in range(4)]

    def __enter__(self) -> "Askers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def until_answered(self, more: int) -> None:
        until, count = time.monotonic() + PATIENCE, len(self.answers) + more
        while len(self.answers) < count:
            assert time.monotonic() < until, "no answers come"
            time.sleep(0.02)

    def _ask_on(self, own: int) -> None:
        with httpx2.Client(timeout=PATIENCE) as client:
            while not self._ended.is_set():
                if not any(self._asked(client, own + attempt) for attempt in range(8)):
                    self.failed.append(f"gave up after {self.retried[-8:]}")

    def _asked(self, client: httpx2.Client, number: int) -> bool:
        address = self._addresses[number % len(self._addresses)]
        try:
            given = client.post(f"{address}/api/v1/ask", json={"question": QUESTION})
        except httpx2.TransportError as error:
            self.retried.append(type(error).__name__)
        else:
            if given.status_code == 200:
                self.answers.append(given.json()["text"])
                return True
            self.retried.append(f"{given.status_code}")
        time.sleep(0.1)
        return False


def check_none_failed(askers: Askers) -> None:
    assert askers.failed == []
    assert askers.retried, "the server that was killed was not asked"
    assert set(askers.answers) == {LIGHT}


def test_no_answer_fails_when_one_of_two_servers_stops_under_load(
    servers: list[tuple[Process, str]], served: Path
) -> None:
    """A client that tries the other server, as nginx does, sees every question answered."""
    with Askers([address for _, address in servers]) as askers:
        askers.until_answered(10)
        # Killed, not asked to stop: what it was answering is cut off.
        servers[0][0].kill()
        askers.until_answered(20)
        (served / "corpus" / "new.txt").write_text("The harbour was built in 1900.")
        footnote("index")
        askers.until_answered(10)
    check_none_failed(askers)


@pytest.mark.slow
def test_no_answer_fails_when_servers_are_killed_20_times(served: Path) -> None:
    """Two servers in turn, at any moment, and the folder is indexed again in between."""
    draw = random.Random(SEED)
    with ExitStack() as stack:
        running = [stack.enter_context(serving(served, n)) for n in range(2)]
        with Askers([address for _, address in running]) as askers:
            for at in range(20):
                process, address = running[at % 2]
                askers.until_answered(4)
                time.sleep(draw.uniform(0, 0.3))
                process.kill()
                process.wait(PATIENCE)
                if at % 4 == 0:
                    (served / "corpus" / f"{at}.txt").write_text(f"Harbour {at} is of 1900.")
                    footnote("index")
                askers.until_answered(4)
                port = address.rpartition(":")[2]
                running[at % 2] = stack.enter_context(serving(served, at % 2, port))
    check_none_failed(askers)
