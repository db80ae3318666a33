"""The files of a folder in order, each compared with what is known, and read if it changed.

A thread of its own reads ahead, so that one core parses while the others embed.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from footnote.embedding import Embedder, TokenCounter, Vectors
from footnote.errors import UnreadableFile
from footnote.indexing.report import Note
from footnote.ingest.folder import Skipped, SourceFile, Unseen, sha256
from footnote.ingest.isolation import Parsers
from footnote.ingest.parts import parts_of
from footnote.ingest.splitting import split
from footnote.records import Document, Passage
from footnote.store.snapshot import Known, KnownFile

# Files read ahead of those that are being embedded, and processes that read.
_AHEAD = 16
_READERS = 2
# A file changed again within the step of its file system's clock would look unchanged.
_SETTLED_NS = 2_000_000_000


@dataclass(slots=True)
class Read:
    """What was found of a file. ``seen`` is None where it could not be looked at.

    ``vectors`` are those of all its passages in order, ``(passages, dimension)``; None where the
    process that indexes is to make them.
    """

    file: SourceFile
    seen: KnownFile | None
    documents: list[tuple[Document, list[Passage]]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    vectors: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """The bytes of a file that is to be read, and what they are known by."""

    file: SourceFile
    data: bytes
    sha256: str
    modified_ns: int
    before: KnownFile | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Files that are to be read, and what is known of them, by name.

    Files named in ``again`` are read even if they did not change; with ``verify_content`` all
    are opened. ``ocr`` has the text in scanned pages recognized.
    """

    files: Sequence[SourceFile]
    known: Mapping[str, KnownFile]
    embedder: Embedder
    verify_content: bool = False
    again: Set[str] = frozenset()
    ocr: bool = False

    def untouched(self, file: SourceFile) -> Read | None:
        """Return what is known of a file of the same size and time; None where it is to be
        opened."""
        before = self.known.get(file.name)
        if before is None or self.verify_content or file.name in self.again:
            return None
        if (file.size, file.modified_ns) != (before.size, before.modified_ns):
            return None
        return _unchanged(file, before, before)

    def opened(self, file: SourceFile) -> Read | Contents:
        """Open a file: return its contents, or what is found already where they need no reading."""
        before = self.known.get(file.name)
        modified_ns = file.modified_ns
        if time.time_ns() - modified_ns < _SETTLED_NS:
            modified_ns = 0
        try:
            data = file.read()
        except UnreadableFile as error:
            return Read(file, None, skipped=[Unseen(file.name, str(error))])
        digest = sha256(data)
        if before and before.sha256 == digest and file.name not in self.again:
            seen = replace(before, size=len(data), modified_ns=modified_ns)
            return _unchanged(file, before, seen)
        return Contents(file, data, digest, modified_ns, before)


# What gives what is found of each file, in order: processes of this machine, or of others.
Reads = Callable[[Reading], AbstractContextManager[Iterator[Read]]]


@contextmanager
def reads(reading: Reading) -> Iterator[Iterator[Read]]:
    """Give what is found of each file, in order; what is still to be read on leaving is left."""

    def read(file: SourceFile) -> Read:
        own = idle.popleft()
        try:
            found = reading.opened(file)
            if isinstance(found, Read):
                return found
            return read_contents(found, own, reading.embedder.count_tokens)
        finally:
            idle.append(own)

    def begin(file: SourceFile) -> Future[Read]:
        found = reading.untouched(file)
        if found is None:
            return pool.submit(read, file)
        done: Future[Read] = Future()
        done.set_result(found)
        return done

    with ThreadPoolExecutor(_READERS) as pool, ExitStack() as stack:
        idle = deque(stack.enter_context(Parsers(ocr=reading.ocr)) for _ in range(_READERS))
        try:
            yield _ahead(begin, reading.files)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _ahead(
    begin: Callable[[SourceFile], Future[Read]], files: Iterable[SourceFile]
) -> Iterator[Read]:
    waiting: deque[Future[Read]] = deque()
    for file in files:
        waiting.append(begin(file))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def read_contents(contents: Contents, parsers: Parsers, count_tokens: TokenCounter) -> Read:
    """Read what a file holds, and split what changed of it into passages."""
    file, before = contents.file, contents.before
    parts, skipped = parts_of(file, contents.data, parsers)
    out = Read(file, None, skipped=skipped)
    documents = {}
    for document, notes in parts:
        documents[document.name] = Known(document.id, document.sha256)
        out.notes += [Note(document.name, note) for note in notes]
        was = before.documents.get(document.name) if before else None
        if was is None or was.sha256 != document.sha256:
            out.documents.append((document, split(document, count_tokens)))
    reasons = tuple((each.document, each.reason) for each in skipped)
    out.seen = KnownFile(
        len(contents.data), contents.modified_ns, contents.sha256, documents, reasons
    )
    return out


def _unchanged(file: SourceFile, before: KnownFile, seen: KnownFile) -> Read:
    skipped = [Skipped(name, reason) for name, reason in before.skipped]
    return Read(file, seen, skipped=skipped)
