"""The work behind ``footnote evaluate``: look up, ask, measure, compare, report, judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from footnote.evaluation.comparison import Scored, compare, pair, read_scored
from footnote.evaluation.gates import Gates
from footnote.evaluation.gold import look_up
from footnote.evaluation.metrics import measure
from footnote.evaluation.questions import Question
from footnote.evaluation.report.html import write_html
from footnote.evaluation.report.junit import junit_bytes
from footnote.evaluation.report.markdown import markdown_bytes
from footnote.evaluation.report.results import Results, json_bytes, to_json
from footnote.evaluation.run import Examinee, Pace, Silence, Watcher, run_questions
from footnote.evaluation.run_files import REPORT, RunFolder
from footnote.evaluation.sweep import sweep_threshold
from footnote.evaluation.table import measure_by, tabulate


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evaluated: the checked questions of a file, where to, and what is asked of it."""

    path: Path
    questions: Sequence[Question]
    output: Path
    baseline: Path | None
    gates: Gates
    sweep: bool = False


def evaluate(engine: Examinee, plan: Plan, watcher: Watcher | None = None) -> tuple[Results, Pace]:
    """Evaluate, and write the run with its reports.

    Raises QuestionFileError, and UsageError for an output or baseline that cannot be used; all
    but a failing disk is found before the first question is asked.
    """
    watcher = watcher or Silence()
    state = engine.state()
    questions = look_up(plan.path, plan.questions, engine)
    theirs = None
    if plan.baseline is not None:
        theirs = read_scored(RunFolder(plan.baseline))
        pair(str(plan.baseline), questions, theirs.questions)
    run = RunFolder(plan.output)
    pace = run_questions(engine, state, questions, run, watcher)
    watcher.measure()
    predictions = run.predictions()
    table = tabulate(questions, predictions)
    metrics = measure(table.columns)
    comparison = compare(str(plan.baseline), Scored(questions, table), theirs) if theirs else None
    results = Results(
        state=state,
        questions=questions,
        predictions=predictions,
        table=table,
        metrics=metrics,
        by=measure_by(questions, table.columns),
        comparison=comparison,
        gates=plan.gates.check(metrics, comparison),
        sweep=tuple(sweep_threshold(questions, predictions)) if plan.sweep else (),
    )
    write_reports(run, results)
    return results, pace


def write_reports(run: RunFolder, results: Results) -> None:
    """Write the reports; report.json last, because a run with it is finished."""
    with run.named_errors():
        with run.writing("report.html") as file:
            write_html(results, file)
        run.write("report.md", markdown_bytes(results))
        run.write("junit.xml", junit_bytes(results))
        run.write(REPORT, json_bytes(to_json(results)))
