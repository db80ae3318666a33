"""How SQuAD's articles are parted, and its paragraphs by themselves."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from footnote.records import Span

# The 16 articles of SQuAD 2.0's development set in the order of the file, apart by article.
FIT = (0, 1, 2, 4, 5, 6)
CHOOSE = (7, 8, 9, 10, 11)
REPORT = (3, 12, 13, 14, 15)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a paragraph, with the places that annotators gave; none if unanswerable."""

    text: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with what was asked of it; ``article`` is the place of its article in the file.

    >>> Paragraph(0, "Tea", "Tea is hot.", (Asked("What is hot?", (Span(0, 3),)),)).text
    'Tea is hot.'
    """

    article: int
    title: str
    text: str
    asked: tuple[Asked, ...]


def read_paragraphs(path: Path) -> list[Paragraph]:
    """Return all paragraphs of a SQuAD file, 1.1 or 2.0."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    return [
        Paragraph(
            at,
            article["title"].replace("_", " "),
            paragraph["context"],
            tuple(
                Asked(
                    qa["question"].strip(),
                    tuple(
                        Span(a["answer_start"], a["answer_start"] + len(a["text"]))
                        for a in qa["answers"]
                    ),
                )
                for qa in paragraph["qas"]
            ),
        )
        for at, article in enumerate(data)
        for paragraph in article["paragraphs"]
    ]
