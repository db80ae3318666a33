"""Answer clients that speak OpenAI's chat completions, citations in the message's annotations."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from footnote.asks import Turn
from footnote.records import Answer
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
from footnote.web.presence import while_there

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream`, chunks of it that end in `data: [DONE]`.",
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
    answer = await _answered(request, question, history)
    completion = _completion(answer, given)
    if not given.stream:
        return completion
    with_usage = given.stream_options is not None and given.stream_options.include_usage
    chunks = (f"data: {chunk}\n\n".encode() for chunk in _chunks(completion, answer, with_usage))
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(chunks, media_type="text/event-stream", headers=headers)


async def _answered(request: Request, question: str, history: tuple[Turn, ...]) -> Answer:
    asking: Asking = request.app.state.asking
    return await while_there(request, asking.ask(question, history))


def marked(answer: Answer) -> Iterator[str]:
    """Give an answer's text in parts, the numbers of its citations after each statement."""
    at = 0
    for statement in answer.statements:
        start = answer.text.find(statement.text, at)
        if start < 0:
            continue
        end = start + len(statement.text)
        marks = "".join(f"[{number}]" for number in statement.citations)
        yield answer.text[at:end] + (f" {marks}" if marks else "")
        at = end
    if at < len(answer.text):
        yield answer.text[at:]


def _completion(answer: Answer, given: CompletionRequest) -> Completion:
    content = "".join(marked(answer))
    annotations = [
        Annotation(file_citation=FileCitation(**asdict(each))) for each in answer.citations
    ]
    read = sum(len(message.read().split()) for message in given.messages)
    said = len(content.split())
    usage = Usage(prompt_tokens=read, completion_tokens=said, total_tokens=read + said)
    return Completion(
        id=f"chatcmpl-{secrets.token_hex(12)}",
        created=int(time.time()),
        choices=[Choice(message=CompletionMessage(content=content, annotations=annotations))],
        usage=usage,
        footnote=Outcome(
            status=answer.status, confidence=answer.confidence, generation=answer.generation
        ),
    )


def _chunks(completion: Completion, answer: Answer, with_usage: bool) -> Iterator[str]:
    """Give an answer in chunks: who speaks, what is said, and last what it stands on."""
    shared = {**completion.model_dump(include={"id", "created", "model"})}
    shared["object"] = "chat.completion.chunk"

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: object) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _json({**shared, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    for part in marked(answer):
        yield chunk({"content": part})
    (choice,) = completion.choices
    annotations = [each.model_dump() for each in choice.message.annotations]
    outcome = completion.footnote.model_dump()
    yield chunk({"annotations": annotations}, choice.finish_reason, footnote=outcome)
    if with_usage:
        yield _json({**shared, "choices": [], "usage": completion.usage.model_dump()})
    yield "[DONE]"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value)
