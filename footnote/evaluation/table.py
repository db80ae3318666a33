"""The scores of a run as columns, (n,) each: NaN where a column does not apply to a question."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footnote.evaluation.metrics import METRICS, Measured, measure
from footnote.evaluation.questions import Question
from footnote.evaluation.scoring import (
    BEST_CONFIDENCE,
    Outcome,
    Prediction,
    outcome,
    score,
    was_answered,
)

Columns = dict[str, NDArray[np.float64]]
_NAMES = (
    *dict.fromkeys(name for metric in METRICS.values() for name in metric.columns),
    BEST_CONFIDENCE,
)


@dataclass(frozen=True, slots=True)
class Table:
    """A run scored: its columns, and how each question ended."""

    columns: Columns
    outcomes: list[Outcome]


def tabulate(questions: Sequence[Question], predictions: Iterable[Prediction]) -> Table:
    """Score each prediction as it was given."""
    columns = _empty(len(questions))
    outcomes: list[Outcome] = []
    for at, (question, prediction) in enumerate(zip(questions, predictions, strict=True)):
        _fill(columns, at, score(question, prediction, was_answered(prediction)))
        outcomes.append(outcome(question, prediction))
    return Table(columns, outcomes)


def tabulate_both(
    questions: Sequence[Question], predictions: Iterable[Prediction]
) -> tuple[Columns, Columns]:
    """Score each prediction twice: as if its best answer was given, and as if none was."""
    given, silent = _empty(len(questions)), _empty(len(questions))
    for at, (question, prediction) in enumerate(zip(questions, predictions, strict=True)):
        _fill(given, at, score(question, prediction, answered=True))
        _fill(silent, at, score(question, prediction, answered=False))
    return given, silent


def rows_of(columns: Columns, rows: Sequence[int] | NDArray[np.bool_]) -> Columns:
    """Return the columns of some questions."""
    return {name: column[rows] for name, column in columns.items()}


def measure_by(
    questions: Sequence[Question], columns: Columns
) -> dict[str, dict[str, dict[str, Measured]]]:
    """Return every metric for each value of each field that tells questions apart."""
    return {
        field: {
            value: measure(rows_of(columns, rows))
            for value, rows in sorted(_groups(questions, values_of).items())
        }
        for field, values_of in FIELDS.items()
    }


def _tags(question: Question) -> Iterable[str]:
    return question.tags


def _documents(question: Question) -> Iterable[str]:
    return question.documents


def _words(question: Question) -> Iterable[str]:
    return (question.word,)


def _answerable(question: Question) -> Iterable[str]:
    return () if question.answerable is None else (str(question.answerable).lower(),)


FIELDS: Mapping[str, Callable[[Question], Iterable[str]]] = {
    "tag": _tags,
    "document": _documents,
    "question_word": _words,
    "answerable": _answerable,
}


def _groups(
    questions: Sequence[Question], values_of: Callable[[Question], Iterable[str]]
) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for at, question in enumerate(questions):
        for value in set(values_of(question)):
            groups.setdefault(value, []).append(at)
    return groups


def _empty(n: int) -> Columns:
    return {name: np.full(n, np.nan) for name in _NAMES}


def _fill(columns: Columns, at: int, scores: Mapping[str, float]) -> None:
    for name, value in scores.items():
        if name in columns:
            columns[name][at] = value
