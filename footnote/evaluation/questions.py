"""Question files: JSON lines, each row checked before anything is asked."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footnote.engine import MAX_QUESTION, Turn
from footnote.errors import QuestionFileError, UnreadableFile
from footnote.ingest.decoding import decode

# How many bad rows an error names; the rest are counted.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a question file. Fields that only later measures need stay in ``row``."""

    id: str
    text: str
    history: tuple[Turn, ...]
    row: dict[str, Any]


def read_questions(path: Path) -> list[Question]:
    """Read a file of JSON objects, one a line; empty lines are passed over.

    Raises QuestionFileError naming every bad row by line and reason.
    """
    try:
        lines = decode(path.read_bytes()).split("\n")
    except OSError as error:
        raise QuestionFileError(
            f"the question file {str(path)!r} cannot be read: {error.strerror}"
        ) from error
    except UnreadableFile as error:
        raise QuestionFileError(f"the question file {str(path)!r} {error}") from error
    questions: list[Question] = []
    reasons: list[str] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(line, number)
            if question.id in first_line:
                raise ValueError(f"id {question.id!r} was used in line {first_line[question.id]}")
        except ValueError as error:
            reasons.append(f"line {number}: {error}")
            continue
        first_line[question.id] = number
        questions.append(question)
    _refuse(path, questions, reasons)
    return questions


def _refuse(path: Path, questions: list[Question], reasons: list[str]) -> None:
    if reasons:
        more = f"\n  and {len(reasons) - _NAMED} more" if len(reasons) > _NAMED else ""
        listed = "\n  ".join(reasons[:_NAMED])
        raise QuestionFileError(
            f"{len(reasons)} rows of {str(path)!r} cannot be used; nothing was asked:\n"
            f"  {listed}{more}"
        )
    if not questions:
        raise QuestionFileError(
            f'{str(path)!r} holds no question; give JSON objects, one a line, each with "question"'
        )


def _question(line: str, number: int) -> Question:
    """Make a question of a line. Raises ValueError with the reason it cannot be."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read: nested too deep") from error
    if not isinstance(row, dict):
        raise ValueError(f"not a JSON object but {type(row).__name__}")
    text = row.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"question is {text!r}; a text is needed")
    if len(text) > MAX_QUESTION:
        raise ValueError(f"question has {len(text)} characters; at most {MAX_QUESTION} are read")
    id_ = row.get("id", number)
    if isinstance(id_, bool) or not isinstance(id_, str | int) or id_ == "":
        raise ValueError(f"id is {id_!r}; a text or a whole number is needed")
    return Question(str(id_), text, _history(row.get("history", [])), row)


def _history(value: object) -> tuple[Turn, ...]:
    if not isinstance(value, list):
        raise ValueError(f"history is {value!r}; a list is needed")
    turns = []
    for turn in value:
        fields = (turn.get("question"), turn.get("answer")) if isinstance(turn, dict) else ()
        if len(fields) != 2 or not all(isinstance(field, str) for field in fields):
            raise ValueError(f'history holds {turn!r}; {{"question", "answer"}} is needed')
        turns.append(Turn(str(fields[0]), str(fields[1])))
    return tuple(turns)
