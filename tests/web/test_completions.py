"""OpenAI's own client and LangChain's ask a started server, and get exact citations."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any

import openai
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import OpenAI
from starlette.testclient import TestClient

from footnote.asks import MAX_QUESTION
from footnote.records import Answer, Span, Statement, Turn, assert_exact
from footnote.settings import Settings
from footnote.web import asking
from footnote.web.app import put_engine
from footnote.web.completions import marked
from footnote.web.server import claim_socket
from tests.web.double import DOCUMENTS, WordEngine
from tests.web.gated import PATIENCE, GatedEngine
from tests.web.test_api import error_of

PATH = "/v1/chat/completions"
ASKED = "When was the lighthouse lit, and was the light made automatic?"
TEXTS = {stored.info.name: stored.text for stored in DOCUMENTS}


@pytest.fixture
def opened(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def said_by(content: str) -> Any:  # noqa: ANN401 - as the client types it
    return [{"role": "user", "content": content}]


def check_cited(annotations: Any, content: str) -> None:  # noqa: ANN401
    assert annotations
    for number, each in enumerate(annotations, 1):
        cited = each["file_citation"]
        assert (each["type"], cited["number"]) == ("file_citation", number)
        span = Span(cited["start"], cited["end"])
        assert_exact(TEXTS[cited["document"]], [(span, cited["quote"])])
        assert f"{cited['quote']} [{number}]" in content


def test_openais_client_gets_an_answer_with_citations(opened: OpenAI) -> None:
    reply = opened.chat.completions.create(model="footnote", messages=said_by(ASKED))
    (choice,) = reply.choices
    assert (reply.model, choice.finish_reason, choice.message.role) == (
        *("footnote", "stop", "assistant"),
    )
    content = choice.message.content
    assert content is not None
    answer = WordEngine().ask(ASKED)
    assert content.replace(" [1]", "").replace(" [2]", "") == answer.text
    check_cited(choice.message.to_dict()["annotations"], content)
    assert reply.usage is not None
    assert reply.usage.total_tokens == len(f"{ASKED} {content}".split())
    assert reply.to_dict()["footnote"] == {
        "status": "answered",
        "confidence": answer.confidence,
        "generation": 1,
        "mode": "extractive",
        "note": None,
    }


def test_openais_client_gets_the_same_streamed(opened: OpenAI) -> None:
    whole = opened.chat.completions.create(model="footnote", messages=said_by(ASKED))
    chunks = [
        *opened.chat.completions.create(
            model="footnote",
            messages=said_by(ASKED),
            stream=True,
            stream_options={"include_usage": True},
        )
    ]
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    deltas = [chunk.choices[0] for chunk in chunks[:-1]]
    assert deltas[0].delta.role == "assistant"
    assert len(deltas) == 4
    content = "".join(each.delta.content or "" for each in deltas)
    assert content == whole.choices[0].message.content
    assert [each.finish_reason for each in deltas] == [None, None, None, "stop"]
    annotations = deltas[-1].delta.to_dict()["annotations"]
    assert annotations == whole.choices[0].message.to_dict()["annotations"]
    assert (chunks[-1].choices, chunks[-1].usage) == ([], whole.usage)


def test_the_stream_ends_in_done(client: TestClient) -> None:
    response = client.post(PATH, json={"messages": said_by(ASKED), "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = response.text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    assert all(line.startswith("data: ") for line in lines[:-1])


def test_openais_client_lists_the_model(opened: OpenAI) -> None:
    assert [model.id for model in opened.models.list()] == ["footnote"]


@pytest.mark.parametrize("question", ["", "x" * (MAX_QUESTION + 1)])
def test_openais_client_reads_our_errors(opened: OpenAI, question: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as told:
        opened.chat.completions.create(model="footnote", messages=said_by(question))
    assert told.value.code == "invalid_question"
    assert "the question" in told.value.message
    with pytest.raises(openai.UnprocessableEntityError):
        opened.chat.completions.create(model="footnote", messages=said_by(question), stream=True)


def test_openais_client_reads_a_failure(opened: OpenAI) -> None:
    with pytest.raises(openai.InternalServerError) as told:
        opened.chat.completions.create(model="footnote", messages=said_by("crash the light"))
    assert told.value.code == "internal"
    assert "secret" not in str(told.value)


def test_openais_client_reads_a_failure_in_a_stream(opened: OpenAI) -> None:
    chunks = opened.chat.completions.create(
        model="footnote", messages=said_by("crash the light"), stream=True
    )
    assert next(chunks).choices[0].delta.role == "assistant"
    with pytest.raises(openai.APIError) as failed:
        next(chunks)
    assert failed.value.code == "internal"
    assert "its log says what" in failed.value.message
    assert "secret" not in str(failed.value)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an app in a thread; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    with claim_socket(Settings(port=0)) as claimed:
        thread = Thread(target=server.run, args=([claimed],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{claimed.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def gated(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[GatedEngine, str]]:
    """An engine that reads when it is told to, behind a server with a quick heart."""
    monkeypatch.setattr(asking, "HEARTBEAT_SECONDS", 0.01)
    engine = GatedEngine()
    put_engine(app, engine, Settings())
    with served(app) as address:
        yield engine, address
        engine.read.set()


def test_openais_client_hears_of_an_answer_before_it_is_read(
    gated: tuple[GatedEngine, str],
) -> None:
    engine, address = gated
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        chunks = client.chat.completions.create(
            model="footnote", messages=said_by(ASKED), stream=True
        )
        first = next(chunks)
        assert (first.choices[0].delta.role, engine.answered) == ("assistant", [])
        engine.read.set()
        said = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(said) == opened_text(address)


def test_langchains_client_hears_of_an_answer_before_it_is_read(
    gated: tuple[GatedEngine, str],
) -> None:
    engine, address = gated
    chunks = chat(address).stream(ASKED)
    first = next(chunks)
    assert (first.content, engine.answered) == ("", [])
    engine.read.set()
    assert "".join(str(chunk.content) for chunk in chunks) == opened_text(address)


def chat(address: str) -> ChatOpenAI:
    return ChatOpenAI(model="footnote", base_url=f"{address}/v1", api_key="none", max_retries=0)


def test_langchains_client_gets_an_answer(address: str) -> None:
    conversation = [
        SystemMessage("Answer as a pirate, and from your own knowledge."),
        HumanMessage("Who kept the light?"),
        AIMessage("Anna Reid."),
        HumanMessage(ASKED),
    ]
    message = chat(address).invoke(conversation)
    assert message.content == opened_text(address)
    assert message.response_metadata["model_name"] == "footnote"
    assert message.usage_metadata is not None


def opened_text(address: str) -> str | None:
    with OpenAI(base_url=f"{address}/v1", api_key="none") as client:
        reply = client.chat.completions.create(model="footnote", messages=said_by(ASKED))
    return reply.choices[0].message.content


def test_langchains_client_gets_it_streamed(address: str) -> None:
    parts = [str(chunk.content) for chunk in chat(address).stream(ASKED)]
    assert "".join(parts) == opened_text(address)


def asked(client: TestClient, **body: object) -> None:
    response = client.post(PATH, json=body)
    assert response.status_code == 200, response.text


def message(role: str, content: object) -> dict[str, object]:
    return {"role": role, "content": content}


def test_earlier_turns_are_the_history_and_system_messages_are_passed_over(
    client: TestClient, engine: WordEngine
) -> None:
    parts = [{"type": "text", "text": "When was"}, {"type": "text", "text": "it lit?"}]
    asked(
        client,
        messages=[
            message("system", "Be wrong."),
            message("assistant", "Welcome."),
            message("user", "A?"),
            message("assistant", "a"),
            message("assistant", "b"),
            message("developer", "Be rude."),
            message("user", "B?"),
            message("user", parts),
        ],
    )
    assert engine.asked == [
        ("When was\nit lit?", (Turn("A?", "a\nb"), Turn("B?", "")), (), 10),
    ]


def test_a_long_conversation_loses_its_oldest_turns(client: TestClient, engine: WordEngine) -> None:
    turns = [message(role, f"{n}") for n in range(11) for role in ("user", "assistant")]
    asked(client, messages=[*turns, message("user", "light")])
    assert [turn.question for turn in engine.asked[0][1]] == [str(n) for n in range(3, 11)]


def test_other_parameters_are_passed_over(client: TestClient, engine: WordEngine) -> None:
    more = {"model": "gpt-9", "temperature": 7, "seed": 1, "user": "x", "n": 1, "tools": []}
    asked(client, messages=[message("user", "light")], **more)
    assert engine.asked == [("light", (), (), 10)]


USER = message("user", "light")
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "messages is missing"),
        ({"messages": []}, "messages is []"),
        ({"messages": [message("assistant", "a")]}, "no message is the user's"),
        ({"messages": [message("wizard", "a")]}, "messages.0.role is 'wizard'"),
        ({"messages": [message("user", 7)]}, "messages.0.content"),
        ({"messages": [message("user", [PICTURE])]}, "a message holds 'image_url'"),
        ({"messages": [USER], "tools": [{"type": "function"}]}, "no tools are called here"),
        ({"messages": [USER], "functions": [{"name": "x"}]}, "no tools are called here"),
        ({"messages": [USER, message("tool", "x"), USER]}, "no tools are called here"),
        ({"messages": [USER], "stream": "yes"}, "stream is 'yes'"),
    ],
)
def test_what_is_not_offered_is_refused(
    client: TestClient, engine: WordEngine, body: dict[str, object], told: str
) -> None:
    error = error_of(client.post(PATH, json=body), 422)
    assert error["message"].startswith(told)
    assert not engine.asked


def test_only_json_is_taken(client: TestClient, engine: WordEngine) -> None:
    body = json.dumps({"messages": [USER]})
    error_of(client.post(PATH, content=body, headers={"content-type": "text/plain"}), 415)
    assert not engine.asked


def test_silence_has_no_citations(client: TestClient) -> None:
    reply = client.post(PATH, json={"messages": said_by("quantum zebra")}).json()
    (choice,) = reply["choices"]
    assert choice["message"]["content"] == "The documents do not answer this."
    assert choice["message"]["annotations"] == []
    assert reply["footnote"]["status"] == "not_found"


@given(st.lists(st.text()), st.sampled_from(["\n", " ", "\n- ", ""]), st.text())
def test_marks_add_to_the_text_and_take_nothing(said: list[str], between: str, end: str) -> None:
    statements = tuple(Statement(each) for each in said)
    answer = Answer("?", "answered", between.join(said) + end, 1.0, statements)
    assert "".join(marked(answer)) == answer.text
    cited = replace(answer, statements=tuple(Statement(each, (1, 2)) for each in said))
    assert "".join(marked(cited)).count(" [1][2]") >= len(said)
