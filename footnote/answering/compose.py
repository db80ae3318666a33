"""Make an answer of what was found: one function a kind of answer."""

from collections.abc import Sequence
from dataclasses import replace

from footnote.answering import texts
from footnote.answering.cells import said_by
from footnote.answering.choose import another, disagree, explanation
from footnote.answering.commands import code_after
from footnote.answering.draft import Draft, final_order
from footnote.answering.duplicates import repeats
from footnote.answering.intent import Intent
from footnote.answering.lists import FoundList, list_at
from footnote.answering.named_document import named_document, subject_of
from footnote.answering.named_lists import NAMED, named_list
from footnote.answering.overview import MOST_SENTENCES, overview_of
from footnote.answering.reader import Reading
from footnote.answering.subject import ASKING, names_in, text_about, unmentioned
from footnote.embedding import Embedder
from footnote.records import Answer, Hit, Passage, Span, Statement
from footnote.store.snapshot import Snapshot
from footnote.store.terms import analyze

# How many titles a description of the chat, and how many documents an overview of all, names.
_TITLES = 8
_OVERVIEW_DOCUMENTS = 5
# How many sentences of each, by how many there are.
_SENTENCES_EACH = {1: MOST_SENTENCES, 2: 2}
# The share of a question's words that a passage holds which speaks of it.
_MOST_WORDS = 0.75
# For a list, how far down the readings one that belongs to a list may stand.
_LIST_DEPTH = 5


def not_found(question: str, draft: Draft, hits: Sequence[Hit], confidence: float) -> Answer:
    """Say that the documents do not answer, with the nearest passages and no citation."""
    draft.say(texts.NOT_FOUND)
    return draft.answer(question, "not_found", hits, confidence)


def gated(answer: Answer, threshold: float) -> Answer:
    """Return what is said of the best answer: itself, or silence where it is too unsure.

    An answer is given exactly where its confidence is at least ``threshold``.
    """
    if answer.status != "answered" or answer.confidence >= threshold:
        return answer
    said = texts.NEAR if _speaks_of_it(answer) else texts.NOT_FOUND
    return replace(
        answer,
        status="not_found",
        text=said,
        statements=(Statement(said),),
        citations=(),
        conflicts=(),
        short_answer=None,
    )


def about(question: str, draft: Draft, intent: Intent) -> Answer:
    """Tell what the chat is and covers; a title that stands in its document is cited there."""
    total, documents = draft.covered(_TITLES)
    said = {"greeting": texts.GREETING, "thanks": texts.WELCOME, "count": texts.count(total)}
    draft.say(said.get(intent, texts.ABOUT))
    draft.say(texts.COVERED)
    for document in documents:
        draft.cover(document)
    if total > len(documents):
        draft.say(texts.MORE)
    return draft.answer(question, "about", (), 1.0)


def overview(question: str, draft: Draft, hits: Sequence[Hit], embedder: Embedder) -> Answer | None:
    """Give a few cited sentences from several sections, None where nothing fits.

    With words that name a subject it is of the document that they name; without, of all
    documents.
    """
    subject = subject_of(question)
    documents = list(dict.fromkeys(hit.passage.document_id for hit in hits))
    confidence = 1.0
    if subject and documents:
        named = named_document(draft, hits, subject)
        confidence = named.confidence
        places = overview_of(draft.catalogue, named.id, embedder)
    else:
        each = _SENTENCES_EACH.get(len(documents), 1)
        places = [
            place
            for document_id in documents[:_OVERVIEW_DOCUMENTS]
            for place in overview_of(draft.catalogue, document_id, embedder, each)
        ]
    if not places:
        return None
    said: list[str] = []
    for passage, unit in places:
        if not repeats(passage.quote(unit.span), said):
            draft.quote(passage, unit.span)
            said.append(passage.quote(unit.span))
    return draft.answer(question, "answered", hits, confidence, separator=" ")


def from_readings(
    question: str,
    draft: Draft,
    hits: Sequence[Hit],
    readings: Sequence[Reading],
    intent: Intent,
) -> Answer:
    """Answer with the best reading: its sentence, with others if need be, or its list."""
    best, ordered = readings[0], final_order(hits, readings)
    named = named_list(question, draft.catalogue, hits) if intent == "list" else None
    found = named or _list_for(draft.catalogue, readings, intent)
    if found is not None:
        sure = max(NAMED, best.confidence) if named else best.confidence
        return _list(question, draft, ordered, found, sure)
    if intent == "explain" and best.unit.kind != "row":
        separator = " "
        for reading in explanation(readings):
            draft.quote(*_said(reading))
            if _quote_code(draft, reading):
                separator = "\n"
        short = best.passage.quote(best.answer)
        return draft.answer(question, "answered", ordered, best.confidence, short, separator)
    return _fact(question, draft, ordered, readings)


def _list(
    question: str, draft: Draft, ordered: Sequence[Hit], found: FoundList, sure: float
) -> Answer:
    """Answer with a list, whose passages come first."""
    places = [*([found.lead] if found.lead else []), *found.items]
    for passage, unit in places:
        draft.quote(passage, unit.span)
    said = dict.fromkeys(passage.id for passage, _ in places)
    first = sorted(ordered, key=lambda hit: hit.passage.id not in said)
    return draft.answer(question, "answered", first, sure)


def _fact(
    question: str, draft: Draft, ordered: Sequence[Hit], readings: Sequence[Reading]
) -> Answer:
    """Answer with the best reading, and with what another document says instead or as well."""
    best, sure = readings[0], readings[0].confidence
    number = draft.quote(*_said(best))
    _quote_code(draft, best)
    other = another(question, readings)
    if other is not None and disagree(question, best, other):
        draft.say(texts.DISAGREE)
        draft.disagree(number, draft.quote(*_said(other)))
        sure = _against(sure, other.confidence)
    elif other is not None and not unmentioned(names_in(question), text_about(other)):
        draft.say(texts.ALSO)
        draft.quote(*_said(other))
    short = best.passage.quote(said_by(best.passage, best.unit, best.answer)[1])
    return draft.answer(question, "answered", ordered, sure, short)


def _against(sure: float, other: float) -> float:
    """Return how sure to be of the better of two answers of which one at most is right.

    >>> round(_against(0.8, 0.7), 2), _against(0.8, 0.0)
    (0.55, 0.8)
    """
    return sure * (1 - other) / max(1e-9, 1 - sure * other)


def _quote_code(draft: Draft, reading: Reading) -> bool:
    """Say the code that a reading's sentence leads into; return whether there is any."""
    led = code_after(draft.catalogue, reading.passage, reading.unit)
    if led is not None:
        draft.quote(*led)
    return led is not None


def _said(reading: Reading) -> tuple[Passage, Span]:
    return reading.passage, said_by(reading.passage, reading.unit, reading.answer)[0]


def _speaks_of_it(answer: Answer) -> bool:
    """Tell whether the nearest passage holds most of a question's words."""
    words = set(analyze(answer.question)) - ASKING
    nearest = analyze(answer.passages[0].text) if answer.passages else ()
    return len(words) > 1 and len(words.intersection(nearest)) >= _MOST_WORDS * len(words)


def _list_for(catalogue: Snapshot, readings: Sequence[Reading], intent: Intent) -> FoundList | None:
    """Return the list to answer with: one asked for, or one that the best sentence leads into."""
    found = list_at(catalogue, readings[0])
    if intent != "list":
        best = readings[0].unit
        return found if found and found.lead and found.lead[1].span == best.span else None
    nearby = (list_at(catalogue, reading) for reading in readings[1:_LIST_DEPTH])
    return found or next((each for each in nearby if each is not None), None)
