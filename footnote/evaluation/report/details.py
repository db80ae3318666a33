"""What the report shows of each question: its row, and behind it answer, gold and passages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from footnote.evaluation.questions import Question
from footnote.evaluation.ranking import holds
from footnote.evaluation.report.results import Results
from footnote.evaluation.report.texts import cut
from footnote.evaluation.scoring import OUTCOMES, Outcome, Prediction, best_of
from footnote.records import Span

# Characters of a passage on either side of what is quoted in it.
_AROUND = 300
_CITATIONS = 10
# A table of more would take a browser too long; the rest is in predictions.jsonl.
MOST_QUESTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """A quote in what stands around it; ``gold`` tells whether it agrees with gold evidence."""

    document: str
    start: int
    end: int
    page: int | None
    before: str
    quote: str
    after: str
    exact: bool | None = None
    gold: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A question as the table shows it. ``status`` tells what became of its best answer."""

    number: int
    question: Question
    outcome: Outcome
    f1: float | None
    confidence: float
    milliseconds: float
    answer: str
    short_answer: str | None
    status: str
    withheld: bool
    citations: tuple[Place, ...]
    more_citations: int
    nearest: Place | None
    evidence: tuple[tuple[str, int, int, str], ...]


def order(results: Results) -> list[int]:
    """Return the numbers of the questions, worst first: what misleads most surely leads."""
    rank = {outcome: at for at, outcome in enumerate(OUTCOMES)}
    outcomes = np.array([rank[outcome] for outcome in results.table.outcomes])
    confidence = np.nan_to_num(results.table.columns["best_confidence"], nan=0.0)
    numbers: list[int] = np.lexsort((-confidence, outcomes)).tolist()
    return numbers


def rows(results: Results) -> Iterator[Row]:
    """Give the worst questions' rows, read from the disk one after the other."""
    numbers = order(results)[:MOST_QUESTIONS]
    for number, prediction in zip(numbers, results.predictions.at(numbers), strict=True):
        yield _row(results, number, prediction)


def _row(results: Results, number: int, prediction: Prediction) -> Row:
    question, f1 = results.questions[number], float(results.table.columns["f1"][number])
    best = best_of(prediction)
    citations = best["citations"] if best else []
    exact = best["citations_exact"] if best else []
    passages: Sequence[Mapping[str, Any]] = prediction["passages"]
    return Row(
        number=number,
        question=question,
        outcome=results.table.outcomes[number],
        f1=None if np.isnan(f1) else f1,
        confidence=prediction["confidence"],
        milliseconds=prediction["timings_ms"]["total"],
        answer=cut(best["text"] if best else prediction["text"]),
        short_answer=cut(best["short_answer"]) if best and best["short_answer"] else None,
        status=_status(results, prediction),
        withheld=prediction["withheld"] is not None,
        citations=tuple(
            _cited(question, each, is_exact, passages)
            for each, is_exact in zip(citations[:_CITATIONS], exact, strict=False)
        ),
        more_citations=max(0, len(citations) - _CITATIONS),
        nearest=None if citations or not passages else _nearest(passages[0]),
        evidence=tuple(_evidence(question, passages)),
    )


def _status(results: Results, prediction: Prediction) -> str:
    if prediction["withheld"] is not None:
        least = "" if results.threshold is None else f" of {results.threshold:g}"
        return f"withheld: its confidence is below the threshold{least}"
    return {"answered": "answered", "not_found": "nothing found to answer with"}.get(
        prediction["status"], str(prediction["status"])
    )


def _cited(
    question: Question,
    citation: Mapping[str, Any],
    exact: bool,
    passages: Sequence[Mapping[str, Any]],
) -> Place:
    span = Span(citation["start"], citation["end"])
    before, after = _around(citation["document"], span, citation["quote"], passages)
    agrees = any(holds(citation["document"], span, each) for each in question.evidence)
    return Place(
        document=citation["document"],
        start=span.start,
        end=span.end,
        page=citation["page"],
        before=before,
        quote=cut(citation["quote"]),
        after=after,
        exact=exact,
        gold=agrees if question.evidence and exact else None,
    )


def _around(
    document: str, span: Span, quote: str, passages: Sequence[Mapping[str, Any]]
) -> tuple[str, str]:
    """Return what stands before and after a quote, where a passage that was found holds it."""
    for passage in passages:
        text, at = passage["text"], span.start - passage["start"]
        # A quote that is not the text there is shown by itself, and not as if it stood in it.
        if passage["document"] == document and at >= 0 and text.startswith(quote, at):
            before, after = text[:at], text[at + len(quote) :]
            return (
                f"…{before[-_AROUND:]}" if len(before) > _AROUND else before.lstrip(),
                f"{after[:_AROUND]}…" if len(after) > _AROUND else after.rstrip(),
            )
    return "", ""


def _nearest(passage: Mapping[str, Any]) -> Place:
    text = cut(passage["text"].strip(), 2 * _AROUND)
    return Place(passage["document"], passage["start"], passage["end"], None, text, "", "")


def _evidence(
    question: Question, passages: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, int, int, str]]:
    """Give the first place of each evidence, with its words where a passage shows them."""
    for each in question.evidence:
        span = each.spans[0]
        words = each.quote or next(
            (
                span.shift(-p["start"]).quote(p["text"])
                for p in passages
                if p["document"] == each.document and span in Span(p["start"], p["end"])
            ),
            "",
        )
        yield each.document, span.start, span.end, cut(words)
