import asyncio
import dataclasses
import json
import logging
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import Message

from footnote.asks import MAX_QUESTION
from footnote.records import Answer, Citation, Span, Turn, assert_exact
from footnote.settings import Settings
from footnote.web.api import MAX_TEXT
from footnote.web.app import put_engine
from footnote.web.asking import Asking
from tests.web.conftest import HOME
from tests.web.double import DOCUMENTS, LIGHTHOUSE, LONG, WordEngine
from tests.web.gated import PATIENCE, GatedEngine

ASK = "/api/v1/ask"
QUESTIONS = [
    "When was the lighthouse lit?",
    "What does the family plate cost?",
    "When does the Café open, Café öffnet?",
    "What is the password of the vault?",
]


def error_of(response: Response, status: int) -> dict[str, str]:
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error"}
    error: dict[str, str] = response.json()["error"]
    assert set(error) == {"code", "message", "id"}
    assert error["id"]
    return error


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_the_engines_own(
    client: TestClient, engine: WordEngine, question: str
) -> None:
    given = client.post(ASK, json={"question": question}).json()
    answer = dataclasses.asdict(engine.ask(question))
    assert given == {
        **answer,
        **{name: [*map(_listed, answer[name])] for name in ("statements", "citations", "passages")},
        "conflicts": [],
        "suggestions": [],
    }


