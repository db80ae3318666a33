"""The folder of a run: what was asked, of what, and a line for each answer.

run.json            what the answers come from; two runs with the same are the same run
questions.jsonl     the questions with their gold looked up; itself a question file
predictions.jsonl   an Answer a line, with its question's id; grows as the run goes
report.*            made when all are asked; without report.json a run is unfinished
"""

import fcntl
import hashlib
import json
import os
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from footnote.asks import EngineState
from footnote.errors import UsageError
from footnote.evaluation.question_files import read_questions
from footnote.evaluation.questions import Question
from footnote.evaluation.rows import to_row
from footnote.records import Answer

PREDICTIONS = "predictions.jsonl"
QUESTIONS = "questions.jsonl"
MANIFEST = "run.json"
REPORT = "report.json"
# Raised when the lines of predictions.jsonl or questions.jsonl come to mean something else.
FORMAT = 1
# What a line must hold to be an answer of a run; it is read by these names.
_NEEDED = {field.name for field in fields(Answer)} | {"id", "citations_exact", "withheld"}


def default_output() -> Path:
    """Return the folder of a run that begins now."""
    return Path("runs", datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S"))


class Predictions:
    """The lines of a predictions.jsonl, read from the disk each time they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts = array("q")
        at = 0
        with path.open("rb") as file:
            for line in file:
                self._starts.append(at)
                at += len(line)

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self._path.open("rb") as file:
            yield from map(json.loads, file)

    def at(self, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Give the lines of these numbers, from 0, in the order that they are asked for."""
        with self._path.open("rb") as file:
            for number in numbers:
                file.seek(self._starts[number])
                yield json.loads(file.readline())


class RunFolder:
    """A run's files, written while it is held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def held(self, state: EngineState, questions: Sequence[Question]) -> Iterator[BinaryIO]:
        """Hold the run for writing; gives predictions.jsonl to append to.

        What a run of the same questions and state holds already is kept, cut after the last
        whole answer. Raises UsageError where the folder holds anything else, or another process
        holds it; nothing in it is touched then.
        """
        asked = b"".join(json_line(to_row(question)) for question in questions)
        manifest = {
            "format": FORMAT,
            "questions_sha256": hashlib.sha256(asked).hexdigest(),
            **asdict(state),
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._check(manifest)
                if not self._path(MANIFEST).exists():
                    self.write(QUESTIONS, asked)
                    self.write(MANIFEST, json_line(manifest))
                with self._path(PREDICTIONS).open("a+b") as file:
                    file.truncate(_whole_length(file, questions))
                    yield file
        except OSError as error:
            name = f" ({error.filename})" if error.filename else ""
            raise UsageError(
                f"the run {str(self.folder)!r} cannot be written: {error.strerror}{name}; answers "
                "that it holds are kept"
            ) from error

    def predictions(self) -> Predictions:
        """Return the predictions so far."""
        return Predictions(self._path(PREDICTIONS))

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the run: all of it or none."""
        with self.writing(name) as file:
            file.write(data)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Write a file of the run piece by piece: it is there when all is written."""
        part = self._path(f"{name}.part")
        with part.open("wb") as file:
            yield file
        part.replace(self._path(name))

    def read_finished(self) -> tuple[list[Question], Predictions]:
        """Return the questions and predictions of a run that ended. Raises UsageError."""
        missing = [
            n for n in (REPORT, MANIFEST, QUESTIONS, PREDICTIONS) if not self._path(n).is_file()
        ]
        if missing:
            raise UsageError(
                f"{str(self.folder)!r} is no finished run: {', '.join(missing)} is missing; give "
                "the --output of one that ended"
            )
        if self._manifest().get("format") != FORMAT:
            raise UsageError(
                f"the run {str(self.folder)!r} was made by another version of Footnote, whose "
                "files say other things; run it again with this one"
            )
        questions = read_questions(self._path(QUESTIONS))
        predictions = self._path(PREDICTIONS)
        with predictions.open("rb") as file:
            whole = _whole_length(file, questions)
        found = self.predictions()
        if len(found) != len(questions) or whole != predictions.stat().st_size:
            raise UsageError(
                f"{str(predictions)!r} does not hold an answer to each question in order; it was "
                "altered. Run it again"
            )
        return questions, found

    def _check(self, manifest: dict[str, Any]) -> None:
        if not self._path(MANIFEST).exists():
            others = [p.name for p in self.folder.iterdir() if p.suffix != ".part"]
            # A run that was stopped between its first two files has only its questions.
            if any(name != QUESTIONS for name in others):
                raise UsageError(
                    f"{str(self.folder)!r} exists and is no run: it holds {min(others)!r}; give an "
                    "--output that is empty or not there"
                )
            return
        before = self._manifest()
        differs = [name for name, value in manifest.items() if before.get(name) != value]
        if differs:
            raise UsageError(
                f"{str(self.folder)!r} exists and holds another run, with other "
                f"{', '.join(differs)}; give another --output, or remove it"
            )

    def _manifest(self) -> dict[str, Any]:
        """Return what run.json says; nothing where it says nothing that is known."""
        try:
            manifest = json.loads(self._path(MANIFEST).read_bytes())
        except ValueError:
            return {}
        return manifest if isinstance(manifest, dict) else {}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise UsageError(
                f"another process is writing the run {str(self.folder)!r}; give another --output"
            ) from None
        finally:
            os.close(descriptor)

    def _path(self, name: str) -> Path:
        return self.folder / name


def json_line(row: dict[str, Any]) -> bytes:
    """Return a line of a run's files."""
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _whole_length(file: BinaryIO, questions: Sequence[Question]) -> int:
    """Return how many bytes of a predictions file are whole answers to the first questions."""
    file.seek(0)
    length = 0
    for question, line in zip(questions, file, strict=False):
        try:
            row = json.loads(line)
        except ValueError:
            break
        known = isinstance(row, dict) and row.keys() >= _NEEDED and row["id"] == question.id
        if not line.endswith(b"\n") or not known:
            break
        length += len(line)
    return length
