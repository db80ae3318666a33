"""Bring an index to what a folder of documents holds: the work behind ``footnote index``."""

import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from footnote.embedding import Embedder, Vectors
from footnote.errors import CorpusError, UnreadableFile
from footnote.ingest.folder import Skipped, SourceFile, Unseen, list_files, read_document, sha256
from footnote.ingest.isolation import Parsers
from footnote.ingest.loaders import LOADERS
from footnote.ingest.splitting import split
from footnote.records import Document, Passage
from footnote.store.catalogue import Catalogue, Known, Transaction
from footnote.store.index import Identity, IndexWriter


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing did; its JSON form is what ``footnote index --json`` prints."""

    generation: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    passages: int
    seconds: float


class Watcher(Protocol):
    """Is told how an indexing goes; a progress bar, or nothing."""

    def found(self, files: int) -> None: ...

    def read(self, name: str) -> None: ...

    def embedding(self, passages: int) -> None: ...

    def embedded(self, passages: int) -> None: ...


class Silence:
    """A watcher that ignores what it is told."""

    def found(self, files: int) -> None:
        """Ignore it."""

    def read(self, name: str) -> None:
        """Ignore it."""

    def embedding(self, passages: int) -> None:
        """Ignore it."""

    def embedded(self, passages: int) -> None:
        """Ignore it."""


@dataclass(slots=True)
class _Plan:
    """What differs between folder and index."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    documents: list[tuple[Document, list[Passage]]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def identity_of(embedder: Embedder) -> Identity:
    """Return what an index made by this embedder is known by."""
    return Identity(embedder.name, embedder.dimension)


def is_indexed(index: Path) -> bool:
    """Tell whether a folder holds an index, of whatever kind and state."""
    return Catalogue(index).exists


def bring_up_to_date(
    corpus: Path,
    index: Path,
    embedder: Embedder,
    rebuild: bool = False,
    watcher: Watcher | None = None,
) -> IndexReport:
    """Index what was added or changed in a folder, and drop what is gone, in one commit.

    Only new and changed documents are embedded; ``rebuild`` does all of them again. Raises
    CorpusError where nothing can be read (an index that exists stays as it was), IndexLocked,
    IndexMismatch.
    """
    watcher = watcher or Silence()
    started = time.monotonic()
    files, skipped = list_files(corpus)
    watcher.found(len(files))
    with IndexWriter.open(index, identity_of(embedder), rebuild) as writer:
        known, generation = writer.known()
        with Parsers() as parsers:
            plan = _plan(files, known, embedder, parsers, watcher)
        plan.skipped = [*skipped, *plan.skipped]
        plan.removed = _removed(plan, known)
        _check_not_empty(corpus, plan)
        if rebuild or not plan.empty or not generation:
            vectors = _embed(plan, embedder, watcher)
            generation = writer.commit(lambda change: _apply(plan, vectors, change))
        with writer.catalogue.snapshot() as snapshot:
            passages = snapshot.count()[1]
    return IndexReport(
        generation=generation,
        added=tuple(plan.added),
        changed=tuple(plan.changed),
        removed=tuple(sorted(plan.removed)),
        unchanged=plan.unchanged,
        skipped=tuple(sorted(plan.skipped, key=lambda each: each.document)),
        passages=passages,
        seconds=round(time.monotonic() - started, 3),
    )


def _plan(
    files: list[SourceFile],
    known: dict[str, Known],
    embedder: Embedder,
    parsers: Parsers,
    watcher: Watcher,
) -> _Plan:
    plan = _Plan()
    for file in files:
        watcher.read(file.name)
        before = known.get(file.name)
        try:
            data = file.read()
        except UnreadableFile as error:
            plan.skipped.append(Unseen(file.name, str(error)))
            continue
        if before is not None and before.sha256 == sha256(data):
            plan.unchanged += 1
            plan.kept.add(file.name)
            continue
        try:
            document = read_document(file, data, parsers.load)
        except UnreadableFile as error:
            plan.skipped.append(Skipped(file.name, str(error)))
            continue
        plan.kept.add(file.name)
        plan.documents.append((document, split(document, embedder.count_tokens)))
        (plan.added if before is None else plan.changed).append(file.name)
    return plan


def _removed(plan: _Plan, known: dict[str, Known]) -> dict[str, str]:
    """Find what was indexed and is gone. What could not be looked at may still be there."""
    unseen = [each.document for each in plan.skipped if isinstance(each, Unseen)]
    return {
        name: each.document_id
        for name, each in known.items()
        if name not in plan.kept
        and not any(PurePosixPath(name).is_relative_to(above) for above in unseen)
    }


def _check_not_empty(corpus: Path, plan: _Plan) -> None:
    if plan.documents or plan.unchanged:
        return
    named = "; ".join(f"{each.document}: {each.reason}" for each in plan.skipped[:5])
    reason = f"{len(plan.skipped)} skipped ({named})" if plan.skipped else "it is empty"
    raise CorpusError(
        f"no readable document in the folder {str(corpus)!r}: {reason}. Readable are files "
        f"ending in {', '.join(LOADERS)}; an index made before stays as it was"
    )


def _embed(plan: _Plan, embedder: Embedder, watcher: Watcher) -> Vectors:
    texts = [passage.searchable for _, passages in plan.documents for passage in passages]
    watcher.embedding(len(texts))
    return embedder.embed_documents(texts, watcher.embedded)


def _apply(plan: _Plan, vectors: Vectors, change: Transaction) -> None:
    for document_id in plan.removed.values():
        change.remove(document_id)
    at = 0
    for document, passages in plan.documents:
        change.remove(document.id)
        change.add(document, passages, vectors[at : at + len(passages)])
        at += len(passages)
