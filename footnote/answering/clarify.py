"""The question back, where one cannot be understood alone, with what it may mean."""

import re
from collections.abc import Iterator, Sequence

from footnote.answering import texts
from footnote.answering.draft import Draft
from footnote.answering.reader import Reading
from footnote.answering.wording import filled, is_part, leans_on
from footnote.records import Answer, Hit, Passage, Span

# How many readings are offered, of this many best places.
_MOST = 3
_DEPTH = 12
_NAME = re.compile(r"\b[A-Z][\w&.'-]*\w(?: (?:(?:of|the|and|de|von|van) ){0,2}[A-Z][\w&.'-]*\w)*")
_FIRST = re.compile(
    r"^(?:The|A|An|In|On|At|By|For|From|It|He|She|They|This|That|These|Those|Its|His|Her|Their|As"
    r"|After|Before|When|While|Since|During|However|Although|If|There|But|And|To|With|One)\b ?"
)


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
    """Give the first name of each place that is not its answer, each name once."""
    seen = {question.casefold()}
    for reading in readings:
        for span in _names(reading):
            name = reading.passage.quote(span).casefold()
            if not any(name in each or each in name for each in seen):
                seen.add(name)
                yield reading.passage, span
            break


def _names(reading: Reading) -> Iterator[Span]:
    passage, unit = reading.passage, reading.unit
    text = passage.quote(unit.span)
    for found in _NAME.finditer(text):
        first = _FIRST.match(found[0]) if found.start() == 0 else None
        span = Span(found.start() + (first.end() if first else 0), found.end())
        span = span.shift(unit.span.start)
        answered = span.start < reading.answer.end and reading.answer.start < span.end
        if len(span) > 2 and not answered:
            yield span
