"""Question files: JSON lines, CSV and SQuAD JSON, every row checked before anything is asked."""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from footnote.errors import QuestionFileError
from footnote.evaluation import squad
from footnote.evaluation.file_rows import Row, csv_rows, json_rows, undecodable
from footnote.evaluation.questions import Question
from footnote.evaluation.rows import FIELDS, question_of
from footnote.evaluation.text_match import words

_BYTE_ORDER_MARK = "\ufeff"


def read_questions(path: Path) -> list[Question]:
    """Read the questions of a file, by its ending: .jsonl, .csv, or .json as SQuAD has it.

    Without ``id``, the line is it. Raises QuestionFileError naming every bad row by line and
    reason.
    """
    match _ending(path):
        case ".csv":
            return _questions(path, csv_rows(_read(path)))
        case ".json":
            return _squad_questions(path)
        case ".jsonl" | ".ndjson" | "":
            return _questions(path, json_rows(_read(path)))
    raise QuestionFileError(
        f"the question file {str(path)!r} is of no kind that is read: give .jsonl, .csv, or .json "
        "as SQuAD has it"
    )


def read_articles(path: Path) -> list[squad.Article]:
    """Read the articles of a SQuAD file, gzipped or not. Raises QuestionFileError."""
    try:
        return squad.articles_of(json.loads(_whole(path, _read(path))))
    except (ValueError, RecursionError) as error:
        raise QuestionFileError(f"{str(path)!r} cannot be read as SQuAD JSON: {error}") from error


def _ending(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _read(path: Path) -> str:
    """Return a file's text; bytes that are not UTF-8 become surrogates, to be named by row."""
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QuestionFileError(
            f"the question file {str(path)!r} cannot be read: {reason}"
        ) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise QuestionFileError(
            f"the question file {str(path)!r} looks binary, or is in UTF-16; save it as UTF-8"
        )
    return data.decode("utf-8", errors="surrogateescape").removeprefix(_BYTE_ORDER_MARK)


def _whole(path: Path, text: str) -> str:
    """Return the text of a file that is read in one piece. Raises QuestionFileError."""
    if (at := undecodable(text)) is not None:
        line = text.count("\n", 0, at) + 1
        raise QuestionFileError(f"{str(path)!r}, line {line}: not UTF-8; save it as UTF-8")
    return text


def _squad_questions(path: Path) -> list[Question]:
    articles = read_articles(path)
    questions = [question for article in articles for question in article.questions]
    counts = Counter(question.id for question in questions)
    refuse_rows(
        path, [(id_, "its id is used more than once") for id_, n in counts.items() if n > 1]
    )
    if not questions:
        raise QuestionFileError(f"{str(path)!r} holds no question")
    return questions


def _questions(path: Path, rows: Iterator[Row]) -> list[Question]:
    questions: list[Question] = []
    reasons: list[tuple[int | str, str]] = []
    first_line: dict[str, int] = {}
    for row in rows:
        try:
            if row.fields is None:
                raise ValueError(row.reason)
            question = question_of(row.fields, row.line)
            _check_comparable(question)
            if question.id in first_line:
                raise ValueError(f"id {question.id!r} was used in line {first_line[question.id]}")
        except ValueError as error:
            reasons.append((row.line, str(error)))
            continue
        first_line[question.id] = row.line
        questions.append(question)
    refuse_rows(path, reasons)
    if not questions:
        raise QuestionFileError(
            f"{str(path)!r} holds no question; give JSON objects, one a line, each with "
            f'"question", or CSV with a column of that name. Fields: {", ".join(FIELDS)}; '
            "`footnote questions template` prints examples"
        )
    return questions


def _check_comparable(question: Question) -> None:
    """Refuse gold answers of which nothing is compared; SQuAD's own are as they are."""
    if question.answers and not any(map(words, question.answers)):
        raise ValueError(
            f"answers is {list(question.answers)}, of which nothing is compared: articles and "
            "punctuation are left out, as in SQuAD. Give more, as 'grade A', or evidence alone"
        )


def refuse_rows(path: Path, reasons: list[tuple[int | str, str]]) -> None:
    """Raise QuestionFileError naming all bad rows, by line or id, those of one reason together."""
    if not reasons:
        return
    by_reason: dict[str, list[int | str]] = {}
    for place, reason in reasons:
        by_reason.setdefault(reason, []).append(place)
    listed = "\n  ".join(f"{_places(places)}: {reason}" for reason, places in by_reason.items())
    rows = "1 row" if len(reasons) == 1 else f"{len(reasons)} rows"
    raise QuestionFileError(
        f"{rows} of {str(path)!r} cannot be used; nothing was asked:\n  {listed}"
    )


def _places(places: Sequence[int | str]) -> str:
    """Name lines and ids shortly.

    >>> _places([2, 3, 4, 7])
    'lines 2-4, 7'
    >>> _places(["a"])
    "question 'a'"
    """
    runs: list[list[int]] = []
    for number in places:
        if isinstance(number, str):
            continue
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    named = ["-".join(map(str, run)) for run in runs]
    named += [repr(place) for place in places if isinstance(place, str)]
    kind = "line" if runs else "question"
    return f"{kind}{'s' if len(places) > 1 else ''} {', '.join(named)}"
