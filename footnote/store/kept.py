"""Where an index is kept: its catalogue, what is searched, and the right to write both."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from footnote.place import Place
from footnote.store.catalogue import Catalogue
from footnote.store.derived import (
    Renewal,
    build_search,
    drop_other_generations,
    extend_search,
    lost_generation,
    open_search,
    search_folder,
)
from footnote.store.files import sha256_of
from footnote.store.identity import Identity
from footnote.store.lock import writer_lock
from footnote.store.manifest import Manifest
from footnote.store.search import LocalSearch, SearchIndex
from footnote.store.snapshot import Snapshot
from footnote.store.sqlite import SqliteCatalogue
from footnote.store.transaction import Transaction


class SearchStore(Protocol):
    """Keeps what is searched of an index: made from the catalogue alone, and made again so."""

    def build(self, catalogue: Transaction, generation: int) -> None:
        """Make a generation from nothing but the catalogue."""
        ...

    def extend(self, catalogue: Transaction, generation: int, renewal: Renewal | None) -> None:
        """Make a generation from the one before it, before the catalogue commits it.

        Raises IndexDamaged where that cannot be trusted.
        """
        ...

    def committed(self, generation: int) -> None:
        """Clear away what no reader needs. Raises OSError, IndexUnavailable."""
        ...

    def open(self, catalogue: Snapshot, before: SearchIndex | None = None) -> SearchIndex:
        """Open a catalogue's generation. Raises IndexUnavailable, IndexDamaged."""
        ...

    def checked(self, catalogue: Snapshot) -> SearchIndex:
        """Open it as it is kept now, not as this process once saw it; raises as ``open``."""
        ...

    def lost(self, generation: int) -> int | None:
        """Return a later generation that was made, and that the catalogue does not know."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...


@dataclass(frozen=True, slots=True)
class LocalStore:
    """Files in the index's folder."""

    folder: Path
    identity: Identity

    def build(self, catalogue: Snapshot, generation: int) -> None:
        build_search(self.folder, catalogue, generation, self.identity)

    def extend(self, catalogue: Transaction, generation: int, renewal: Renewal | None) -> None:
        extend_search(self.folder, catalogue, generation, catalogue.changes, renewal)

    def committed(self, generation: int) -> None:
        drop_other_generations(self.folder, generation)

    def open(self, catalogue: Snapshot, before: SearchIndex | None = None) -> LocalSearch:
        known = before if isinstance(before, LocalSearch) else None
        return open_search(self.folder, catalogue, self.identity, known)

    def checked(self, catalogue: Snapshot) -> LocalSearch:
        folder = search_folder(self.folder, catalogue.generation)
        Manifest.read(folder).check(folder, sha256_of)
        return self.open(catalogue)

    def lost(self, generation: int) -> int | None:
        return lost_generation(self.folder, generation)

    def close(self) -> None:
        """Hold nothing between calls."""


def catalogue_of(where: Place | Path) -> Catalogue:
    """Return the catalogue of an index. Raises UsageError where its URL cannot be used."""
    place = Place.of(where)
    if place.catalog is None:
        return SqliteCatalogue(place.folder)
    # Here, so that nothing of it is imported where no server is set.
    from footnote.store.postgres import PostgresCatalogue

    return PostgresCatalogue(place.catalog)


def search_of(where: Place | Path, identity: Identity) -> SearchStore:
    """Return what keeps what is searched of an index."""
    place = Place.of(where)
    if place.milvus is None:
        return LocalStore(place.folder, identity)
    # Here, so that nothing of it is imported where Milvus is not set.
    from footnote.store.milvus import MilvusStore

    return MilvusStore(place.milvus, identity)


@contextmanager
def snapshot_of(where: Place | Path) -> Iterator[Snapshot]:
    """Read one generation of an index's catalogue, and give back all that it took."""
    with closing(catalogue_of(where)) as catalogue, catalogue.snapshot() as snapshot:
        yield snapshot


@contextmanager
def writing(where: Place | Path, catalogue: Catalogue) -> Iterator[None]:
    """Hold an index for writing, wherever its parts are. Raises IndexLocked."""
    place = Place.of(where)
    with ExitStack() as stack:
        stack.enter_context(catalogue.writing())
        if place.catalog is not None and place.milvus is None:
            # The files of this machine, which another process here may be making again.
            stack.enter_context(writer_lock(place.folder))
        yield


def check_unlocked(where: Place | Path) -> None:
    """Raise IndexLocked where another process writes an index, naming it."""
    with closing(catalogue_of(where)) as catalogue, writing(where, catalogue):
        pass
