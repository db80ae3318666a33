"""The routes of a widget: what it shows, asking, a place in a document, and ratings.

They reach the documents of the widget's globs and nothing else, whoever asks.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from footnote.asks import Asks, Step
from footnote.errors import DocumentNotFound, IndexUnavailable, NoSuchDocuments, UsageError
from footnote.records import Answer, DocumentInfo, Span
from footnote.store.listing import Wanted
from footnote.web import stream
from footnote.web.api import ERRORS, MAX_OFFSET, DocumentId, Engine, asking_of, require_json
from footnote.web.asking import answer_of
from footnote.web.feedback import FeedbackKept, FeedbackRequest, keep, store_of
from footnote.web.history import recent
from footnote.web.models import TextPart, TurnIn
from footnote.web.presence import while_there
from footnote.web.widget_gate import WIDGET
from footnote.widgets import Widget

# Passages that come with an answer: as many as a small panel shows of what is nearest.
_PASSAGES = 5
# A quote is shown with its passage; of one that is longer than this on a side, so much.
_AROUND = 1_500
_LONGEST_QUOTE = 5_000

router = APIRouter(prefix="/api/v1/widgets/{widget_id}", responses=ERRORS)


def widget_of(request: Request, widget_id: str) -> Widget:
    """Return the widget that the gate has let a request through for."""
    widget = request.scope.get(WIDGET)
    if not isinstance(widget, Widget) or widget.id != widget_id:
        raise HTTPException(404)
    return widget


Asked = Annotated[Widget, Depends(widget_of)]


class WidgetTexts(BaseModel):
    """How a widget presents itself; what the page that embeds it says goes before this."""

    title: str
    greeting: str
    placeholder: str
    questions: list[str]
    lang: str | None
    theme: str
    position: str
    color: str
    documents: int
    feedback: bool
    sources: bool


class WidgetQuestion(BaseModel):
    """What a widget asks: a question, and the conversation before it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"question": "When did it happen?", "history": []}},
    )

    question: str = Field(description="What to ask of the documents.")
    history: list[TurnIn] = Field(default=[], description="The conversation so far, oldest first.")


@router.get("", summary="How a widget presents itself")
def texts(widget: Asked, engine: Engine, request: Request) -> WidgetTexts:
    """Give the operator's texts, how many documents it answers from, and questions."""
    own = {"documents", "questions", "feedback"}
    return WidgetTexts(
        **widget.model_dump(include=set(WidgetTexts.model_fields) - own),
        documents=engine.documents(0, 0, Wanted(globs=widget.scope))[0],
        questions=_questions(widget, request),
        feedback=widget.feedback and store_of(request) is not None,
    )


@router.post(
    "/ask",
    response_model=Answer,
    responses=stream.RESPONSE,
    dependencies=[Depends(require_json)],
    summary="Ask from a widget",
)
async def ask(asked: WidgetQuestion, widget: Asked, request: Request) -> Answer | Response:
    """Answer from the widget's documents, as `/api/v1/ask` does."""
    steps = asking_of(request).steps(
        asked.question, recent([turn.turn() for turn in asked.history]), widget.scope, _PASSAGES
    )
    steps = _held(steps, widget)
    if stream.accepts_stream(request.headers.getlist("accept")):
        return await stream.respond(request, steps, stream.Events())
    return await while_there(request, answer_of(steps))


@router.get("/documents/{id}/around", summary="Read around a quote")
def around(
    engine: Engine,
    widget: Asked,
    id: DocumentId,
    start: Annotated[int, Query(ge=0, le=MAX_OFFSET)],
    end: Annotated[int, Query(ge=0, le=MAX_OFFSET)],
) -> TextPart:
    """Return the passage that a quote stands in, of a document that the widget answers from."""
    info = _within(widget, engine, id)
    if not start < end <= info.length or end - start > _LONGEST_QUOTE:
        raise UsageError(
            f"{start} to {end} is no quote of the document, which has {info.length} characters; "
            f"at most {_LONGEST_QUOTE} are shown"
        )
    units = engine.units(id, Span(start, end))
    first = min((unit.span.start for unit in units), default=start)
    last = max((unit.span.end for unit in units), default=end)
    shown = Span(max(first, start - _AROUND, 0), min(last, end + _AROUND, info.length))
    text = engine.text(id, shown)
    return TextPart(start=shown.start, end=shown.start + len(text), text=text)


@router.post(
    "/feedback",
    status_code=201,
    response_model=FeedbackKept,
    dependencies=[Depends(require_json)],
    summary="Rate an answer of a widget",
)
async def give_feedback(
    given: FeedbackRequest, widget: Asked, request: Request
) -> FeedbackKept | Response:
    """Keep what a visitor thinks of an answer; 404 where ratings are turned off."""
    foreign = [each.document for each in given.answer.citations if not widget.covers(each.document)]
    if foreign:
        raise UsageError(f"{foreign[0][:80]!r} is no document that this chat answers from")
    return await keep(given, store_of(request) if widget.feedback else None)


def _questions(widget: Widget, request: Request) -> list[str]:
    """Return the questions to begin with; those made of headings name documents, maybe others."""
    if widget.questions or widget.scope:
        return list(widget.questions)
    questions: list[str] = request.app.state.examples.questions()
    return questions


def _within(widget: Widget, engine: Asks, id_: str) -> DocumentInfo:
    info = engine.document(id_)
    if not widget.covers(info.name):
        # As if it were not there: that it is, is nobody's business here.
        raise DocumentNotFound(f"no document has the id {id_!r}")
    return info


async def _held(
    steps: AsyncGenerator[Step | None, None], widget: Widget
) -> AsyncGenerator[Step | None, None]:
    """Pass on what is answered; globs that fit no document are the operator's to mend."""
    async with aclosing(steps):
        try:
            async for step in steps:
                yield step
        except NoSuchDocuments as error:
            raise IndexUnavailable(f"the widget {widget.id!r} has nothing: {error}") from error
