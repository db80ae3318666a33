"""Look up gold evidence in the documents of an index, before anything is asked.

After it each evidence has spans of its document's canonical text, so that a run can be scored
from its own files alone.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from footnote.evaluation.question_files import refuse_rows
from footnote.evaluation.questions import Evidence, Question
from footnote.records import DocumentInfo, Span

# A quote that occurs oftener is evidence of nothing.
MAX_PLACES = 50


class Library(Protocol):
    """What a lookup needs of an engine."""

    def documents(
        self, offset: int = 0, limit: int | None = 100
    ) -> tuple[int, list[DocumentInfo]]: ...

    def text(self, document_id: str, span: Span) -> str: ...

    def passage_spans(self, document_id: str) -> list[Span]: ...


def look_up(path: Path, questions: Sequence[Question], library: Library) -> list[Question]:
    """Return the questions with their evidence's spans and passages looked up.

    Raises QuestionFileError naming each question whose document is not indexed or does not
    hold the evidence.
    """
    shelf = _Shelf(library)
    found: list[Question] = []
    reasons: list[tuple[int | str, str]] = []
    for question in questions:
        try:
            found.append(shelf.looked_up(question))
        except ValueError as error:
            reasons.append((question.line or question.id, str(error)))
    refuse_rows(path, reasons)
    return found


def agree(one: Span, other: Span) -> bool:
    """Tell whether two spans of one document are of the same place.

    They are where what they share is at least half of the shorter: a sentence agrees with the
    name in it, and with a quote of it that was cut a word early, and not with the next sentence.
    """
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > 0 and 2 * shared >= min(len(one), len(other))


class _Shelf:
    """The documents that questions name, each read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known = {each.name: each for each in library.documents(0, None)[1]}
        self._open: tuple[str, str, list[Span]] | None = None

    def looked_up(self, question: Question) -> Question:
        if question.document is not None:
            self._info(question.document)
        evidence = tuple(self._located(each) for each in question.evidence)
        return replace(question, evidence=evidence, gains=self._gains(evidence))

    def _read(self, name: str) -> tuple[str, list[Span]]:
        # One at a time: questions come document by document, and texts may be large.
        if self._open is None or self._open[0] != name:
            info = self._info(name)
            text = self._library.text(info.id, Span(0, info.length))
            self._open = name, text, self._library.passage_spans(info.id)
        return self._open[1], self._open[2]

    def _info(self, name: str) -> DocumentInfo:
        info = self._known.get(name)
        if info is None:
            raise ValueError(
                f"the index has no document {name!r}; index the folder that holds it, or take the "
                "evidence out (for a SQuAD file: --write-corpus FOLDER, with an --index that is "
                "not there yet)"
            )
        return info

    def _located(self, evidence: Evidence) -> Evidence:
        text, _ = self._read(evidence.document)
        for span in evidence.spans:
            if span.end > len(text):
                raise ValueError(
                    f"evidence at {span.start}:{span.end} passes the end of "
                    f"{evidence.document!r} at {len(text)}"
                )
        if evidence.quote is None:
            return evidence
        found = _occurrences(evidence.quote, text)
        if evidence.spans:
            found = tuple(span for span in evidence.spans if span in found)
        if len(found) > MAX_PLACES:
            raise ValueError(
                f"the quote {evidence.quote[:80]!r} stands at {len(found)} places of "
                f"{evidence.document!r}, at most {MAX_PLACES} are told apart; give more of it, or "
                "start and end"
            )
        if not found:
            places = ", ".join(f"{span.start}:{span.end}" for span in evidence.spans)
            where = f" at {places}" if places else ""
            raise ValueError(
                f"{evidence.document!r} does not hold the quote {evidence.quote[:80]!r}{where}"
            )
        return replace(evidence, spans=found)

    def _gains(self, evidence: Sequence[Evidence]) -> tuple[int, ...]:
        """Return how much evidence passages add, taking the one that adds most each time."""
        holders: list[set[tuple[str, int]]] = []
        for each in evidence:
            _, passages = self._read(each.document)
            holders.append({(each.document, at) for at in _holding(each.spans, passages)})
        gains = []
        while every := sorted(set().union(*holders)):
            best = max(every, key=lambda place: sum(place in each for each in holders))
            left = [each for each in holders if best not in each]
            gains.append(len(holders) - len(left))
            holders = left
        return tuple(gains)


def _holding(spans: Sequence[Span], passages: Sequence[Span]) -> set[int]:
    def after(at: int) -> int:
        return bisect_right(passages, at, key=lambda passage: passage.start)

    return {
        at
        for span in spans
        for at in range(max(0, after(span.start) - 1), after(span.end - 1))
        if agree(span, passages[at])
    }


def _occurrences(quote: str, text: str) -> tuple[Span, ...]:
    """Return where a quote stands, as it is or else with other white space."""
    exact = tuple(Span(*m.span()) for m in re.finditer(re.escape(quote), text))
    if exact:
        return exact
    spaced = r"\s+".join(map(re.escape, quote.split()))
    return tuple(Span(*m.span()) for m in re.finditer(spaced, text))
