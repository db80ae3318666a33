"""What a history is worth: follow-ups with it, without, and as they were written.

Usage: python -m benchmarks.followups SQUAD_FILE [--part chosen] [--canard FILE]

Of the questions of SQuAD's articles that name what one of the three before them names too, the
name becomes a pronoun or is left out; see training/followups.py. All are asked of all 16 articles
at once: with the history, without it, and as written, which is the ceiling. Then each as written
after questions of another article, which must not be dragged along. ``--canard`` adds how near
rewriting comes to what people wrote, by the words that it adds (Voskarides et al. 2020).
"""

import argparse
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.runs import evaluate_over
from benchmarks.squad import PARTS
from footnote.answering.followup import meanings
from footnote.answering.referents import Referents, SpanReferents, load_referents, told
from footnote.answering.span_model import OnnxSpanModel
from footnote.asks import Turn
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.report.results import Results
from footnote.evaluation.squad import write_articles
from footnote.evaluation.text_match import words
from training.followup_examples import Rewritten, part_of, read_canard
from training.followups import FollowUp, follow_ups

SEED = 9
SHOWN = ("recall@1", "recall@10", "f1", "over_refusal")


def variants(made: Sequence[FollowUp]) -> dict[str, list[Question]]:
    """Return the questions by how they are asked."""
    rng = random.Random(SEED)
    others = [rng.choice([b for b in made if b.asked.document != a.asked.document]) for a in made]
    return {
        "as written": [each.alone for each in made],
        "with history": [each.asked for each in made],
        "without": [replace(each.asked, history=()) for each in made],
        "as written, after another topic": [
            replace(each.alone, history=other.asked.history)
            for each, other in zip(made, others, strict=True)
        ],
    }


def closed(by: dict[str, Results], name: str) -> float:
    """Return the share of the gap between without a history and as written that it closes."""
    low, high = by["without"].metrics[name].value, by["as written"].metrics[name].value
    return (by["with history"].metrics[name].value - low) / (high - low)


def report(made: Sequence[FollowUp], squad: Path, folder: Path) -> None:
    """Print a table of the figures by how it is asked."""
    by = {
        name: evaluate_over(folder / "documents", squad, questions, folder / name)
        for name, questions in variants(made).items()
    }
    print("| asked | " + " | ".join(SHOWN) + " |\n|---|" + "---|" * len(SHOWN))
    for name, results in by.items():
        cells = (
            f"{each.value:.3f} ({each.low:.3f} to {each.high:.3f})"
            for each in (results.metrics[figure] for figure in SHOWN)
        )
        print(f"| {name} | " + " | ".join(cells) + " |")
    print(f"| gap closed | {' | '.join(f'{closed(by, each):.0%}' for each in SHOWN)} |")


class Nothing:
    """Questions as they are."""

    def of(self, question: str, history: Sequence[Turn]) -> list[str]:
        return []


def added_f1(each: Rewritten, rewrite: str) -> tuple[int, int, int]:
    """Count the words added that people added, those added, and those that people added."""
    asked, gold = set(words(each.question)), set(words(each.rewrite))
    ours = set(words(rewrite)) - asked
    wanted = gold - asked
    return len(ours & wanted), len(ours), len(wanted)


def canard(rows: Iterable[Rewritten], model: Path | None) -> None:
    """Print how near each way comes to what people wrote."""
    kept = [row for row in rows if row.history]
    print(
        f"CANARD, {len(kept)} questions\n"
        "| way | precision | recall | F1 of added words |\n|---|---|---|---|"
    )
    ways: dict[str, Referents] = {
        "as asked": Nothing(),
        "by names": load_referents(),
    }
    if model:
        ways["by the model"] = SpanReferents(lambda: OnnxSpanModel(model))
    for name, referents in ways.items():
        counts = np.array(
            [added_f1(row, meanings(row.question, row.history, referents)[0]) for row in kept]
        ).sum(axis=0)
        right, ours, wanted = map(float, counts)
        print(
            f"| {name} | {right / max(ours, 1):.3f} | {right / wanted:.3f} "
            f"| {2 * right / (ours + wanted):.3f} |"
        )
    there = sum(
        bool(set(words(row.rewrite)) - set(words(row.question)))
        and set(words(row.rewrite)) - set(words(row.question)) <= set(words(told(row.history)))
        for row in kept
    )
    print(f"of {len(kept)}, {there} add words that all stand in what is read of the history")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--part", choices=PARTS, default="reported")
    parser.add_argument("--canard", type=Path)
    parser.add_argument("--model", type=Path, help="a folder that export_reader wrote")
    given = parser.parse_args()
    articles = read_articles(given.squad)
    made = [
        each
        for at in PARTS[given.part]
        for each in follow_ups(articles[at], random.Random(f"{SEED} {at}"))
    ]
    print(
        f"{given.part}: {len(made)} follow-ups, "
        f"{sum(each.kind == 'pronoun' for each in made)} by a pronoun"
    )
    with tempfile.TemporaryDirectory() as temporary:
        write_articles(articles, Path(temporary, "documents"))
        report(made, given.squad, Path(temporary))
    if given.canard:
        part = {"chosen": "choose", "reported": "report", "fitted": "fit"}[given.part]
        rows = [row for row in read_canard(given.canard) if part_of(row.article) == part]
        canard(rows, given.model)


if __name__ == "__main__":
    main()
