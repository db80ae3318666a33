"""Serve the double with deadlines and caps as given: ``python -m tests.web.serve_slow JSON``.

Of its own routes ``/api/big`` sends without end, and ``/api/some`` so many bytes; ``/api/open``
tells to how many the former sends, and how many files are open; ``/api/events`` is a stream in
which nothing more happens; ``/api/count`` reads a body, and ``/api/refuse`` does not.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from footnote.settings import load_settings
from footnote.web.app import create_app
from footnote.web.connections import Limits
from footnote.web.server import claim_socket, serve
from tests.web.double import WordEngine

CHUNK = b"x" * 100_000
sending: set[object] = set()


async def _endless() -> AsyncIterator[bytes]:
    me = object()
    sending.add(me)
    try:
        while True:
            yield CHUNK
            # Sending to who has left waits for nothing, and would leave the loop no time.
            await asyncio.sleep(0)
    finally:
        sending.discard(me)


async def big(_: Request) -> Response:
    return StreamingResponse(_endless(), media_type="application/octet-stream")


async def events(_: Request) -> Response:
    return StreamingResponse(_waiting(), media_type="text/event-stream")


async def _waiting() -> AsyncIterator[bytes]:
    yield b": open\n\n"
    await asyncio.Event().wait()


async def count(request: Request) -> Response:
    return Response(str(len(await request.body())))


async def refuse(_: Request) -> Response:
    return Response("no", 403)


async def some(request: Request) -> Response:
    return Response(b"x" * int(request.query_params["size"]))


async def opened(_: Request) -> Response:
    return JSONResponse({"sending": len(sending), "files": len(os.listdir("/dev/fd"))})  # noqa: PTH208


if __name__ == "__main__":
    settings = load_settings(port=0)
    claimed = claim_socket(settings)
    app = create_app(WordEngine(), settings)
    for path, endpoint in (
        ("/api/big", big), ("/api/events", events), ("/api/open", opened),
        ("/api/count", count), ("/api/v1/admin/count", count), ("/api/refuse", refuse),
        ("/api/some", some),
    ):  # fmt: skip
        app.router.routes.insert(0, Route(path, endpoint, methods=["GET", "POST"]))
    serve(app, settings, claimed, limits=Limits(**json.loads(sys.argv[1])))
