"""What reading fewer passages would save and lose: a fixed number, or until one is sure.

Usage: python -m benchmarks.stop_early SQUAD_FILE [--beside SQUAD1_TRAIN]

Over the questions of the articles to choose by, asked openly: among eleven articles, or among
those of another file too, where retrieval has more passages to confuse. Each passage is read by
itself, so that what fewer would have given is what the first ones gave.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from footnote.answering.calibration import Calibration
from footnote.answering.span_model import OnnxSpanModel
from footnote.answering.span_reader import SpanReader, certainty_of, ranked
from footnote.embedding import load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.models import models_folder
from footnote.settings import Settings
from training.calibrate_reader import Asked, ask
from training.squad import CHOOSE, FIT


def stopped_at(asked: Asked, by: Calibration, least: int, sure: float) -> tuple[int, float, float]:
    """Return after how many passages it stops, and the F1 and confidence of the best by then.

    It stops after at least ``least``, as soon as the best is at least ``sure``.
    """
    passages = list(dict.fromkeys(each.passage.id for each in asked.found))
    for count in range(min(least, len(passages)), len(passages) + 1):
        read = set(passages[:count])
        kept = [n for n, each in enumerate(asked.found) if each.passage.id in read]
        found = [asked.found[n] for n in kept]
        _, order = ranked(found, by)
        confidence = by.probability(certainty_of(found, order[0]))
        if confidence >= sure or count == len(passages):
            return count, float(asked.f1[kept[order[0]]]), confidence
    return 0, 0.0, 0.0


def report(name: str, asked: Sequence[Asked], by: Calibration, least: int, sure: float) -> None:
    """Print what a rule reads, and its mean F1 at the default threshold, silence included."""
    rows = [stopped_at(each, by, least, sure) for each in asked]
    threshold = by.thresholds["balanced"]
    f1 = np.mean(
        [
            one if confidence >= threshold else not each.answerable
            for each, (_, one, confidence) in zip(asked, rows, strict=True)
        ]
    )
    print(f"| {name} | {np.mean([count for count, _, _ in rows]):.1f} | {f1:.4f} |")


def main() -> None:
    """Print a table of rules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--beside", type=Path)
    given = parser.parse_args()
    articles, embedder = read_articles(given.squad), load_embedder(Settings())
    folder = models_folder() / "reader"
    by = Calibration.read(folder / "calibration.json")
    reader = SpanReader(OnnxSpanModel(folder), by, threads=2)
    among = [*FIT, *CHOOSE]
    if given.beside:
        others = read_articles(given.beside)
        among += range(len(articles), len(articles) + len(others))
        articles = [*articles, *others]
    asked = ask(articles, CHOOSE, among, reader, embedder)
    print("| rule | passages read | F1 |\n|---|---|---|")
    report("all ten", asked, by, 10, 2.0)
    for least in (3, 4, 5, 6, 7, 8):
        report(f"the first {least}", asked, by, least, 0.0)
    for least in (2, 4):
        for sure in (0.7, 0.8, 0.9):
            report(f"{least}, then until {sure} sure", asked, by, least, sure)


if __name__ == "__main__":
    main()
