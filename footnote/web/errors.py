"""Give every error of the server one shape: ``{"error": {"code", "message", "id"}}``.

The message of a refusal (4xx) tells the value, the limit and the way out. That of a failure
(5xx) tells nothing internal; the log has the rest under the same id.
"""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.errors import Busy, FootnoteError

log = logging.getLogger("footnote.web")

_MESSAGES = {
    400: ("bad_request", "the request cannot be read"),
    401: ("unauthorized", "this address wants a key; send it as Authorization: Bearer KEY"),
    404: ("not_found", "there is nothing at this address"),
    405: ("method_not_allowed", "this address does not take that method"),
    413: ("too_large", "the body is too large"),
    415: ("unsupported_media_type", "send the body as application/json"),
}
_SHOWN = 80


class ErrorDetail(BaseModel):
    """What went wrong. ``id`` finds it in the server's log."""

    code: str
    message: str
    id: str


class ErrorBody(BaseModel):
    """The body of every error."""

    error: ErrorDetail


def detail_of(error: Exception) -> ErrorDetail:
    """Say what of an error may be shown, and log the rest under its id."""
    id_ = secrets.token_hex(6)
    if isinstance(error, Busy) or (isinstance(error, FootnoteError) and error.http_status < 500):
        log.info("%s: %s", id_, error.code)
        return ErrorDetail(code=error.code, message=str(error), id=id_)
    log.error("%s: %s", id_, error, exc_info=error)
    if isinstance(error, FootnoteError) and error.http_status == 503:
        message = "there is nothing to answer from just now; the server's log says why"
        return ErrorDetail(code=error.code, message=message, id=id_)
    message = "something failed in the server; its log says what, under this id"
    return ErrorDetail(code="internal", message=message, id=id_)


def refusal(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Make the response of a refusal."""
    detail = ErrorDetail(code=code, message=message, id=secrets.token_hex(6))
    log.info("%s: %s %s", detail.id, status, code)
    return _response(status, detail, headers)


def plain_refusal(status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Make the response of a refusal that its status says all of."""
    code, message = _MESSAGES.get(status, ("http", "the request is refused"))
    return refusal(status, code, message, headers)


def add_handlers(app: FastAPI) -> None:
    """Make an app answer every error in the one shape."""
    app.add_exception_handler(FootnoteError, _on_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(ClientDisconnect, _on_left)
    app.add_middleware(Unexpected)


class Unexpected:
    """Answer an exception that nobody foresaw with an id, and log it under that id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        # This is the edge: whatever it is, the client gets an id and the log the traceback.
        except Exception as error:  # noqa: BLE001
            detail = detail_of(error)
            if scope["type"] == "http" and not started:
                await _response(500, detail)(scope, receive, send)


def _on_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, FootnoteError):
        return _response(500, detail_of(error))
    headers = {"Retry-After": str(error.retry_after)} if error.http_status == 503 else None
    return _response(error.http_status, detail_of(error), headers)


def _on_left(request: Request, error: Exception) -> Response:
    # Nobody reads it; the status is for the metrics.
    return Response(status_code=499)


def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return plain_refusal(error.status_code, error.headers)


def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return refusal(400, "invalid_json", "the body is not JSON")
    return refusal(422, "invalid", "; ".join(map(_told, problems)))


def _told(problem: Mapping[str, Any]) -> str:
    """Tell a validation problem plainly.

    >>> _told({"type": "x", "loc": ("body", "limit"), "input": 99, "msg": "Input should be < 51"})
    'limit is 99: input should be < 51'
    """
    field = ".".join(str(part) for part in problem["loc"][1:]) or "the body"
    reason = problem["msg"][:1].lower() + problem["msg"][1:]
    if problem["type"] == "missing":
        return f"{field} is missing"
    # ascii() because what was sent may hold what UTF-8 cannot.
    value = ascii(problem["input"])
    return f"{field} is {value if len(value) <= _SHOWN else value[:_SHOWN] + '…'}: {reason}"


def _response(
    status: int, detail: ErrorDetail, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": detail.model_dump()}, status, headers)
