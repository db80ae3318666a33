"""Whether the support head tells supported claims from others, and how fast.

Usage: python -m benchmarks.support DATA [--model FOLDER] [--only SOURCE]

DATA holds reading/ and support/. Balanced accuracy at the head's own threshold, which was chosen
on other claims; beside it that of word overlap, at the threshold that is best on the very claims
that it is measured on. Intervals are percentile bootstraps over claims. The speed is a ratio to
stock PyTorch, fp32, the same pairs in the same run.
"""

import argparse
import csv
import os
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from benchmarks.timing import paired_ratio
from footnote.evaluation.intervals import bootstrap_interval
from footnote.generation.support_model import MAX_TOKENS, SupportModel
from footnote.models import models_folder
from footnote.store.terms import analyze
from training.export_support import balanced_accuracy
from training.squad import REPORT, read_paragraphs
from training.statements import Stater
from training.support_data import Judged, read_fool_me_twice, read_nli, read_traps

Array = NDArray[np.float64]
SPEED_PAIRS = 200
BATCH = 8
WRITTEN = Path(__file__).parent / "data" / "support" / "claims.tsv"


def reported(data: Path) -> dict[str, list[Judged]]:
    """Return the claims that figures are reported on, by source; none was learnt or chosen by."""
    squad = data / "reading" / "squad-dev-16-articles-v2.0.json.gz"
    plain = read_paragraphs(data / "reading" / "squad-train-v1.1.json.gz")
    return {
        "fool_me_twice": read_fool_me_twice(data / "support" / "fool_me_twice" / "test.jsonl.gz"),
        "cad_nli": read_nli(data / "support" / "cad_nli" / "test.tsv.gz"),
        "squad": read_traps(squad, REPORT, Stater(each.text for each in plain)),
        "written": written(squad),
    }


def written(squad: Path) -> list[Judged]:
    """Return claims as a language model writes them, half of them with an error put in."""
    articles: dict[int, list[str]] = {}
    for paragraph in read_paragraphs(squad):
        articles.setdefault(paragraph.article, []).append(paragraph.text)
    with WRITTEN.open(encoding="utf-8", newline="") as file:
        return [
            Judged(
                row["claim"],
                (articles[int(row["article"])][int(row["paragraph"])],),
                row["supported"] == "1",
                row["paragraph"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


def overlap(claims: Sequence[Judged]) -> Array:
    """Return the share of each claim's terms, folded and stemmed, that its evidence holds."""
    shares = []
    for each in claims:
        terms, held = set(analyze(each.claim)), set(analyze(" ".join(each.evidence)))
        shares.append(len(terms & held) / len(terms) if terms else 0.0)
    return np.array(shares)


def best_threshold(scores: Array, supported: Array) -> float:
    """Return the threshold with the highest balanced accuracy on these very claims."""
    values = [
        balanced_accuracy(supported, (scores >= at).astype(float)) for at in np.unique(scores)
    ]
    return float(np.unique(scores)[int(np.argmax(values))])


def report(name: str, claims: Sequence[Judged], model: SupportModel) -> None:
    """Print one source's row."""
    supported = np.array([float(each.supported) for each in claims])
    ours = np.array(model.score([(each.claim, " ".join(each.evidence)) for each in claims]))
    theirs = overlap(claims)
    said = (ours >= model.threshold).astype(float)
    base = (theirs >= best_threshold(theirs, supported)).astype(float)
    tuned = (ours >= best_threshold(ours, supported)).astype(float)

    def gain(gold: Array, one: Array, other: Array) -> Array:
        return balanced_accuracy(gold, one) - balanced_accuracy(gold, other)

    rows: list[tuple[Callable[..., Array], tuple[Array, ...]]] = [
        (balanced_accuracy, (supported, said)),
        (balanced_accuracy, (supported, base)),
        (gain, (supported, said, base)),
    ]
    cells = []
    for statistic, columns in rows:
        low, high = bootstrap_interval(statistic, columns)
        cells.append(f"{float(statistic(*columns)):.3f} ({low:.3f} to {high:.3f})")
    cells.append(f"{float(balanced_accuracy(supported, tuned)):.3f}")
    print(f"| {name} | {len(claims)} | {' | '.join(cells)} |", flush=True)


def compare_speed(folder: Path, pairs: Sequence[tuple[str, str]]) -> None:
    """Print how many pairs a second the shipped model scores, beside its like in PyTorch, fp32."""
    model = SupportModel(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    stock = BertModel(BertConfig.from_pretrained(str(models_folder() / "reader"))).eval()

    def theirs(size: int) -> None:
        for at in range(0, len(pairs), size):
            batch = tokenizer.encode_batch(list(pairs[at : at + size]))
            given = {
                "input_ids": torch.tensor([each.ids for each in batch]),
                "token_type_ids": torch.tensor([each.type_ids for each in batch]),
                "attention_mask": torch.tensor([each.attention_mask for each in batch]),
            }
            with torch.inference_mode():
                stock(**given)

    model.score(pairs)
    theirs(BATCH)
    ratio, ours_s, stock_s = paired_ratio(lambda: model.score(pairs), partial(theirs, BATCH))
    print(
        f"{len(pairs)} pairs on {os.cpu_count()} cores: ours {len(pairs) / min(ours_s):.0f}/s, "
        f"PyTorch fp32 in batches of {BATCH} {len(pairs) / min(stock_s):.0f}/s, median ratio "
        f"{ratio:.2f}"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", type=Path, default=models_folder() / "support")
    parser.add_argument("--only", help="one source, without the speed")
    given = parser.parse_args()
    model, sources = SupportModel(given.model), reported(given.data)
    print("| claims | n | head | word overlap, tuned here | gain | head, tuned here |")
    print("|---|---|---|---|---|---|")
    for name, claims in sources.items():
        if given.only in (None, name):
            report(name, claims, model)
    if given.only is not None:
        return
    pairs = [
        (each.claim, " ".join(each.evidence)) for claims in sources.values() for each in claims
    ]
    compare_speed(given.model, random.Random(0).sample(pairs, min(SPEED_PAIRS, len(pairs))))


if __name__ == "__main__":
    main()
