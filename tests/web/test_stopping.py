"""A server that is told to stop while a job is under way: what it leaves, and how it goes on."""

import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from httpx2 import Client

from footnote.embedding import OnnxEmbedder
from footnote.indexing.update import identity_of
from footnote.settings import Settings
from footnote.store.index import IndexReader
from footnote.store.verify import verify
from footnote.web.jobs import Cancelled, Job, Jobs, Result
from footnote.web.server import _Server, claim_socket
from tests.helpers import process_fields
from tests.web.conftest import make_app
from tests.web.double import WordEngine
from tests.web.operated import ADMIN, BEARER, TOKEN
from tests.web.processes import Process, served_by

# The server promises ten seconds; this leaves a busy machine some.
PROMISED = 10
PATIENCE = 60
WORDS = "lighthouse keeper paraffin harbour granite storm ledger bakery ardle stores".split()

Start = Callable[[], tuple[Process, Client]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server of its own process, in a session of its own, over the test's folder."""
    with ExitStack() as stack:

        def started() -> tuple[Process, Client]:
            server = served_by(
                "tests.web.serve_operated", cwd=tmp_path, own_session=True, patience=PATIENCE
            )
            process, address = stack.enter_context(server)
            stack.callback(process.kill)
            client = Client(base_url=address + ADMIN, headers=BEARER, timeout=PATIENCE)
            return process, stack.enter_context(client)

        yield started


def write_documents(folder: Path, count: int) -> None:
    """Write documents that take long to index; no two are alike."""
    for number in range(count):
        lines = [
            f"On day {line} of year {number} the {WORDS[(line * 7 + number) % len(WORDS)]} had "
            f"{line * number} {WORDS[(line + number) % len(WORDS)]}s.\n"
            for line in range(600)
        ]
        (folder / f"long-{number}.txt").write_text("".join(lines))


def told(client: Client, path: str) -> Any:  # noqa: ANN401
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def until(happens: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Wait until something is true of the server; returns it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := happens():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def half_of_an_upload(client: Client) -> socket.socket:
    """Begin to send a document; it is on its way when a hidden file is there."""
    address = urlsplit(str(client.base_url))
    sender = socket.create_connection((address.hostname, address.port))
    sender.sendall(
        f"PUT {ADMIN}/documents/half.txt HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {TOKEN}\r\nContent-Length: 1000\r\n\r\nHalf of it".encode()
    )
    return sender


def stop(process: Process) -> None:
    """Tell a server to stop, and see that it does, and that nothing of it stays behind."""
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert process.wait(PATIENCE) in (0, -signal.SIGTERM)
    assert time.monotonic() - began < PROMISED
    until(lambda: not _in_session(process.pid))


def _in_session(session: int) -> list[int]:
    """Return the processes of a session that are left. Linux tells them, others do not."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        fields = process_fields(int(path.name))
        if fields and int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.name))
    return found


def running(client: Client, id_: str) -> Callable[[], Any]:
    def far() -> Any:  # noqa: ANN401
        job = told(client, f"/jobs/{id_}")
        assert job["state"] == "running", job
        return job["progress"]["done"] >= 1

    return far


def test_stopped_while_it_indexes_the_index_is_whole_and_the_next_goes_on(
    start: Start, tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    process, client = start()
    corpus = tmp_path / "corpus"
    write_documents(corpus, 40)
    job = client.post("/index", json={}).json()
    until(running(client, job["id"]))
    with half_of_an_upload(client):
        until(lambda: list(corpus.glob(".upload-*")))
        stop(process)
    assert list(corpus.glob(".*")) == []
    assert not (corpus / "half.txt").exists()
    found = verify(tmp_path / "index", deep=True)
    assert found.sound
    with closing(IndexReader(tmp_path / "index", identity_of(embedder))) as index:
        generation = index.origin().generation

    for path in sorted(corpus.glob("long-*"))[2:]:
        path.unlink()
    process, client = start()
    state = told(client, "/state")
    assert state["generation"] == generation
    assert state["documents"] == 2 or generation > 1
    job = client.post("/index", json={}).json()
    ended = until(lambda: (now := told(client, f"/jobs/{job['id']}"))["ended"] and now)
    assert ended["state"] == "done", ended
    assert told(client, "/state")["documents"] == 4
    stop(process)


def test_stopped_while_it_evaluates_the_answers_are_kept_and_the_next_goes_on(
    start: Start,
) -> None:
    process, client = start()
    rows = [{"question": f"When was lighthouse {n} lit, and by whom?"} for n in range(2000)]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    job = client.post("/evaluations?format=jsonl", content=data).json()
    until(running(client, job["id"]))
    stop(process)

    process, client = start()
    (run,) = told(client, "/evaluations")["evaluations"]
    assert (run["id"], run["state"]) == (job["run"], "unfinished")
    again = client.post(f"/evaluations/{run['id']}/resume").json()
    kept = until(lambda: told(client, f"/jobs/{again['id']}")["progress"]["done"])
    assert 1 <= kept < len(rows)
    stop(process)


def test_a_job_is_told_to_stop_and_has_ended_before_the_server_has() -> None:
    def slow_to_stop(job: Job) -> Result:
        try:
            job.wait(PATIENCE)
        except Cancelled:
            time.sleep(0.5)
            raise
        return {}

    app, jobs, ready = make_app(WordEngine()), Jobs(), threading.Event()
    app.state.operator = SimpleNamespace(jobs=jobs)
    job = jobs.start("index", slow_to_stop)
    config = uvicorn.Config(app, log_level="warning", ws="none")
    with claim_socket(Settings(port=0)) as claimed:
        server = _Server(config, app, ready.set)
        thread = threading.Thread(target=server.run, args=([claimed],))
        thread.start()
        assert ready.wait(PATIENCE)
        server.should_exit = True
        thread.join(PATIENCE)
    assert job.state == "cancelled"
