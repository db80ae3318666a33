"""What the commands show in a terminal: progress on standard error, results on standard output."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from footnote.evaluation.run import PREDICTIONS, Run
from footnote.indexing import IndexReport
from footnote.records import Answer, Citation

_out = Console(highlight=False)


class _Bar:
    """A progress bar on standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
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
    """Shows files read, then passages embedded."""

    def __init__(self) -> None:
        super().__init__()
        self._task: TaskID | None = None

    def found(self, files: int) -> None:
        """Begin to count files."""
        self._task = self._progress.add_task("Reading", total=files)

    def read(self, name: str) -> None:
        """Count a file."""
        if self._task is not None:
            self._progress.update(
                self._task, advance=1, description=f"Reading {escape(name[-40:])}"
            )

    def embedding(self, passages: int) -> None:
        """Begin to count passages."""
        self._task = self._progress.add_task("Embedding passages", total=passages)

    def embedded(self, passages: int) -> None:
        """Count passages."""
        if self._task is not None:
            self._progress.update(self._task, advance=passages)


class EvaluationProgress(_Bar):
    """Shows questions asked."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self._task = self._progress.add_task("Asking", total=questions)

    def advance(self, questions: int) -> None:
        """Count questions."""
        self._progress.update(self._task, advance=questions)


def _print(text: str, style: str = "", indent: int = 0) -> None:
    """Print one paragraph: wrapped for a terminal, one line for a file or a pipe."""
    shown = Text(text, style=style)
    if _out.is_terminal:
        _out.print(Padding(shown, (0, 0, 0, indent)))
    else:
        _out.print(Text(" " * indent) + shown, soft_wrap=True)


def print_index_report(report: IndexReport) -> None:
    """Print what an indexing did, each file that was skipped with its reason."""
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "unchanged": report.unchanged,
        "skipped": len(report.skipped),
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    _print(
        f"{told}. {report.passages} passages, generation {report.generation}, "
        f"{report.seconds:.1f} s."
    )
    for each in report.skipped:
        _print(f"skipped {each.document}: {each.reason}", "yellow", indent=2)


def print_answer(answer: Answer) -> None:
    """Print an answer with its numbered citations, or with the nearest passages."""
    for statement in answer.statements:
        marks = "".join(f"[{number}]" for number in statement.citations)
        _print(f"{_folded(statement.text)} {marks}".rstrip(), "bold")
    for citation in answer.citations:
        _print(_where(citation), "dim", indent=2)
    if answer.status == "not_found" and answer.passages:
        _print("The nearest passages:", "dim")
        for passage in answer.passages[:3]:
            shown = _folded(passage.text)
            cut = f"{shown[:200]} …" if len(shown) > 200 else shown
            _print(f"{passage.document} {passage.start}:{passage.end}  {cut}", "dim", indent=2)


def print_run(run: Run) -> None:
    """Print what an evaluation run did."""
    rate = run.questions / run.seconds if run.seconds else 0.0
    _print(
        f"{run.questions} questions: {run.answered} answered, {run.not_found} not found, "
        f"{run.seconds:.1f} s, {rate:.1f} a second. Answers in {run.output / PREDICTIONS}"
    )


def _where(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page is not None else ""
    place = f"{citation.document} {citation.start}:{citation.end}{page}"
    return _folded(f"[{citation.number}] {place}  {citation.section or citation.title}")


def _folded(text: str) -> str:
    """Return text on one line, without control characters that a terminal would obey."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
