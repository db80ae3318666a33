"""What an indexing tells: while it works, and when it has ended."""

from dataclasses import dataclass
from typing import Protocol

from footnote.ingest.folder import Skipped


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a document that was read, and that its owner should know."""

    document: str
    note: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing did; its JSON form is what ``footnote index --json`` prints.

    ``added``, ``changed`` and ``removed`` are names of documents, ``unchanged`` a number of
    them. ``notes`` are of documents read this time, ``skipped`` of all that the folder holds.
    """

    generation: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    notes: tuple[Note, ...]
    passages: int
    seconds: float


class Watcher(Protocol):
    """Is told how an indexing goes; a progress bar, or nothing."""

    def found(self, files: int, size: int) -> None:
        """Hear how many files there are, and their bytes."""
        ...

    def done(self, name: str, size: int) -> None:
        """Hear of a file that is indexed, unchanged or skipped."""
        ...

    def embedded(self, passages: int) -> None:
        """Hear of passages that were embedded just now."""
        ...

    def committed(self, generation: int) -> None:
        """Hear that all until now is kept, whatever happens."""
        ...


class Silence:
    """A watcher that ignores what it is told."""

    def found(self, files: int, size: int) -> None:
        """Ignore it."""

    def done(self, name: str, size: int) -> None:
        """Ignore it."""

    def embedded(self, passages: int) -> None:
        """Ignore it."""

    def committed(self, generation: int) -> None:
        """Ignore it."""
