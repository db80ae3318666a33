"""A folder of files to documents, each read or skipped with its reason."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from footnote.errors import CorpusError, UnreadableFile
from footnote.ingest.loaders import Loaded, load
from footnote.records import Document

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
    modified: str

    def read(self) -> bytes:
        """Return the contents. Raises UnreadableFile."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise UnreadableFile(f"cannot be read: {error.strerror}") from error


def list_files(corpus: Path) -> tuple[list[SourceFile], list[Skipped]]:
    """List the files below a folder by name, and what is passed over.

    Names that begin with a dot are left out unsaid. A link is followed only to a file within
    the folder. Raises CorpusError where there is no such folder.
    """
    if not corpus.is_dir():
        state = "is a file" if corpus.exists() else "does not exist"
        raise CorpusError(f"the folder of documents {str(corpus)!r} {state}; give one that does")
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


def read_document(
    file: SourceFile, data: bytes, parse: Callable[[str, bytes], Loaded] = load
) -> Document:
    """Make a document of a file's bytes, as ``parse`` reads them. Raises UnreadableFile."""
    loaded = parse(file.name, data)
    in_text = next((b.span.quote(loaded.text) for b in loaded.blocks if b.kind == "title"), None)
    stem = PurePosixPath(file.name).stem.replace("_", " ").replace("-", " ").strip()
    return Document(
        id=document_id(file.name),
        name=file.name,
        title=" ".join((in_text or loaded.title or stem or file.name).split()),
        media_type=loaded.media_type,
        text=loaded.text,
        blocks=loaded.blocks,
        sha256=sha256(data),
        size=len(data),
        modified=file.modified,
        pages=loaded.pages,
    )


def sha256(data: bytes) -> str:
    """Return what a file's contents are known by."""
    return hashlib.sha256(data).hexdigest()


def document_id(name: str) -> str:
    """Make a document's id, which stays the same while its name does."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


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
    modified = datetime.fromtimestamp(found.st_mtime, UTC).isoformat(timespec="microseconds")
    return SourceFile(name, resolved, found.st_size, modified)


def _unseen(name: str, error: OSError) -> Unseen:
    return Unseen(_printable(name), f"cannot be read: {error.strerror}")


def _printable(name: str) -> str:
    return name.encode(errors="replace").decode()
