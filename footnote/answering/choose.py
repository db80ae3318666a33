"""Which readings an answer is made of: the best alone, some that explain, or two that disagree."""

from collections.abc import Sequence

from footnote.answering.duplicates import differ_in_a_number, repeats
from footnote.answering.reader import Reading
from footnote.store.terms import analyze

# An explanation has at most this many sentences, of this many best readings, each at least as
# sure as this share of the best.
MOST_SENTENCES = 3
_DEPTH = 6
_SURE_ENOUGH = 0.2
# Two answers disagree if both are about as sure, and about as much of the question is in both.
_AS_SURE = 0.7
_AS_MUCH = 0.75


def explanation(readings: Sequence[Reading]) -> list[Reading]:
    """Return the best reading and those of its document that support it, in document order."""
    best = readings[0]
    chosen: list[Reading] = []
    said: list[str] = []
    for reading in readings[:_DEPTH]:
        sentence = reading.passage.quote(reading.unit.span)
        if (
            reading.passage.document_id == best.passage.document_id
            and reading.confidence >= _SURE_ENOUGH * best.confidence
            and not repeats(sentence, said)
        ):
            chosen.append(reading)
            said.append(sentence)
    return sorted(chosen[:MOST_SENTENCES], key=lambda reading: reading.unit.span)


def disagreeing(question: str, readings: Sequence[Reading]) -> Reading | None:
    """Return the reading of another document that answers differently, None if there is none.

    Must be about as sure as the best, and hold about as much of what the question names:
    sentences on other subjects answer differently without disagreeing.
    """
    best = readings[0]
    terms = set(analyze(question))
    needed = _AS_MUCH * len(terms & _terms(best))
    return next(
        (
            reading
            for reading in readings[1:]
            if reading.passage.document_id != best.passage.document_id
            and reading.confidence >= _AS_SURE * best.confidence
            and len(terms & _terms(reading)) >= needed
            and _differ(best, reading)
        ),
        None,
    )


def _terms(reading: Reading) -> set[str]:
    """The terms of a reading's sentence and of the headings that it stands under."""
    sentence = reading.passage.quote(reading.unit.span)
    return set(analyze(f"{' '.join(reading.passage.headings)} {sentence}"))


def _answer(reading: Reading) -> set[str]:
    return set(analyze(reading.passage.quote(reading.answer)))


def _differ(one: Reading, other: Reading) -> bool:
    """Tell whether two answers differ: a part of an answer, "1999" of "May 1999", does not.

    Sentences that are the same but for a number do, whatever part of them was read.
    """
    words, others = _answer(one), _answer(other)
    if not (words <= others or others <= words):
        return True
    return differ_in_a_number(
        one.passage.quote(one.unit.span), other.passage.quote(other.unit.span)
    )
