import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from footnote.errors import UsageError
from footnote.settings import Settings
from footnote.web.server import claim_socket, url_of
from tests.web.conftest import ROOT, StartServer


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(claim_socket(Settings(port=0))) as first:
        yield first.getsockname()[1]


def test_a_port_in_use_is_told_with_the_way_out(taken: int) -> None:
    with pytest.raises(UsageError) as told:
        claim_socket(Settings(port=taken))
    assert f"port {taken} on 127.0.0.1 is in use" in str(told.value)
    assert "--port 0 takes a free one" in str(told.value)


def test_port_0_takes_a_free_one_and_listens_at_once() -> None:
    settings = Settings(port=0)
    with claim_socket(settings) as claimed:
        port = claimed.getsockname()[1]
        assert url_of(settings, claimed) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - that is what is refused
def test_an_address_that_others_reach_needs_host_names(host: str) -> None:
    with pytest.raises(UsageError, match="no host names are listed"):
        claim_socket(Settings(host=host, port=0))


def test_with_host_names_it_is_taken_and_called_by_the_first() -> None:
    settings = Settings(host="0.0.0.0", port=0, hosts=("docs.example.org",))  # noqa: S104
    with claim_socket(settings) as claimed:
        port = claimed.getsockname()[1]
        assert url_of(settings, claimed) == f"http://docs.example.org:{port}"


@pytest.mark.parametrize("host", ["256.1.1.1", "no such host", "8.8.8.8"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(UsageError):
        claim_socket(Settings(host=host, port=0, hosts=("x",)))


def test_what_is_under_way_is_finished_when_told_to_stop(start_server: StartServer) -> None:
    process, address = start_server(1.0)
    asked = urllib.request.Request(  # noqa: S310 - our own address
        f"{address}/api/v1/ask",
        data=json.dumps({"question": "When was the lighthouse lit?"}).encode(),
        headers={"content-type": "application/json", "accept": "text/event-stream"},
    )
    with urllib.request.urlopen(asked) as stream:  # noqa: S310
        assert stream.readline() == b"event: passages\n"
        process.send_signal(signal.SIGTERM)
        rest = stream.read().decode()
    assert "event: answer" in rest
    assert process.wait(20) in {0, -signal.SIGTERM}
    assert process.stdout is not None
    assert "exceeded" not in process.stdout.read()


def test_what_waits_when_told_to_stop_is_refused_and_the_rest_is_answered(
    start_server: StartServer,
) -> None:
    process, address = start_server(2.0)
    workers = Settings().workers

    def ask(question: str) -> tuple[int, str | None]:
        asked = urllib.request.Request(  # noqa: S310 - our own address
            f"{address}/api/v1/ask",
            data=json.dumps({"question": question}).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(asked) as response:  # noqa: S310
                return int(response.status), None
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers["retry-after"]

    def waiting() -> bool:
        with urllib.request.urlopen(f"{address}/metrics") as metrics:  # noqa: S310
            return b"footnote_queue_length 1.0" in metrics.read()

    with ThreadPoolExecutor(workers + 1) as pool:
        asked = [pool.submit(ask, f"light {number}") for number in range(workers + 1)]
        while not waiting():
            assert not any(each.done() for each in asked)
        process.send_signal(signal.SIGTERM)
        assert sorted(each.result() for each in asked) == [*[(200, None)] * workers, (503, "1")]
    assert process.wait(20) in {0, -signal.SIGTERM}


def test_nothing_of_the_server_is_imported_before_it_is_wanted() -> None:
    script = (
        "import sys, footnote, footnote.records, footnote.settings, footnote.web.server\n"
        "heavy = {'gradio', 'torch', 'faiss', 'sentence_transformers'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_nothing_outside_this_machine_is_called() -> None:
    script = """
import os, sys
called = []
def hook(event, args):
    at = {"socket.getaddrinfo": 0, "socket.connect": 1}.get(event)
    name = args[at] if at is not None else ""
    name = name[0] if isinstance(name, tuple) else name
    if name and name not in ("127.0.0.1", "localhost", "::1"):
        called.append((event, name))
sys.addaudithook(hook)
from starlette.testclient import TestClient
from footnote.settings import Settings
from footnote.web.app import create_app
from tests.web.double import WordEngine
with TestClient(create_app(WordEngine(), Settings()), base_url="http://127.0.0.1") as client:
    assert client.get("/").status_code == 200
    assert client.get("/api/docs").status_code == 200
    asked = client.post("/api/v1/ask", json={"question": "When was the lighthouse lit?"})
    assert asked.json()["status"] == "answered"
os._exit(print(called, flush=True) or len(called))
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_no_header_names_the_program(start_server: StartServer) -> None:
    _, address = start_server()
    with urllib.request.urlopen(f"{address}/healthz") as response:  # noqa: S310
        assert response.headers["server"] is None
