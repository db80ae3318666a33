"""Write files so that they are whole on the disk, and know them again by their SHA-256."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path

_CHUNK = 1 << 20


def write_durably(path: Path, data: bytes | memoryview) -> None:
    """Write a new file and wait until it is on the disk. Raises OSError, on a full disk too."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_tree(folder: Path) -> None:
    """Wait until every file below the folder, and the folders themselves, are on the disk."""
    for path in (*folder.rglob("*"), folder):
        sync(path)


def sync(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sha256_once(path: Path) -> str:
    """Return a file's SHA-256, as it was when this process first saw it in its present state.

    Files of an index are never written to again, so that one of the same device, inode, size
    and time is the same file, under whatever name. Raises OSError.
    """
    found = path.stat()
    return _sha256_of_state(path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _sha256_of_state(path: Path, *_state: int) -> str:
    return sha256_of(path)
