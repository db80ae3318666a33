"""One writer at a time, and a lock that dies with its owner."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from footnote.errors import IndexLocked, IndexUnavailable
from footnote.store.lock import writer_lock

HOLD = """
import sys
from pathlib import Path
from footnote.store.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(index: Path) -> Iterator[subprocess.Popen[str]]:
    """Hold the lock in another process, until its input is closed or it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with (
        holder(tmp_path) as other,
        pytest.raises(IndexLocked, match=f"being written by process {other.pid};"),
        writer_lock(tmp_path),
    ):
        pass


def test_a_lock_is_free_when_its_owner_is_killed(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        with writer_lock(tmp_path):
            assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_two_threads_of_one_process_are_two_writers(tmp_path: Path) -> None:
    caught: list[IndexLocked] = []

    def write() -> None:
        try:
            with writer_lock(tmp_path):
                pass
        except IndexLocked as error:
            caught.append(error)

    with writer_lock(tmp_path):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_a_lock_can_be_taken_again_and_leaves_its_file(tmp_path: Path) -> None:
    for _ in range(3):
        with writer_lock(tmp_path / "new" / "index"):
            pass
    assert (tmp_path / "new" / "index" / "lock").exists()


def test_a_lock_is_given_back_on_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writer_lock(tmp_path):
        raise ZeroDivisionError
    with writer_lock(tmp_path):
        pass


def test_a_file_where_the_index_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with (
        pytest.raises(IndexUnavailable, match="index' cannot be written: "),
        writer_lock(tmp_path / "index"),
    ):
        pass
