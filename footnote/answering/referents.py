"""What a follow-up question refers to: a span of the conversation before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from footnote.answering.span_model import OnnxSpanModel, SpanModel
from footnote.answering.spans import best_spans
from footnote.asks import Turn
from footnote.models import models_folder

# Characters of an answer, and turns, that are looked into: what one refers to was said lately.
ANSWER_CHARACTERS = 200
TURNS = 3


@dataclass(frozen=True, slots=True)
class Referent:
    """What of the history a question leaves out, and how sure that is, 0 to 1."""

    text: str
    confidence: float


class Referents(Protocol):
    """Finds what a question refers to; must not depend on what was asked before or beside it."""

    def of(self, question: str, history: Sequence[Turn]) -> Referent | None:
        """Return the likeliest referent, None where nothing in the history can be one."""
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

    def of(self, question: str, history: Sequence[Turn]) -> Referent | None:
        text = told(history)
        # The first window holds the latest turns.
        windows = self._model().score(question, "", [text])[:1]
        for scored in windows:
            for found in best_spans(scored):
                return Referent(text[found.span.start : found.span.end], found.probability)
        return None


def load_referents() -> SpanReferents:
    """Return what the shipped model finds; a damaged one raises ModelError when it is needed."""
    return SpanReferents(lambda: OnnxSpanModel(models_folder() / "followups"))
