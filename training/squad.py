"""How SQuAD's articles are parted, and its paragraphs by themselves."""

import gzip
import json
from pathlib import Path

# The 16 articles of SQuAD 2.0's development set in the order of the file, apart by article.
FIT = (0, 1, 2, 4, 5, 6)
CHOOSE = (7, 8, 9, 10, 11)
REPORT = (3, 12, 13, 14, 15)


def read_paragraphs(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Return all paragraphs, and each answerable question with its paragraph's place."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    paragraphs: list[str] = []
    asked: list[tuple[str, int]] = []
    for article in data:
        for paragraph in article["paragraphs"]:
            asked += [(q["question"], len(paragraphs)) for q in paragraph["qas"] if q["answers"]]
            paragraphs.append(paragraph["context"])
    return paragraphs, asked
