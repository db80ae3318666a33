"""A cluster is joined, or started and ended, with one word; and nothing of it stays."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from footnote.errors import ClusterUnavailable, UsageError
from footnote.indexing import ray_cluster
from footnote.indexing.on_ray import reads_on
from footnote.indexing.ray_cluster import check_address, connected
from tests.helpers import ROOT, process_fields, write_corpus
from tests.indexing.rays import descendants
from tests.indexing.recipes import Hashing
from tests.test_cli import complaint

with_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")


@with_ray
@pytest.mark.parametrize(
    "address", ["local", "auto", "head:6379", "10.0.0.1:6379", "[::1]:6379", "ray://head:10001"]
)
def test_addresses_of_rays_are_taken(address: str) -> None:
    check_address(address)


@with_ray
@pytest.mark.parametrize("address", ["", "head", "head:port", "http://head:6379", "a b:1", ":1"])
def test_what_is_no_address_is_refused_before_anything_else(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a Ray cluster; give 'auto'"):
        reads_on(address, Hashing())


def test_ray_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'footnote\[ray\]'"):
        check_address("local")


@with_ray
@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_where_nobody_listens_it_is_said_at_once(scheme: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"{scheme}127.0.0.1:{unused.getsockname()[1]}"
        with (
            pytest.raises(ClusterUnavailable, match=f"'{address}' cannot be joined: .*refused"),
            connected(address),
        ):
            raise AssertionError("joined")


@with_ray
def test_a_mistaken_address_is_one_line(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": "Tea."})
    assert "is no address of a Ray cluster" in complaint("index", corpus, "--ray", "head")
    assert not Path("index").exists()


CODE = """
import os, signal, sys
from footnote.cli import main
# A shell's background jobs are begun with Ctrl-C ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
before = dict(os.environ)
try:
    main(["index", sys.argv[1], "--ray", "local", "--json"])
except SystemExit as done:
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    # Exit statuses of children are told again: of what is watched, files are read by children.
    assert os.waitpid(os.spawnlp(os.P_NOWAIT, "false", "false"), 0)[1] != 0
    assert dict(os.environ) == before
    sys.exit(done.code)
"""


def started(corpus: Path, home: Path) -> "subprocess.Popen[str]":
    home.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", CODE, str(corpus)],
        env=os.environ | {"HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def folders() -> set[Path]:
    return set(Path("/tmp").glob("footnote-ray-*"))  # noqa: S108


def gone(processes: set[int]) -> bool:
    """Whether processes end; those that were told to may take a moment."""
    for _ in range(600):
        # One that nobody has asked for its status, a zombie, has ended.
        if all(process_fields(each)[:1] in ([], ["Z"]) for each in processes):
            return True
        time.sleep(0.1)
    return False


@with_ray
def test_a_run_starts_ray_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    before = folders()
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": "Tea is drunk hot.", "b.xyz": "what"})
    process = started(corpus, tmp_path / "home")
    seen: set[int] = set()
    while process.poll() is None:
        seen |= {pid for pid, _ in descendants(process.pid)}
        time.sleep(0.05)
    out, said = process.communicate()
    assert (process.returncode, said) == (0, "")
    report = json.loads(out)
    assert (report["added"], report["passages"]) == (["a.txt"], 1)
    assert len(seen) > 3 or sys.platform != "linux"
    assert gone(seen)
    assert folders() == before
    # It would keep a key there that opens every cluster which is started later.
    assert not (tmp_path / "home" / ".ray").exists()


LONG = {
    f"{n:03}.txt": "\n\n".join(f"Text {n} says {part} of it." * 9 for part in range(80))
    for n in range(60)
}


def disturbed(corpus: Path, folder: Path, how: str) -> "subprocess.Popen[str]":
    """Index until there are workers, and do something to one of the processes then."""
    process = started(corpus, folder / "home")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = list(descendants(process.pid))
        if any(command.startswith("ray::EmbedWorker.work") for _, command in found):
            break
        time.sleep(0.05)
    if how == "interrupt":
        process.send_signal(signal.SIGINT)
    else:
        (victim,) = [pid for pid, command in found if command.split()[0].endswith(how)]
        os.kill(victim, signal.SIGKILL)
    return process


@pytest.mark.slow
@with_ray
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes")
@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        ("interrupt", 130, "interrupted"),
        ("/raylet", 2, "the node of Ray's that this process was joined to has died"),
    ],
)
def test_a_run_that_is_disturbed_says_why_and_is_gone_on_with(
    tmp_path: Path, how: str, status: int, told: str
) -> None:
    before = folders()
    corpus = write_corpus(tmp_path / "corpus", LONG)
    process = disturbed(corpus, tmp_path, how)
    out, said = process.communicate(timeout=120)
    assert (process.returncode, out) == (status, "")
    assert told in said
    assert len(said.splitlines()) == 1
    assert folders() == before
    again = started(corpus, tmp_path / "home")
    report = json.loads(again.communicate(timeout=300)[0])
    assert len(report["added"]) + report["unchanged"] == len(LONG)
