"""Ask every question of a file, and write each answer as it comes.

The questions are asked one after the other, and each by itself, so that an answer depends on
nothing but its question and the index: a run that was killed and went on equals one that was
not, timings apart.
"""

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from footnote.answering.compose import gated
from footnote.asks import EngineState
from footnote.errors import DocumentNotFound, UsageError
from footnote.evaluation.gold import Library
from footnote.evaluation.questions import Question
from footnote.evaluation.run_files import json_line
from footnote.evaluation.scoring import DEPTHS
from footnote.records import Answer, Citation, Span, Turn, assert_exact


class Examinee(Library, Protocol):
    """What an evaluation needs of an engine; a test's double implements the same."""

    @property
    def threshold(self) -> float: ...

    def state(self) -> EngineState: ...

    def weigh(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer: ...


class Watcher(Protocol):
    """Is told how a run goes; a progress bar, or nothing."""

    def begin(self, questions: int, done: int) -> None: ...

    def advance(self) -> None: ...

    def measure(self) -> None: ...


class Silence:
    """A watcher that ignores what it is told."""

    def begin(self, questions: int, done: int) -> None:
        """Ignore it."""

    def advance(self) -> None:
        """Ignore it."""

    def measure(self) -> None:
        """Ignore it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick the asking was: questions asked now, wall-clock seconds, and the engine's part."""

    asked: int
    seconds: float
    engine_seconds: float


def run_questions(
    engine: Examinee,
    state: EngineState,
    questions: Sequence[Question],
    file: BinaryIO,
    done: int,
    watcher: Watcher,
    scope: Sequence[str] = (),
) -> Pace:
    """Ask the questions after the first ``done``, in order; ``file`` grows a line for each.

    ``scope`` restricts all of them to documents whose names match. Raises UsageError where
    that is none, or the index changes meanwhile: a run is over one generation.
    """
    watcher.begin(len(questions), done)
    engine_ms = 0.0
    started = time.monotonic()
    for question in questions[done:]:
        row = _ask(engine, state, question, scope)
        file.write(json_line(row))
        # So that a run which is killed has lost at most the answer under way.
        file.flush()
        engine_ms += row["timings_ms"]["total"]
        watcher.advance()
    seconds = time.monotonic() - started
    return Pace(len(questions) - done, round(seconds, 3), round(engine_ms / 1000, 3))


def _ask(
    engine: Examinee, state: EngineState, question: Question, scope: Sequence[str]
) -> dict[str, Any]:
    best = engine.weigh(question.text, question.history, scope, max(DEPTHS))
    if best.generation != state.generation:
        raise UsageError(
            f"the index went from generation {state.generation} to {best.generation} while "
            "questions were asked; give another --output, and let nobody index meanwhile"
        )
    return prediction_of(engine, question, best)


def prediction_of(engine: Examinee, question: Question, best: Answer) -> dict[str, Any]:
    """Return the line of predictions.jsonl: an id, the answer, and what only the measures need.

    ``citations_exact`` tells for each citation whether its quote is the document's text there;
    ``withheld`` is the best answer where it was too unsure to be given, else null.
    """
    answer = gated(best, engine.threshold)
    row = {"id": question.id, **dataclasses.asdict(answer)}
    row["citations_exact"] = _exact(engine, answer)
    row["withheld"] = None
    if answer.status != "answered" and best.status == "answered":
        row["withheld"] = {
            "text": best.text,
            "short_answer": best.short_answer,
            "citations": [dataclasses.asdict(each) for each in best.citations],
            "citations_exact": _exact(engine, best),
        }
    return row


def _exact(engine: Examinee, answer: Answer) -> list[bool]:
    return [is_exact(engine, citation) for citation in answer.citations]


def is_exact(engine: Examinee, citation: Citation) -> bool:
    """Tell whether a citation's quote is what its document says at its place."""
    try:
        found = engine.text(citation.document_id, Span(citation.start, citation.end))
        assert_exact(found, [(Span(0, len(found)), citation.quote)])
    except (AssertionError, ValueError, DocumentNotFound):
        return False
    return True
