"""Write an index: one writer at a time, each commit a generation."""

from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from pathlib import Path
from uuid import uuid4

import numpy as np
from sqlalchemy.exc import DatabaseError

from footnote.errors import (
    CleanupFailed,
    IndexDamaged,
    IndexMissing,
    IndexUnavailable,
)
from footnote.place import Place
from footnote.store.dense import DenseIndex
from footnote.store.derived import Renewal, build_dense, is_stale
from footnote.store.identity import Identity
from footnote.store.kept import catalogue_of, search_of, snapshot_of, writing
from footnote.store.schema import FORMAT
from footnote.store.snapshot import KnownFile
from footnote.store.transaction import Transaction


def renew_if_stale(
    where: Place | Path, identity: Identity, within: AbstractContextManager[object] | None = None
) -> bool:
    """Make the dense snapshot of an index again where it is due; tell whether it was.

    The index is taken for writing, and ``within`` entered, only when the snapshot is made:
    others may read and write meanwhile. Raises IndexLocked where they do so as it ends.
    """
    place = Place.of(where)
    if place.milvus is not None:
        return False
    with snapshot_of(place) as snapshot:
        created = snapshot.origin.created
        if not is_stale(place.folder, snapshot):
            return False
        dense = build_dense(snapshot, identity)
    with within or nullcontext(), IndexWriter.open(place, identity) as writer:
        return writer.renew(dense, created)


def rebuild_search(where: Place | Path, identity: Identity) -> None:
    """Make the search index of the present generation again. Raises IndexLocked."""
    with (
        closing(catalogue_of(where)) as catalogue,
        closing(search_of(where, identity)) as store,
        writing(where, catalogue),
        catalogue.transaction() as transaction,
    ):
        store.build(transaction, transaction.generation)


class IndexWriter:
    """Changes an index. Hold it as short or long as you like; only one process can."""

    def __init__(self, where: Place | Path, identity: Identity, rebuild: bool = False) -> None:
        self._place = Place.of(where)
        self._identity = identity
        self._rebuild = rebuild
        self.catalogue = catalogue_of(where)
        self._store = search_of(where, identity)
        self._known: dict[str, KnownFile] = {}
        self._sketches: dict[str, bytes] = {}
        self.reader: str | None = None
        self._generation = 0

    @classmethod
    @contextmanager
    def open(
        cls,
        where: Place | Path,
        identity: Identity,
        rebuild: bool = False,
        first: Callable[[Transaction], None] | None = None,
    ) -> Iterator["IndexWriter"]:
        """Take the index for writing.

        ``rebuild`` begins from nothing, and replaces the old index when it first commits;
        ``first`` is a change to commit before the index is looked at. Raises IndexLocked;
        IndexMismatch where another model or version made the index.
        """
        writer = cls(where, identity, rebuild)
        try:
            with writing(where, writer.catalogue):
                if first is not None:
                    writer.commit(first)
                if not rebuild:
                    writer._look()
                yield writer
        finally:
            writer.catalogue.close()
            writer._store.close()

    @property
    def generation(self) -> int:
        """The generation last committed; 0 where there is none, and at a rebuild's beginning."""
        return self._generation

    def known(self) -> dict[str, KnownFile]:
        """Return what the index held of each file when it was taken; nothing for a rebuild."""
        return self._known

    def sketches(self) -> dict[str, bytes]:
        """Return the sketches of the documents that the index held; nothing for a rebuild."""
        return self._sketches

    def note(self, change: Callable[[Transaction], None]) -> None:
        """Record what no answer depends on, such as the times of files, in this generation."""
        with self._failure_named(), self.catalogue.transaction() as transaction:
            change(transaction)

    def _look(self) -> None:
        try:
            with self.catalogue.snapshot() as snapshot:
                if snapshot.generation:
                    self._identity.check(snapshot, self._place)
                self._known = snapshot.known_files()
                self._sketches = snapshot.sketches()
                self.reader = snapshot.fact("reader")
                self._generation = snapshot.generation
        except IndexMissing:
            return  # or one that was begun and never committed

    def commit(self, change: Callable[[Transaction], None], renewal: Renewal | None = None) -> int:
        """Apply a change and make the search index of its outcome; return the generation.

        The search index is made first, under the coming generation's name; the catalogue's
        transaction is the one point at which the new generation begins. Raises IndexUnavailable
        where the disk is full or fails; CleanupFailed where the generation has begun, and what
        was before could not be cleared away.
        """
        with self._failure_named(), self._transaction() as transaction:
            generation = transaction.generation + 1
            change(transaction)
            if transaction.fact("created") is None:
                transaction.set_facts({"created": uuid4().hex})
            transaction.set_facts(self._identity.facts() | {"generation": str(generation)})
            self._derive(transaction, generation, renewal)
        self._rebuild = False
        self._generation = generation
        try:
            self._store.committed(generation)
            self.catalogue.tidy()
        except (OSError, DatabaseError, IndexUnavailable) as error:
            raise CleanupFailed(
                f"generation {generation} is committed, cleanup failed: {error}; the next "
                "commit does it again"
            ) from error
        return generation

    @contextmanager
    def _failure_named(self) -> Iterator[None]:
        try:
            yield
        except (OSError, DatabaseError) as error:
            raise IndexUnavailable(
                f"the index {self._place} cannot be written: {_reason(error)}; what was "
                "committed before is kept, so make room or mend the disk, and run it again"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        """Begin a change, and for a rebuild forget all that there is, however damaged."""
        with ExitStack() as stack:
            if not self._rebuild:
                yield stack.enter_context(self.catalogue.transaction())
                return
            try:
                transaction = stack.enter_context(self.catalogue.transaction(self._is_foreign()))
                with self.catalogue.damage_named():
                    transaction.check_facts()
                    transaction.clear()
            except IndexDamaged as error:
                # Nothing less: an index that cannot be written now may be whole.
                with suppress(IndexDamaged, DatabaseError):
                    stack.__exit__(type(error), error, error.__traceback__)
                self.catalogue.delete()
                transaction = stack.enter_context(self.catalogue.transaction())
                transaction.clear()
            yield transaction

    def _is_foreign(self) -> bool:
        """Tell whether the catalogue is of another format."""
        try:
            with self.catalogue.snapshot() as snapshot:
                return snapshot.format != str(FORMAT)
        except IndexMissing:
            return False

    def renew(self, dense: DenseIndex, created: str | None) -> bool:
        """Commit a dense snapshot made of this generation or an earlier one of the same index.

        Of an index made anew meanwhile, whose ids are others, nothing is changed.
        """
        with self.catalogue.snapshot() as snapshot:
            if snapshot.origin.created != created:
                return False
            removed = np.setdiff1d(dense.ids(), snapshot.passage_ids())
        self.commit(lambda _: None, Renewal(dense, removed.tolist()))
        return True

    def _derive(self, transaction: Transaction, generation: int, renewal: Renewal | None) -> None:
        if not transaction.changes.all:
            with suppress(IndexDamaged):
                self._store.extend(transaction, generation, renewal)
                return
        self._store.build(transaction, generation)


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error)
