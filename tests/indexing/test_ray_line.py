"""Whatever comes back in whatever order, files are given on once and in order, and few at a time.

Doubles stand for Ray's workers here, and lose their tasks as a draw has it.
"""

import random
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footnote.embedding import Vectors
from footnote.indexing.ray_scale import Scale
from footnote.indexing.reads import Contents, Read
from footnote.ingest.folder import SourceFile, Unseen
from footnote.records import Document, Passage, Span

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")

SCALE = Scale(2, 2, {"num_cpus": 0.25}, {"num_cpus": 0.75, "num_gpus": 0})


class Crew:
    """A double of `ray_crew.Crew`: does each task when it is asked for, or loses it."""

    def __init__(self, draw: random.Random, losing: float, depth: int = 4) -> None:
        self.most = self.done = 0
        self.deadly: set[str] = set()
        self.is_waited_for = False
        self._draw = draw
        self._losing = losing
        self._depth = depth
        self._tasks: dict[int, Any] = {}
        self._next = 0

    def see_to(self, tasks: int) -> None:
        pass

    @property
    def idle(self) -> int:
        return not self._tasks

    @property
    def room(self) -> int:
        return self._depth - len(self._tasks)

    def give(self, task: Any) -> None:  # noqa: ANN401
        assert self.room > 0
        self._next += 1
        self._tasks[id(self) + self._next] = task

    def awaited(self) -> list[int]:
        return list(self._tasks)

    def settle(self, ref: int) -> list[Any]:
        if ref not in self._tasks:
            return []
        task = self._tasks.pop(ref)
        texts = task.given if isinstance(task.given, list) else [task.about.source.name]
        if any(word in text for text in texts for word in self.deadly):
            task.failures += 1
            return [(task, None)]
        if self._draw.random() < self._losing:
            return [(task, None)]
        self.done += 1
        return [(task, self.result(task.given))]

    def result(self, given: Any) -> Any:  # noqa: ANN401
        if isinstance(given, list):
            return np.array([vector_of(text) for text in given], np.float32)
        return read_of(given.file)


def vector_of(text: str) -> list[float]:
    return [float(len(text)), float(sum(text.encode()))]


def read_of(file: SourceFile) -> Read:
    """A file of as many passages as its size says."""
    found = Read(file, None)
    if file.size:
        document = Document(file.name, file.name, "", "", "", (), "", 0, "", file.name)
        texts = [f"{file.name}, passage {n}" for n in range(file.size)]
        passages = [
            Passage(file.name, n, Span(0, len(text)), text, (), ()) for n, text in enumerate(texts)
        ]
        found.documents.append((document, passages))
    return found


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(1)

    def wait(refs: list[int], num_returns: int, timeout: float) -> tuple[list[int], list[int]]:
        came = draw.sample(refs, min(len(refs), 1 + int(draw.random() * num_returns)))
        return came, [ref for ref in refs if ref not in came]

    monkeypatch.setattr("ray.wait", wait)


def given(
    files: list[SourceFile],
    parsers: Crew,
    embedders: Crew,
    opened: list[SourceFile] | None = None,
) -> Iterator[Read]:
    from footnote.indexing.ray_line import Line

    def found() -> Iterator[tuple[SourceFile, Read | Contents]]:
        for number, file in enumerate(files):
            if opened is not None:
                opened.append(file)
            unchanged = number % 5 == 4
            yield file, Read(file, None) if unchanged else Contents(file, b"", "", 0, None)

    line = Line(parsers, embedders, 2, SCALE)  # type: ignore[arg-type]
    return line.reads(found())


def some_files(draw: random.Random, many: int) -> list[SourceFile]:
    sizes = [draw.choice([0, 1, 1, 2, 63, 64, 65, 200]) for _ in range(many)]
    return [SourceFile(f"{n:04}.", Path(), size, 0) for n, size in enumerate(sizes)]


def expected(read: Read) -> Vectors | None:
    if not read.documents:
        return None
    texts = [each.searchable for _, passages in read.documents for each in passages]
    return np.array([vector_of(text) for text in texts], np.float32)


@pytest.mark.parametrize("losing", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(8))
def test_each_file_is_given_once_in_order_with_its_own_vectors(seed: int, losing: float) -> None:
    draw = random.Random(seed)
    files = some_files(draw, 400)
    reads = list(given(files, Crew(draw, losing), Crew(draw, losing)))
    assert [read.file for read in reads] == files
    for number, read in enumerate(reads):
        wanted = None if number % 5 == 4 else expected(read_of(read.file))
        assert (read.vectors is None) == (wanted is None)
        assert wanted is None or np.array_equal(read.vectors, wanted)  # type: ignore[arg-type]


def test_as_few_files_are_opened_ahead_as_may_be() -> None:
    draw = random.Random(0)
    files = some_files(draw, 2000)
    opened: list[SourceFile] = []
    for at, _ in enumerate(given(files, Crew(draw, 0), Crew(draw, 0), opened)):
        assert len(opened) - at <= SCALE.files


def test_as_few_bytes_are_opened_ahead_as_may_be() -> None:
    draw = random.Random(0)
    size = SCALE.bytes // 3
    files = [SourceFile(f"{n}", Path(), size, 0) for n in range(50)]
    opened: list[SourceFile] = []

    class Unread(Crew):
        def result(self, given: Any) -> Any:  # noqa: ANN401
            return Read(given.file, None)

    for at, _ in enumerate(given(files, Unread(draw, 0), Crew(draw, 0), opened)):
        assert len(opened) - at <= 4


def test_a_file_that_workers_die_of_takes_no_other_with_it() -> None:
    draw = random.Random(0)
    files = [SourceFile(f"{n:03}.", Path(), 3, 0) for n in range(100)]
    parsers, embedders = Crew(draw, 0), Crew(draw, 0)
    parsers.deadly, embedders.deadly = {"010."}, {"020."}
    reads = list(given(files, parsers, embedders))
    assert [read.file for read in reads] == files
    assert [read.skipped for read in reads if read.skipped] == [
        [Unseen("010.", "3 of Ray's workers were lost while reading it")],
        [Unseen("020.", "3 of Ray's workers were lost while embedding it")],
    ]
    assert all(
        read.documents for at, read in enumerate(reads) if at % 5 != 4 and at not in (10, 20)
    )


def test_small_files_are_embedded_together_while_all_are_busy() -> None:
    draw = random.Random(0)
    files = [SourceFile(f"{n:04}.", Path(), 1, 0) for n in range(200)]
    parsers = Crew(draw, 0, depth=2)

    class Busy(Crew):
        @property
        def idle(self) -> int:
            return parsers.done == 160  # all but the fifth that is unchanged

    embedders = Busy(draw, 0, depth=1000)
    assert len(list(given(files, parsers, embedders))) == 200
    assert embedders.done <= 4
