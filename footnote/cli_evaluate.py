"""The commands of evaluation: ``evaluate`` and ``questions``.

Heavy parts are imported inside the commands, so that ``--help`` and mistakes answer at once.
"""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footnote.cli_shared import (
    DocumentsOption,
    IndexOption,
    JsonOption,
    ThresholdOption,
    discard_output,
    indexed_now,
    settings_of,
)
from footnote.errors import EvaluationFailed, UsageError

if TYPE_CHECKING:
    from footnote.engine import Engine
    from footnote.evaluation.report.results import Results
    from footnote.evaluation.run import Pace
    from footnote.settings import Settings


class Sweep(StrEnum):
    """The settings whose values one run can tell apart."""

    THRESHOLD = "threshold"


def evaluate(
    questions: Annotated[
        Path, typer.Argument(help="A file of questions: .jsonl, .csv, or SQuAD's .json.")
    ],
    index: IndexOption = None,
    output: Annotated[
        Path | None, typer.Option(help="The folder of the run.  [default: runs/TIME]")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="The folder of a finished run to compare with.")
    ] = None,
    fail_under: Annotated[
        list[str] | None, typer.Option(help="METRIC=VALUE that must be reached; can be repeated.")
    ] = None,
    fail_over: Annotated[
        list[str] | None, typer.Option(help="METRIC=VALUE not to be passed, where lower is better.")
    ] = None,
    fail_if_worse: Annotated[
        list[str] | None, typer.Option(help="METRIC,METRIC not to be worse than the baseline's.")
    ] = None,
    significance: Annotated[
        float, typer.Option(help="Worse counts where p is below; 1 counts any difference.")
    ] = 1.0,
    sweep: Annotated[
        Sweep | None, typer.Option(help="Draw what each value of a setting would give.")
    ] = None,
    write_corpus: Annotated[
        Path | None,
        typer.Option(help="Write a SQuAD file's articles there as documents first."),
    ] = None,
    documents: DocumentsOption = None,
    threshold: ThresholdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a file, measure the answers, compare and report."""
    from footnote.evaluation.evaluate import Plan, evaluate
    from footnote.evaluation.gates import parse_gates
    from footnote.evaluation.question_files import read_questions
    from footnote.evaluation.run_files import default_output
    from footnote.progress import EvaluationProgress

    settings = settings_of(index=index, threshold=threshold)
    plan = Plan(
        path=questions,
        questions=read_questions(questions),
        output=output or default_output(),
        baseline=baseline,
        gates=parse_gates(
            fail_under or (), fail_over or (), fail_if_worse or (), significance, bool(baseline)
        ),
        sweep=sweep is not None,
        documents=tuple(documents or ()),
    )
    engine = _engine_over(settings, questions, write_corpus)
    with EvaluationProgress() as progress:
        results, pace = evaluate(engine, plan, progress)
    try:
        _print_results(results, pace, plan.output, as_json)
    except BrokenPipeError:
        # Nobody reads what is printed, and the status must still tell how it ended.
        discard_output()
    if results.failures:
        raise EvaluationFailed("the evaluation failed:\n  " + "\n  ".join(results.failures))


questions_app = typer.Typer(help="Make and check files of questions.", no_args_is_help=True)


@questions_app.command()
def template(
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of JSON lines.")] = False,
) -> None:
    """Print a file of example questions, a row of each kind, to be changed to your own."""
    from footnote.evaluation.template import template

    typer.echo(template("csv" if as_csv else "jsonl"), nl=False)


@questions_app.command()
def check(
    questions: Annotated[Path, typer.Argument(help="A file of questions.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a file of questions, and its evidence against the index, asking nothing."""
    from footnote.engine import open_engine
    from footnote.evaluation.gold import look_up
    from footnote.evaluation.question_files import read_questions
    from footnote.printing import print_checked

    read = read_questions(questions)
    checked = look_up(questions, read, open_engine(settings_of(index=index)))
    if as_json:
        typer.echo(json.dumps({"questions": len(checked)}))
    else:
        print_checked(checked)


@questions_app.command()
def from_feedback(
    feedback: Annotated[
        str | None,
        typer.Option(help="The database of feedback.  [default: sqlite:///feedback.db]"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file to write.  [default: printed]")
    ] = None,
) -> None:
    """Make a file of questions of what people thought of answers."""
    from footnote.evaluation.from_feedback import jsonl, rows_of
    from footnote.feedback import FeedbackStore

    url = settings_of(feedback=feedback).feedback
    if not url:
        raise UsageError("feedback is turned off; give its database by --feedback")
    store = FeedbackStore(url)
    given = store.all()
    if not given:
        raise UsageError(f"there is no feedback in {store.name}; give its database by --feedback")
    rows, conflicts = rows_of(given)
    for conflict in conflicts:
        typer.echo(f"footnote: {conflict}", err=True)
    if output is None:
        typer.echo(jsonl(rows), nl=False)
    else:
        output.write_text(jsonl(rows), encoding="utf-8")
        typer.echo(f"{len(rows)} questions of {len(given)} ratings written to {output}")


def _engine_over(settings: "Settings", questions: Path, write_corpus: Path | None) -> "Engine":
    """Open the index; with a folder to write, write SQuAD's articles and index them if none is."""
    from footnote.embedding import load_embedder
    from footnote.engine import open_engine

    if write_corpus is None:
        return open_engine(settings)
    from footnote.evaluation.question_files import read_articles
    from footnote.evaluation.squad import write_articles
    from footnote.indexing.update import is_indexed

    write_articles(read_articles(questions), write_corpus)
    embedder = load_embedder(settings)
    if not is_indexed(settings.place):
        written = settings.model_copy(update={"corpus": write_corpus})
        indexed_now(written, embedder)
    return open_engine(settings, embedder)


def _print_results(results: "Results", pace: "Pace", output: Path, as_json: bool) -> None:
    from footnote.evaluation.report.results import to_json
    from footnote.printing import print_results

    if as_json:
        report = {"output": str(output), **to_json(results)}
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        print_results(results, pace, output)
