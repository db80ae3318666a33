"""A folder of files to documents, each read or skipped with its reason."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from footnote.errors import CorpusError, UnreadableFile

# A larger file is a mistake more often than a document, and would be read whole.
MAX_FILE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unseen(Skipped):
    """A file or folder that could not be looked at: nothing tells what it holds now."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus as the folder lists it, its contents not yet read."""

    name: str
    path: Path
    size: int
    modified_ns: int

    @property
    def modified(self) -> str:
        """The time of its last change, ISO 8601, UTC."""
        seconds = self.modified_ns / 1e9
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")

    def read(self) -> bytes:
        """Return the contents. Raises UnreadableFile."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise UnreadableFile(f"cannot be read: {error.strerror}") from error


def check_folder(corpus: Path) -> None:
    """Raise CorpusError where there is no such folder."""
    if not corpus.is_dir():
        state = "is a file" if corpus.exists() else "does not exist"
        raise CorpusError(f"the folder of documents {str(corpus)!r} {state}; give one that does")


def list_files(corpus: Path) -> tuple[list[SourceFile], list[Skipped]]:
    """List the files below a folder by name, and what is passed over.

    Names that begin with a dot are left out unsaid. A link is followed only to a file within
    the folder. Raises CorpusError where there is no such folder.
    """
    check_folder(corpus)
    files: list[SourceFile] = []
    skipped: list[Skipped] = []
    for path in _walk(corpus, skipped):
        name = path.relative_to(corpus).as_posix()
        try:
            files.append(_source_file(name, path, corpus.resolve()))
        except UnreadableFile as error:
            skipped.append(Skipped(_printable(name), str(error)))
        except OSError as error:
            skipped.append(_unseen(name, error))
    return files, skipped


def find_file(corpus: Path, name: str) -> SourceFile:
    """Return the file of a name below a folder. Raises UnreadableFile where it is not there now."""
    try:
        return _source_file(name, corpus / name, corpus.resolve())
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror}") from error


def sha256(data: bytes) -> str:
    """Return what a file's contents are known by."""
    return hashlib.sha256(data).hexdigest()


def _walk(corpus: Path, skipped: list[Skipped]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        skipped.append(_unseen(Path(error.filename).relative_to(corpus).as_posix(), error))

    for folder, folders, names in os.walk(corpus, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*names, *linked]):
            if not name.startswith("."):
                yield Path(folder, name)


def _source_file(name: str, path: Path, corpus: Path) -> SourceFile:
    try:
        name.encode()
        resolved = path.resolve(strict=True)
        found = resolved.stat()
    except UnicodeEncodeError:
        raise UnreadableFile("its name is not UTF-8") from None
    except (FileNotFoundError, RuntimeError) as error:
        raise UnreadableFile("a link that leads nowhere") from error
    if not resolved.is_relative_to(corpus):
        raise UnreadableFile("a link that leads out of the folder")
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableFile("not a regular file")
    if found.st_size > MAX_FILE_BYTES:
        raise UnreadableFile(f"{found.st_size} bytes; at most {MAX_FILE_BYTES} are read")
    return SourceFile(name, resolved, found.st_size, found.st_mtime_ns)


def _unseen(name: str, error: OSError) -> Unseen:
    return Unseen(_printable(name), f"cannot be read: {error.strerror}")


def _printable(name: str) -> str:
    return name.encode(errors="replace").decode()
