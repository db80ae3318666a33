"""Files are read in processes of their own, and what a parser does there stays there."""

import ctypes
import faulthandler
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest import fork_server, loaders
from footnote.ingest.archive import Member, members
from footnote.ingest.fork_server import Limits, in_child
from footnote.ingest.isolation import Parsers
from footnote.ingest.loaders import Loaded, load
from tests.ingest.packages import zipped
from tests.ingest.samples import REAL

HERE = ("127.0.0.1", 9)
PLAIN = Loaded("text/plain", "Read.", ())


@pytest.fixture
def parsers() -> Iterator[Parsers]:
    with Parsers() as opened:
        yield opened


def read_by(
    monkeypatch: pytest.MonkeyPatch, loader: Callable[[bytes], Loaded], **limits: float
) -> str:
    """What a child says of a file whose loader is this."""
    monkeypatch.setitem(loaders.LOADERS, ".txt", loader)
    reply = json.loads(in_child("a.txt", b"x", Limits(**limits)))  # type: ignore[arg-type]
    return str(reply.get("unreadable", reply.get("text")))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_document_is_the_same_from_another_process(parsers: Parsers, path: Path) -> None:
    data = path.read_bytes()
    assert parsers.load(path.name, data) == load(path.name, data)


def test_signs_of_every_kind_come_through(parsers: Parsers) -> None:
    text = "é 💡 \u2028 \u200b \ufffe ends"
    assert parsers.load("a.txt", text.encode()).text == text


@pytest.mark.parametrize("name", ["a.xyz", "a.pdf", "a.docx", "a.txt"])
def test_an_unreadable_file_has_the_same_reason(parsers: Parsers, name: str) -> None:
    data = b"" if name == "a.txt" else b"nothing of the kind"
    with pytest.raises(UnreadableFile) as here:
        load(name, data)
    with pytest.raises(UnreadableFile) as there:
        parsers.load(name, data)
    assert str(there.value) == str(here.value)


def test_processor_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def spin(_: bytes) -> Loaded:
        while True:
            pass

    said = read_by(monkeypatch, spin, cpu=1)
    assert said == "reading it took more than 1 s of processor time"


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(_: bytes) -> Loaded:
        time.sleep(60)
        return PLAIN

    assert read_by(monkeypatch, sleep, wall=0.2) == "reading it took longer than 0.2 s"


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def grow(_: bytes) -> Loaded:
        bytearray(200 << 20)
        return PLAIN

    assert read_by(monkeypatch, grow, memory=1 << 30) == "Read."
    said = read_by(monkeypatch, grow, memory=100 << 20)
    assert said == "reading it needs more than 100 MB of memory"


def test_a_crash_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: bytes) -> Loaded:
        faulthandler.disable()
        ctypes.string_at(0)
        return PLAIN

    assert read_by(monkeypatch, crash) == "its parser crashed (SIGSEGV)"


def test_an_end_without_a_word_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(_: bytes) -> Loaded:
        os._exit(0)

    assert read_by(monkeypatch, leave) == "its parser ended without a word"


@pytest.mark.parametrize(
    ("event", "act"),
    [
        ("socket.connect", lambda: socket.create_connection(HERE)),
        ("socket.getaddrinfo", lambda: socket.getaddrinfo("example.org", 80)),
        ("socket.sendto", lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"", HERE)),
        ("subprocess.Popen", lambda: subprocess.run(["true"], check=True)),
        ("os.system", lambda: os.system("true")),  # noqa: S605
        ("os.fork", os.fork),
    ],
)
def test_the_network_and_other_programs_are_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, event: str, act: Callable[[], object]
) -> None:
    def reach(_: bytes) -> Loaded:
        act()
        return PLAIN

    said = read_by(monkeypatch, reach)
    assert said.startswith("its loader failed: PermissionError")
    assert said.endswith("is not allowed while a file is read")


def test_no_file_can_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def write(_: bytes) -> Loaded:
        (tmp_path / "made").write_text("something")
        return PLAIN

    assert "File too large" in read_by(monkeypatch, write)


def test_limits_count_for_each_file_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(_: bytes) -> Loaded:
        until = time.process_time() + 0.6
        while time.process_time() < until:
            pass
        return PLAIN

    assert [read_by(monkeypatch, work, cpu=1) for _ in range(2)] == ["Read.", "Read."]


