"""The files that are under way at a cluster's workers, each given back once and in order.

How much is under way is bounded, and what is lost with a worker is given to another.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import ray
from ray.exceptions import RayError, RayTaskError

from footnote.embedding import Vectors
from footnote.errors import ClusterUnavailable
from footnote.indexing.ray_crew import Crew, Ref, Task, check_node
from footnote.indexing.ray_scale import Scale
from footnote.indexing.reads import Contents, Read
from footnote.ingest.folder import SourceFile, Unseen

# Passages in a task.
_EMBED = 64
# Workers that may be lost with a file before it is skipped.
_LOSSES = 3
# Seconds without any news while all workers of a kind are still to begin.
_PATIENCE_S = 300.0
# Seconds without any news, after which it is asked whether there can be any.
_LOOK_S = 5.0
# Passages given on between two looks at what has come.
_GIVEN = 256


@dataclass(slots=True, eq=False)
class File:
    """A file that is under way. ``missing`` counts passages without a vector."""

    source: SourceFile
    read: Read | None = None
    vectors: Vectors | None = None
    missing: int = 0

    @property
    def done(self) -> bool:
        return self.read is not None and not self.missing


@dataclass(frozen=True, slots=True)
class Piece:
    """Some passages of a file, from ``start`` on."""

    file: File
    start: int
    texts: tuple[str, ...]


class Line:
    """The files that are under way, in the order in which they are given back."""

    def __init__(
        self,
        parsers: Crew[File],
        embedders: Crew[list[Piece]],
        dimension: int,
        scale: Scale,
    ) -> None:
        self._parsers = parsers
        self._embedders = embedders
        self._dimension = dimension
        self._scale = scale
        self._files: deque[File] = deque()
        self._bytes = 0
        self._unread: deque[Task[File]] = deque()
        self._pieces: deque[Piece] = deque()
        self._waiting = 0  # passages in them
        self._again: deque[Task[list[Piece]]] = deque()

    def reads(self, found: Iterator[tuple[SourceFile, Read | Contents]]) -> Iterator[Read]:
        """Give what is found of each file, in order."""
        given = 0
        while True:
            self._admit(found)
            if not self._files:
                return
            if not self._files[0].done or given >= _GIVEN:
                self._go_on(wait=not self._files[0].done)
                given = 0
            while self._files and self._files[0].done and given < _GIVEN:
                read = self._first()
                given += 0 if read.vectors is None else len(read.vectors)
                yield read

    def _go_on(self, wait: bool) -> None:
        """Give the workers what there is, and take what they have done."""
        try:
            self._hand_out()
            self._take(wait)
        except RayTaskError:
            raise
        except (OSError, RayError) as error:
            raise ClusterUnavailable(
                f"the Ray cluster is out of reach: {error}; what was committed before is kept, so "
                "see to it and run this again"
            ) from error

    def _admit(self, found: Iterator[tuple[SourceFile, Read | Contents]]) -> None:
        """Take on files as long as there may be more; one in any case, however large."""
        while len(self._files) < self._scale.files and self._bytes < self._scale.bytes:
            source, of_it = next(found, (None, None))
            if source is None or of_it is None:
                return
            file = File(source)
            self._files.append(file)
            self._bytes += source.size
            if isinstance(of_it, Read):
                file.read = of_it
            else:
                self._unread.append(Task(of_it, file))

    def _first(self) -> Read:
        file = self._files.popleft()
        self._bytes -= file.source.size
        assert file.read is not None
        file.read.vectors = file.vectors
        return file.read

    def _hand_out(self) -> None:
        """Give the workers what there is to do."""
        # What embeds begins with what reads, though it gets its first passage later.
        self._parsers.see_to(len(self._unread))
        self._embedders.see_to(max(len(self._unread), len(self._pieces)))
        while self._unread and self._parsers.room:
            self._parsers.give(self._unread.popleft())
        while self._again and self._embedders.room:
            self._embedders.give(self._again.popleft())
        while self._pieces and self._embedders.room:
            # Better a full task in a while than small ones now, unless somebody has nothing to do.
            if self._waiting < _EMBED and not self._embedders.idle:
                return
            self._embedders.give(self._batch())

    def _batch(self) -> Task[list[Piece]]:
        pieces, passages = [], 0
        while self._pieces and passages + len(self._pieces[0].texts) <= _EMBED:
            pieces.append(self._pieces.popleft())
            passages += len(pieces[-1].texts)
        self._waiting -= passages
        return _task_of(pieces)

    def _take(self, wait: bool) -> None:
        """Take what has come from the workers; wait for something, if there is need to."""
        refs = [*self._parsers.awaited(), *self._embedders.awaited()]
        if not refs:
            return
        for ref in (
            self._news(refs) if wait else ray.wait(refs, num_returns=len(refs), timeout=0)[0]
        ):
            for task, read in self._parsers.settle(ref):
                self._read(task, read)
            for batch, vectors in self._embedders.settle(ref):
                self._embedded(batch, vectors)

    def _news(self, refs: list[Ref]) -> list[Ref]:
        """Wait for something to come. Raises ClusterUnavailable where nothing can any more."""
        waited = 0.0
        while True:
            came, others = ray.wait(refs, num_returns=1, timeout=_LOOK_S)
            if came:
                more = ray.wait(others, num_returns=len(others), timeout=0)[0] if others else []
                return [*came, *more]
            check_node()
            if self._parsers.is_waited_for or self._embedders.is_waited_for:
                waited += _LOOK_S
            if waited >= _PATIENCE_S:
                raise ClusterUnavailable(
                    f"no worker of Ray's could begin within {_PATIENCE_S:g} s; `ray status` tells "
                    f"whether the cluster has processors free ({self._scale.wanted})"
                )

    def _read(self, task: Task[File], read: Read | None) -> None:
        file = task.about
        if read is None:
            if task.failures < _LOSSES:
                self._unread.appendleft(task)
            else:
                self._give_up(file, "reading")
            return
        file.read = read
        texts = [each.searchable for _, passages in read.documents for each in passages]
        if read.documents:
            file.vectors = np.empty((len(texts), self._dimension), np.float32)
        file.missing = len(texts)
        self._waiting += len(texts)
        for start in range(0, len(texts), _EMBED):
            self._pieces.append(Piece(file, start, tuple(texts[start : start + _EMBED])))

    def _embedded(self, batch: Task[list[Piece]], vectors: Vectors | None) -> None:
        if vectors is None:
            self._lost(batch)
            return
        at = 0
        for piece in batch.about:
            end = at + len(piece.texts)
            if piece.file.vectors is not None:
                piece.file.vectors[piece.start : piece.start + len(piece.texts)] = vectors[at:end]
                piece.file.missing -= len(piece.texts)
            at = end

    def _lost(self, batch: Task[list[Piece]]) -> None:
        """See to passages that a worker was lost with."""
        if batch.failures >= _LOSSES:
            for piece in batch.about:
                self._give_up(piece.file, "embedding")
        elif batch.failures and len(batch.about) > 1:
            # One of these files may be the reason; it is not to take the others with it.
            self._again.extendleft(_task_of([piece]) for piece in batch.about)
        else:
            self._again.appendleft(batch)

    def _give_up(self, file: File, doing: str) -> None:
        reason = f"{_LOSSES} of Ray's workers were lost while {doing} it"
        # As of a file that could not be looked at, what was indexed of it before is kept.
        file.read = Read(file.source, None, skipped=[Unseen(file.source.name, reason)])
        file.vectors = None
        file.missing = 0


def _task_of(pieces: list[Piece]) -> Task[list[Piece]]:
    return Task([text for piece in pieces for text in piece.texts], pieces)
