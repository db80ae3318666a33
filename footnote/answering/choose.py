"""Which readings an answer is made of: the best alone, some that explain, or two that disagree."""

import re
from collections.abc import Sequence

from footnote.answering.duplicates import differ_in_a_number, repeats
from footnote.answering.reader import Reading
from footnote.answering.subject import ASKING, names_in, text_about, unmentioned
from footnote.store.terms import analyze

# An explanation has at most this many sentences, of this many best readings, each at least as
# sure as this share of the best.
MOST_SENTENCES = 3
_DEPTH = 6
_SURE_ENOUGH = 0.2
# Two documents speak of it if both are about as sure, and as much of the question is in both.
_AS_SURE = 0.7
_AS_MUCH = 0.75
# Answers that disagree are short, and without a name to go by, said in much the same words.
_LONGEST = 8
_ALIKE = 0.5
_POINTING = re.compile(r"\b(?:it|its|this|that|these|those|they|them|their|he|him|his|she|her)\b")


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


def another(question: str, readings: Sequence[Reading]) -> Reading | None:
    """Return the reading of another document that says something else, None if there is none.

    Must be about as sure as the best, and hold about as much of what the question names. Whether
    the two disagree, `disagree` tells; sentences on other subjects say something else too.
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


def disagree(question: str, one: Reading, other: Reading) -> bool:
    """Tell whether two readings contradict each other about what the question asks for.

    Both must name its subject, by the passage or what that stands under, and say short answers
    of one kind. A question that names nothing is about the same only in sentences that are the
    same but for what they answer.
    """
    names = names_in(question)
    if names:
        about_it = not any(unmentioned(names, text_about(each)) for each in (one, other))
    else:
        about_it = _same_but_for_answers(question, one, other)
    said = [each.passage.quote(each.unit.span) for each in (one, other)]
    kinds = {_kind(each) for each in (one, other)}
    of_one_kind = len(kinds) == 1 and None not in kinds
    return about_it and (of_one_kind or differ_in_a_number(*said))


def _kind(reading: Reading) -> str | None:
    """Tell numbers from words; None where an answer is too long to be held against another."""
    answer = reading.passage.quote(reading.answer)
    if len(answer.split()) > _LONGEST:
        return None
    return "number" if any(map(str.isdigit, answer)) else "words"


def _same_but_for_answers(question: str, one: Reading, other: Reading) -> bool:
    """Tell whether two sentences say the same of what a question without a name asks for.

    Where the question or a sentence says "it", each may mean another.
    """
    said = [each.passage.quote(each.unit.span).lower() for each in (one, other)]
    if _POINTING.search(question.lower()) or any(map(_POINTING.match, said)):
        return False
    terms = set(analyze(question)) - ASKING
    held, second = terms & _terms(one), terms & _terms(other)
    words, others = (_sentence(each) - _answer(each) for each in (one, other))
    alike = len(words & others) >= _ALIKE * max(1, len(words | others))
    return held == second and len(held) > 1 and alike


def _sentence(reading: Reading) -> set[str]:
    return set(analyze(reading.passage.quote(reading.unit.span)))


def _terms(reading: Reading) -> set[str]:
    """The terms of a reading's sentence and of the headings that it stands under."""
    return _sentence(reading) | set(analyze(" ".join(reading.passage.headings)))


def _answer(reading: Reading) -> set[str]:
    return set(analyze(reading.passage.quote(reading.answer)))


def _differ(one: Reading, other: Reading) -> bool:
    """Tell whether two answers differ: a part of an answer, "1999" of "May 1999", does not.

    Sentences that are the same but for a number do, whatever part of them was read; those that
    are the same do not.
    """
    sentence, second = (each.passage.quote(each.unit.span) for each in (one, other))
    words, others = _answer(one), _answer(other)
    if not (words <= others or others <= words):
        return not repeats(sentence, [second])
    return differ_in_a_number(sentence, second)
