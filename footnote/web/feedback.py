"""Take what people think of answers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from starlette.responses import Response

from footnote.asks import MAX_QUESTION
from footnote.errors import FeedbackFull, FeedbackUnavailable
from footnote.feedback import Cited, Feedback, FeedbackStore, Rating, Reason
from footnote.web.api import ERRORS, MAX_OFFSET, require_json
from footnote.web.errors import log, refusal

_MAX_COMMENT = 2_000
_MAX_TEXT = 10_000
_MAX_NAME = 1_000
_MAX_CITATIONS = 20
_RETRY_SECONDS = "60"

router = APIRouter(responses=ERRORS)

Offset = Annotated[int, Field(ge=0, le=MAX_OFFSET, strict=True)]
# No database but SQLite holds a NUL in a text.
Plain = StringConstraints(pattern=r"^[^\x00]*$")
# As the store gives them.
RatingId = StringConstraints(pattern=r"^[0-9a-f]{16}$")


class RatedCitation(BaseModel):
    """A citation of the rated answer, as it was given."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, Plain] = Field(min_length=1, max_length=_MAX_NAME)
    start: Offset
    end: Offset
    quote: Annotated[str, Plain] = Field(max_length=_MAX_TEXT)

    @model_validator(mode="after")
    def _in_order(self) -> "RatedCitation":
        if not (self.start < self.end and self.quote.strip()):
            raise ValueError("a citation needs start below end, and a quote")
        return self


class RatedAnswer(BaseModel):
    """What of an answer is kept with its rating."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["answered", "not_found", "clarify", "about"]
    text: Annotated[str, Plain] = Field(max_length=_MAX_TEXT)
    citations: list[RatedCitation] = Field(default=[], max_length=_MAX_CITATIONS)
    generation: Offset


class FeedbackRequest(BaseModel):
    """What somebody thinks of an answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "question": "When did the raid take place?",
                "rating": "bad",
                "reason": "incomplete",
                "comment": "It leaves out the hour.",
                "answer": {
                    "status": "answered",
                    "text": "The raid took place on February 3.",
                    "citations": [
                        {"document": "raid.txt", "start": 0, "end": 8, "quote": "The raid"}
                    ],
                    "generation": 1,
                },
            }
        },
    )

    question: Annotated[str, Plain] = Field(min_length=1, max_length=MAX_QUESTION)
    rating: Rating
    reason: Reason | None = Field(None, description="Why it is bad, if it is.")
    comment: Annotated[str, Plain] = Field("", max_length=_MAX_COMMENT)
    replaces: Annotated[str, RatingId] | None = Field(
        None, description="The id of an earlier rating, which goes."
    )
    answer: RatedAnswer

    @model_validator(mode="after")
    def _reason_is_for_bad(self) -> "FeedbackRequest":
        if not self.question.strip():
            raise ValueError("the question is empty; send the one that was asked")
        if self.rating == "good" and self.reason is not None:
            raise ValueError("a good answer has no reason; leave it out, or rate it bad")
        return self

    def feedback(self) -> Feedback:
        """Return the form that is stored."""
        return Feedback(
            question=self.question,
            rating=self.rating,
            reason=self.reason,
            comment=self.comment,
            status=self.answer.status,
            text=self.answer.text,
            citations=tuple(Cited(**each.model_dump()) for each in self.answer.citations),
            generation=self.answer.generation,
        )


class FeedbackKept(BaseModel):
    """What feedback is kept as. Who has the id can correct it and take it back."""

    id: str


def store_of(request: Request) -> FeedbackStore | None:
    """Return where the app keeps feedback, None where it is turned off."""
    store: FeedbackStore | None = request.app.state.feedback
    return store


Store = Annotated[FeedbackStore | None, Depends(store_of)]


@router.post(
    "/api/v1/feedback",
    status_code=201,
    response_model=FeedbackKept,
    dependencies=[Depends(require_json)],
    summary="Rate an answer",
)
async def give_feedback(given: FeedbackRequest, store: Store) -> FeedbackKept | Response:
    """Keep what somebody thinks of an answer; 404 where the setting `feedback` is empty."""
    return await keep(given, store)


async def keep(given: FeedbackRequest, store: FeedbackStore | None) -> FeedbackKept | Response:
    """Keep feedback, or say why it cannot be kept: it is turned off, full or out of reach."""
    if store is None:
        return _off()
    try:
        kept = await run_in_threadpool(store.add, given.feedback(), given.replaces)
        return FeedbackKept(id=kept)
    except FeedbackUnavailable as error:
        return _unavailable(error)


@router.delete(
    "/api/v1/feedback/{id}",
    status_code=204,
    response_class=Response,
    summary="Take a rating back",
)
async def withdraw_feedback(
    id: Annotated[str, RatingId, Path(description="What rating the answer gave.")], store: Store
) -> Response:
    """Keep a rating no more. It is 204 also where there is none: the id is all that is needed."""
    if store is None:
        return _off()
    try:
        await run_in_threadpool(store.remove, id)
        return Response(status_code=204)
    except FeedbackUnavailable as error:
        return _unavailable(error)


def _off() -> Response:
    return refusal(404, "feedback_off", "feedback is turned off; the setting feedback is empty")


def _unavailable(error: FeedbackUnavailable) -> Response:
    log.error("%s", error)
    full = isinstance(error, FeedbackFull)
    message = str(error) if full else "feedback cannot be kept just now; try again later"
    return refusal(503, error.code, message, {"Retry-After": _RETRY_SECONDS})
