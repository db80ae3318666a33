"""The HTTP interface to the documents as a page shows them: what there is, and a place in one."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from footnote.asks import MAX_QUESTION
from footnote.errors import UsageError
from footnote.records import Span
from footnote.web.api import ERRORS, DocumentId, Engine, Offset
from footnote.web.source import Opening, Source, source_of

# Citations of an answer that are marked beside the one that is looked at.
_MOST_MARKS = 100
_RANGE = re.compile(r"(\d{1,10}):(\d{1,10})")

router = APIRouter(responses=ERRORS)


class About(BaseModel):
    """What there is to answer from, and how it can be asked."""

    generation: int
    documents: int
    passages: int
    media_types: dict[str, int]
    earliest: str | None
    latest: str | None
    max_question: int
    feedback: bool


class Questions(BaseModel):
    """Questions to begin with."""

    questions: list[str]


@router.get("/api/v1/about", summary="What is there to ask?")
def about(request: Request, engine: Engine) -> About:
    """Tell how many documents there are, of what kinds and from when, and what may be sent."""
    found = engine.coverage()
    return About(
        generation=found.generation,
        documents=found.documents,
        passages=found.passages,
        media_types=found.media_types,
        earliest=found.earliest,
        latest=found.latest,
        max_question=MAX_QUESTION,
        feedback=request.app.state.feedback is not None,
    )


@router.get("/api/v1/examples", summary="Questions to begin with")
def examples(request: Request) -> Questions:
    """Give questions that the documents answer, or those of the setting `examples`."""
    return Questions(questions=request.app.state.examples.questions())


@router.get("/api/v1/documents/{id}/view", summary="See a place in a document")
def view(
    engine: Engine,
    id: DocumentId,
    start: Offset | None = None,
    end: Offset | None = None,
    also: Annotated[
        list[str], Query(max_length=_MOST_MARKS, description="Other places, as `START:END`.")
    ] = [],  # noqa: B006 - FastAPI copies it
    around: Offset | None = None,
) -> Source:
    """Lay out a document as blocks of parts, with a quote and other places marked in it.

    The parts' texts concatenate to the document's text from the `start` to the `end` given back:
    all of it, or of a long document so much around the quote, or around the offset `around`.
    """
    return source_of(
        engine,
        id,
        Opening(
            None if start is None or end is None else _span(start, end),
            [_span(*map(int, _range(each).groups())) for each in also],
            around,
        ),
    )


def _range(given: str) -> re.Match[str]:
    match = _RANGE.fullmatch(given)
    if match is None:
        raise UsageError(f"also is {given[:40]!r}; give START:END, as 120:164")
    return match


def _span(start: int, end: int) -> Span:
    if start > end:
        raise UsageError(f"{start} to {end} is no place: its end comes before its start")
    return Span(start, end)
