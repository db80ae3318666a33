"""Follow-up questions: what a question means after those that were asked before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.answering.intent import intent_of
from footnote.answering.referents import Referents
from footnote.answering.subject import names_in
from footnote.answering.wording import (
    asked_by,
    filled,
    instead,
    is_bare,
    pointing,
    put_into,
    wants_more,
)
from footnote.asks import Turn

# The least sureness of a referent where a word points at it, and where it is only left out;
# chosen by benchmarks/followups.py on the articles to choose by.
POINTED_AT = 0.2
LEFT_OUT = 0.5
# How many referents one question may leave out.
_MOST = 2


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is read.

    ``certain`` tells that it cannot be meant as it was asked, because it is no whole question or
    a word of it points at something; else it may also be about something new.
    """

    question: str
    certain: bool = True


def understood(question: str, history: Sequence[Turn], referents: Referents) -> Understood:
    """Return what a question means after a history; itself where it means what it says."""
    if not history or intent_of(question) in ("greeting", "thanks", "about", "count", "overview"):
        return Understood(question)
    if (whole := _completed(question, history, referents)) is not None:
        return Understood(whole)
    text, certain = question, False
    for _ in range(_MOST):
        points = pointing(text) is not None
        found = referents.of(text, history)
        if found is None or found.confidence < (POINTED_AT if points else LEFT_OUT):
            break
        if found.text.lower() in text.lower():
            break
        text, certain = filled(text, found.text), certain or points
    return Understood(text, certain or text == question)


def _completed(question: str, history: Sequence[Turn], referents: Referents) -> str | None:
    """Return the whole of a question that is only a part of one; None where it is whole."""
    word, part, more = is_bare(question), instead(question), wants_more(question)
    if word is None and part is None and not more:
        return None
    earlier = understood(history[-1].question, history[:-1], referents).question
    if word is not None:
        return asked_by(word, earlier)
    if part is not None:
        return put_into(part, earlier)
    names = [name.text for name in names_in(earlier)]
    found = referents.of(question, history)
    topic = names[-1] if names else found.text if found else earlier.rstrip("?")
    return f"Tell me more about {topic}"
