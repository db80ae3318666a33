"""How the reader does on SQuAD 2.0, and the pictures of it in the docs.

Usage: python -m benchmarks.squad SQUAD_FILE [--folder FOLDER] [--pictures FOLDER]

The 16 articles of the file become documents, and all their questions are asked of all of them
at once, as ``footnote evaluate`` does. Questions are tagged by what their article was used
for: ``fitted`` by training/train_reader.py, ``chosen`` by training/calibrate_reader.py,
``reported`` for nothing but reporting. Only the figures of ``reported`` tell how it does on
articles that it has not seen; those are asked once more by themselves for the pictures, and for
what a threshold that refuses a quarter of the answerable would give.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.runs import evaluate_over
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.report.charts import pictures
from footnote.evaluation.report.results import Results
from footnote.evaluation.squad import write_articles
from training.squad import CHOOSE, FIT, REPORT

PARTS = {"fitted": FIT, "chosen": CHOOSE, "reported": REPORT}
SHOWN = (
    "accuracy", "exact_match", "f1", "recall@1", "recall@5", "recall@10", "mrr", "ndcg@10",
    "citation_exactness", "citation_precision", "citation_recall", "abstention_f1",
    "over_refusal", "false_answers", "aurc", "ece",
)  # fmt: skip


def tagged(path: Path) -> Iterator[Question]:
    """Give the questions, each with the part of its article as a tag."""
    for at, article in enumerate(read_articles(path)):
        part = next(name for name, numbers in PARTS.items() if at in numbers)
        yield from (replace(question, tags=(part,)) for question in article.questions)


def run(path: Path, folder: Path) -> tuple[Results, Results]:
    """Evaluate in a folder, or go on where that ended: all questions, and those reported."""
    corpus, questions = folder / "documents", list(tagged(path))
    write_articles(read_articles(path), corpus)
    reported = [each for each in questions if each.tags == ("reported",)]
    return (
        evaluate_over(corpus, path, questions, folder),
        evaluate_over(corpus, path, reported, folder / "reported", sweep=True),
    )


def at_a_quarter_refused(results: Results) -> dict[str, float]:
    """Return what the highest threshold that refuses at most 25 % of the answerable gives."""
    setting = [each for each in results.sweep if each.metrics["over_refusal"] <= 0.25][-1]
    return {"threshold": setting.threshold, **setting.metrics}


def main() -> None:
    """Print a table of the figures by part, and draw the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--folder", type=Path, help="kept; else a temporary one")
    parser.add_argument("--pictures", type=Path, help="where to write the pictures as PNG")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        results, reported = run(given.squad, given.folder or Path(temporary))
    by_part = {"all": results.metrics, **results.by["tag"]}
    print("| metric | " + " | ".join(by_part) + " |")
    print("|---|" + "---|" * len(by_part))
    for name in SHOWN:
        cells = [
            f"{each[name].value:.3f} ({each[name].low:.3f} to {each[name].high:.3f})"
            if name in each
            else ""
            for each in by_part.values()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    print("n: " + json.dumps({part: each["accuracy"].n for part, each in by_part.items()}))
    print(json.dumps(reported.outcomes))
    print("reported, at 25 % over-refusal: " + json.dumps(at_a_quarter_refused(reported)))
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
        for picture in pictures(reported):
            path = given.pictures / f"evaluation-{picture.name}.png"
            picture.draw(reported).savefig(path, dpi=110, facecolor="white")
            print(path)


if __name__ == "__main__":
    main()
