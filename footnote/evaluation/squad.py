"""SQuAD files as documents and questions, an article a document.

The format of SQuAD 1.1 (Rajpurkar et al., 2016) and 2.0 (Rajpurkar, Jia and Liang, 2018).
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from footnote.errors import UsageError
from footnote.evaluation.questions import Evidence, Question
from footnote.evaluation.rows import question_of
from footnote.ingest.decoding import canonical
from footnote.records import Span

# What JSON of another shape than expected raises.
_WRONG = (KeyError, TypeError, AttributeError, ValueError)
# Bytes; file systems take 255, and a number and an ending are added.
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a document: its title, then its contexts, blank lines between."""

    name: str
    text: str
    questions: tuple[Question, ...]


def articles_of(data: object) -> list[Article]:
    """Make articles of a SQuAD file's JSON. Raises ValueError naming each place that is wrong."""
    listed = data.get("data") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise ValueError('an object with a list "data" is needed; rows of JSON are .jsonl')
    articles: list[Article] = []
    taken: set[str] = set()
    reasons: list[str] = []
    for number, each in enumerate(listed, start=1):
        try:
            article = _article(each, taken, reasons)
            articles.append(article)
            taken.add(article.name)
        except _WRONG as error:
            reasons.append(f"article {number}: {_reason(error)}")
    if reasons:
        raise ValueError("\n  ".join(reasons))
    return articles


def write_articles(articles: list[Article], folder: Path) -> list[Path]:
    """Write each article as a document of a folder, and return the paths.

    A file that is there with other contents is never written over. Raises UsageError.
    """
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for article in articles:
            path = folder / article.name
            data = article.text.encode()
            if not path.exists():
                path.write_bytes(data)
            elif path.read_bytes() != data:
                raise UsageError(
                    f"{str(path)!r} exists with other contents; give --write-corpus another folder"
                )
            paths.append(path)
    except OSError as error:
        raise UsageError(
            f"documents cannot be written to {str(folder)!r}: {error.strerror}"
        ) from error
    return paths


def _article(data: dict[str, Any], taken: set[str], reasons: list[str]) -> Article:
    """Make an article; what is wrong with a question of it is added to ``reasons``."""
    name = _file_name(data["title"], taken)
    text, questions = canonical(data["title"]).replace("_", " "), list[Question]()
    for paragraph in data["paragraphs"]:
        context = paragraph["context"]
        text += "\n\n"
        start = len(text)
        text += canonical(context)
        for item in paragraph["qas"]:
            try:
                questions.append(_question(item, name, context, start))
            except _WRONG as error:
                reasons.append(f"question {item['id']!r} of {name!r}: {_reason(error)}")
    return Article(name, text, tuple(questions))


def _question(item: dict[str, Any], name: str, context: str, start: int) -> Question:
    impossible = item.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise ValueError(f"is_impossible is {impossible!r}; true or false is needed")
    answers = [] if impossible else item["answers"]
    spans = tuple(sorted({_place(answer, context, start) for answer in answers}))
    row = {
        "id": item["id"],
        # One of SQuAD 1.1's questions is filled up with 25,000 spaces.
        "question": item["question"].strip(),
        "answers": [answer["text"] for answer in answers],
        "answerable": not impossible and bool(answers),
        "document": name,
    }
    evidence = (Evidence(name, None, spans),) if spans else ()
    return replace(question_of(row), evidence=evidence)


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _place(answer: dict[str, Any], context: str, start: int) -> Span:
    """Return where an answer stands in the document; what precedes it may be made shorter."""
    at, text = answer["answer_start"], answer["text"]
    if not isinstance(at, int) or at < 0 or context[at : at + len(text)] != text or not text:
        raise ValueError(f"the answer {text!r} does not stand at {at!r} in its context")
    first = start + len(canonical(context[:at]))
    return Span(first, first + len(canonical(text)))


def _file_name(title: str, taken: set[str]) -> str:
    r"""Make a file's name of a title.

    >>> _file_name("AC/DC: live\n", set())
    'AC_DC: live.txt'
    """
    plain = re.sub(r"[\x00-\x1f\x7f/\\]+", "_", title).strip(" ._") or "article"
    stem = plain.encode(errors="replace")[:_LONGEST_NAME].decode(errors="ignore")
    name, number = f"{stem}.txt", 2
    while name in taken:
        name, number = f"{stem} {number}.txt", number + 1
    return name
