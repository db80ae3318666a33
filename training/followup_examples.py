"""What the model of follow-ups learns from: questions, and what of the history they leave out.

A question whose name was replaced or left out has the name's latest mention as its answer; as it
was written, or after a history of something else, it has none. CANARD's rewrites tell of people
who asked so by themselves (Elgohary et al. 2019).
"""

import difflib
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from footnote.answering.referents import told
from footnote.asks import Turn
from footnote.evaluation.squad import Article
from footnote.records import Span
from training.followups import follow_ups, histories
from training.reading_examples import Example


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


_POINTING = frozenset(
    "it its he his him she her hers they their theirs them this that these those there one".split()
)


def added(question: str, rewrite: str) -> list[str]:
    """Return what a rewrite has besides the words of the question: first what pronouns became.

    >>> added("When did they disband there?", "In 1969, when did the Mothers disband in Paris?")
    ['the Mothers', 'in Paris', 'In 1969']
    """
    words, others = question.split(), rewrite.split()
    plain = [[re.sub(r"[^\w]", "", each.lower()) for each in text] for text in (words, others)]
    matched = difflib.SequenceMatcher(None, plain[0], plain[1], autojunk=False)
    became: list[str] = []
    besides: list[str] = []
    for kind, first, last, start, end in matched.get_opcodes():
        if kind in ("replace", "insert"):
            pointed = _POINTING & set(plain[0][first:last])
            piece = " ".join(others[start:end]).strip(' ?.,"')
            (became if pointed else besides).append(piece)
    return became or sorted(besides, key=len, reverse=True)


_BEFORE = re.compile(
    r"^(?:in|of|at|for|from|by|on|to|with|about|besides|other than|aside from) ", re.I
)


def referent_in(text: str, pieces: Sequence[str]) -> Span | None:
    """Return where the first of some additions that is there stands in a history, or None."""
    for piece in pieces:
        name = re.sub(r"['’]s?$", "", _BEFORE.sub("", piece))
        for form in (name, re.sub(r"^(?:the|The) ", "", name)):
            found = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE)
            if found and len(form) > 2:
                return Span(*found.span())
    return None


@dataclass(frozen=True, slots=True)
class FollowUpSources:
    """SQuAD's articles, and the rewritten questions to be learnt."""

    articles: Sequence[Article]
    rewritten: Sequence[Rewritten]
    rewritten_times: int = 3

    def epoch(self, number: int) -> list[Example]:
        """Return the examples of one pass, shuffled; the same for the same number."""
        rng = random.Random(f"epoch {number}")
        out = [*self._of_squad(rng)]
        for _ in range(self.rewritten_times):
            out += self._of_canard(rng)
        rng.shuffle(out)
        return out

    def _of_squad(self, rng: random.Random) -> Iterator[Example]:
        everything = [question.text for article in self.articles for question in article.questions]
        for article in self.articles:
            for made in follow_ups(article, rng):
                history = made.asked.history
                yield _example(made.asked.text, history, [made.name])
                if rng.random() < 0.5:
                    yield _example(made.alone.text, history, [])
            for question, history in histories(article, rng):
                # Most of these share no name with what was before; some do.
                if history and rng.random() < 0.15:
                    yield _example(question.text, history, [])
                if history and rng.random() < 0.1:
                    yield _example(rng.choice(everything), history, [])

    def _of_canard(self, rng: random.Random) -> Iterator[Example]:
        for each in self.rewritten:
            # As it is there, and without what it is about, which a chat does not have.
            history = each.history if rng.random() < 0.5 else each.history[1:]
            if not history:
                continue
            pieces = added(each.question, each.rewrite)
            if not pieces or referent_in(told(history), pieces) is not None:
                yield _example(each.question, history, pieces)
                if pieces and rng.random() < 0.3:
                    yield _example(each.rewrite, history, [])


def _example(question: str, history: Sequence[Turn], pieces: Sequence[str]) -> Example:
    text = told(history)
    return Example(question, "", text, referent_in(text, pieces) if pieces else None, None)
