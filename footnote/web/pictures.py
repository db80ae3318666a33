"""Pages of PDFs as pictures, a quote of the text marked on them."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from footnote.errors import PageNotFound, UsageError
from footnote.ingest.pdf_picture import Mark, Picture, Sheet
from footnote.records import DocumentSource, Span
from footnote.web.api import ERRORS, MAX_OFFSET, DocumentId, Engine
from footnote.web.drawing import Pictures

# Raised with every change of what a picture or its marks look like.
_DRAWN_AS = 1
_ALSO = 20
_PAIR = re.compile(r"(\d{1,9}):(\d{1,9})")

router = APIRouter(responses=ERRORS)


class Boxes(BaseModel):
    """Where a quote stands on a page; ``width`` and ``height`` are its picture's, in pixels.

    ``boxes`` are in shares (0 to 1) of these, and empty where the places are not certain.
    """

    page: int
    width: int
    height: int
    boxes: list[Mark]


Place = Annotated[int, Field(ge=0, le=MAX_OFFSET)] | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is asked for: its number from 1, and the part of a quote that stands on it."""

    number: int
    source: DocumentSource
    place: Span
    text: str
    span: Span | None

    def on_page(self, start: int, end: int) -> Span | None:
        """Return what of a span of the document stands on this page, in offsets of the page."""
        first, last = max(start, self.place.start), min(end, self.place.end)
        return Span(first, last).shift(-self.place.start) if first < last else None


def page_of(
    engine: Engine,
    id: DocumentId,
    n: Annotated[int, InPath(ge=1, le=MAX_OFFSET, description="The page, from 1.", examples=[1])],
    start: Annotated[Place, Query(description="A citation's start.", examples=[120])] = None,
    end: Annotated[Place, Query(description="A citation's end.", examples=[180])] = None,
) -> Page:
    """Look a page up. Raises DocumentNotFound, PageNotFound, UsageError."""
    source = engine.source(id)
    if source.media_type != "application/pdf":
        raise PageNotFound(f"{source.name} is {source.media_type}; only PDFs have page pictures")
    if n > len(source.pages):
        raise PageNotFound(f"there is no page {n} of {source.name}; it has {len(source.pages)}")
    place = source.page(n - 1)
    page = Page(n, source, place, engine.text(id, place), None)
    if start is None and end is None:
        return page
    if start is None or end is None:
        raise UsageError("start and end of what is to be marked go together; give both or none")
    _check(source, start, end)
    return replace(page, span=page.on_page(start, end))


def pictures_of(request: Request) -> Pictures:
    """Return what draws the app's pages."""
    pictures: Pictures = request.app.state.pictures
    return pictures


Wanted = Annotated[Page, Depends(page_of)]
Drawer = Annotated[Pictures, Depends(pictures_of)]


@router.get(
    "/api/v1/documents/{id}/pages/{n}.png",
    # With a class of its own media type, errors would be described as pictures too.
    response_class=Response,
    responses={
        200: {
            "description": "The picture.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "It is as it was."},
    },
    summary="See a page of a PDF",
)
async def picture(
    request: Request,
    page: Wanted,
    pictures: Drawer,
    also: Annotated[
        list[str],
        Query(
            max_length=_ALSO,
            description="Further parts to mark, lighter: `START:END`, repeatable.",
            examples=[["200:240", "300:360"]],
        ),
    ] = [],  # noqa: B006 - it is only read
) -> Response:
    """Draw a page, with the part of the text from `start` to `end` that stands on it marked.

    It has at most two million pixels. Marks are left out where their places are not certain.
    """
    others = tuple(filter(None, (page.on_page(*_pair(page.source, each)) for each in also)))
    return await _given(
        request, page, pictures, Sheet(page.number - 1, page.text, page.span, others)
    )


@router.get(
    "/api/v1/documents/{id}/pages/{n}/boxes",
    response_model=Boxes,
    responses={304: {"description": "They are as they were."}},
    summary="Find a quote on a page of a PDF",
)
async def boxes(request: Request, page: Wanted, pictures: Drawer) -> Response:
    """Tell where on a page the part of the text from `start` to `end` that it holds stands."""
    sheet = Sheet(page.number - 1, page.text, page.span, drawn=False)
    return await _given(request, page, pictures, sheet)


async def _given(request: Request, page: Page, pictures: Pictures, sheet: Sheet) -> Response:
    key = _key(page.source.sha256, sheet)
    # The file may be indexed anew under the same address, so that each use asks again.
    headers = {"ETag": f'"{key}"', "Cache-Control": "private, no-cache"}
    if key in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    found = await pictures.get(key, page.source, sheet)
    if sheet.drawn:
        return Response(found.png, headers=headers, media_type="image/png")
    return JSONResponse(_told(page.number, found), headers=headers)


def _told(number: int, found: Picture) -> dict[str, Any]:
    return Boxes(
        page=number, width=found.width, height=found.height, boxes=list(found.marks)
    ).model_dump()


def _key(sha256: str, sheet: Sheet) -> str:
    """Return what a picture is known by: the bytes it is of, and all that is asked of it."""
    known_by = json.dumps([_DRAWN_AS, sha256, asdict(sheet)])
    return hashlib.sha256(known_by.encode(errors="replace")).hexdigest()[:32]


def _pair(source: DocumentSource, given: str) -> tuple[int, int]:
    match = _PAIR.fullmatch(given)
    if match is None:
        raise UsageError(f"also is {given[:40]!r}; give START:END, as 120:180")
    start, end = int(match[1]), int(match[2])
    _check(source, start, end)
    return start, end


def _check(source: DocumentSource, start: int, end: int) -> None:
    if not start < end <= source.length:
        raise UsageError(
            f"{start} to {end} is no part of the document, which has {source.length} characters"
        )