def test_what_a_parser_prints_is_not_taken_for_its_reply() -> None:
    program = (
        "from footnote.ingest import fork_server, loaders\n"
        "def loud(data):\n"
        "    print('Warning: something', flush=True)\n"
        "    return loaders.Loaded('text/plain', 'Read.', ())\n"
        "loaders.LOADERS['.txt'] = loud\n"
        "fork_server.serve(fork_server.Limits(), ocr=False)\n"
    )
    request = b'{"name": "a.txt", "size": 1}\nx'
    done = subprocess.run(
        [sys.executable, "-c", program], input=request, capture_output=True, check=True
    )
    header, reply = done.stdout.split(b"\n", 1)
    assert json.loads(header) == {"size": len(reply)}
    assert json.loads(reply)["text"] == "Read."
    assert done.stderr == b"Warning: something\n"


def test_a_server_that_dies_costs_one_file(parsers: Parsers) -> None:
    assert parsers.load("a.txt", b"One.").text == "One."
    assert parsers._server is not None
    os.kill(parsers._server.pid, signal.SIGKILL)
    parsers._server.wait()
    with pytest.raises(UnreadableFile, match="its parser's server failed"):
        parsers.load("b.txt", b"Two.")
    assert parsers.load("c.txt", b"Three.").text == "Three."


def test_nothing_is_started_for_nothing_and_nothing_is_left() -> None:
    with Parsers() as parsers:
        assert parsers._server is None
        parsers.load("a.txt", b"One.")
        server = parsers._server
        assert server is not None
    assert server.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)


def test_a_server_that_hangs_is_ended_too() -> None:
    parsers = Parsers()
    parsers.load("a.txt", b"One.")
    server = parsers._server
    assert server is not None
    os.kill(server.pid, signal.SIGSTOP)
    ending = threading.Thread(target=parsers.__exit__, args=(None, None, None))
    ending.start()
    ending.join(30)
    ended = not ending.is_alive()
    server.kill()
    assert ended


def test_an_interrupted_reading_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    with Parsers() as parsers:
        parsers.load("a.txt", b"One.")
        server = parsers._server
        assert server is not None
        monkeypatch.setattr("footnote.ingest.isolation.json.loads", interrupted)
        with pytest.raises(KeyboardInterrupt):
            parsers.load("b.txt", b"Two.")
        assert server.poll() is not None


def test_files_of_an_archive_come_through_with_their_bytes(parsers: Parsers) -> None:
    data = zipped(
        {"a.bin": bytes(range(256)) * 9, "é 💡.txt": b"\n\n", "empty": b"", "../x": b"no"}
    )
    assert parsers.unpack("a.zip", data) == members(data)
    assert parsers.load("b.txt", b"Next.").text == "Next."


def test_an_archive_is_told_from_a_document(parsers: Parsers) -> None:
    with pytest.raises(ArchiveFile, match="the files in it are read one by one"):
        parsers.load("a.zip", zipped({"a.txt": "One."}))
    with pytest.raises(UnreadableFile, match="not a zip that can be read") as damaged:
        parsers.unpack("a.zip", b"PK\x03\x04")
    assert not isinstance(damaged.value, ArchiveFile)


def test_unpacking_is_limited_like_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def grow(_: bytes) -> list[Member]:
        bytearray(200 << 20)
        return []

    monkeypatch.setattr(fork_server, "members", grow)
    assert in_child("a.zip", b"", Limits(), "unpack") == b'{"members": []}\n'
    reply = json.loads(in_child("a.zip", b"", Limits(memory=100 << 20), "unpack"))
    assert reply["unreadable"] == "reading it needs more than 100 MB of memory"


def test_limits_are_those_of_the_security_record() -> None:
    assert Limits() == Limits(cpu=20, wall=30, memory=1 << 30)
    assert fork_server.Limits is Limits


def test_no_server_is_started_once_the_context_is_left() -> None:
    with Parsers() as parsers:
        pass
    with pytest.raises(UnreadableFile, match="it was stopped"):
        parsers.load("a.txt", b"text")


def test_reading_ends_with_whoever_asked() -> None:
    """A server whose asker was killed leaves off at once, not when its file's time is up."""
    code = (
        "import time\n"
        "from footnote.ingest import fork_server, loaders\n"
        "loaders.LOADERS['.txt'] = lambda data: time.sleep(600)\n"
        "fork_server.serve(fork_server.Limits(wall=600), False)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(b'{"name": "a.txt", "size": 1}\nx')
    server.stdin.flush()
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    while children.exists() and not children.read_text():
        time.sleep(0.01)
    server.stdin.close()
    server.stdout.close()
    assert server.wait(30) == 0


def test_ends_of_children_that_are_ignored_above_are_seen() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with Parsers() as parsers:
            assert parsers.load("a.txt", b"Read.").text == "Read."
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_parser_is_told_nothing_of_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "secret")
    with Parsers() as parsers:
        parsers.load("a.txt", b"Read.")
        assert parsers._server is not None
        environment = Path(f"/proc/{parsers._server.pid}/environ")
        assert not environment.exists() or b"secret" not in environment.read_bytes()
