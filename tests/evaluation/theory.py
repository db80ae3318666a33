"""Questions and answers made by hand, for systems of which theory tells what a metric is.

Passage ``number`` of the one document is ``WIDTH`` characters; its last ``GOLD`` are evidence.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from footnote.evaluation.metrics import METRICS
from footnote.evaluation.questions import Evidence, Question
from footnote.evaluation.run import prediction_of
from footnote.evaluation.scoring import Prediction
from footnote.records import Answer, AnswerPassage, Citation, Span
from tests.evaluation.double import ScriptedEngine

WIDTH = 100
GOLD = 20
PASSAGES = 40
DOCUMENT = "d.txt"
TEXT = "".join(f"{number:0{WIDTH}d}" for number in range(PASSAGES))


def passage_span(number: int) -> Span:
    return Span(number * WIDTH, (number + 1) * WIDTH)


def gold_span(number: int) -> Span:
    return Span((number + 1) * WIDTH - GOLD, (number + 1) * WIDTH)


def evidence(*numbers: int) -> Evidence:
    """One piece of evidence that stands in each of these passages."""
    return Evidence(DOCUMENT, spans=tuple(map(gold_span, numbers)))


def answerable(number: int) -> Question:
    """A question whose gold answer is ``gold <number>``, in passage ``number``."""
    return Question(
        id=str(number),
        text=f"What is {number}?",
        answers=(f"gold {number}",),
        answerable=True,
        evidence=(evidence(number),),
        gains=(1,),
    )


def unanswerable(number: int) -> Question:
    return Question(str(number), f"What is {number}?", answerable=False)


def ranked(*numbers: int) -> tuple[AnswerPassage, ...]:
    spans = map(passage_span, numbers)
    return tuple(AnswerPassage(DOCUMENT, DOCUMENT, s.start, s.end, "", 1.0) for s in spans)


def cited(span: Span, document: str = DOCUMENT) -> Citation:
    return Citation(
        1, f"id of {document}", document, "", None, None, span.start, span.end, span.quote(TEXT)
    )


def says(
    text: str,
    cites: Iterable[Span | Citation] = (),
    passages: Sequence[int] = (),
    confidence: float = 1.0,
    short_answer: str | None = None,
    timings_ms: Mapping[str, float] | None = None,
) -> Answer:
    """A best answer, whether or not a threshold lets it through."""
    return Answer(
        question="",
        status="answered",
        text=text,
        confidence=confidence,
        citations=tuple(each if isinstance(each, Citation) else cited(each) for each in cites),
        passages=ranked(*passages),
        short_answer=short_answer,
        timings_ms=dict(timings_ms or {"total": 10.0}),
    )


def silent(passages: Sequence[int] = ()) -> Answer:
    """No answer at all, not even one to withhold."""
    return replace(says("Not found.", (), passages, 0.0), status="not_found")


def right(number: int, confidence: float = 1.0) -> Answer:
    """The right answer to `answerable`, and the right passage first."""
    return says(f"gold {number}", [gold_span(number)], [number], confidence)


def wrong(number: int, confidence: float = 1.0) -> Answer:
    """An answer without a gold word, cited from the passage after the right one."""
    other = (number + 1) % PASSAGES
    return says("nonsense", [gold_span(other)], [other, number], confidence)


def predicted(question: Question, answer: Answer, threshold: float = 0.5) -> Prediction:
    """What a run over an engine with this threshold keeps of an answer, as JSON gives it."""
    engine = ScriptedEngine({DOCUMENT: TEXT}, {}, threshold)
    row: dict[str, Any] = json.loads(json.dumps(prediction_of(engine, question, answer)))
    return row


def values(columns: Mapping[str, NDArray[Any]]) -> dict[str, float]:
    """Every metric that has columns, without its interval, which takes long."""
    found = {}
    for name, metric in METRICS.items():
        parts = metric.of(columns)
        if len(parts[0]):
            found[name] = float(metric.statistic(*parts))
    return found
