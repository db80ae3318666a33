"""What a follow-up question refers to: a span of the conversation before it."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

from footnote.answering.span_model import SpanModel
from footnote.answering.spans import best_spans
from footnote.answering.wording import names_of, pointing
from footnote.asks import Turn

# Characters of an answer, and turns, that are looked into: what one refers to was said lately.
ANSWER_CHARACTERS = 200
TURNS = 3
# The least share of the spans, and of none, that a span must have.
LEAST = 0.02


_PERSON = frozenset("he his him she her".split())
_MANY = frozenset("they their them these those".split())
_IN = re.compile(r"\b(?:in|at|near|from) (?:the )?$", re.IGNORECASE)


class Referents(Protocol):
    """Finds what a question refers to; must not depend on what was asked before or beside it."""

    def of(self, question: str, history: Sequence[Turn]) -> list[str]:
        """Return what it may refer to, in the history's words, likeliest first."""
        ...


def told(history: Sequence[Turn]) -> str:
    """Return a history as it is read: the last turn first, each question before its answer.

    >>> told([Turn("Who sang?", "Ann."), Turn("When?", "In 1969.")])
    'When?\\nIn 1969.\\nWho sang?\\nAnn.'
    """
    lines = []
    for turn in reversed(history[-TURNS:]):
        lines += [_line(turn.question), _line(turn.answer[:ANSWER_CHARACTERS])]
    return "\n".join(filter(None, lines))


def _line(text: str) -> str:
    return " ".join(text.split())


class SpanReferents:
    """Referents by a span model trained to find them; see models/followups.

    ``load`` is called for the first question that has a history.
    """

    def __init__(self, load: Callable[[], SpanModel]) -> None:
        self._model = cache(load)

    def of(self, question: str, history: Sequence[Turn]) -> list[str]:
        lines = told(history).split("\n")
        # The first window holds the latest turns.
        windows = self._model().score(question, "", lines)[:1]
        found = [each for scored in windows for each in best_spans(scored)]
        found.sort(key=lambda each: -each.probability)
        said = (each.span.quote(lines[each.piece]) for each in found if each.probability > LEAST)
        return [each for each in dict.fromkeys(said) if each.lower() not in question.lower()]


class NamedReferents:
    """Referents by what was named: lately, often, in a question, and fit for the pronoun.

    The weights are what guessed most of the names right in follow-ups made of SQuAD 1.1's
    training articles and in half of CANARD's articles; see training/followups.py.
    """

    def of(self, question: str, history: Sequence[Turn]) -> list[str]:
        turns = history[-TURNS:]
        whole = " ".join(f"{turn.question} {turn.answer}" for turn in turns)
        scores: dict[str, float] = {}
        for back, turn in enumerate(reversed(turns)):
            for answer, text in enumerate((turn.question, turn.answer[:ANSWER_CHARACTERS])):
                for place, name in enumerate(names_of(text)):
                    often = min(3, whole.count(name))
                    score = often - 0.75 * back - 0.9 * answer - 0.5 * place
                    score += _fit(question, name, text)
                    scores[name] = max(score, scores.get(name, score))
        ranked = sorted(scores, key=lambda name: -scores[name])
        return [name for name in ranked if name.lower() not in question.lower()]


def _fit(question: str, name: str, text: str) -> float:
    """Tell how well a name in a text fits what points at it in a question."""
    found = pointing(question)
    if found is None:
        return 0.0
    word, place = found[0].lower(), _IN.search(text[: text.find(name)])
    if word in _PERSON:
        person = len(name.split()) <= 2 and not place and f"the {name}" not in text
        return 0.95 * person
    many = name.endswith("s") and not name.endswith("ss")
    if word in _MANY:
        return 1.5 * many
    return 0.7 * bool(place) if found["place"] else -0.45 * many


def load_referents() -> Referents:
    """Return what finds referents."""
    return NamedReferents()
