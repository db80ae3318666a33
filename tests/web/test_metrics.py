import asyncio
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from footnote.embedding import OnnxEmbedder
from footnote.errors import Busy
from footnote.settings import Settings
from footnote.web.app import put_engine
from footnote.web.asking import Asking
from footnote.web.metrics import Metrics
from tests.helpers import indexed
from tests.web.conftest import client_of
from tests.web.double import DOCUMENTS, WordEngine
from tests.web.gated import PATIENCE, GatedEngine
from tests.web.test_api import ASK
from tests.web.test_stream import WANTS_EVENTS

LIGHT = "When was the lighthouse lit?"


def figures_of(text: str) -> dict[str, float]:
    """Read Prometheus's text format: each series with its labels, in their order, to its value."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def figures(client: TestClient) -> dict[str, float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return figures_of(response.text)


def requests(route: str, status: int) -> str:
    return f'footnote_requests_total{{route="{route}",status="{status}"}}'


def test_requests_are_counted_by_the_template_of_their_route(client: TestClient) -> None:
    for id_ in ("d-cafe", "d-ledger", "nothing"):
        client.get(f"/api/v1/documents/{id_}")
    client.get("/healthz")
    client.get("/")
    told = figures(client)
    assert told[requests("/api/v1/documents/{id}", 200)] == 2
    assert told[requests("/api/v1/documents/{id}", 404)] == 1
    assert told[requests("/healthz", 200)] == 1


def test_what_clients_make_up_makes_no_series_of_its_own(client: TestClient) -> None:
    before = len(figures(client))
    for n in range(50):
        client.get(f"/made-up/{n}")
        client.get(f"/api/v1/documents/made-up-{n}")
        client.post(f"/api/v1/made-up-{n}")
        client.get("/healthz", headers={"host": f"made-up-{n}.example"})
    told = figures(client)
    assert len(told) < before + 20
    assert not [name for name in told if "made-up" in name]
    assert told[requests("other", 404)] == 100
    assert told[requests("other", 400)] == 50


def test_questions_are_counted_by_what_came_of_them(client: TestClient) -> None:
    for question in (LIGHT, "What does the family plate cost?", "quantum zebra"):
        client.post(ASK, json={"question": question})
    client.post(ASK, json={"question": LIGHT}, headers=WANTS_EVENTS)
    client.post(ASK, json={"question": "crash the light"})
    client.post(ASK, json={"question": " "})
    told = figures(client)
    counts = {
        name.split('"')[1]: value
        for name, value in told.items()
        if name.startswith("footnote_questions_total{")
    }
    assert counts == {"answered": 3, "not_found": 1, "error": 2}
    assert told["footnote_cache_hits_total"] == 1
    assert told["footnote_cache_answers"] == 3
    assert told["footnote_cache_bytes"] > 0


def test_stages_are_timed_once_for_each_answer_that_was_made(client: TestClient) -> None:
    for _ in range(3):
        assert client.post(ASK, json={"question": LIGHT}).status_code == 200
    told = figures(client)
    for stage in ("waiting", "retrieval", "reading"):
        assert told[f"footnote_{stage}_seconds_count"] == 1
    assert told["footnote_question_seconds_count"] == 3
    assert told["footnote_retrieval_seconds_sum"] == 0.001
    assert told["footnote_reading_seconds_sum"] == 0.002


def test_what_is_asked_and_of_what_is_nowhere_in_them(client: TestClient) -> None:
    told = "the zebra told in confidence"
    client.post(ASK, json={"question": told, "documents": ["light*", "zebra.txt"]})
    client.post(ASK, json={"question": f"crash {told}"}, headers=WANTS_EVENTS)
    client.get("/api/v1/documents/d-zebra", params={"q": told})
    text = client.get("/metrics").text.lower()
    assert "zebra" not in text
    assert "confidence" not in text
    for stored in DOCUMENTS:
        assert stored.info.name not in text
        assert stored.info.id not in text


def test_the_state_of_the_index_is_read_when_the_metrics_are(
    client: TestClient, engine: WordEngine
) -> None:
    told = figures(client)
    assert told["footnote_generation"] == 1
    assert told["footnote_documents"] == len(DOCUMENTS)
    assert told["footnote_passages"] == sum(stored.info.passages for stored in DOCUMENTS)
    engine.generation = 7
    assert figures(client)["footnote_generation"] == 7
    engine.damaged = True
    assert "footnote_generation" not in figures(client)
    engine.damaged = False
    assert figures(client)["footnote_generation"] == 7


def test_the_queue_and_who_was_turned_away_or_left_are_told() -> None:
    async def run() -> dict[str, float]:
        engine, metrics = GatedEngine(), Metrics()
        asking = Asking(engine, Settings(workers=1, queue=1), metrics)
        first = asyncio.ensure_future(asking.ask(LIGHT))
        assert await asyncio.to_thread(engine.began.acquire, timeout=PATIENCE)
        waiting = asyncio.ensure_future(asking.ask("quantum zebra"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await asking.ask("another")
        told = figures_of(metrics.text().decode())
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        engine.read.set()
        await first
        after = figures_of(metrics.text().decode())
        assert after['footnote_questions_total{status="left"}'] == 1
        assert after['footnote_questions_total{status="answered"}'] == 1
        return told

    told = asyncio.run(run())
    assert (told["footnote_working"], told["footnote_queue_length"]) == (1, 1)
    assert told['footnote_refused_total{reason="queue"}'] == 1
    assert told['footnote_questions_total{status="refused"}'] == 1


def test_apps_share_no_figures() -> None:
    first, second = Metrics(), Metrics()
    first.requested("/healthz", 200)
    first.answered("answered", 1.0)
    assert requests("/healthz", 200) in first.text().decode()
    assert requests("/healthz", 200) not in second.text().decode()


def test_memory_and_descriptors_are_told(client: TestClient) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system has no /proc")
    told = figures(client)
    assert told["process_resident_memory_bytes"] > 1e6
    assert told["process_open_fds"] > 0


def test_the_server_is_ready_again_by_itself(
    app: FastAPI, tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    real = indexed(tmp_path, {"a.txt": "The ferry to Ardle leaves at nine."}, embedder)
    put_engine(app, real, Settings())
    client = client_of(app)
    asked = {"question": "When does the ferry leave?"}
    assert client.get("/readyz").json() == {"status": "ready"}
    assert figures(client)["footnote_passages"] == 1
    generation = client.post(ASK, json=asked).json()["generation"]
    (tmp_path / "index").rename(tmp_path / "away")
    assert client.get("/readyz").status_code == 503
    refused = client.post(ASK, json=asked)
    assert refused.status_code == 503
    assert re.fullmatch(r"\d+", refused.headers["retry-after"])
    assert "footnote_passages" not in figures(client)
    assert client.get("/healthz").status_code == 200
    (tmp_path / "away").rename(tmp_path / "index")
    assert client.get("/readyz").json() == {"status": "ready"}
    assert client.post(ASK, json=asked).json()["generation"] == generation
    # A new index counts its generations from 1 again, and is another all the same.
    (tmp_path / "index").rename(tmp_path / "old")
    indexed(tmp_path, {"a.txt": "The ferry to Ardle leaves at ten."}, embedder)
    again = client.post(ASK, json=asked).json()
    assert again["generation"] == generation
    assert "at ten" in again["text"]
