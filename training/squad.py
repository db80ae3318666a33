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
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    return [_article(at, each) for at, each in enumerate(data)]


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
            questions.append(
                SquadQuestion(item["id"], item["question"], at, tuple(sorted(spans)))
            )
    return Article(f"{data['title']}.txt", text, tuple(questions))
