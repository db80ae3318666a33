"""Bring an index to what a folder of documents holds."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import closing
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from footnote import __version__
from footnote.embedding import Embedder, Vectors
from footnote.errors import CorpusError
from footnote.indexing.reads import Read, Reading, Reads, reads
from footnote.indexing.report import IndexReport, Note, Silence, Watcher
from footnote.ingest.duplicates import Sketches
from footnote.ingest.folder import Skipped, Unseen, check_folder, list_files
from footnote.ingest.loaders import LOADERS
from footnote.ingest.ocr import check_installed
from footnote.place import Place
from footnote.records import Document
from footnote.store.identity import Identity
from footnote.store.kept import catalogue_of
from footnote.store.snapshot import KnownFile
from footnote.store.transaction import Transaction
from footnote.store.writer import IndexWriter

# Passages embedded in one call, and after how many passages or seconds what is done is kept.
_EMBED = 512
_COMMIT = 10_000
_COMMIT_SECONDS = 60.0


def identity_of(embedder: Embedder) -> Identity:
    """Return what an index made by this embedder is known by."""
    return Identity(embedder.name, embedder.dimension)


def is_indexed(where: Place | Path) -> bool:
    """Tell whether there is an index, of whatever kind and state. Raises IndexUnavailable."""
    with closing(catalogue_of(where)) as catalogue:
        return catalogue.exists


def bring_up_to_date(
    corpus: Path,
    where: Place | Path,
    embedder: Embedder,
    rebuild: bool = False,
    watcher: Watcher | None = None,
    verify_content: bool = False,
    ocr: bool = False,
    read_by: Reads = reads,
) -> IndexReport:
    """Index what was added or changed in a folder, and drop what is gone.

    What is done is committed every minute or so, so that a run that is stopped can be gone on
    with; a ``rebuild``, which reads and embeds everything again, is one commit. A file of the
    same size and time is taken for unchanged, or with ``verify_content`` one of the same
    SHA-256. ``ocr`` has the text in scanned pages recognized. What was skipped is tried again by
    another version, or with ``ocr`` another way. ``read_by`` finds what the files hold; this
    process alone writes it. Raises UsageError where text recognition is
    not installed, CorpusError where nothing can be read (an index that exists stays as it
    was), IndexLocked, IndexMismatch, IndexDamaged.
    """
    check_folder(corpus)
    if ocr:
        check_installed()
    started = time.monotonic()
    with IndexWriter.open(where, identity_of(embedder), rebuild) as writer:
        work = _Work(writer, corpus, embedder, watcher or Silence())
        work.run(rebuild, verify_content, ocr, read_by)
        with writer.catalogue.snapshot() as snapshot:
            passages = snapshot.count()[1]
    return IndexReport(
        generation=writer.generation,
        added=tuple(work.added),
        changed=tuple(work.changed),
        removed=tuple(sorted(work.removed)),
        unchanged=work.unchanged,
        skipped=tuple(sorted(work.skipped, key=lambda each: each.document)),
        notes=tuple(work.notes),
        passages=passages,
        seconds=round(time.monotonic() - started, 3),
    )


class _Work:
    """One indexing: what it has found so far, and what is still to be written."""

    def __init__(
        self, writer: IndexWriter, corpus: Path, embedder: Embedder, watcher: Watcher
    ) -> None:
        self._writer = writer
        self._corpus = corpus
        self._embedder = embedder
        self._watcher = watcher
        self._known = writer.known()
        self._sketches = Sketches(writer.sketches())
        self.added: list[str] = []
        self.changed: list[str] = []
        self.removed: dict[str, str] = {}
        self.unchanged = 0
        self.skipped: list[Skipped] = []
        self.notes: list[Note] = []
        # Files that are gone, and what was seen of others of which no document changed.
        self._forgotten: set[str] = set()
        self._seen: dict[str, KnownFile] = {}

    def run(self, rebuild: bool, verify_content: bool, ocr: bool, read_by: Reads) -> None:
        files, self.skipped = list_files(self._corpus)
        self._watcher.found(len(files), sum(file.size for file in files))
        reader = f"{__version__}, text recognition {'on' if ocr else 'off'}"
        again = set()
        if self._writer.reader != reader:
            again = {name for name, file in self._known.items() if file.skipped}
        reading = Reading(files, self._known, self._embedder, verify_content, again, ocr)
        with read_by(reading) as found:
            steps = self._steps(found)
            step = next(steps, None)

            def change(transaction: Transaction) -> None:
                nonlocal step
                transaction.set_facts({"reader": reader})
                due, written = time.monotonic() + _COMMIT_SECONDS, 0
                while step is not None:
                    written += step(transaction)
                    step = next(steps, None)
                    if not rebuild and (written >= _COMMIT or time.monotonic() > due):
                        return

            while step is not None:
                self._watcher.committed(self._writer.commit(change))
        if self._seen or self._forgotten or again:
            self._writer.note(partial(self._note, reader=reader))

    def _steps(self, found: Iterable[Read]) -> Iterator[Callable[[Transaction], int]]:
        """Give what is to be written, some passages at a time; last, what is to be removed.

        Nothing is removed before it is known that there is something to keep.
        """
        waiting: list[Read] = []
        listed, kept, passages = set(), 0, 0
        for read in found:
            listed.add(read.file.name)
            kept += self._count(read)
            if read.documents:
                waiting.append(read)
                passages += sum(len(split) for _, split in read.documents)
            else:
                self._watcher.done(read.file.name, read.file.size)
            if passages >= _EMBED:
                yield partial(self._add, waiting, self._vectors(waiting))
                waiting, passages = [], 0
        if not kept:
            raise self._nothing_readable()
        if waiting:
            yield partial(self._add, waiting, self._vectors(waiting))
        self._find_forgotten(listed)
        if self.removed:
            yield self._remove

    def _count(self, read: Read) -> int:
        """Add a file to the report; return how many documents it holds."""
        self.skipped += read.skipped
        self.notes += read.notes
        before = self._known.get(read.file.name)
        if read.seen is None:
            return 0
        was = before.documents if before else {}
        for document, _ in read.documents:
            (self.changed if document.name in was else self.added).append(document.name)
            self._note_likeness(document)
        now = read.seen.documents
        self.removed |= {name: each.document_id for name, each in was.items() if name not in now}
        self.unchanged += len(now) - len(read.documents)
        if read.seen != before:
            self._seen[read.file.name] = read.seen
        return len(now)

    def _note_likeness(self, document: Document) -> None:
        near = self._sketches.nearest(document.name, document.sketch)
        if near is not None:
            other, share = near
            alike = f"a near-duplicate of {other}: about {share:.0%} of the words are the same"
            self.notes.append(Note(document.name, alike))

    def _vectors(self, waiting: Sequence[Read]) -> Vectors:
        made = [read.vectors for read in waiting if read.vectors is not None]
        if made:
            self._watcher.embedded(sum(map(len, made)))
            return np.concatenate(made)
        texts = [
            passage.searchable
            for read in waiting
            for _, passages in read.documents
            for passage in passages
        ]
        return self._embedder.embed_documents(texts, self._watcher.embedded)

    def _add(self, waiting: Sequence[Read], vectors: Vectors, change: Transaction) -> int:
        at = 0
        for read in waiting:
            for document, passages in read.documents:
                change.remove(document.id)
                change.add(document, passages, vectors[at : at + len(passages)])
                at += len(passages)
            change.remember(read.file.name, self._seen.pop(read.file.name))
            self._watcher.done(read.file.name, read.file.size)
        return at

    def _find_forgotten(self, listed: Set[str]) -> None:
        """Find what was indexed and is gone. What could not be looked at may still be there."""
        unseen = [each.document for each in self.skipped if isinstance(each, Unseen)]
        for name, file in self._known.items():
            above = (PurePosixPath(name).is_relative_to(each) for each in unseen)
            if name not in listed and not any(above):
                self._forgotten.add(name)
                self.removed |= {own: each.document_id for own, each in file.documents.items()}

    def _remove(self, change: Transaction) -> int:
        for document_id in self.removed.values():
            change.remove(document_id)
        self._note_files(change)
        return 0

    def _note(self, change: Transaction, reader: str) -> None:
        """Write what is known of files apart from their documents, and what read them."""
        change.set_facts({"reader": reader})
        self._note_files(change)

    def _note_files(self, change: Transaction) -> None:
        for name in self._forgotten:
            change.forget(name)
        for name, seen in self._seen.items():
            change.remember(name, seen)
        self._forgotten.clear()
        self._seen.clear()

    def _nothing_readable(self) -> CorpusError:
        named = "; ".join(f"{each.document}: {each.reason}" for each in self.skipped[:5])
        reason = f"{len(self.skipped)} skipped ({named})" if self.skipped else "it is empty"
        return CorpusError(
            f"no readable document in the folder {str(self._corpus)!r}: {reason}. Readable are "
            f"files ending in {', '.join(LOADERS)}; an index made before stays as it was"
        )
