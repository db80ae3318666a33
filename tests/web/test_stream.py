import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.sse import KEEPALIVE_COMMENT
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from footnote.records import Answer, Span, Statement, assert_exact
from footnote.settings import Settings
from footnote.web import asking, stream
from footnote.web.app import put_engine
from tests.web.double import DOCUMENTS, WordEngine
from tests.web.gated import PATIENCE, GatedEngine
from tests.web.test_api import ASK, QUESTIONS, error_of, scope_of

WANTS_EVENTS = {"accept": "text/event-stream"}


def events_of(text: str) -> list[tuple[str, Any]]:
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.split("\n") if line)
        if "event" in fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


@pytest.mark.parametrize("question", [*QUESTIONS, "quantum zebra"])
def test_the_parts_concatenate_to_the_answer(client: TestClient, question: str) -> None:
    body = {"question": question, "limit": 4}
    plain = client.post(ASK, json=body).json()
    response = client.post(ASK, json=body, headers=WANTS_EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream")
    names, data = zip(*events_of(response.text), strict=True)
    assert names[0] == "passages"
    assert names[-1] == "answer"
    assert set(names[1:-1]) == {"delta"}
    assert data[0] == {"passages": plain["passages"]}
    assert "".join(each["text"] for each in data[1:-1]) == plain["text"]
    assert data[-1] == plain
    texts = {stored.info.id: stored.text for stored in DOCUMENTS}
    for cited in data[-1]["citations"]:
        span = Span(cited["start"], cited["end"])
        assert_exact(texts[cited["document_id"]], [(span, cited["quote"])])


@given(st.lists(st.text()), st.sampled_from(["\n", " ", "\n- ", ""]), st.text())
def test_deltas_lose_nothing_of_any_text(said: list[str], between: str, end: str) -> None:
    text = between.join(said) + end
    statements = tuple(Statement(each) for each in said)
    answer = Answer("?", "answered", text, 1.0, statements)
    assert "".join(stream.deltas(answer)) == text


def test_each_statement_is_a_part_of_its_own(engine: WordEngine) -> None:
    answer = engine.ask("When was the lighthouse lit, and was the light made automatic?")
    first, second = (statement.text for statement in answer.statements)
    assert list(stream.deltas(answer)) == [f"{first}\n", second]
    same = replace(answer, statements=(Statement("a"), Statement("a")), text="a a")
    assert list(stream.deltas(same)) == ["a ", "a"]


def test_an_error_before_the_first_event_has_its_own_status(client: TestClient) -> None:
    response = client.post(ASK, json={"question": ""}, headers=WANTS_EVENTS)
    assert error_of(response, 422)["code"] == "invalid_question"


def test_a_later_error_is_the_last_event_and_tells_nothing_internal(client: TestClient) -> None:
    response = client.post(ASK, json={"question": "crash the light"}, headers=WANTS_EVENTS)
    assert response.status_code == 200
    (first, _), (last, data) = events_of(response.text)
    assert (first, last) == ("passages", "error")
    assert set(data["error"]) == {"code", "message", "id"}
    assert data["error"]["code"] == "internal"
    assert "secret" not in response.text


@dataclass(frozen=True)
class Kind:
    """A stream: where it is asked for and how, and what its first and last parts hold."""

    path: str
    body: bytes
    first: bytes
    last: bytes


OURS = Kind(ASK, b'{"question": "When was the lighthouse lit?"}', b"passages", b"event: answer")
CHAT = Kind(
    "/v1/chat/completions",
    b'{"stream": true, "messages": [{"role": "user", "content": "When was the lighthouse lit?"}]}',
    b'"role": "assistant"',
    b"[DONE]",
)
WHOLE = replace(CHAT, body=CHAT.body.replace(b"true", b"false"))
kinds = pytest.mark.parametrize("kind", [OURS, CHAT], ids=["ours", "chat"])


class Streaming:
    """A request for a stream, whose client leaves when it is let."""

    def __init__(self, app: FastAPI, engine: GatedEngine, kind: Kind) -> None:
        put_engine(app, engine, Settings(workers=1))
        self.app = app
        self.kind = kind
        self.leave = asyncio.Event()
        self.parts: list[bytes] = []
        self._body = [kind.body]

    async def run(self) -> None:
        headers = [(b"accept", b"text/event-stream"), (b"content-type", b"application/json")]
        scope = scope_of("POST", self.kind.path, headers)
        await asyncio.wait_for(self.app(scope, self._receive, self.send), PATIENCE)

    async def send(self, message: Message) -> None:
        self.parts.append(message.get("body", b""))

    async def _receive(self) -> Message:
        if self._body:
            return {"type": "http.request", "body": self._body.pop(), "more_body": False}
        await self.leave.wait()
        return {"type": "http.disconnect"}


@kinds
@pytest.mark.parametrize("begun", [True, False])
def test_a_client_that_waits_is_sent_comments(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, begun: bool, kind: Kind
) -> None:
    monkeypatch.setattr(asking, "HEARTBEAT_SECONDS", 0.01)
    engine = GatedEngine()
    waits, other = (engine.read, engine.find) if begun else (engine.find, engine.read)
    waits.clear()
    other.set()

    class Waiting(Streaming):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if self.parts.count(KEEPALIVE_COMMENT) == 2:
                waits.set()

    async def run() -> None:
        streaming = Waiting(app, engine, kind)
        await streaming.run()
        told = [part for part in streaming.parts if part not in (b"", KEEPALIVE_COMMENT)]
        assert kind.first in told[0]
        assert kind.last in told[-1]
        assert KEEPALIVE_COMMENT in streaming.parts[2 if begun else 1 :]

    asyncio.run(run())


@kinds
@pytest.mark.parametrize("reads", [True, False])
def test_when_a_client_leaves_its_stream_nothing_is_kept_for_it(
    app: FastAPI, reads: bool, kind: Kind
) -> None:
    class Leaving(Streaming):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if kind.first in self.parts[-1]:
                self.leave.set()
                if not reads:
                    await asyncio.Event().wait()

    async def run() -> None:
        engine = GatedEngine()
        await Leaving(app, engine, kind).run()
        assert not app.state.asking._flights
        engine.read.set()
        assert await asyncio.to_thread(engine.over.acquire, timeout=PATIENCE)

    asyncio.run(run())


@pytest.mark.parametrize("kind", [OURS, CHAT, WHOLE], ids=["ours", "chat", "whole"])
def test_when_a_client_leaves_before_its_answer_began_its_question_is_dropped(
    app: FastAPI, kind: Kind
) -> None:
    async def run() -> None:
        engine = GatedEngine()
        engine.find.clear()
        streaming = Streaming(app, engine, kind)
        task = asyncio.ensure_future(streaming.run())
        assert await asyncio.to_thread(engine.began.acquire, timeout=PATIENCE)
        streaming.leave.set()
        await task
        # Nothing was said, as it would be where the engine's patience came to its end.
        assert b"".join(streaming.parts) == b""
        assert not app.state.asking._flights
        engine.read.set()
        engine.find.set()
        assert await asyncio.to_thread(engine.over.acquire, timeout=PATIENCE)
        assert not engine.answered

    asyncio.run(run())
