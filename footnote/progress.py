"""Progress bars on standard error, for what takes a while."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class _Bar:
    """A progress bar on standard error; nothing where that is no terminal."""

    def __init__(self, counts: ProgressColumn) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            counts,
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


class IndexingProgress(_Bar):
    """Shows files done by their bytes, passages, the rate, and the time left."""

    def __init__(self) -> None:
        super().__init__(TextColumn("{task.fields[told]}"))
        self._task: TaskID | None = None
        self._files = self._done = self._passages = 0
        self._started = time.monotonic()

    def found(self, files: int, size: int) -> None:
        """Begin to count files."""
        self._files = files
        self._task = self._progress.add_task("Indexing", total=size, told="")

    def done(self, name: str, size: int) -> None:
        """Count a file."""
        del name
        self._done += 1
        self._show(size)

    def embedded(self, passages: int) -> None:
        """Count passages."""
        self._passages += passages
        self._show(0)

    def committed(self, generation: int) -> None:
        """Take note that all until now is kept."""

    def renewing(self) -> None:
        """Tell that everything is indexed, and what may follow."""
        if self._task is not None:
            self._progress.update(self._task, description="Making search fast")

    def _show(self, size: int) -> None:
        if self._task is None:
            return
        rate = self._passages / max(time.monotonic() - self._started, 0.001)
        told = f"{self._done:,}/{self._files:,} files, {self._passages:,} passages, {rate:,.0f}/s"
        self._progress.update(self._task, advance=size, told=told)


class EvaluationProgress(_Bar):
    """Shows questions asked, those of the run's earlier sittings too."""

    def __init__(self) -> None:
        super().__init__(MofNCompleteColumn())
        self._task: TaskID | None = None

    def begin(self, questions: int, done: int) -> None:
        """Begin to count questions, of which some are answered already."""
        self._task = self._progress.add_task("Asking", total=questions, completed=done)

    def advance(self) -> None:
        """Count a question."""
        if self._task is not None:
            self._progress.advance(self._task)

    def measure(self) -> None:
        """Tell that all are asked, and what follows."""
        if self._task is not None:
            self._progress.update(self._task, description="Measuring")


class CopyProgress(_Bar):
    """Shows passages copied."""

    def __init__(self) -> None:
        super().__init__(MofNCompleteColumn())
        self._task: TaskID | None = None

    def told(self, done: int, total: int) -> None:
        """Show how many of all are copied."""
        if self._task is None:
            self._task = self._progress.add_task("Copying", total=total)
        self._progress.update(self._task, completed=done)
