"""Copy an index from one place to another without embedding again, and check the copy."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import RowMapping, Table, insert, select

from footnote.errors import IndexDamaged, UsageError
from footnote.place import Place
from footnote.store.derived import copy_search
from footnote.store.identity import Identity
from footnote.store.kept import (
    LocalStore,
    SearchStore,
    catalogue_of,
    search_of,
    snapshot_of,
    writing,
)
from footnote.store.rows import Row, checked, to_vector
from footnote.store.schema import documents, facts, files, passages
from footnote.store.snapshot import Snapshot
from footnote.store.transaction import Transaction
from footnote.store.verify import verify

# What refers to another comes after it.
_TABLES = (documents, passages, files, facts)
_STREAMED = {"yield_per": 2000}


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did; its JSON form is what ``footnote copy --json`` prints.

    ``seconds`` are those until the copy could be asked, ``checked_seconds`` those of the check.
    """

    generation: int
    documents: int
    passages: int
    seconds: float
    checked_seconds: float


def copy(
    source: Place, target: Place, identity: Identity, told: Callable[[int, int], object]
) -> Copied:
    """Copy a source's present generation to a target that holds no index, in one commit.

    ``told`` hears of the passages copied, and of all. Every row of both is compared afterwards,
    vectors bit by bit. Raises UsageError where the target is the source or holds an index,
    IndexDamaged where the source or the copy is not as it was written, IndexLocked.
    """
    if target == source:
        raise UsageError(f"the index {source} is to be copied to itself; give another place")
    started = time.monotonic()
    with ExitStack() as stack:
        snapshot = stack.enter_context(snapshot_of(source))
        identity.check(snapshot, source)
        catalogue = stack.enter_context(closing(catalogue_of(target)))
        stack.enter_context(writing(target, catalogue))
        if catalogue.exists:
            raise UsageError(
                f"there is an index in {target} already; give an empty place, or drop its tables"
            )
        store = stack.enter_context(closing(search_of(target, identity)))
        with catalogue.transaction() as transaction:
            for table in _TABLES:
                _copy_rows(snapshot, transaction, table, told)
            _make_search(source, store, snapshot, transaction)
        store.committed(snapshot.generation)
        copied = time.monotonic()
        _compare(snapshot, target)
        count = snapshot.count()
        return Copied(
            snapshot.generation,
            *count,
            round(copied - started, 3),
            round(time.monotonic() - copied, 3),
        )


def _copy_rows(
    source: Snapshot, target: Transaction, table: Table, told: Callable[[int, int], object]
) -> None:
    total, done = source.count()[1], 0
    for rows in _rows(source, table):
        target.connection.execute(insert(table), [dict(_whole(each)) for each in rows])
        if table is passages:
            done += len(rows)
            told(done, total)


def _make_search(
    source: Place, store: SearchStore, snapshot: Snapshot, target: Transaction
) -> None:
    """Copy what is searched where both places keep it in files; else make it anew."""
    if source.milvus is None and isinstance(store, LocalStore):
        # Of files in another folder: they are behind, or a writer is clearing them away.
        with suppress(IndexDamaged):
            return copy_search(source.folder, store.folder, snapshot)
    return store.build(target, snapshot.generation)


def _rows(snapshot: Snapshot, table: Table) -> Generator[Sequence[RowMapping], None, None]:
    """Give a table's rows by their key, as many at once as are written at once."""
    query = select(table).order_by(*table.primary_key)
    found = snapshot.connection.execute(query, execution_options=_STREAMED)
    with closing(found):
        yield from found.mappings().partitions()


def _whole(row: Row) -> Row:
    """Return a row that is as it was written, its vector too. Raises IndexDamaged."""
    checked(row)
    if "vector" in row:
        to_vector(row["id"], row["vector"], row["vector_digest"])
    return row


def _compare(source: Snapshot, target: Place) -> None:
    """Raise IndexDamaged unless the target holds the source's rows, and a sound search index.

    The source's were checked as they were copied: what equals them is as it was written.
    """
    with snapshot_of(target) as copy:
        for table in _TABLES:
            with closing(_rows(source, table)) as ours, closing(_rows(copy, table)) as theirs:
                same = all(a == b for a, b in zip_longest(ours, theirs))
            if not same:
                raise IndexDamaged(
                    f"the copy in {target} does not hold what was copied ({table.name}); drop its "
                    "tables, and copy again"
                )
    found = verify(target)
    if not found.sound:
        reason = [*found.lost, *(each.reason for each in found.altered), *found.derived][0]
        raise IndexDamaged(f"the copy in {target} is not sound ({reason}); copy again")
