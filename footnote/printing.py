"""What the commands print on standard output."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from footnote.evaluation.report.texts import number
from footnote.indexing.report import IndexReport
from footnote.place import Place
from footnote.records import Answer, Citation

if TYPE_CHECKING:
    from footnote.evaluation.questions import Question
    from footnote.evaluation.report.results import Results
    from footnote.evaluation.run import Pace
    from footnote.indexing.repair import Repair
    from footnote.store.copying import Copied
    from footnote.store.verify import Verification


class _Console(Console):
    """A console that tells when nobody reads it, instead of ending the program itself."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


_out = _Console(highlight=False)
_WRITTEN = "Written by a language model; each numbered sentence was checked against its sources:"


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
    for note in report.notes:
        _print(f"{note.document}: {note.note}", "dim", indent=2)


def print_verification(found: "Verification") -> None:
    """Print what a check of an index found."""
    what = f"generation {found.generation}, {found.documents_checked} documents"
    if found.deep:
        what += f", {found.passages_checked} passages"
    if found.sound:
        _print(f"Sound: {what}." + ("" if found.deep else " (--deep reads texts and vectors too)"))
        return
    _print(f"Damaged: {what}. Run `footnote repair` to mend it.", "bold")
    for reason in (*found.lost, *found.derived):
        _print(reason, "yellow", indent=2)
    for each in found.altered:
        _print(f"{each.document}: {each.reason}", "yellow", indent=2)


def print_repair(done: "Repair") -> None:
    """Print what was damaged, what was read again, and what is now."""
    if done.found.sound:
        _print("Nothing to mend.")
    else:
        print_verification(done.found)
    if done.read is not None:
        print_index_report(done.read)
    for name in done.gone:
        _print(f"{name}: was damaged, and is not in the folder to be read again", "yellow", 2)
    if not done.found.sound:
        print_verification(done.now)


def print_copied(done: "Copied", target: Place) -> None:
    """Print how much was copied where, and how quickly."""
    rate = done.passages / max(done.seconds, 0.001)
    _print(
        f"Copied {done.documents:,} documents, {done.passages:,} passages to {target} "
        f"(generation {done.generation}, {done.seconds:.1f} s, {rate:,.0f} passages/s)."
    )
    _print(f"Every row was compared, vectors bit by bit ({done.checked_seconds:.1f} s).", "dim")


def print_answer(answer: Answer) -> None:
    """Print an answer with its numbered citations, or with the nearest passages."""
    for statement in answer.statements:
        marks = "".join(f"[{number}]" for number in statement.citations)
        _print(f"{_folded(statement.text)} {marks}".rstrip(), "bold")
    if answer.note is not None and answer.note not in answer.text:
        _print(answer.note, "dim")
    if answer.mode == "generated":
        _print(_WRITTEN, "dim")
    for citation in answer.citations:
        _print(_where(citation), "dim", indent=2)
    if answer.status == "not_found" and answer.passages:
        _print("The nearest passages:", "dim")
        for passage in answer.passages[:3]:
            shown = _folded(passage.text)
            cut = f"{shown[:200]} …" if len(shown) > 200 else shown
            _print(f"{passage.document} {passage.start}:{passage.end}  {cut}", "dim", indent=2)


def print_results(results: "Results", pace: "Pace", output: Path) -> None:
    """Print the figures of an evaluation and where its reports are."""
    table = Table(box=None, pad_edge=False)
    for name in ("metric", "value", "95 % interval", "n"):
        table.add_column(name, justify="left" if name == "metric" else "right", no_wrap=True)
    for name, each in results.metrics.items():
        between = "" if each.low is None else f"{number(each.low)} to {number(each.high)}"
        table.add_row(name, number(each.value), between, str(each.n))
    _out.print(table)
    counts = ", ".join(f"{count} {name}" for name, count in results.outcomes.items() if count)
    _print(f"{len(results.questions)} questions: {counts}.")
    if not pace.asked:
        _print("All were answered before; the reports were made again.")
    else:
        share = 100 * pace.engine_seconds / pace.seconds if pace.seconds else 100.0
        _print(f"{pace.asked} asked in {pace.seconds:.1f} s, {share:.0f} % of it in the engine.")
    if results.comparison is not None:
        compared = results.comparison
        _print(
            f"Against {compared.baseline}, {compared.n} questions: {len(compared.won)} won, "
            f"{len(compared.lost)} lost; {len(compared.added)} only here, {len(compared.missing)} "
            f"only there, {len(compared.altered)} with other wording or gold."
        )
    _print(f"Report: {output / 'report.html'}")


def print_checked(questions: Sequence["Question"]) -> None:
    """Print what a file of questions holds."""
    answerable = [question.answerable for question in questions]
    _print(
        f"{len(questions)} questions can be asked: {answerable.count(True)} answerable, "
        f"{answerable.count(False)} unanswerable, {answerable.count(None)} of which neither is "
        f"known; {sum(bool(question.answers) for question in questions)} with answers, "
        f"{sum(bool(question.evidence) for question in questions)} with evidence."
    )


def _where(citation: Citation) -> str:
    page = "" if citation.page is None else f", {_page(citation.page, citation.page_label)}"
    place = f"{citation.document} {citation.start}:{citation.end}{page}"
    return _folded(f"[{citation.number}] {place}  {citation.section or citation.title}")


def _page(page: int, label: str | None) -> str:
    return f"page {page}" if label is None else f"p. {label} (page {page} of the file)"


def _folded(text: str) -> str:
    """Return text on one line, without control characters that a terminal would obey."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
