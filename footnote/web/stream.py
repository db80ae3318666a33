"""Send an answer as server-sent events while it is made."""

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any, Protocol

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.requests import Request
from starlette.types import Send

from footnote.asks import Said, Step
from footnote.records import Answer, AnswerPassage
from footnote.web.errors import ErrorDetail, detail_of
from footnote.web.presence import while_there

# What an OpenAPI operation says of it.
RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `Accept: text/event-stream`, the events `passages`, "
        "`delta` (which concatenate to the answer's text), and `answer` or `error`, the last.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class Encoding(Protocol):
    """How steps are written for a kind of client. Made anew for each answer."""

    def passages(self, passages: Sequence[AnswerPassage]) -> Iterator[bytes]:
        """Write what was found, which comes first."""
        ...

    def said(self, said: Said) -> Iterator[bytes]:
        """Write a part of the answer's text that is ready before the rest."""
        ...

    def answer(self, answer: Answer) -> Iterator[bytes]:
        """Write the answer, which comes last; of its text, what was not written yet."""
        ...

    def failure(self, error: ErrorDetail) -> bytes:
        """Write that there is no answer, and why."""
        ...


async def respond(
    request: Request, steps: AsyncGenerator[Step | None, None], encoding: Encoding
) -> EventSourceResponse:
    """Start an answer and stream it.

    An error before the first step is raised, so that it gets its own HTTP status; a later one
    becomes the last event. A step that is None is sent as a comment, for a client that waits.
    """
    first = await while_there(request, anext(steps))
    return _Stream(_events(first, steps, encoding), headers=_HEADERS)


class _Stream(EventSourceResponse):
    """Ends what makes its events as soon as the client has left, even one that did not read."""

    body_iterator: AsyncGenerator[bytes, None]

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self.body_iterator):
            await super().stream_response(send)


def deltas(answer: Answer) -> Iterator[str]:
    """Cut an answer's text where its statements begin; the parts concatenate to the text."""
    start = 0
    for before, statement in zip(answer.statements, answer.statements[1:], strict=False):
        at = answer.text.find(statement.text, start + len(before.text))
        if at > start:
            yield answer.text[start:at]
            start = at
    if start < len(answer.text):
        yield answer.text[start:]


async def _events(
    first: Step | None, rest: AsyncGenerator[Step | None, None], encoding: Encoding
) -> AsyncGenerator[bytes, None]:
    try:
        # Closed here and now when the client leaves, not whenever it is collected.
        async with aclosing(rest):
            for event in _written(first, encoding):
                yield event
            async for step in rest:
                for event in _written(step, encoding):
                    yield event
    # The status line is out; what failed can only be told inside the stream.
    except Exception as error:  # noqa: BLE001
        yield encoding.failure(detail_of(error))


def _written(step: Step | None, encoding: Encoding) -> Iterator[bytes]:
    if step is None:
        yield KEEPALIVE_COMMENT
    elif isinstance(step, Answer):
        yield from encoding.answer(step)
    elif isinstance(step, Said):
        # An empty one tells that a language model writes, which no client needs to know.
        if step.text:
            yield from encoding.said(step)
    else:
        yield from encoding.passages(step)


class Events:
    """Events of our own: `passages`, `delta`, and `answer` or `error`."""

    def __init__(self) -> None:
        self._said = 0

    def passages(self, passages: Sequence[AnswerPassage]) -> Iterator[bytes]:
        """Write them as an event."""
        yield _event("passages", {"passages": [asdict(passage) for passage in passages]})

    def said(self, said: Said) -> Iterator[bytes]:
        """Write it as a delta."""
        self._said += len(said.text)
        yield _event("delta", {"text": said.text})

    def answer(self, answer: Answer) -> Iterator[bytes]:
        """Write its text in parts, and all of it."""
        for part in [answer.text[self._said :]] if self._said else deltas(answer):
            if not part:
                continue
            yield _event("delta", {"text": part})
        yield _event("answer", asdict(answer))

    def failure(self, error: ErrorDetail) -> bytes:
        """Write the error object."""
        return _event("error", {"error": error.model_dump()})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))


def accepts_stream(accept: Sequence[str]) -> bool:
    """Tell whether a client asked for events.

    >>> accepts_stream(["text/event-stream"]), accepts_stream(["application/json, */*"])
    (True, False)
    """
    kinds = (kind.partition(";")[0].strip() for header in accept for kind in header.split(","))
    return "text/event-stream" in kinds
