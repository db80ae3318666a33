"""QAMR: questions on single sentences of Wikipedia and Wikinews (Michael et al. 2018)."""

import gzip
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from footnote.records import Span

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": "“", "''": "”"}
_NO_SPACE_BEFORE = frozenset(". , ; : ? ! ) ] ” 's n't 're 've 'll 'd 'm %".split())
_NO_SPACE_AFTER = frozenset("( [ “ $ £ €".split())


@dataclass(frozen=True, slots=True)
class SentenceQuestion:
    """A question on one sentence; ``document`` tells which text the sentence is of."""

    document: str
    sentence: str
    question: str
    answer: Span


def read_qamr(folder: Path, part: str) -> list[SentenceQuestion]:
    """Return the questions of a part, "dev" or "test"; the two share no document.

    Only those whose answer is one run of tokens, on which two annotators of three agree.
    """
    texts = {row[0]: row[1] for row in _rows(folder / "wiki-sentences.tsv.gz")}
    rows = _rows(folder / f"filtered-{part}.tsv.gz")
    out: dict[tuple[str, str], SentenceQuestion] = {}
    for id_, _, _, _, _, question, *answers in rows:
        given = [tuple(map(int, each.split(":")[-1].split())) for each in answers]
        agreed = max(given, key=given.count)
        if given.count(agreed) < 2 or agreed != tuple(range(agreed[0], agreed[-1] + 1)):
            continue
        sentence, tokens = joined(texts[id_].split())
        answer = Span(tokens[agreed[0]].start, tokens[agreed[-1]].end)
        document = ":".join(id_.split(":")[1:3])
        key = (id_, question)
        out.setdefault(key, SentenceQuestion(document, sentence, question, answer))
    return list(out.values())


def by_document(asked: list[SentenceQuestion]) -> dict[str, list[str]]:
    """Return each document's sentences, each once."""
    out: dict[str, dict[str, None]] = defaultdict(dict)
    for each in asked:
        out[each.document][each.sentence] = None
    return {document: list(sentences) for document, sentences in out.items()}


def joined(tokens: list[str]) -> tuple[str, list[Span]]:
    """Join Penn Treebank tokens as they are written, and return the place of each.

    >>> joined(["He", "did", "n't", "-LRB-", "ever", "-RRB-", "."])[0]
    "He didn't (ever)."
    """
    text, spans, glued = "", [], True
    for token in tokens:
        shown = _BRACKETS.get(token, token)
        if not glued and shown not in _NO_SPACE_BEFORE:
            text += " "
        spans.append(Span(len(text), len(text) + len(shown)))
        text += shown
        glued = shown in _NO_SPACE_AFTER
    return text, spans


def _rows(path: Path) -> list[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split("\t")) for line in file]
