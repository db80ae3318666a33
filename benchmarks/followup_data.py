"""Follow-up questions made of SQuAD's: a name that was spoken of becomes a pronoun, or is left out.

Those who wrote SQuAD's questions asked several of each paragraph, each to be understood alone.
One that names what an earlier one, or its answer, names too becomes one that only the history
explains; as it was written it is the ceiling, of which what a history is worth is a share.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from footnote.answering.names import named
from footnote.evaluation.questions import Question
from footnote.evaluation.squad import Article
from footnote.records import Span, Turn

# How many earlier questions stand in the history.
MOST_TURNS = 3
# The share of answers that are the bare answer, as a person may have put it.
SHORT = 0.25
_LEFT_OUT = re.compile(
    r",? ?\b(?:in|of|at|for|from|by|on|during|within|to|with|about) (?:the )?$", re.IGNORECASE
)
_HE, _SHE = re.compile(r"\b(?:he|his|him)\b"), re.compile(r"\bshe|hers?\b")
# What is no place for a pronoun: "the word Norman", "few Normans".
_PART_OF = re.compile(
    r"\b(?:few|many|several|some|most|all|both|other|word|term|name|report|case|a|an|v"
    r"|[A-Z]\S*|\d+) $"
)
# What stands before a subject, and after one; before an object stands a verb or a preposition.
_SUBJECT_AFTER = re.compile(
    r"(?:^|\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|that"
    r"|and|when|if|because|while|as|than) )$",
    re.IGNORECASE,
)
_SUBJECT_BEFORE = re.compile(
    r" (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|fled|made|held) "
)
# What follows a name that is not the first part of a longer one, as in "the Warsaw area".
_ENDS = re.compile(
    r"$|[?,.;:)]| (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|in|of"
    r"|at|for|from|by|on|to|with|and|or|as|during|after|before|until|since|under|over|into|become"
    r"|began|begin|first|still|not|that|when|than|use|used|make|made|take|get|come|go|live|\w+ed)\b"
)
# Nominative, possessive, objective.
FORMS = {
    "it": ("it", "its", "it"),
    "he": ("he", "his", "him"),
    "she": ("she", "her", "her"),
    "they": ("they", "their", "them"),
}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that only its history explains, as it is asked and as it was written.

    ``kind`` is ``pronoun`` or ``left out``; ``name`` is what the pronoun stands for.
    """

    asked: Question
    alone: Question
    kind: str
    name: str


def follow_ups(article: Article, rng: random.Random) -> Iterator[FollowUp]:
    """Make the follow-ups of an article, at most one a question."""
    for question, history in histories(article, rng):
        if history and (made := made_of(question, history, _around(article, question), rng)):
            yield made


def histories(article: Article, rng: random.Random) -> Iterator[tuple[Question, tuple[Turn, ...]]]:
    """Give each answerable question with the one to three that were asked before it.

    Answered by the sentence, as Footnote does, or now and then by the answer alone.
    """
    earlier: list[Question] = []
    for question in article.questions:
        if question.answers and question.evidence:
            turns = earlier[-rng.randint(1, MOST_TURNS) :]
            yield question, tuple(_turn(article, each, rng) for each in turns)
            earlier.append(question)


def made_of(
    question: Question, history: Sequence[Turn], around: str, rng: random.Random
) -> FollowUp | None:
    """Make a follow-up of a question, None where it shares no name with the history."""
    told = " ".join(f"{turn.question} {turn.answer}" for turn in history)
    # The longest first: "Warsaw" is left out with "Warsaw University".
    for start, name in sorted(named(question.text), key=lambda each: -len(each[1])):
        if not re.search(rf"\b{re.escape(name)}\b", told):
            continue
        for kind, text in _without(question.text, Span(start, start + len(name)), around, rng):
            if not re.search(rf"\b{re.escape(name)}\b", text):
                asked = replace(question, text=text, history=tuple(history))
                return FollowUp(asked, question, kind, name)
    return None


def _without(text: str, name: Span, around: str, rng: random.Random) -> list[tuple[str, str]]:
    """Return the question with a pronoun for the name, and without it, where that can be."""
    before, after = text[: name.start], text[name.end :]
    possessive = re.match(r"(?:'s?|’s?)(?=\s)", after)
    rest = after[possessive.end() :] if possessive else after
    out = []
    bare = re.sub(r"\b(?:the|The) $", "", before)
    if (possessive or _ENDS.match(rest)) and not _PART_OF.search(bare):
        subject = _SUBJECT_AFTER.search(bare) or _SUBJECT_BEFORE.match(rest)
        form = 1 if possessive else 0 if subject else 2
        pronoun = FORMS[_kind(text[name.start : name.end], around)][form]
        replaced = re.sub(r"\b(?:in|at) it(?= |[?.,]|$)", "there", bare + pronoun + rest)
        out.append(("pronoun", replaced[0].upper() + replaced[1:]))
    left = _LEFT_OUT.search(before)
    if left and not possessive and _ENDS.match(rest):
        short = (before[: left.start()] + rest).strip(" ,")
        if len(short.split()) > 3:
            out.insert(rng.choice((0, len(out))), ("left out", short[0].upper() + short[1:]))
    return out


def _kind(name: str, around: str) -> str:
    """Choose the pronoun by those that stand after the name in its paragraph."""
    last = name.split()[-1]
    at = around.find(last)
    after = around[at : at + 300] if at >= 0 else ""
    if re.search(r"(?<!s)s$", last) and not re.search(
        rf"{re.escape(name)}(?:'s)? (?:is|was|has)\b", around
    ):
        return "they"
    counts = {"he": len(_HE.findall(after)), "she": len(_SHE.findall(after))}
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] else "it"


def _turn(article: Article, question: Question, rng: random.Random) -> Turn:
    if rng.random() < SHORT:
        return Turn(question.text, question.answers[0])
    span, text = question.evidence[0].spans[0], article.text
    start = max(text.rfind(". ", 0, span.start) + 2, text.rfind("\n", 0, span.start) + 1)
    ends = [at for mark in (". ", "\n") if (at := text.find(mark, span.end)) >= 0]
    return Turn(question.text, text[start : min(ends, default=len(text)) + 1].strip())


def _around(article: Article, question: Question) -> str:
    """Return the paragraph that answers a question."""
    at = question.evidence[0].spans[0].start
    start, end = article.text.rfind("\n\n", 0, at) + 2, article.text.find("\n\n", at)
    return article.text[start : end if end >= 0 else len(article.text)]
