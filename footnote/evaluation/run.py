"""Ask every question of a file, and write each answer as it comes."""

import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from footnote.engine import Asks
from footnote.errors import UsageError
from footnote.evaluation.questions import Question
from footnote.records import Answer, Span, assert_exact

PREDICTIONS = "predictions.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did. ``seconds`` is wall-clock time of asking alone."""

    output: Path
    questions: int
    answered: int
    not_found: int
    seconds: float


def default_output() -> Path:
    """Return the folder of a run that begins now."""
    return Path("runs", datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S"))


def run_questions(
    engine: Asks,
    questions: Sequence[Question],
    output: Path,
    advance: Callable[[int], None] | None = None,
) -> Run:
    """Ask the questions in order; predictions.jsonl in ``output`` grows by a line for each.

    Raises UsageError where there is a run in ``output`` already, so that none is lost.
    """
    path = output / PREDICTIONS
    counts = {"answered": 0, "not_found": 0}
    started = time.monotonic()
    try:
        output.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            for question in questions:
                answer = engine.ask(question.text, question.history)
                check_citations(engine, answer)
                counts[answer.status] = counts.get(answer.status, 0) + 1
                file.write(prediction_line(question, answer))
                file.flush()
                if advance is not None:
                    advance(1)
    except FileExistsError as error:
        raise UsageError(
            f"{str(error.filename)!r} exists; give another --output, or remove it"
        ) from error
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror}") from error
    seconds = round(time.monotonic() - started, 3)
    return Run(output, len(questions), counts["answered"], counts["not_found"], seconds)


def prediction_line(question: Question, answer: Answer) -> str:
    """Return the line of predictions.jsonl for a question: its id, then the answer."""
    row = {"id": question.id, **dataclasses.asdict(answer)}
    return json.dumps(row, ensure_ascii=False) + "\n"


def check_citations(engine: Asks, answer: Answer) -> None:
    """Raise AssertionError unless each citation's quote is what its document says there."""
    for citation in answer.citations:
        found = engine.text(citation.document_id, Span(citation.start, citation.end))
        assert_exact(found, [(Span(0, len(found)), citation.quote)])
