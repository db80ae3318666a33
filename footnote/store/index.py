"""Read an index: the catalogue and the search index of its generation together."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged, NoSuchDocuments
from footnote.globs import matches
from footnote.place import Place
from footnote.records import Hit
from footnote.store.derived import drop_earlier_generations
from footnote.store.identity import Identity
from footnote.store.kept import LocalStore, catalogue_of, search_of
from footnote.store.lock import writer_lock
from footnote.store.rows import dumps
from footnote.store.search import Scope, SearchIndex
from footnote.store.snapshot import Origin, Snapshot

# How often a reader looks again when a writer moves on between its two looks.
_TRIES = 5


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
        if len(passages) < len(found):
            raise IndexDamaged(
                f"the catalogue does not find {len(found) - len(passages)} passages that its "
                "search index holds; run `footnote repair`"
            )
        return [Hit(passages[each.passage_id], each.score, each.dense) for each in found]

    def _scope(self, globs: Sequence[str]) -> Scope:
        known = self.catalogue.known()
        names = [name for name in known if matches(name, globs)]
        if not names:
            raise NoSuchDocuments(
                f"no document matches {', '.join(map(repr, globs))}; names are paths in the "
                "folder of documents, and * stands for any part of one"
            )
        documents = [known[name].document_id for name in names]
        return Scope(documents, self.catalogue.passage_ids(documents))


class IndexReader:
    """Answers from an index, following it as writers commit. Safe to use from many threads."""

    def __init__(self, where: Place | Path, identity: Identity) -> None:
        self._place = Place.of(where)
        self._identity = identity
        self._catalogue = catalogue_of(where)
        self._store = search_of(where, identity)
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
                self._identity.check(snapshot, self._place)
                search = self._loaded(snapshot, last=attempt == _TRIES - 1)
                if search is not None:
                    yield View(snapshot, search)
                    return

    def origin(self) -> Origin:
        """Tell which generation is there now, without loading it. Raises IndexUnavailable."""
        return self._catalogue.origin()

    def close(self) -> None:
        """Give back what the reader holds."""
        self._catalogue.close()
        self._store.close()

    def _loaded(self, snapshot: Snapshot, last: bool) -> SearchIndex | None:
        """Load the search index of a snapshot, None where a writer has removed it since."""
        origin = snapshot.origin
        with self._loading:
            if self._search is None or self._search_of != origin:
                try:
                    self._search = self._opened(snapshot, origin)
                except IndexDamaged:
                    if self._moved_on(origin) and not last:
                        return None
                    if not isinstance(self._store, LocalStore):
                        raise
                    self._search = self._rebuilt(self._store, snapshot)
                self._search_of = origin
            return self._search

    def _opened(self, snapshot: Snapshot, origin: Origin) -> SearchIndex:
        was = self._search_of
        follows = was is not None and was.created == origin.created
        newer = follows and was is not None and was.generation < origin.generation
        before = self._search if newer else None
        return self._store.open(snapshot, before)

    def _moved_on(self, origin: Origin) -> bool:
        with self._catalogue.snapshot() as now:
            return now.origin != origin

    def _rebuilt(self, files: LocalStore, snapshot: Snapshot) -> SearchIndex:
        """Make the files again; where only the catalogue is shared, each machine makes its own."""
        with writer_lock(files.folder):
            files.build(snapshot, snapshot.generation)
            # A later one may be there already, and be used.
            drop_earlier_generations(files.folder, snapshot.generation)
        return files.open(snapshot)