def _listed(record: dict[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in record.items()}


@pytest.mark.parametrize("question", QUESTIONS)
def test_citations_are_exact_in_the_text_that_the_api_gives(
    client: TestClient, question: str
) -> None:
    answer = client.post(ASK, json={"question": question}).json()
    assert answer["status"] == "answered"
    for cited in answer["citations"]:
        text = client.get(f"/api/v1/documents/{cited['document_id']}/text").json()["text"]
        assert_exact(text, [(Span(cited["start"], cited["end"]), cited["quote"])])


def test_everything_asked_reaches_the_engine(client: TestClient, engine: WordEngine) -> None:
    body = {
        "question": "Who kept the light?",
        "history": [{"question": "Hello?", "answer": "Hello."}],
        "documents": ["light*"],
        "limit": 3,
    }
    answer = client.post(ASK, json=body).json()
    assert engine.asked == [("Who kept the light?", (Turn("Hello?", "Hello."),), ("light*",), 3)]
    assert len(answer["passages"]) == 3


def test_without_a_limit_ten_passages_are_given(client: TestClient) -> None:
    assert len(client.post(ASK, json={"question": "light"}).json()["passages"]) == 10


def test_a_long_history_loses_its_oldest_turns(client: TestClient, engine: WordEngine) -> None:
    history = [{"question": f"q{n}", "answer": "a"} for n in range(11)]
    client.post(ASK, json={"question": "light", "history": history})
    assert [turn.question for turn in engine.asked[0][1]] == [f"q{n}" for n in range(3, 11)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "question is missing"),
        ({"question": 7}, "question is 7"),
        ({"question": "x", "limit": 0}, "limit is 0: input should be greater than or equal to 1"),
        ({"question": "x", "limit": 51}, "limit is 51: input should be less than or equal to 50"),
        ({"question": "x", "limit": "many"}, "limit is 'many'"),
        ({"question": "x", "limit": "3"}, "limit is '3'"),
        ({"question": "x", "limt": 3}, "limt is 3"),
        ({"question": "x", "documents": "a"}, "documents is 'a'"),
        ({"question": "x", "history": [{"question": "y"}]}, "history.0.answer is missing"),
        ({"question": "x", "history": [{"question": "y", "answer": None}]}, "history.0.answer is"),
        ([], "the body is []"),
        ({"question": ["\ud800" * 200]}, "question is"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, body: object, told: str) -> None:
    # In ASCII, because what a client sends may be no text that UTF-8 can hold.
    content = json.dumps(body)
    headers = {"content-type": "application/json"}
    error = error_of(client.post(ASK, content=content, headers=headers), 422)
    assert error["code"] == "invalid"
    assert error["message"].startswith(told)
    assert len(error["message"]) < 300


@pytest.mark.parametrize("question", ["", " \n\t", "x" * (MAX_QUESTION + 1)])
def test_an_empty_or_overlong_question_is_refused(client: TestClient, question: str) -> None:
    error = error_of(client.post(ASK, json={"question": question}), 422)
    assert error["code"] == "invalid_question"


def test_a_question_of_the_greatest_length_is_answered(client: TestClient) -> None:
    body = {"question": "é" * MAX_QUESTION}
    assert client.post(ASK, json=body).json()["status"] == "not_found"


def test_a_scope_that_matches_nothing_is_refused(client: TestClient) -> None:
    error = error_of(client.post(ASK, json={"question": "x", "documents": ["*.xyz"]}), 422)
    assert "*.xyz" in error["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"[" * 15_000, b'{"question": "\xff"}'])
def test_a_body_that_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post(ASK, content=body, headers={"content-type": "application/json"})
    error_of(response, 400 if body else 422)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", ""]
)
def test_only_json_is_taken(client: TestClient, engine: WordEngine, kind: str) -> None:
    body = b'{"question": "light"}'
    error = error_of(client.post(ASK, content=body, headers={"content-type": kind}), 415)
    assert error["code"] == "unsupported_media_type"
    assert not engine.asked


def test_json_with_a_charset_is_taken(client: TestClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert client.post(ASK, content=b'{"question": "light"}', headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/nothing", "/v1/x", "/gradio_api/x"])
def test_an_unknown_address_is_told_in_the_one_shape(client: TestClient, path: str) -> None:
    assert error_of(client.get(path), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", ASK, "POST"), ("PUT", ASK, "POST"), ("POST", "/healthz", "GET")],
)
def test_a_wrong_method_is_told_with_the_right_one(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert error_of(response, 405)["code"] == "method_not_allowed"
    assert response.headers["allow"] == allowed


def test_a_failure_shows_an_id_and_nothing_internal(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post(ASK, json={"question": "crash the light"})
    error = error_of(response, 500)
    assert error["code"] == "internal"
    assert "secret" not in response.text
    logged = [record for record in caplog.records if error["id"] in record.getMessage()]
    assert logged
    assert logged[0].exc_info is not None


@pytest.mark.parametrize("path", ["/readyz", "/api/v1/documents", "/api/v1/documents/d-cafe"])
def test_without_an_index_nothing_is_ready_and_no_path_is_told(
    client: TestClient, engine: WordEngine, path: str
) -> None:
    engine.damaged = True
    error = error_of(client.get(path), 503)
    assert error["code"] == "index_damaged"
    assert "secret" not in error["message"]
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_beyond_the_queue_it_is_said_at_once_when_to_come_again(app: FastAPI, accept: str) -> None:
    engine = GatedEngine()
    put_engine(app, engine, Settings(workers=1, queue=0))

    async def run() -> None:
        asking: Asking = app.state.asking
        first = asyncio.ensure_future(asking.ask("When was the lighthouse lit?"))
        assert await asyncio.to_thread(engine.began.acquire, timeout=PATIENCE)
        # Were a thread needed to refuse, this would not end: the only one is at work.
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url=HOME, headers={"accept": accept}
        ) as client:
            refused = await client.post(ASK, json={"question": "light"})
            assert (await client.get("/healthz")).json() == {"status": "ok"}
        error = error_of(refused, 503)
        assert error["code"] == "busy"
        assert error["message"].startswith("1 questions are being answered")
        assert refused.headers["retry-after"] == "1"
        engine.read.set()
        await first

    asyncio.run(run())


@pytest.mark.parametrize("accept", [b"application/json", b"text/event-stream"])
@pytest.mark.parametrize("waiting", [True, False])
def test_when_a_client_leaves_before_its_answer_its_work_is_dropped(
    app: FastAPI, accept: bytes, waiting: bool
) -> None:
    engine = GatedEngine()
    engine.find.clear()
    put_engine(app, engine, Settings(workers=1))

    async def run() -> None:
        asking: Asking = app.state.asking
        if waiting:
            first = asyncio.ensure_future(asking.ask("Who kept the light?"))
            assert await asyncio.to_thread(engine.began.acquire, timeout=PATIENCE)
        leave, status = asyncio.Event(), []
        body = iter([b'{"question": "When was the lighthouse lit?"}'])

        async def receive() -> Message:
            for part in body:
                return {"type": "http.request", "body": part, "more_body": False}
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            status.append(message.get("status"))

        headers = [(b"accept", accept), (b"content-type", b"application/json")]
        scope = scope_of("POST", ASK, headers)
        request = asyncio.ensure_future(app(scope, receive, send))
        if waiting:
            await asyncio.sleep(0.05)
        else:
            assert await asyncio.to_thread(engine.began.acquire, timeout=PATIENCE)
        leave.set()
        await asyncio.wait_for(request, PATIENCE)
        assert status[0] == 499
        engine.find.set()
        engine.read.set()
        assert await asyncio.to_thread(engine.over.acquire, timeout=PATIENCE)
        if waiting:
            await first
        asking._admission._pool.shutdown()
        assert engine.answered == (["Who kept the light?"] if waiting else [])

    asyncio.run(run())


def scope_of(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """Return what a server tells of a request from this machine."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:7860"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 7860),
    }


def test_with_an_index_it_is_ready(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}


def test_documents_are_listed_in_parts(client: TestClient) -> None:
    whole = client.get("/api/v1/documents").json()
    assert whole["total"] == len(DOCUMENTS)
    assert [each["name"] for each in whole["documents"]] == [d.info.name for d in DOCUMENTS]
    assert set(whole["documents"][0]) == {
        *("id", "name", "title", "media_type", "length"),
        *("passages", "pages", "language", "modified", "date"),
    }
    part = client.get("/api/v1/documents?offset=1&limit=2").json()
    assert part == {"total": len(DOCUMENTS), "documents": whole["documents"][1:3]}


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=x", "offset=-1"),
        "offset=99999999999999999999",
    ],
)
def test_a_list_has_limits(client: TestClient, query: str) -> None:
    error = error_of(client.get(f"/api/v1/documents?{query}"), 422)
    name, _, value = query.partition("=")
    assert error["message"].startswith(f"{name} is '{value}'")


def test_a_documents_headings_are_exact(client: TestClient) -> None:
    detail = client.get("/api/v1/documents/d-lighthouse").json()
    headings = [LIGHTHOUSE[each["start"] : each["end"]] for each in detail["headings"]]
    assert headings[:2] == ["The Lighthouse of Skerry Point", "The keepers"]
    assert detail["headings"][0]["kind"] == "title"
    at = LIGHTHOUSE.index("The keepers")
    second = {"start": at, "end": at + len("The keepers"), "level": 2, "kind": "heading"}
    assert detail["headings"][1] == second
    assert detail["length"] == len(LIGHTHOUSE)


@pytest.mark.parametrize("id_", ["nothing", "..%2F..%2Fetc%2Fpasswd", "%00", "d-cafe%2F..", "💥"])
@pytest.mark.parametrize("rest", ["", "/text"])
def test_no_other_id_finds_a_document(client: TestClient, id_: str, rest: str) -> None:
    error_of(client.get(f"/api/v1/documents/{id_}{rest}"), 404)


def test_a_part_of_a_text_is_what_its_offsets_say(client: TestClient) -> None:
    for stored in DOCUMENTS:
        path = f"/api/v1/documents/{stored.info.id}/text"
        for start, end in ((0, 1), (5, 40), (len(stored.text) - 3, len(stored.text)), (7, 7)):
            part = client.get(f"{path}?start={start}&end={end}").json()
            assert part == {"start": start, "end": end, "text": stored.text[start:end]}


def test_a_text_is_given_from_its_start_up_to_the_limit(client: TestClient) -> None:
    path = "/api/v1/documents/d-ledger/text"
    assert client.get(path).json() == {"start": 0, "end": MAX_TEXT, "text": LONG[:MAX_TEXT]}
    start = len(LONG) - 10
    part = client.get(f"{path}?start={start}").json()
    assert part == {"start": start, "end": len(LONG), "text": LONG[start:]}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (f"start=0&end={MAX_TEXT + 1}", "at most 20000"),
        ("start=9&end=8", "which has 161206 characters"),
        ("start=161207", "which has 161206 characters"),
        ("end=161207", "which has 161206 characters"),
        ("start=-1", "start is '-1'"),
        ("end=99999999999", "end is '99999999999'"),
    ],
)
def test_a_part_that_cannot_be_given_is_refused(client: TestClient, query: str, told: str) -> None:
    assert len(LONG) == 161206
    error = error_of(client.get(f"/api/v1/documents/d-ledger/text?{query}"), 422)
    assert told in error["message"]


def test_the_description_names_every_field_of_an_answer(client: TestClient) -> None:
    api = client.get("/api/openapi.json").json()
    for record in (Answer, Citation):
        fields = {each.name for each in dataclasses.fields(record)}
        assert set(api["components"]["schemas"][record.__name__]["properties"]) == fields
    assert api["paths"][ASK]["post"]["responses"]["422"]["content"]["application/json"][
        "schema"
    ] == {"$ref": "#/components/schemas/ErrorBody"}


def test_the_documentation_needs_no_script_and_no_other_host(client: TestClient) -> None:
    page = client.get("/api/docs")
    api = client.get("/api/openapi.json").json()
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "//" not in page.text.replace(HOME, "")
    for path in api["paths"]:
        assert path in page.text
