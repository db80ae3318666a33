"""What an index must have been made by, for this program and model to read it."""

from dataclasses import dataclass
from pathlib import Path

from footnote.errors import IndexMismatch
from footnote.store.schema import FORMAT
from footnote.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Identity:
    """The embedder's name, and the length of its vectors."""

    embedder: str
    dimension: int

    def facts(self) -> dict[str, str]:
        """Return what the catalogue records of it."""
        return {
            "format": str(FORMAT),
            "embedder": self.embedder,
            "dimension": str(self.dimension),
        }

    def check(self, snapshot: Snapshot, folder: Path) -> None:
        """Raise IndexMismatch unless this format version and embedder made the index."""
        self._compare("format version", snapshot.format, str(FORMAT), folder)
        for name, wanted in self.facts().items():
            self._compare(name, snapshot.fact(name), wanted, folder)

    def _compare(self, what: str, found: str | None, wanted: str, folder: Path) -> None:
        if found != wanted:
            raise IndexMismatch(
                f"the index {str(folder)!r} was made with {what} {found!r}, and this is "
                f"{wanted!r}; run `footnote index --rebuild` to make it again, or set back what "
                "was changed"
            )
