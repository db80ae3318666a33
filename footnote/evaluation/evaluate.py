"""The work behind ``footnote evaluate``: look up, ask, measure, compare, report, judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from footnote.asks import EngineState
from footnote.errors import Interrupted
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
    """What is evaluated: the checked questions of a file, where to, and what is asked of it.

    ``documents`` restricts every question to documents whose names match.
    """

    path: Path
    questions: Sequence[Question]
    output: Path
    baseline: Path | None = None
    gates: Gates = field(default_factory=Gates)
    sweep: bool = False
    documents: tuple[str, ...] = ()


def evaluate(engine: Examinee, plan: Plan, watcher: Watcher | None = None) -> tuple[Results, Pace]:
    """Evaluate, and write the run with its reports; a run that was begun goes on.

    All that can be found wrong with what was given is found before the first question is asked.
    Raises QuestionFileError, UsageError, and Interrupted where a person stops it.
    """
    state = engine.state()
    if plan.documents:
        state = replace(state, settings={**state.settings, "documents": ", ".join(plan.documents)})
    questions = look_up(plan.path, plan.questions, engine)
    theirs = None
    if plan.baseline is not None:
        theirs = read_scored(RunFolder(plan.baseline))
        pair(str(plan.baseline), questions, theirs.questions)
    run = RunFolder(plan.output)
    watcher = watcher or Silence()
    with run.held(state, questions) as file:
        try:
            done = len(run.predictions())
            pace = run_questions(engine, state, questions, file, done, watcher, plan.documents)
            watcher.measure()
            results = _measured(plan, state, questions, run, theirs)
            _write_reports(run, results)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted after {len(run.predictions())} of {len(questions)} questions; the "
                f"same command with --output {run.folder} goes on from there"
            ) from None
    return results, pace


def _measured(
    plan: Plan,
    state: EngineState,
    questions: Sequence[Question],
    run: RunFolder,
    theirs: Scored | None,
) -> Results:
    predictions = run.predictions()
    table = tabulate(questions, predictions)
    metrics = measure(table.columns)
    comparison = None
    if theirs is not None:
        comparison = compare(str(plan.baseline), Scored(questions, table), theirs)
    return Results(
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


def _write_reports(run: RunFolder, results: Results) -> None:
    """Write the reports; report.json last, because a run with it is finished."""
    with run.writing("report.html") as file:
        write_html(results, file)
    run.write("report.md", markdown_bytes(results))
    run.write("junit.xml", junit_bytes(results))
    run.write(REPORT, json_bytes(to_json(results)))
