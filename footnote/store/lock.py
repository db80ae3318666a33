"""One writer of a local index at a time; readers take no lock and never wait."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footnote.errors import IndexLocked, IndexUnavailable


@contextmanager
def writer_lock(index: Path) -> Iterator[None]:
    """Hold the index for writing. Raises IndexLocked, naming the process that holds it.

    Raises IndexUnavailable where nothing can be written.

    The file stays when the lock is given back: to remove it would let two processes hold
    locks on two files of one name. The kernel frees the lock when its owner dies.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(index / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise IndexUnavailable(
            f"the index {str(index)!r} cannot be written: {error.strerror}; give a folder that can"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise IndexLocked(
                f"the index {str(index)!r} is being written by process {owner}; wait until it "
                "has finished, or stop it"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
