"""What an index must have been made by, for this program and model to read it."""

from dataclasses import dataclass

from footnote.errors import IndexMismatch
from footnote.place import Place
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

    def check(self, snapshot: Snapshot, place: Place) -> None:
        """Raise IndexMismatch unless this format version and embedder made the index."""
        self._compare("format version", snapshot.format, str(FORMAT), place)
        for name, wanted in self.facts().items():
            self._compare(name, snapshot.fact(name), wanted, place)

    def _compare(self, what: str, found: str | None, wanted: str, place: Place) -> None:
        if found != wanted:
            raise IndexMismatch(
                f"the index {place} was made with {what} {found!r}, and this is "
                f"{wanted!r}; run `footnote index --rebuild` to make it again, or set back what "
                "was changed"
            )
