"""CANARD: questions of conversations, and how people wrote them to be understood alone.

Elgohary, Peskov and Boyd-Graber (2019), Can You Unpack That? CC BY-SA 4.0.
"""

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

from footnote.records import Turn


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question of CANARD with its history, and how people wrote it to be understood alone."""

    article: str
    question: str
    history: tuple[Turn, ...]
    rewrite: str


def read_canard(path: Path) -> list[Rewritten]:
    """Read a file of CANARD, gzipped JSON; what each conversation is about is its first turn."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = json.load(file)
    return [
        Rewritten(
            row["History"][0],
            row["Question"].strip(),
            tuple(
                Turn(*row["History"][at : at + 2]) for at in range(0, len(row["History"]) - 1, 2)
            ),
            row["Rewrite"].strip(),
        )
        for row in rows
    ]


def part_of(article: str) -> str:
    """Tell what an article of CANARD is for: half are fitted, a quarter chosen by and reported.

    >>> sorted({part_of(str(number)) for number in range(20)})
    ['choose', 'fit', 'report']
    """
    return random.Random(f"canard {article}").choice(("fit", "fit", "choose", "report"))
