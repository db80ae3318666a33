"""A search index in Milvus, made from the catalogue alone.

Milvus has no transactions, and the catalogue's commit is the one point at which a generation
begins. So a row has ``since``, the generation that it is there from, and ``until``, the one that
it is gone from; a reader of generation G asks for rows with since <= G < until. A change to G + 1
takes back what a writer that was stopped left (since > G, until = G + 1), inserts with since =
G + 1, and sets until = G + 1 in what was removed: readers of G see none of it. After the commit
rows with until <= G are deleted, and readers of G still find theirs. A reader that has fallen
behind by more sees it by the state row after it has searched, and says so.

A row of its own, the state, says what a collection is. It is written first, with generation 0,
and last, with the generation. A reader of G takes the collection that was made anew for the
greatest generation not above G: so making all anew for G + 1 leaves what it uses alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid4

from footnote.errors import IndexDamaged
from footnote.place import MilvusAddress
from footnote.store.derived import Renewal
from footnote.store.identity import Identity
from footnote.store.milvus_collections import Collections, Held
from footnote.store.milvus_rows import (
    FOREVER,
    ROWS_AT_ONCE,
    STATE_ID,
    State,
    ids_filter,
    passage_row,
    schema,
)
from footnote.store.milvus_search import MilvusSearch
from footnote.store.milvus_server import WRITE, MilvusServer
from footnote.store.search import SearchIndex
from footnote.store.snapshot import Snapshot
from footnote.store.transaction import Changes, Transaction

_COPIED = ["id", "since", "document", "text", "vector", "state"]


class MilvusStore:
    """Keeps what is searched of an index in Milvus. Making one reads nothing.

    Every method but ``close`` raises IndexUnavailable where Milvus does not answer.
    """

    def __init__(self, address: MilvusAddress, identity: Identity) -> None:
        self._identity = identity
        self._server = MilvusServer(address)
        self._collections = Collections(self._server, address.collection, identity)
        self._written: Held | None = None
        self._replaces_all = False

    def build(self, catalogue: Transaction, generation: int) -> None:
        """Make a generation from nothing but the catalogue, in a collection of its own.

        What was made anew for this generation or a later one of the same catalogue is dropped:
        it never began, or is to be mended. A collection of such a name that Footnote did not
        make stays as it is: raises IndexMismatch.
        """
        created = _created(catalogue)
        self._collections.drop_from(created, generation)
        name = self._collections.name(created, generation)
        made, indexes = schema(self._identity.dimension)
        with self._server.client() as milvus:
            milvus.create_collection(name, schema=made, consistency_level="Strong", timeout=WRITE)
            # Loading waits for the indexes; there is nothing in them yet.
            milvus.create_index(name, indexes, timeout=WRITE, sync=False)
            milvus.load_collection(name, timeout=WRITE)
        state = State.of(self._identity, created, uuid4().hex)
        self._insert(name, [state.row()])
        for ids, vectors in catalogue.vectors():
            passages = catalogue.passages(ids.tolist())
            pairs = zip(ids.tolist(), vectors, strict=True)
            self._insert(name, (passage_row(passages[i], v, generation) for i, v in pairs))
        self._replaces_all = catalogue.changes.all
        self._finish(Held(name, state), generation)

    def extend(self, catalogue: Transaction, generation: int, renewal: Renewal | None) -> None:
        """Make a generation of the one before it, before the catalogue commits it.

        A renewal changes nothing: Milvus keeps its index of vectors itself. Raises IndexDamaged
        where the collection is missing, or is not of the generation before; IndexMismatch.
        """
        created, changes = _created(catalogue), catalogue.changes
        held = self._collections.locate(created, generation - 1)
        self._collections.drop_from(created, generation)
        self._roll_back(held.name, generation)
        self._insert(held.name, _added(catalogue, changes, generation))
        gone = changes.removed_passages
        for at in range(0, len(gone), ROWS_AT_ONCE):
            wanted = ids_filter("id", gone[at : at + ROWS_AT_ONCE])
            self._set_until(held.name, wanted, generation)
        self._finish(held, generation)

    def committed(self, generation: int) -> None:
        """Clear away what readers of this generation and of the one before do not need.

        After a rebuild that is also what other catalogues have left under this name.
        """
        if self._written is None:
            return
        name, state = self._written.name, self._written.state
        self._delete(name, f"until < {generation}")
        self._upsert(name, [replace(state, committed=generation).row()])
        self._collections.drop_before(state.created, generation, self._replaces_all)

    def open(self, catalogue: Snapshot, before: SearchIndex | None = None) -> MilvusSearch:
        """Open a catalogue's generation.

        Raises IndexDamaged where no collection has it, IndexMismatch where another model or
        version of Footnote made the collection.
        """
        created, generation = _created(catalogue), catalogue.generation
        locate = self._collections.locate
        return MilvusSearch(self._server, generation, lambda: locate(created, generation))

    def checked(self, catalogue: Snapshot) -> MilvusSearch:
        """Open it: that is asked of Milvus each time."""
        return self.open(catalogue)

    def lost(self, generation: int) -> int | None:
        """Return a later generation that was committed, and that the catalogue does not know.

        None where collections of several catalogues have this name: whose is asked is not told.
        """
        names = self._collections.names()
        if len({each.created for each in names}) != 1:
            return None
        states = [self._collections.state(each.name) for each in names]
        newest = max((state.committed for state in states if state is not None), default=0)
        return newest if newest > generation else None

    def close(self) -> None:
        """End the connection."""
        self._server.close()

    def _roll_back(self, name: str, generation: int) -> None:
        """Take back what a stopped writer left of a generation that did not begin."""
        self._delete(name, f"since >= {generation}")
        self._set_until(name, f"until == {generation}", FOREVER)

    def _set_until(self, name: str, wanted: str, generation: int) -> None:
        """Write rows again, whole, with the generation that they are gone from."""
        for page in self._server.pages(name, wanted, _COPIED, ROWS_AT_ONCE):
            rows = [{field: row[field] for field in _COPIED} for row in page]
            self._upsert(name, [row | {"until": generation} for row in rows])

    def _insert(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        rest = iter(rows)
        while some := list(islice(rest, ROWS_AT_ONCE)):
            with self._server.client() as milvus:
                milvus.insert(name, some, timeout=WRITE)

    def _upsert(self, name: str, rows: list[dict[str, Any]]) -> None:
        with self._server.client() as milvus:
            milvus.upsert(name, rows, timeout=WRITE)

    def _delete(self, name: str, wanted: str) -> None:
        with self._server.client() as milvus:
            milvus.delete(name, filter=f"{wanted} and id != {STATE_ID}", timeout=WRITE)

    def _finish(self, held: Held, generation: int) -> None:
        state = replace(held.state, generation=generation)
        self._upsert(held.name, [state.row()])
        if self._server.lite:
            # It indexes what is not flushed at every search. A server flushes by itself.
            with self._server.client() as milvus:
                milvus.flush(held.name, timeout=WRITE)
        self._written = Held(held.name, state)


def _added(catalogue: Snapshot, changes: Changes, generation: int) -> Iterator[dict[str, Any]]:
    """Give the rows of what a transaction added, and has not removed again."""
    gone = set(changes.removed_passages)
    passages = {each.id: each for each in changes.added if each.id not in gone}
    if not passages:
        return
    for ids, vectors in catalogue.vectors(after=min(passages) - 1):
        for id_, vector in zip(ids.tolist(), vectors, strict=True):
            if id_ in passages:
                yield passage_row(passages[id_], vector, generation)


def _created(catalogue: Snapshot) -> str:
    created = catalogue.fact("created")
    if created is None:
        raise IndexDamaged("the catalogue does not say what it is; run `footnote repair`")
    return created
