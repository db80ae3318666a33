"""How the reader does when it is given the right paragraph, and how fast it is.

Usage: python -m benchmarks.reading SQUAD_FILE [--model FOLDER] [--part reported]

Asks the questions of SQuAD 2.0's articles of their own paragraph. F1 is SQuAD's, at the best
threshold of the no-answer score as the official scorer has it, and of the answerable questions
alone if all are answered. The speed is a ratio to stock transformers, fp32, the same pairs in
the same run.
"""

import argparse
import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertForQuestionAnswering, BertTokenizerFast

from benchmarks.squad import PARTS
from benchmarks.timing import paired_ratio
from footnote.answering.span_model import OnnxSpanModel, SpanModel
from footnote.answering.spans import best_of_windows
from footnote.evaluation.intervals import bootstrap_interval
from footnote.evaluation.text_match import f1
from footnote.models import models_folder
from training.calibrate_reader import false_answers_at
from training.squad import Paragraph, read_paragraphs

Array = NDArray[np.float64]
SPEED_PAIRS = 100


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader made of a question with its paragraph.

    ``f1`` is its best span's, 0 where there is no answer; ``margin`` is that span's over no
    answer, ``answers`` the verdict.
    """

    answerable: bool
    f1: float
    margin: float
    answers: float


def read_all(model: SpanModel, paragraphs: Sequence[Paragraph], threads: int = 2) -> list[Read]:
    """Ask every question of its paragraph."""

    def one(asked: tuple[Paragraph, int]) -> Read:
        paragraph, at = asked
        question = paragraph.asked[at]
        windows = model.score(question.text, paragraph.title, [paragraph.text])
        best = best_of_windows(windows)[0]
        gold = [span.quote(paragraph.text) for span in question.answers]
        given = best.span.quote(paragraph.text)
        answers = max(window.answers for window in windows)
        return Read(bool(gold), f1(given, gold) if gold else 0.0, best.margin, answers)

    pairs = [(each, at) for each in paragraphs for at in range(len(each.asked))]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, pairs))


def best_f1(sure: Array, f1s: Array, answerable: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the highest mean F1 over all thresholds, silence being right where there is none.

    And the threshold: what is at least as sure is answered.
    """
    order = np.argsort(-sure)
    # Answering one more gains its F1, and loses the silence that was right if unanswerable.
    gains = np.where(answerable[order], f1s[order], -1.0)
    totals = np.concatenate([[0.0], np.cumsum(gains)]) + (~answerable).sum()
    best = int(totals.argmax())
    return float(totals[best] / len(sure)), float(sure[order][best - 1]) if best else np.inf


def half(reads: Sequence[Read]) -> list[Read]:
    """Return as many unanswerable as answerable ones, drawn by a fixed seed."""
    groups = [[each for each in reads if each.answerable is kind] for kind in (True, False)]
    size = min(map(len, groups))
    return [each for group in groups for each in random.Random(0).sample(group, size)]


def report(reads: Sequence[Read]) -> None:
    """Print the figures of some questions, half of them unanswerable."""
    reads = half(reads)
    answerable = np.array([each.answerable for each in reads])
    f1s = np.array([each.f1 for each in reads])
    low, high = bootstrap_interval(lambda values: values.mean(axis=-1), (f1s[answerable],))
    print(
        f"{len(reads)} questions; answerable if always answered: F1 "
        f"{f1s[answerable].mean():.3f} ({low:.3f} to {high:.3f})"
    )
    for name in ("margin", "answers", "sum"):
        margin = np.array([each.margin for each in reads])
        answers = np.array([each.answers for each in reads])
        sure = {"margin": margin, "answers": answers, "sum": margin + answers}[name]
        value, at = best_f1(sure, f1s, answerable)
        shown = {r: round(false_answers_at(r, sure, answerable), 3) for r in (0.2, 0.25, 0.3)}
        print(f"by {name}: best F1 {value:.3f} at {at:.2f}; false answers by over-refusal {shown}")


def compare_speed(folder: Path, paragraphs: Sequence[Paragraph]) -> None:
    """Print how many pairs a second the shipped model reads, beside stock transformers, fp32."""
    asked = [(p.asked[0].text, p.text) for p in paragraphs if p.asked]
    pairs = random.Random(0).sample(asked, min(SPEED_PAIRS, len(asked)))
    model = OnnxSpanModel(folder)
    tokenizer = BertTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    stock = BertForQuestionAnswering.from_pretrained(str(folder), dtype=torch.float32).eval()

    def ours() -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda pair: model.score(pair[0], "", [pair[1]]), pairs))

    def theirs(size: int) -> None:
        for at in range(0, len(pairs), size):
            questions, texts = zip(*pairs[at : at + size], strict=True)
            batch = tokenizer(
                questions, texts, truncation="only_second", max_length=256, padding=True,
                return_tensors="pt",
            )  # fmt: skip
            with torch.inference_mode():
                stock(**batch)

    ours()
    theirs(8)
    for size in (1, 8):
        ratio, ours_s, stock_s = paired_ratio(ours, partial(theirs, size))
        print(
            f"{len(pairs)} pairs: ours {len(pairs) / min(ours_s):.0f}/s, transformers fp32 in "
            f"batches of {size} {len(pairs) / min(stock_s):.0f}/s, median ratio {ratio:.2f}"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--model", type=Path, default=models_folder() / "reader")
    parser.add_argument("--part", choices=PARTS, default="reported")
    given = parser.parse_args()
    model = OnnxSpanModel(given.model)
    paragraphs = [p for p in read_paragraphs(given.squad) if p.article in PARTS[given.part]]
    report(read_all(model, paragraphs))
    compare_speed(given.model, paragraphs)


if __name__ == "__main__":
    main()
