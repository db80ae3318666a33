"""Claims with evidence that people judged: Fool Me Twice, edited SNLI, and SQuAD's traps."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.statements import Stater


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim and whether its evidence supports it.

    ``others`` are sentences of the same page that are not the evidence; ``group`` tells which
    claims may share evidence: a page, or a scene and its edits.
    """

    claim: str
    evidence: tuple[str, ...]
    supported: bool
    group: str
    title: str = ""
    others: tuple[str, ...] = ()


def read_fool_me_twice(path: Path) -> list[Judged]:
    """Return the claims of a part (Eisenschlos et al. 2021); no page is in two parts."""
    out = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            gold = tuple(each["text"].strip() for each in row["gold_evidence"])
            found = (each["text"].strip() for each in row["retrieved_evidence"])
            page = row["wikipedia_page"]
            others = tuple(dict.fromkeys(each for each in found if each not in gold))
            supported = row["label"] == "SUPPORTS"
            out.append(Judged(row["text"].strip(), gold, supported, page, page, others))
    return out


def read_nli(path: Path) -> list[Judged]:
    """Return pairs of counterfactually edited SNLI (Kaushik et al. 2020).

    Supported is what is entailed. Five rows running are one original with its edits.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return [
        Judged(claim, (evidence,), label == "entailment", f"scene {n // 5}")
        for n, (evidence, claim, label) in enumerate(rows)
    ]


def read_traps(path: Path, articles: tuple[int, ...], stater: Stater) -> list[Judged]:
    """Return statements of SQuAD 2.0: of right answers, and of the plausible wrong ones.

    People wrote those questions so that the paragraph does not answer them (Rajpurkar et al.
    2018); ``articles`` are places in the file.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    out = []
    for at in articles:
        title = data[at]["title"].replace("_", " ")
        for paragraph in data[at]["paragraphs"]:
            for qa in paragraph["qas"]:
                given = qa["plausible_answers"] if qa["is_impossible"] else qa["answers"]
                # The answer that most annotators gave.
                texts = [each["text"] for each in given]
                claim = texts and stater.statement(qa["question"], max(texts, key=texts.count))
                if claim:
                    supported = not qa["is_impossible"]
                    evidence = (paragraph["context"],)
                    out.append(Judged(claim, evidence, supported, f"squad {at}", title))
    return out


def fitted(claims: Sequence[Judged]) -> list[Judged]:
    """Return the claims to learn from; those of every sixth group are for choosing."""
    return [each for each, kept in _parted(claims) if kept]


def chosen(claims: Sequence[Judged]) -> list[Judged]:
    """Return the claims to choose a threshold by."""
    return [each for each, kept in _parted(claims) if not kept]


def _parted(claims: Sequence[Judged]) -> list[tuple[Judged, bool]]:
    groups = sorted({each.group for each in claims})
    kept = {group: n % 6 != 0 for n, group in enumerate(groups)}
    return [(each, kept[each.group]) for each in claims]
