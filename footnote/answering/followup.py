"""Follow-up questions: what a question means after those that were asked before it."""

from collections.abc import Callable, Sequence

from footnote.answering.intent import intent_of
from footnote.answering.names import names_of
from footnote.answering.referents import referents
from footnote.answering.wording import (
    asked_by,
    filled,
    instead,
    is_bare,
    pointing,
    put_into,
    wants_more,
)
from footnote.records import Turn

Find = Callable[[str, Sequence[Turn]], list[str]]
# How many referents are tried: which of them is meant, the documents tell.
_TRIED = 3


def meanings(question: str, history: Sequence[Turn], find: Find = referents) -> tuple[str, ...]:
    """Return what a question may mean after a history, likeliest first; itself if nothing else.

    A question in which a word points at something may mean it of each thing that was named; one
    that names nothing may be about what was named, or about something new. ``find`` gives what it
    may refer to, likeliest first.
    """
    if not history or intent_of(question) in ("greeting", "thanks", "about", "count", "overview"):
        return (question,)
    if (whole := _completed(question, history, find)) is not None:
        return (whole,)
    if pointing(question):
        tried = [filled(question, each) for each in find(question, history)[:_TRIED]]
        return (*tried, question)
    if names_of(question):
        return (question,)
    return (question, *(filled(question, each) for each in find(question, history)[:1]))


def _completed(question: str, history: Sequence[Turn], find: Find) -> str | None:
    """Return the whole of a question that is only a part of one; None where it is whole."""
    word, part, more = is_bare(question), instead(question), wants_more(question)
    if word is None and part is None and not more:
        return None
    earlier = meanings(history[-1].question, history[:-1], find)[0]
    if word is not None:
        return asked_by(word, earlier)
    if part is not None:
        return put_into(part, earlier)
    named = names_of(earlier) or find(question, history)
    return f"Tell me more about {named[-1] if named else earlier.rstrip('?')}"
