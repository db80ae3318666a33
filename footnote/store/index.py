"""Read and write an index: the catalogue and the search index of its generation together."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from uuid import uuid4

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged, IndexMismatch, IndexUnavailable, UsageError
from footnote.records import Hit
from footnote.store.catalogue import Catalogue, Known, Origin, Snapshot, Transaction
from footnote.store.lock import writer_lock
from footnote.store.schema import FORMAT, dumps
from footnote.store.search import (
    Scope,
    SearchIndex,
    build_search,
    drop_other_generations,
    open_search,
)

# How often a reader looks again when a writer moves on between its two looks.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index must have been made by, for this program and model to read it."""

    embedder: str
    dimension: int


@dataclass(frozen=True, slots=True)
class View:
    """One generation: its catalogue and its search index."""

    catalogue: Snapshot
    index: SearchIndex

    @property
    def generation(self) -> int:
        return self.index.generation

    def corpus_sha256(self) -> str:
        """Return what the documents together are known by: their names and contents."""
        known = {name: each.sha256 for name, each in self.catalogue.known().items()}
        return hashlib.sha256(dumps(sorted(known.items())).encode()).hexdigest()

    def search(
        self, vector: Vectors, question: str, limit: int, globs: Sequence[str] = ()
    ) -> list[Hit]:
        """Return the passages found, fused, best first; globs restrict to document names."""
        scope = self._scope(globs) if globs else None
        found = self.index.search(vector, question, limit, scope)
        passages = self.catalogue.passages([each.passage_id for each in found])
        return [Hit(passages[each.passage_id], each.score, each.dense) for each in found]

    def _scope(self, globs: Sequence[str]) -> Scope:
        known = self.catalogue.known()
        names = [name for name in known if any(fnmatchcase(name, glob) for glob in globs)]
        if not names:
            raise UsageError(
                f"no document matches {', '.join(map(repr, globs))}; names are paths in the "
                "folder of documents, and * stands for any part of one"
            )
        documents = [known[name].document_id for name in names]
        return Scope(documents, self.catalogue.passage_ids(documents))


class IndexReader:
    """Answers from an index, following it as writers commit. Safe to use from many threads."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._folder = folder
        self._identity = identity
        self._catalogue = Catalogue(folder)
        self._loading = threading.Lock()
        self._search: SearchIndex | None = None
        self._search_of: Origin | None = None

    @contextmanager
    def view(self) -> Iterator[View]:
        """Read one generation.

        Raises IndexUnavailable, and its kinds IndexMismatch and IndexDamaged.
        """
        for attempt in range(_TRIES):
            with self._catalogue.snapshot() as snapshot:
                check_identity(snapshot, self._identity, self._folder)
                search = self._loaded(snapshot, last=attempt == _TRIES - 1)
                if search is not None:
                    yield View(snapshot, search)
                    return

    def close(self) -> None:
        """Give back what the reader holds."""
        self._catalogue.close()

    def _loaded(self, snapshot: Snapshot, last: bool) -> SearchIndex | None:
        """Load the search index of a snapshot, None where a writer has removed it since."""
        origin = snapshot.origin
        with self._loading:
            if self._search is None or self._search_of != origin:
                try:
                    self._search = open_search(self._folder, origin.generation)
                except IndexDamaged:
                    if self._moved_on(origin) and not last:
                        return None
                    self._search = self._rebuilt(snapshot)
                self._search_of = origin
            return self._search

    def _moved_on(self, origin: Origin) -> bool:
        with self._catalogue.snapshot() as now:
            return now.origin != origin

    def _rebuilt(self, snapshot: Snapshot) -> SearchIndex:
        with writer_lock(self._folder):
            rows = snapshot.everything()
            return build_search(self._folder, snapshot.generation, self._identity.dimension, rows)


class IndexWriter:
    """Changes an index. Hold it as short or long as you like; only one process can."""

    def __init__(self, folder: Path, identity: Identity, rebuild: bool = False) -> None:
        self._folder = folder
        self._identity = identity
        self._rebuild = rebuild
        self.catalogue = Catalogue(folder)
        self._known: tuple[dict[str, Known], int] = {}, 0

    @classmethod
    @contextmanager
    def open(
        cls, folder: Path, identity: Identity, rebuild: bool = False
    ) -> Iterator["IndexWriter"]:
        """Take the index for writing.

        ``rebuild`` begins from nothing, and replaces the old index when it commits. Raises
        IndexLocked; IndexMismatch where another model or version made the index.
        """
        with writer_lock(folder):
            writer = cls(folder, identity, rebuild)
            try:
                if not rebuild:
                    writer._look()
                yield writer
            finally:
                writer.catalogue.close()

    def known(self) -> tuple[dict[str, Known], int]:
        """Return what the index held when it was taken, by document name, and its generation.

        Nothing and 0 where there was none, and for a rebuild.
        """
        return self._known

    def _look(self) -> None:
        try:
            with self.catalogue.snapshot() as snapshot:
                if snapshot.generation:
                    check_identity(snapshot, self._identity, self._folder)
                self._known = snapshot.known(), snapshot.generation
        except (IndexDamaged, IndexMismatch):
            raise
        except IndexUnavailable:
            return  # none yet, or one that was begun and never committed

    def commit(self, change: Callable[[Transaction], None]) -> int:
        """Apply a change and make the search index of its outcome; return the generation.

        The search index is made first, under the coming generation's name; the catalogue's
        transaction is the one point at which the new generation begins.
        """
        if self._rebuild and not self._same_format():
            self.catalogue.delete()
        with self.catalogue.transaction() as transaction:
            generation = transaction.generation + 1
            if self._rebuild:
                transaction.clear()
            change(transaction)
            if transaction.fact("created") is None:
                transaction.set_fact("created", uuid4().hex)
            for name, value in _facts(self._identity, generation).items():
                transaction.set_fact(name, value)
            rows = transaction.everything()
            build_search(self._folder, generation, self._identity.dimension, rows)
        drop_other_generations(self._folder, generation)
        return generation

    def _same_format(self) -> bool:
        try:
            with self.catalogue.snapshot() as snapshot:
                return snapshot.fact("format") == str(FORMAT)
        except IndexUnavailable:
            return False


def check_identity(snapshot: Snapshot, identity: Identity, folder: Path) -> None:
    """Raise IndexMismatch unless this format version and embedder made the index."""
    for what, found, wanted in (
        ("format version", snapshot.fact("format"), str(FORMAT)),
        ("embedder", snapshot.fact("embedder"), identity.embedder),
        ("dimension", snapshot.fact("dimension"), str(identity.dimension)),
    ):
        if found != wanted:
            raise IndexMismatch(
                f"the index {str(folder)!r} was made with {what} {found!r}, and this is "
                f"{wanted!r}; run `footnote index --rebuild` to make it again, or set back what "
                "was changed"
            )


def _facts(identity: Identity, generation: int) -> dict[str, str]:
    return {
        "format": str(FORMAT),
        "embedder": identity.embedder,
        "dimension": str(identity.dimension),
        "generation": str(generation),
    }
