"""Mend an index: what is derived from its catalogue, and what was altered from the folder."""

from dataclasses import dataclass
from pathlib import Path

from footnote.embedding import Embedder
from footnote.indexing.report import IndexReport, Watcher
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.place import Place
from footnote.store.transaction import Transaction
from footnote.store.verify import Verification, verify
from footnote.store.writer import IndexWriter, rebuild_search


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair found and did; its JSON form is what ``footnote repair --json`` prints.

    ``read`` is what was read again from the folder, None where that was not needed. ``gone``
    are documents that were altered, and are no longer in the folder to be read.
    """

    found: Verification
    read: IndexReport | None
    gone: tuple[str, ...]
    now: Verification


def repair(
    corpus: Path,
    where: Place | Path,
    embedder: Embedder,
    watcher: Watcher | None = None,
    ocr: bool = False,
) -> Repair:
    """Mend what a deep check finds, at the least cost that does it.

    Derived files are made again from the catalogue; documents that were altered are read from
    the folder; a catalogue that cannot be trusted is made anew. Raises IndexUnavailable,
    IndexLocked, CorpusError.
    """
    found = now = verify(where, deep=True)
    identity = identity_of(embedder)
    read = None
    if found.altered and not found.lost:
        keys = [each.key for each in found.altered]

        def forget(change: Transaction) -> None:
            change.forget_altered(keys)

        with IndexWriter.open(where, identity, first=forget):
            pass
        read = bring_up_to_date(corpus, where, embedder, watcher=watcher, ocr=ocr)
        now = verify(where, deep=True)
    if now.derived and not (now.lost or now.altered):
        rebuild_search(where, identity)
        now = verify(where, deep=True)
    if not now.sound:
        read = bring_up_to_date(corpus, where, embedder, rebuild=True, watcher=watcher, ocr=ocr)
        now = verify(where, deep=True)
    named = {each.document for each in found.altered}
    back = {*read.added, *read.changed} if read else set()
    return Repair(found, read, tuple(sorted(named - back)), now)
