"""How much of a body is read, whatever stands before or after this guard."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from footnote.web.body import MAX_BODY, BodyLimit
from footnote.web.keys import OPERATOR

CHUNK = 1000
MORE = 3 * MAX_BODY


async def _count(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def status_of(path: str, size: int, **marks: bool) -> int:
    """Send a body that tells no length; returns the status."""
    chunks = [CHUNK] * (size // CHUNK)
    statuses: list[int] = []

    async def receive() -> Message:
        chunk = b"x" * chunks.pop()
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "PUT", "path": path, "headers": [], **marks}
    asyncio.run(BodyLimit(_count, MORE)(scope, receive, send))
    return statuses[0]


@pytest.mark.parametrize("path", ["/api/v1/admin/documents/x.txt", "/api/v1/ask"])
@pytest.mark.parametrize("marks", [{}, {OPERATOR: False}, {OPERATOR: True}])
def test_only_an_operator_may_send_more_and_only_to_the_operators_routes(
    path: str, marks: dict[str, bool]
) -> None:
    most = MORE if "admin" in path and marks.get(OPERATOR) else MAX_BODY
    assert status_of(path, most, **marks) == 200
    assert status_of(path, most + CHUNK, **marks) == 413
