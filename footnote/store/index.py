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
from footnote.records import Hit
from footnote.store.catalogue import Catalogue
from footnote.store.derived import build_search, open_search
from footnote.store.identity import Identity
from footnote.store.lock import writer_lock
from footnote.store.rows import dumps
from footnote.store.search import LocalSearch, Scope, SearchIndex
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

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._folder = folder
        self._identity = identity
        self._catalogue = Catalogue(folder)
        self._loading = threading.Lock()
        self._search: LocalSearch | None = None
        self._search_of: Origin | None = None

    @contextmanager
    def view(self) -> Iterator[View]:
        """Read one generation.

        Raises IndexUnavailable, and its kinds IndexMismatch and IndexDamaged.
        """
        for attempt in range(_TRIES):
            with self._catalogue.snapshot() as snapshot:
                self._identity.check(snapshot, self._folder)
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

    def _loaded(self, snapshot: Snapshot, last: bool) -> LocalSearch | None:
        """Load the search index of a snapshot, None where a writer has removed it since."""
        origin = snapshot.origin
        with self._loading:
            if self._search is None or self._search_of != origin:
                try:
                    self._search = self._opened(snapshot, origin)
                except IndexDamaged:
                    if self._moved_on(origin) and not last:
                        return None
                    self._search = self._rebuilt(snapshot)
                self._search_of = origin
            return self._search

    def _opened(self, snapshot: Snapshot, origin: Origin) -> LocalSearch:
        was = self._search_of
        follows = was is not None and was.created == origin.created
        newer = follows and was is not None and was.generation < origin.generation
        before = self._search if newer else None
        return open_search(self._folder, snapshot, self._identity, before)

    def _moved_on(self, origin: Origin) -> bool:
        with self._catalogue.snapshot() as now:
            return now.origin != origin

    def _rebuilt(self, snapshot: Snapshot) -> LocalSearch:
        with writer_lock(self._folder):
            build_search(self._folder, snapshot, snapshot.generation, self._identity)
        return open_search(self._folder, snapshot, self._identity)
