"""What tests of Ray share: an index's contents, and the processes that Ray started."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from footnote.indexing.report import IndexReport
from footnote.indexing.update import identity_of
from footnote.store.index import IndexReader
from footnote.testing import HashEmbedder


def settled(corpus: Path, when: int = 1_700_000_000) -> Path:
    """Let the files be old: of a file just changed, the time is not believed."""
    for path in corpus.iterdir():
        if path.stat().st_mtime > 1_750_000_000:
            os.utime(path, (when, when))
    return corpus


def told(report: IndexReport) -> IndexReport:
    """What two runs must have in common."""
    return replace(report, seconds=0)


def contents(index: Path) -> dict[str, object]:
    """Everything that an index holds of each document and file, ids of passages apart."""
    reader = IndexReader(index, identity_of(HashEmbedder()))
    try:
        with reader.view() as view:
            catalogue = view.catalogue
            held: dict[str, object] = dict(catalogue.known_files())
            for info in catalogue.documents()[1]:
                passages = [replace(each, id=0) for each in catalogue.passages_of(info.id)]
                vectors = [vector.tobytes() for _, vector in catalogue.vectors_of(info.id)]
                held[f"document {info.name}"] = (info, passages, vectors)
            return held
    finally:
        reader.close()


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Give the processes below one, with their command lines."""
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                command = Path(f"/proc/{child}/cmdline").read_bytes()
                yield child, command.replace(b"\0", b" ").decode(errors="replace").strip()
                yield from descendants(child)


def workers(kinds: tuple[str, ...]) -> list[int]:
    """The processes that Ray has below this one, of those that it calls so."""
    return [pid for pid, command in descendants(os.getpid()) if command.startswith(kinds)]
