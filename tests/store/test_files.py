"""Files that are whole on the disk, or not there."""

import hashlib
import os
from pathlib import Path

import pytest

from footnote.store.files import sha256_of, sync_tree, write_durably


def test_a_file_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    write_durably(tmp_path / "a", b"data")
    with pytest.raises(FileExistsError):
        write_durably(tmp_path / "a", b"other")
    assert (tmp_path / "a").read_bytes() == b"data"


def test_a_full_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_durably(tmp_path / "a", b"data")


def test_every_file_and_folder_of_a_tree_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    synced = set()
    monkeypatch.setattr(os, "fsync", lambda fd: synced.add(Path(f"/proc/self/fd/{fd}").readlink()))
    sync_tree(tmp_path)
    assert synced == {*(tmp_path, tmp_path / "sub", tmp_path / "sub" / "a", tmp_path / "b")}


def test_a_digest_is_that_of_the_whole_file(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    (tmp_path / "a").write_bytes(data)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(data).hexdigest()
