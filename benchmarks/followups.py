"""What a history is worth: follow-ups with it, without, and as they were written.

Usage: python -m benchmarks.followups SQUAD_FILE [--part chosen] [--canard FILE]

Of the questions of SQuAD's articles that name what one of the three before them names too, the
name becomes a pronoun or is left out; see benchmarks/followup_data.py. All are asked of all 16
articles at once: with the history, without it, and as written, which is the ceiling. Then each as
written after questions of another article, which must not be dragged along. ``--canard`` adds how
near rewriting comes to what people wrote, by the words that it adds (Voskarides et al. 2020).
"""

import argparse
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.canard import Rewritten, part_of, read_canard
from benchmarks.followup_data import FollowUp, follow_ups
from benchmarks.runs import evaluate_over
from benchmarks.squad import PARTS
from footnote.answering.followup import meanings
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.report.results import Results
from footnote.evaluation.squad import write_articles
from footnote.evaluation.text_match import words

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


def added(each: Rewritten, rewrite: str) -> tuple[int, int, int]:
    """Count the words added that people added, those added, and those that people added."""
    asked, gold = set(words(each.question)), set(words(each.rewrite))
    ours = set(words(rewrite)) - asked
    wanted = gold - asked
    return len(ours & wanted), len(ours), len(wanted)


def canard(rows: Iterable[Rewritten]) -> None:
    """Print how near the likeliest meaning comes to what people wrote, and as asked."""
    kept = [row for row in rows if row.history]
    print(
        f"CANARD, {len(kept)} questions\n"
        "| meant | precision | recall | F1 of added words |\n|---|---|---|---|"
    )
    ways = {"as asked": lambda row: row.question, "likeliest": likeliest, "best of those": best_of}
    for name, meant in ways.items():
        right, ours, wanted = (
            float(sum(each)) for each in zip(*(added(row, meant(row)) for row in kept), strict=True)
        )
        print(
            f"| {name} | {right / max(ours, 1):.3f} | {right / wanted:.3f} "
            f"| {2 * right / (ours + wanted):.3f} |"
        )


def likeliest(row: Rewritten) -> str:
    """Return what is tried first."""
    return meanings(row.question, row.history)[0]


def best_of(row: Rewritten) -> str:
    """Return what is nearest to what people wrote, of all that is tried."""
    return max(meanings(row.question, row.history), key=lambda each: added(row, each)[0])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--part", choices=PARTS, default="reported")
    parser.add_argument("--canard", type=Path)
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
        canard(rows)


if __name__ == "__main__":
    main()
