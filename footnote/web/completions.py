"""Answer clients that speak OpenAI's chat completions, citations in the message's annotations."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.sse import format_sse_event
from starlette.responses import Response

from footnote.asks import Said
from footnote.records import Answer, AnswerPassage
from footnote.web.api import ERRORS, require_json
from footnote.web.asking import Asking
from footnote.web.completion_models import (
    MODEL,
    Annotation,
    Choice,
    Completion,
    CompletionMessage,
    CompletionRequest,
    FileCitation,
    Model,
    ModelList,
    Outcome,
    Usage,
)
from footnote.web.errors import ErrorDetail
from footnote.web.presence import while_there
from footnote.web.stream import respond

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream`, chunks of it that end in `data: [DONE]`, or in "
        '`{"error": …}` where it fails on the way.',
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}

router = APIRouter(responses=ERRORS)


@router.get("/v1/models", summary="List the models, for OpenAI's clients")
async def models() -> ModelList:
    """Name the one model that there is."""
    return ModelList(data=[Model(id=MODEL, created=0, owned_by=MODEL)])


@router.post(
    "/v1/chat/completions",
    response_model=Completion,
    responses=_STREAM,
    dependencies=[Depends(require_json)],
    summary="Ask as OpenAI's clients do",
)
async def complete(given: CompletionRequest, request: Request) -> Completion | Response:
    """Answer the last user message from the documents; earlier turns are its history.

    System messages are passed over: nothing but the documents says what the answer is.
    """
    question, history = given.asked()
    asking: Asking = request.app.state.asking
    if given.stream:
        return await respond(request, asking.steps(question, history), _Chunks(given))
    answer = await while_there(request, asking.ask(question, history))
    return _completion(answer, given, *_named())


def marked(answer: Answer) -> Iterator[str]:
    """Give an answer's text in parts, the numbers of its citations after each statement."""
    at = 0
    for statement in answer.statements:
        start = answer.text.find(statement.text, at)
        if start < 0:
            continue
        end = start + len(statement.text)
        yield _with_marks(answer.text[at:end], statement.citations)
        at = end
    if at < len(answer.text):
        yield answer.text[at:]
    # These clients show nothing but the text, so what else is to be said stands in it.
    if answer.note is not None and answer.note not in answer.text:
        yield f"\n\n({answer.note})"


def _with_marks(text: str, citations: Sequence[int]) -> str:
    marks = "".join(f"[{number}]" for number in citations)
    return f"{text} {marks}" if marks else text


def _named() -> tuple[str, int]:
    """Return the id of a new completion, and when it was made, in seconds since 1970."""
    return f"chatcmpl-{secrets.token_hex(12)}", int(time.time())


def _completion(answer: Answer, given: CompletionRequest, id_: str, created: int) -> Completion:
    content = "".join(marked(answer))
    annotations = [
        Annotation(file_citation=FileCitation(**asdict(each))) for each in answer.citations
    ]
    if answer.writing is not None:
        read, said = answer.writing.tokens_in, answer.writing.tokens_out
    else:
        read = sum(len(message.read().split()) for message in given.messages)
        said = len(content.split())
    usage = Usage(prompt_tokens=read, completion_tokens=said, total_tokens=read + said)
    return Completion(
        id=id_,
        created=created,
        choices=[Choice(message=CompletionMessage(content=content, annotations=annotations))],
        usage=usage,
        footnote=Outcome(
            status=answer.status,
            confidence=answer.confidence,
            generation=answer.generation,
            mode=answer.mode,
            note=answer.note,
        ),
    )


class _Chunks:
    """Chunks of a completion: who speaks, what is said, and last what it stands on."""

    def __init__(self, given: CompletionRequest) -> None:
        self._given = given
        self._id, self._created = _named()
        self._opened = False
        self._said = 0

    def passages(self, passages: Sequence[AnswerPassage]) -> Iterator[bytes]:
        """Write who speaks: that an answer is on its way is all that these clients can show."""
        del passages
        yield from self._open()

    def said(self, said: Said) -> Iterator[bytes]:
        """Write what is said so far, with its numbers."""
        yield from self._open()
        part = _with_marks(said.text, said.citations)
        self._said += len(part)
        yield self._chunk({"content": part})

    def answer(self, answer: Answer) -> Iterator[bytes]:
        """Write what is said, and its citations."""
        completion = _completion(answer, self._given, self._id, self._created)
        (choice,) = completion.choices
        yield from self._open()
        for part in [choice.message.content[self._said :]] if self._said else marked(answer):
            if part:
                yield self._chunk({"content": part})
        annotations = [each.model_dump() for each in choice.message.annotations]
        outcome = completion.footnote.model_dump()
        yield self._chunk({"annotations": annotations}, choice.finish_reason, footnote=outcome)
        if self._given.stream_options is not None and self._given.stream_options.include_usage:
            yield self._written(choices=[], usage=completion.usage.model_dump())
        yield format_sse_event(data_str="[DONE]")

    def failure(self, error: ErrorDetail) -> bytes:
        """Write the error object, at which these clients raise; nothing is done then."""
        return format_sse_event(data_str=json.dumps({"error": error.model_dump()}))

    def _open(self) -> Iterator[bytes]:
        if not self._opened:
            self._opened = True
            yield self._chunk({"role": "assistant", "content": ""})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._written(choices=[choice], **more)

    def _written(self, **more: object) -> bytes:
        shared = {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": MODEL,
        }
        return format_sse_event(data_str=json.dumps({**shared, **more}))
