"""Change the folder of documents: add or replace a file, or remove one.

Folders are opened one within the other, and never through a link, so that no name leads out of
the corpus, whatever is changed beside it meanwhile.
"""

import hashlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from footnote.errors import CorpusError, NotThere, UsageError
from footnote.ingest.folder import MAX_FILE_BYTES, check_folder
from footnote.ingest.loaders import LOADERS

ENDINGS = (*LOADERS, ".zip")
MAX_PART_BYTES = 200
MAX_NAME_BYTES = 1000
_MAX_DEPTH = 20
# What controls, is half a character or ends a line; and what is not seen (Cf), which turns around
# what stands beside it, or makes a name look like another. Some scripts and emoji need a joiner.
_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"
_TEMPORARY = ".upload-"
_LEFT = re.compile(rf"{re.escape(_TEMPORARY)}[0-9a-f]{{16}}")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is now in the corpus."""

    name: str
    size: int
    sha256: str
    replaced: bool


def parts_of_name(name: str) -> tuple[str, ...]:
    """Split the name of a document's file into its parts. Raises UsageError for an unsafe one.

    >>> parts_of_name("reports/2026/may.pdf")
    ('reports', '2026', 'may.pdf')
    """
    if unsafe := [letter for letter in name if _is_unsafe(letter)]:
        raise _refused(name, f"it holds the character U+{ord(unsafe[0]):04X}")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise _refused(name, f"it has {len(name.encode())} bytes; at most {MAX_NAME_BYTES}")
    parts = tuple(name.split("/"))
    if len(parts) > _MAX_DEPTH:
        raise _refused(name, f"it is {len(parts)} folders deep; at most {_MAX_DEPTH}")
    for part in parts:
        _check_part(name, part)
    return parts


def _check_part(name: str, part: str) -> None:
    if not part:
        raise _refused(name, "it begins or ends with a slash, or has two together")
    if part.startswith("."):
        raise _refused(name, f"its part {part!r} begins with a dot, and would be hidden")
    if part != part.strip():
        raise _refused(name, f"its part {part!r} begins or ends with a blank")
    if "\\" in part:
        raise _refused(name, "it holds a backslash")
    if part.endswith("!"):
        raise _refused(name, "it stands within an archive; replace or remove the archive itself")
    if len(part.encode()) > MAX_PART_BYTES:
        raise _refused(
            name, f"a part of it has {len(part.encode())} bytes; at most {MAX_PART_BYTES}"
        )


def _is_unsafe(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSAFE and letter not in _JOINERS


def _refused(name: str, reason: str) -> UsageError:
    shown = ascii(name if len(name) <= 80 else f"{name[:80]}…")
    return UsageError(
        f"the name {shown} cannot be used: {reason}. Give a path within the folder of documents, "
        "as reports/may.pdf"
    )


class Upload:
    """A file on its way into the corpus: hidden until all of it is there.

    Raises UsageError for a name that cannot be used, CorpusError where nothing can be written.
    """

    def __init__(self, corpus: Path, name: str) -> None:
        self._name = name
        *folders, self._file_name = parts_of_name(name)
        if not self._file_name.lower().endswith(ENDINGS):
            raise _refused(name, f"files ending in {', '.join(ENDINGS)} can be read")
        check_folder(corpus)
        self._size = 0
        self._digest = hashlib.sha256()
        self._temporary: str | None = f"{_TEMPORARY}{secrets.token_hex(8)}"
        with _failure_named(name):
            self._folder, self._missing = _deepest(corpus, folders, name)
            try:
                self._file = os.open(self._temporary, _NEW_FILE, 0o666, dir_fd=self._folder)
            except OSError:
                os.close(self._folder)
                raise

    def write(self, data: bytes) -> None:
        """Add to it. Raises UsageError where it gets too large to be indexed."""
        self._size += len(data)
        if self._size > MAX_FILE_BYTES:
            raise UsageError(f"the file has above {MAX_FILE_BYTES} bytes, which are not read")
        self._digest.update(data)
        with _failure_named(self._name):
            while data:
                data = data[os.write(self._file, data) :]

    def finish(self) -> Stored:
        """Put it in its place, whole and on the disk, instead of what was there."""
        if not self._size:
            raise UsageError(f"the file {self._name!r} is empty; send its contents as the body")
        with _failure_named(self._name):
            os.fsync(self._file)
            folder = _made(self._folder, self._missing)
            try:
                replaced = _is_replaceable(self._name, self._file_name, folder)
                assert self._temporary is not None
                os.rename(
                    self._temporary, self._file_name, src_dir_fd=self._folder, dst_dir_fd=folder
                )
                self._temporary = None
                os.fsync(folder)
            finally:
                os.close(folder)
        return Stored(self._name, self._size, self._digest.hexdigest(), replaced)

    def close(self) -> None:
        """End it; what is not finished leaves nothing."""
        with suppress(OSError):
            if self._temporary is not None:
                os.unlink(self._temporary, dir_fd=self._folder)
        os.close(self._file)
        os.close(self._folder)


def sweep(corpus: Path) -> None:
    """Remove what a server left that was killed while files were on their way into the corpus."""
    for left in corpus.rglob(f"{_TEMPORARY}*"):
        # Hidden files of others are left alone.
        if _LEFT.fullmatch(left.name):
            with suppress(OSError):
                left.unlink()


def remove(corpus: Path, name: str) -> None:
    """Remove a file from the corpus; of a link the link.

    Raises UsageError, and NotThere where there is no such file.
    """
    *folders, file_name = parts_of_name(name)
    check_folder(corpus)
    with _failure_named(name):
        folder, missing = _deepest(corpus, folders, name)
        try:
            found = None if missing else _stat(file_name, folder)
            if found is None:
                raise NotThere(f"the folder of documents holds no file {name!r}")
            if stat.S_ISDIR(found.st_mode):
                raise UsageError(f"{name!r} is a folder; remove its files one by one")
            os.unlink(file_name, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)


def _deepest(corpus: Path, folders: Sequence[str], name: str) -> tuple[int, list[str]]:
    """Open the deepest folder of a path that is there; returns it and the parts below."""
    folder = os.open(corpus, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for at, part in enumerate(folders):
        try:
            inner = os.open(part, _FOLDER, dir_fd=folder)
        except FileNotFoundError:
            return folder, list(folders[at:])
        except OSError as error:
            os.close(folder)
            raise _refused(name, f"{part!r} is no folder, or a link ({error.strerror})") from error
        os.close(folder)
        folder = inner
    return folder, []


def _made(folder: int, missing: Sequence[str]) -> int:
    """Make the folders that are missing within one, and open the last."""
    folder = os.dup(folder)
    for part in missing:
        try:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=folder)
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _is_replaceable(name: str, file_name: str, folder: int) -> bool:
    """Tell whether a file is there already. Raises UsageError where something else is."""
    found = _stat(file_name, folder)
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise _refused(name, "a link or a folder of that name is there")
    return found is not None


def _stat(file_name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(file_name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


@contextmanager
def _failure_named(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CorpusError(
            f"{name!r} cannot be written in the folder of documents: {error.strerror}; what was "
            "there stays as it was"
        ) from error
