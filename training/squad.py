"""SQuAD files as documents and questions, an article a document."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The 16 articles of SQuAD 2.0's development set in the order of the file, apart by article.
FIT = (0, 1, 2, 4, 5, 6)
CHOOSE = (7, 8, 9, 10, 11)
REPORT = (3, 12, 13, 14, 15)


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question with all annotators' answers, at offsets of the article's document."""

    id: str
    text: str
    article: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a text: its title, then its paragraphs, blank lines between."""

    name: str
    text: str
    questions: tuple[SquadQuestion, ...]


def read_articles(path: Path) -> list[Article]:
    """Read a SQuAD file, gzipped or not."""
    return [_article(at, each) for at, each in enumerate(_read(path))]


def _article(at: int, data: dict[str, Any]) -> Article:
    title = data["title"].replace("_", " ")
    text, questions = title, []
    for paragraph in data["paragraphs"]:
        text += "\n\n"
        start = len(text)
        text += paragraph["context"]
        for item in paragraph["qas"]:
            spans = {
                (start + each["answer_start"], start + each["answer_start"] + len(each["text"]))
                for each in item["answers"]
            }
            questions.append(SquadQuestion(item["id"], item["question"], at, tuple(sorted(spans))))
    return Article(f"{data['title']}.txt", text, tuple(questions))


def read_paragraphs(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Return all paragraphs, and each answerable question with its paragraph's place."""
    paragraphs: list[str] = []
    asked: list[tuple[str, int]] = []
    for article in _read(path):
        for paragraph in article["paragraphs"]:
            asked += [(q["question"], len(paragraphs)) for q in paragraph["qas"] if q["answers"]]
            paragraphs.append(paragraph["context"])
    return paragraphs, asked


def _read(path: Path) -> list[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        data: list[dict[str, Any]] = json.load(file)["data"]
    return data
