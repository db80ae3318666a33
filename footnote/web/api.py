"""The HTTP interface: ask, and look into the documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from footnote.asks import Asks
from footnote.errors import UsageError
from footnote.records import Answer, Span
from footnote.store.listing import Order, Wanted
from footnote.web import stream
from footnote.web.asking import Asking
from footnote.web.errors import ErrorBody
from footnote.web.history import recent
from footnote.web.models import (
    AskRequest,
    DocumentDetail,
    DocumentList,
    DocumentSummary,
    Health,
    TextPart,
)
from footnote.web.presence import while_there

MAX_TEXT = 20_000
# The largest offset that every catalogue can count to.
MAX_OFFSET = 2**31 - 1
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody} for status in (400, 401, 403, 404, 413, 415, 422, 429, 500, 503)
}
router = APIRouter(responses=ERRORS)


def engine_of(request: Request) -> Asks:
    """Return the engine that the app was made with."""
    engine: Asks = request.app.state.engine
    return engine


def asking_of(request: Request) -> Asking:
    """Return what answers within the server's capacity."""
    asking: Asking = request.app.state.asking
    return asking


async def require_json(request: Request) -> None:
    """Refuse a body that is not declared as JSON: forms of other sites could send those."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json":
        raise HTTPException(415)


Engine = Annotated[Asks, Depends(engine_of)]
DocumentId = Annotated[
    str,
    Path(
        max_length=200,
        description="The id that the list of documents and each citation give.",
        examples=["3f2a9c0d1e4b5a67"],
    ),
]
Offset = Annotated[int, Query(ge=0, le=MAX_OFFSET)]


@router.post(
    "/api/v1/ask",
    response_model=Answer,
    responses=stream.RESPONSE,
    dependencies=[Depends(require_json)],
    summary="Ask a question",
)
async def ask(asked: AskRequest, request: Request) -> Answer | Response:
    """Answer from the documents, each statement with citations exact to the character."""
    given = (
        asked.question,
        recent([turn.turn() for turn in asked.history]),
        asked.documents,
        asked.limit,
    )
    if stream.accepts_stream(request.headers.getlist("accept")):
        return await stream.respond(request, asking_of(request).steps(*given), stream.Events())
    return await while_there(request, asking_of(request).ask(*given))


@router.get("/api/v1/documents", summary="List the documents")
def documents(
    engine: Engine,
    offset: Offset = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    words: Annotated[str, Query(max_length=200, description="Words of names or titles.")] = "",
    media_type: Annotated[str | None, Query(max_length=200)] = None,
    order: Order = "name",
) -> DocumentList:
    """List documents: all, or those with words in their name or title, or of a media type."""
    total, infos = engine.documents(offset, limit, Wanted(words, media_type, order))
    return DocumentList(
        total=total, documents=[DocumentSummary.model_validate(info) for info in infos]
    )


@router.get("/api/v1/documents/{id}", summary="Look at one document")
def document(engine: Engine, id: DocumentId) -> DocumentDetail:
    """Tell what is known of a document, and where its headings stand."""
    return DocumentDetail.of(engine.document(id))


@router.get("/api/v1/documents/{id}/text", summary="Read a document")
def text(engine: Engine, id: DocumentId, start: Offset = 0, end: Offset | None = None) -> TextPart:
    """Return a part of a document's canonical text, at most 20,000 characters.

    Without `end` it is as much from `start` on as there is, up to that limit.
    """
    length = engine.document(id).length
    end = min(length, start + MAX_TEXT) if end is None else end
    if not start <= end <= length:
        raise UsageError(
            f"{start} to {end} is no part of the document, which has {length} characters"
        )
    if end - start > MAX_TEXT:
        raise UsageError(
            f"{start} to {end} are {end - start} characters; at most {MAX_TEXT} are given at "
            "once. Ask for the rest apart"
        )
    found = engine.text(id, Span(start, end))
    # The document may have been indexed again since its length was read.
    return TextPart(start=start, end=start + len(found), text=found)


@router.get("/healthz", summary="Is the server alive?")
async def healthz() -> Health:
    """Answer at once, whatever else goes on."""
    return Health(status="ok")


@router.get("/readyz", summary="Can it answer?")
def readyz(engine: Engine) -> Health:
    """Answer 503 while there is no index to answer from, or a server that keeps it is down."""
    engine.check_ready()
    return Health(status="ready")
