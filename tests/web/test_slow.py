"""Clients that are slow, stop or never begin: others are answered, and they are let go."""

import json
import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.web.conftest import ROOT

# No deadline is as long as this; it is how long a test waits before it gives up.
PATIENCE = 30
SHORT = {"header": 1.0, "body": 1.0, "send": 1.0}
LONG = {"header": 600.0, "body": 600.0, "send": 600.0}
TOKEN = "the-token-of-the-operator"  # noqa: S105
HEAD = b"Host: 127.0.0.1\r\n"


@contextmanager
def served(**limits: float) -> Iterator[tuple[str, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.serve_slow", json.dumps(limits)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"FOOTNOTE_ADMIN_TOKEN": TOKEN},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        found = re.search(r":(\d+)$", process.stdout.readline().strip())
        assert found is not None
        try:
            yield "127.0.0.1", int(found[1])
        finally:
            process.kill()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def short() -> Iterator[tuple[str, int]]:
    """A server with short deadlines."""
    with served(**SHORT) as address:
        yield address


def connect(
    address: tuple[str, int], sent: bytes = b"", buffer: int | None = None
) -> socket.socket:
    made = socket.socket()
    made.settimeout(PATIENCE)
    if buffer is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.connect(address)
    made.sendall(sent)
    return made


def ask(address: tuple[str, int]) -> str:
    asked = urllib.request.Request(
        f"http://{address[0]}:{address[1]}/api/v1/ask",
        data=json.dumps({"question": "When was the lighthouse lit?"}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
        status: str = json.loads(answer.read())["status"]
        return status


def opened_by(address: tuple[str, int]) -> dict[str, int]:
    url = f"http://{address[0]}:{address[1]}/api/open"
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        counts: dict[str, int] = json.loads(answer.read())
        return counts


def until(connection: socket.socket, sign: bytes) -> None:
    """Read until something has come."""
    got = b""
    while sign not in got:
        part = connection.recv(65536)
        assert part, got
        got += part


def is_closed(connection: socket.socket) -> bool:
    """Wait until the server closes a connection; False if it does not."""
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def sends(connection: socket.socket, data: bytes) -> bool:
    """Send, and tell whether the connection took it."""
    try:
        connection.sendall(data)
    except ConnectionError:
        return False
    return True


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(PATIENCE * 10):
        if holds():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def dripping(connections: Sequence[socket.socket]) -> Iterator[None]:
    """Send a byte on each now and then, as somebody does who wants to hold it."""
    done = threading.Event()

    def drip() -> None:
        while not done.wait(0.2):
            for connection in connections:
                with suppress(OSError):
                    connection.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_two_hundred_senders_fifty_readers_and_five_hundred_idle_shut_nobody_out(
    short: tuple[str, int],
) -> None:
    with ExitStack() as stack:

        def opened(times: int, sent: bytes, buffer: int | None = None) -> list[socket.socket]:
            made = [connect(short, sent, buffer) for _ in range(times)]
            for each in made:
                stack.enter_context(each)
            return made

        idle = opened(500, b"")
        stopped = opened(50, b"GET /api/big HTTP/1.1\r\n" + HEAD + b"\r\n", buffer=4096)
        heads = opened(100, b"POST /api/v1/ask HTTP/1.1\r\nX-Slow: ")
        body = b"Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n"
        bodies = opened(100, b"POST /api/v1/ask HTTP/1.1\r\n" + HEAD + body)
        with dripping(heads + bodies):
            assert {ask(short) for _ in range(5)} == {"answered"}
            assert all(map(is_closed, heads + bodies))
        assert all(map(is_closed, idle))
        assert eventually(lambda: opened_by(short)["sending"] == 0)
        assert all(map(is_closed, stopped))
    assert ask(short) == "answered"


@pytest.mark.parametrize("drip", [b"x", b"\r\n"])
def test_a_head_that_comes_byte_by_byte_is_not_waited_for(
    short: tuple[str, int], drip: bytes
) -> None:
    # Blank lines before a request are none of it, and yet keep a connection busy.
    with connect(short, drip) as slow, dripping([slow]):
        assert is_closed(slow)


def test_a_second_request_on_a_connection_has_a_deadline_too(short: tuple[str, int]) -> None:
    with connect(short, b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n") as kept:
        until(kept, b"ok")
        kept.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        with dripping([kept]):
            assert is_closed(kept)


def test_a_request_after_a_pause_is_answered(short: tuple[str, int]) -> None:
    with connect(short, b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n") as kept:
        until(kept, b"ok")
        kept.sendall(b"POST /api/count HTTP/1.1\r\n" + HEAD + b"Content-Length: 4\r\n\r\nabcd")
        until(kept, b"\r\n\r\n4")


def test_a_body_that_nobody_reads_is_not_waited_for_either(short: tuple[str, int]) -> None:
    head = b"POST /api/refuse HTTP/1.1\r\n" + HEAD + b"Content-Length: 15000\r\n\r\n"
    with connect(short, head) as slow:
        until(slow, b"403")
        with dripping([slow]):
            assert is_closed(slow)


def test_an_endless_body_that_is_refused_is_not_taken_for_long() -> None:
    with (
        served(**LONG) as address,
        connect(address, b"POST /api/refuse HTTP/1.1\r\n" + HEAD) as busy,
    ):
        busy.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        until(busy, b"403")
        assert eventually(lambda: not sends(busy, b"400\r\n" + b"x" * 1024 + b"\r\n"))


def test_what_an_operator_sends_is_read_as_long_as_it_keeps_coming(
    short: tuple[str, int],
) -> None:
    parts, part = 30, b"x" * 20_000
    head = b"POST /api/v1/admin/count HTTP/1.1\r\nAuthorization: Bearer " + TOKEN.encode()
    head += b"\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % (parts * len(part))
    with connect(short, head) as steady:
        for _ in range(parts):
            steady.sendall(part)
            time.sleep(0.1)
        until(steady, b"\r\n\r\n600000")


def test_a_reader_that_stops_near_the_end_is_let_go(short: tuple[str, int]) -> None:
    # Of some the system takes all, of some nearly all: what is left is little, and yet is kept.
    assert eventually(lambda: opened_by(short)["sending"] == 0)
    before = opened_by(short)["files"]
    with ExitStack() as stack:
        for size in range(100_000, 1_000_000, 30_000):
            asked = b"GET /api/some?size=%d HTTP/1.1\r\n" % size + HEAD + b"\r\n"
            stack.enter_context(connect(short, asked, buffer=4096))
        assert eventually(lambda: opened_by(short)["files"] > before + 20)
        assert eventually(lambda: opened_by(short)["files"] <= before)


def test_a_slow_reader_gets_all_of_it_though_it_asks_nothing_meanwhile() -> None:
    with served(header=1.0, body=1.0, send=600.0) as address, ExitStack() as stack:
        readers = {}
        for size in range(100_000, 1_000_000, 30_000):
            asked = b"GET /api/some?size=%d HTTP/1.1\r\n" % size + HEAD
            made = connect(address, asked + b"Connection: close\r\n\r\n", buffer=4096)
            readers[size] = stack.enter_context(made)
        time.sleep(3)
        for size, reader in readers.items():
            got = b""
            while part := reader.recv(1_000_000):
                got += part
            assert len(got.partition(b"\r\n\r\n")[2]) == size


def test_the_system_keeps_nothing_for_a_reader_that_stopped(short: tuple[str, int]) -> None:
    with connect(short, b"GET /api/big HTTP/1.1\r\n" + HEAD + b"\r\n", buffer=4096) as stopped:
        poll = select.poll()
        poll.register(stopped, 0)
        # Nothing is read, and yet it is told: the connection was reset.
        assert poll.poll(PATIENCE * 1000)


def test_a_reader_that_goes_on_reading_is_served(short: tuple[str, int]) -> None:
    # One piece, so that nothing new is sent while it is read for longer than the deadline.
    asked = b"GET /api/some?size=4000000 HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
    with connect(short, asked, buffer=4096) as reader:
        got = 0
        while part := reader.recv(100_000):
            got += len(part)
            time.sleep(len(part) / 1_500_000)
        assert got > 4_000_000


def test_beyond_the_cap_who_has_asked_nothing_for_longest_makes_room() -> None:
    with served(**LONG, connections=20) as address, ExitStack() as stack:
        asked = b"GET /api/events HTTP/1.1\r\n" + HEAD + b"\r\n"
        served_now = stack.enter_context(connect(address, asked))
        until(served_now, b": open")
        idle = [stack.enter_context(connect(address)) for _ in range(40)]
        assert ask(address) == "answered"
        for early in idle[:20]:
            assert is_closed(early)
        idle[-1].sendall(b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n")
        until(idle[-1], b"200 OK")
        served_now.settimeout(0.1)
        assert not is_closed(served_now)


def test_beyond_the_cap_of_streams_the_oldest_ends() -> None:
    with served(**LONG, streams=3) as address, ExitStack() as stack:
        asked = b"GET /api/events HTTP/1.1\r\n" + HEAD + b"\r\n"
        streams = []
        for _ in range(5):
            streams.append(stack.enter_context(connect(address, asked)))
            until(streams[-1], b": open")
        assert is_closed(streams[0])
        assert is_closed(streams[1])
        for kept in streams[2:]:
            kept.settimeout(0.1)
            assert not is_closed(kept)
        assert ask(address) == "answered"


def test_a_stream_that_ended_takes_no_place() -> None:
    with served(**LONG, streams=1) as address:
        asked = json.dumps({"question": "When was the lighthouse lit?"}).encode()
        head = b"POST /api/v1/ask HTTP/1.1\r\n" + HEAD + b"Accept: text/event-stream\r\n"
        head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(asked)
        with connect(address) as first, connect(address) as second:
            for each in (first, second, first):
                each.sendall(head + asked)
                until(each, b"0\r\n\r\n")
