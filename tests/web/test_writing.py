"""What a language model writes goes out as it is checked, and is kept as any answer is."""

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from footnote.asks import Said, Step
from footnote.records import Answer, Statement, Turn, Writing
from footnote.settings import Settings
from footnote.web.app import put_engine
from footnote.web.asking import Asking
from footnote.web.metrics import Metrics
from tests.web.double import WordEngine
from tests.web.gated import PATIENCE, opened, steps_of
from tests.web.test_api import ASK
from tests.web.test_asking import LIGHT, PLATE
from tests.web.test_completions import PATH
from tests.web.test_stream import WANTS_EVENTS, events_of

NOTE = "The language model could not be used."


@dataclass
class WritingEngine(WordEngine):
    """Says what the double does as a model would: part by part, the last marked.

    A question with the word fail gets the double's own answer, with a note. ``write`` is a gate
    before the second part; ``wrote`` has how many parts were asked for.
    """

    write: threading.Event = field(default_factory=opened)
    writing: threading.Event = field(default_factory=threading.Event)
    wrote: list[str] = field(default_factory=list)

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Iterator[Step]:
        passages, answer = super().steps(question, history, scope, limit)
        assert isinstance(answer, Answer)
        yield passages
        yield Said()
        if "fail" in question:
            yield replace(answer, note=NOTE, writing=Writing(200, 0, failure="status"))
            return
        first = answer.statements[0]
        marked = Statement("It is haunted. [unsupported]", support=0.1, unsupported=True)
        self.wrote.append("first")
        self.writing.set()
        yield Said(first.text, first.citations)
        assert self.write.wait(PATIENCE)
        self.wrote.append("second")
        yield Said(f" {marked.text}")
        yield replace(
            answer,
            mode="generated",
            text=f"{first.text} {marked.text}",
            statements=(first, marked),
            citations=answer.citations[:1],
            writing=Writing(300, 40, 1, 2, 1),
        )


@pytest.fixture
def writer(app: FastAPI) -> WritingEngine:
    engine = WritingEngine()
    put_engine(app, engine, Settings())
    return engine


def test_its_parts_are_deltas_that_concatenate_to_the_text(
    client: TestClient, writer: WritingEngine
) -> None:
    response = client.post(ASK, json={"question": LIGHT}, headers=WANTS_EVENTS)
    names, data = zip(*events_of(response.text), strict=True)
    assert names == ("passages", "delta", "delta", "answer")
    assert "".join(each["text"] for each in data[1:-1]) == data[-1]["text"]
    assert data[-1]["mode"] == "generated"
    assert data[-1]["writing"]["tokens_in"] == 300
    assert [each["unsupported"] for each in data[-1]["statements"]] == [False, True]
    assert client.post(ASK, json={"question": LIGHT}).json() == data[-1]


@pytest.mark.parametrize("question", [LIGHT, f"{LIGHT} fail"])
def test_a_completion_is_the_same_streamed(
    client: TestClient, writer: WritingEngine, question: str
) -> None:
    body = {"model": "footnote", "messages": [{"role": "user", "content": question}]}
    whole = client.post(PATH, json=body).json()
    content = whole["choices"][0]["message"]["content"]
    lines = client.post(PATH, json={**body, "stream": True}).text.split("\n")
    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    assert "".join(delta.get("content", "") for delta in deltas) == content
    assert "[1]" in content
    failed = "fail" in question
    assert content.endswith(f"({NOTE})") is failed
    assert whole["footnote"]["mode"] == ("extractive" if failed else "generated")
    assert whole["usage"]["prompt_tokens"] == (200 if failed else 300)


def test_an_answer_without_the_model_is_not_kept_but_one_with_it_is(
    client: TestClient, writer: WritingEngine
) -> None:
    for question, times in ((LIGHT, 1), (f"{LIGHT} fail", 2)):
        writer.asked.clear()
        for _ in range(2):
            client.post(ASK, json={"question": question})
        assert len(writer.asked) == times


def test_tokens_and_sentences_are_counted(client: TestClient, writer: WritingEngine) -> None:
    for question in (LIGHT, LIGHT, f"{LIGHT} fail"):
        client.post(ASK, json={"question": question})
    told = client.get("/metrics").text
    for line in (
        'footnote_llm_tokens_total{kind="in"} 500.0',
        'footnote_llm_tokens_total{kind="out"} 40.0',
        'footnote_llm_sentences_total{kind="supported"} 1.0',
        'footnote_llm_sentences_total{kind="dropped"} 2.0',
        'footnote_llm_sentences_total{kind="marked"} 1.0',
        'footnote_llm_answers_total{outcome="written"} 1.0',
        'footnote_llm_answers_total{outcome="status"} 1.0',
    ):
        assert line in told


def test_others_are_read_while_a_model_writes() -> None:
    async def run() -> None:
        engine = WritingEngine(write=threading.Event())
        asking = Asking(engine, Settings(), Metrics())
        first = asyncio.ensure_future(steps_of(asking.steps(LIGHT)))
        assert await asyncio.to_thread(engine.writing.wait, PATIENCE)
        async with asyncio.timeout(PATIENCE):
            other = await steps_of(asking.steps(f"{PLATE} fail"))
        assert isinstance(other[-1], Answer)
        assert not first.done()
        engine.write.set()
        assert len(await first) == 5

    asyncio.run(run())


def test_the_writing_stops_when_nobody_waits() -> None:
    async def run() -> None:
        engine = WritingEngine(write=threading.Event())
        asking = Asking(engine, Settings(workers=1), Metrics())
        steps = asking.steps(LIGHT)
        while not (isinstance(step := await anext(steps), Said) and step.text):
            pass
        await steps.aclose()
        engine.write.set()
        # The worker is free again, and went no further than the step that was under way.
        await asking.ask(f"{PLATE} fail")
        assert engine.wrote.count("second") <= 1

    asyncio.run(run())
