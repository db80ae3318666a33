"""The question back, where one cannot be understood alone, with what it may mean."""

from collections.abc import Iterator, Sequence

from footnote.answering import texts
from footnote.answering.draft import Draft
from footnote.answering.names import named
from footnote.answering.reader import Reading
from footnote.answering.wording import filled, is_part, leans_on
from footnote.records import Answer, Hit, Passage, Span

# How many readings are offered, of this many best places.
_MOST = 3
_DEPTH = 12


def ask_back_for_more(question: str, draft: Draft) -> Answer | None:
    """Ask what a question that is only a part of one goes on from; None where it is whole."""
    if not is_part(question):
        return None
    draft.say(texts.PART)
    _, documents = draft.covered(_MOST)
    for document in documents:
        draft.cover(document)
    suggested = tuple(f"Give me an overview of {document.title}" for document in documents)
    return draft.answer(question, "clarify", (), 0.0, suggestions=suggested)


def ask_back(
    question: str, draft: Draft, hits: Sequence[Hit], readings: Sequence[Reading]
) -> Answer | None:
    """Ask what a word of the question stands for; None where there is one reading at most.

    What is offered are names in the sentences that may answer, each of which is cited.
    """
    word = leans_on(question)
    if word is None:
        return None
    offered = list(_subjects(readings[:_DEPTH], question))[:_MOST]
    if len(offered) < 2:
        return None
    draft.say(texts.meant(word))
    for passage, span in offered:
        draft.quote(passage, span)
    suggested = tuple(filled(question, passage.quote(span)) for passage, span in offered)
    sure = readings[0].confidence
    return draft.answer(question, "clarify", hits, sure, suggestions=suggested)


def _subjects(readings: Sequence[Reading], question: str) -> Iterator[tuple[Passage, Span]]:
    """Give for each place the name that the question most likely means, each name once."""
    seen = {question.casefold()}
    for reading in readings:
        names = sorted(_names(reading), key=lambda span: not _headed(reading.passage, span))
        for span in names[:1]:
            name = reading.passage.quote(span).casefold()
            if not any(name in each or each in name for each in seen):
                seen.add(name)
                yield reading.passage, span


def _headed(passage: Passage, span: Span) -> bool:
    """Tell whether a passage stands under a heading with a name in it: it is about that."""
    return passage.quote(span).casefold() in passage.path.casefold()


def _names(reading: Reading) -> Iterator[Span]:
    """Give the names in a place's sentence that are not its answer.

    What stands in a table, or is called as programs call things, is no subject of a conversation.
    """
    passage, unit = reading.passage, reading.unit
    if unit.kind not in ("sentence", "item"):
        return
    for start, name in named(passage.quote(unit.span)):
        span = Span(start, start + len(name)).shift(unit.span.start)
        if "_" not in name and not (
            span.start < reading.answer.end and reading.answer.start < span.end
        ):
            yield span
