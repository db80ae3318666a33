"""What the operator's routes do, over a small index that is really there."""

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from starlette.types import Message

from footnote.embedding import OnnxEmbedder
from footnote.engine import open_engine
from footnote.errors import NotThere
from footnote.store.lock import writer_lock
from footnote.store.verify import Verification, verify
from footnote.web import jobs as jobs_module
from footnote.web import operation as operation_module
from footnote.web import runs as runs_module
from footnote.web import work as work_module
from footnote.web.app import create_app
from footnote.web.jobs import Job
from footnote.web.operation import Operator
from footnote.web.runs import _MOST_TICKETS, TICKET_SECONDS, Tickets
from tests.web.conftest import client_of
from tests.web.double import WordEngine
from tests.web.operated import ADMIN, BEARER, TOKEN, Desk, make_index, make_operated
from tests.web.test_api import error_of

QUESTIONS: list[dict[str, Any]] = [
    {"id": "lit", "question": "When was the lighthouse lit?", "answers": ["4 March 1868"]},
    {"id": "rye", "question": "What does rye bread cost?", "answers": ["three francs"]},
    {"id": "no", "question": "Who painted the ceiling?", "answerable": False},
]
HOSTILE = "<script>document.body.dataset.pwned=1</script><img src=http://evil.example/x>"


def as_lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def desk(embedder: OnnxEmbedder) -> Iterator[Desk]:
    made = Desk(make_operated(make_index(embedder, upload_mb=1), embedder))
    yield made
    jobs = made.app.state.operator.jobs
    jobs.stop()
    jobs.join(60)


def names(desk: Desk) -> list[str]:
    found = desk.client.get("/api/v1/documents").json()["documents"]
    return [each["name"] for each in found]


def hidden() -> list[Path]:
    return list(Path("corpus").rglob(".*"))


def test_the_state_tells_what_is_there_and_no_secret(desk: Desk) -> None:
    state = desk.get("/state")
    assert (state["generation"], state["documents"], state["passages"]) == (1, 2, 2)
    assert state["index_bytes"] > 10_000
    assert (state["problem"], state["job"], state["waiting"]) == (None, None, False)
    assert ".docx" in state["endings"]
    assert state["settings"]["corpus"] == "corpus"
    assert not {"admin_token", "api_keys"} & set(state["settings"])
    assert TOKEN not in json.dumps(state)
    assert state["settings"]["feedback"] == "sqlite:///feedback.db"


def test_the_state_shows_no_password_of_a_database(embedder: OnnxEmbedder) -> None:
    url = "postgresql://someone:a-secret@db/feedback?sslpassword=a-secret"
    settings = make_index(embedder).model_copy(update={"feedback": url})
    shown = Operator(WordEngine(), settings).state()
    assert shown.settings["feedback"] == "postgresql://someone:***@db/feedback"
    assert "a-secret" not in shown.model_dump_json()


def test_a_list_of_jobs_is_short_and_one_of_them_whole(desk: Desk) -> None:
    job = desk.ended(desk.post("/index"))
    (listed,) = desk.get("/jobs")["jobs"]
    assert listed == {name: value for name, value in job.items() if name != "result"}
    assert job["result"]["unchanged"] == 2


def test_what_begins_while_the_state_is_told_is_not_missed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = desk.app.state.operator.jobs
    jobs.settle_seconds = 60
    desk.put("new.txt", b"The piano has 88 keys.\n")

    def begin(folder: Path) -> int:
        if jobs.waiting:
            jobs.settle_seconds = 0.0
            jobs.soon("index", lambda job: job.wait(60) or {})
            while jobs.waiting:
                pass
        return 0

    monkeypatch.setattr(operation_module, "_bytes_below", begin)
    state = desk.get("/state")
    assert state["waiting"] or state["job"] is not None
    jobs.running.stop()


def test_an_indexing_that_failed_is_told_in_the_state_until_one_is_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bakery.txt", "light.txt"):
        Path("corpus", name).rename(name)
    failed = desk.ended(desk.post("/index"))
    assert failed["state"] == "failed"
    monkeypatch.setattr(jobs_module, "KEPT", 1)
    # However many other jobs come after it.
    desk.ended(desk.post("/verify"))
    state = desk.get("/state")
    assert state["index_failure"] == {"ended": failed["ended"], "error": failed["error"]}
    assert "no readable document" in state["index_failure"]["error"]["message"]
    assert (state["generation"], state["last_index"], state["problem"]) == (1, None, None)
    Path("light.txt").rename("corpus/light.txt")
    assert desk.ended(desk.post("/index"))["state"] == "done"
    state = desk.get("/state")
    assert state["index_failure"] is None
    assert state["last_index"]["removed"] == ["bakery.txt"]


def test_a_document_that_is_added_is_answered_from_without_a_restart(desk: Desk) -> None:
    question = {"question": "How many keys has the piano?"}
    assert desk.client.post("/api/v1/ask", json=question).json()["status"] == "not_found"
    stored = desk.put("music/piano.md", b"# Piano\n\nThe piano has 88 keys.\n")
    assert (stored["name"], stored["size"], stored["replaced"]) == ("music/piano.md", 32, False)
    job = desk.settled()
    assert (job["kind"], job["state"]) == ("index", "done")
    assert job["result"]["added"] == ["music/piano.md"]
    answer = desk.client.post("/api/v1/ask", json=question).json()
    assert (answer["status"], answer["short_answer"]) == ("answered", "88")
    assert desk.get("/state")["last_index"]["counts"]["added"] == 1


def test_several_uploads_in_a_row_make_one_indexing(desk: Desk) -> None:
    desk.app.state.operator.jobs.settle_seconds = 1.0
    for number in range(5):
        desk.put(f"{number}.txt", f"The number of the day is {number}.".encode())
    desk.delete("/documents/light.txt")
    job = desk.settled()
    assert [each["id"] for each in desk.get("/jobs")["jobs"]] == [job["id"]]
    assert job["result"]["added"] == [f"{number}.txt" for number in range(5)]
    assert job["result"]["removed"] == ["light.txt"]


def test_a_document_is_replaced_and_removed(desk: Desk) -> None:
    assert desk.put("light.txt", b"The lighthouse was lit in 1999.")["replaced"]
    assert desk.settled()["result"]["changed"] == ["light.txt"]
    assert desk.delete("/documents/light.txt") == {"name": "light.txt"}
    desk.settled()
    assert names(desk) == ["bakery.txt"]
    assert desk.delete("/documents/light.txt", 404)["error"]["code"] == "not_found"


def test_a_file_that_cannot_be_read_is_told_with_its_reason(desk: Desk) -> None:
    desk.put("broken.pdf", b"%PDF-1.7 nothing of the kind")
    desk.settled()
    (skipped,) = desk.get("/state")["skipped"]
    assert skipped["document"] == "broken.pdf"
    assert skipped["reason"]
    desk.delete("/documents/broken.pdf")
    desk.settled()
    assert desk.get("/state")["skipped"] == []


def test_of_long_lists_the_first_are_told_and_how_long_they_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (work_module, operation_module):
        monkeypatch.setattr(module, "MOST_NAMES", 1)
    for name in ("a.pdf", "b.pdf"):
        Path("corpus", name).write_bytes(b"%PDF-1.7 nothing of the kind")
        Path("corpus", f"{name}.txt").write_text("The piano has 88 keys.\n")
    result = desk.ended(desk.post("/index"))["result"]
    assert (result["counts"]["added"], result["counts"]["skipped"]) == (2, 2)
    assert (len(result["added"]), len(result["skipped"])) == (1, 1)
    state = desk.get("/state")
    assert (len(state["skipped"]), state["skipped_total"]) == (1, 2)


@pytest.mark.parametrize("path", ["/index", "/verify"])
def test_what_is_not_declared_as_json_begins_nothing(desk: Desk, path: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        sent_ = desk.client.post(ADMIN + path, content=b"{}", headers={"content-type": kind})
        assert error_of(sent_, 415)
    assert desk.get("/jobs")["jobs"] == []


RAW_PATHS = [
    "/documents/..%2f..%2fx.txt",
    "/documents/%2e%2e/x.txt",
    "/documents/%2e%2e%2fx.txt",
    "/documents/a/%2e%2e/%2e%2e/x.txt",
    "/documents//etc/x.txt",
    "/documents/%2fetc%2fx.txt",
    "/documents/x%00.txt",
    "/documents/x%1b.txt",
    "/documents/.hidden.txt",
    "/documents/a/.git/x.txt",
    "/documents/..%5cx.txt",
    "/documents/" + "x" * 300 + ".txt",
    "/documents/" + "x/" * 600 + "x.txt",
    "/documents/x.exe",
    "/documents/",
]


def test_a_name_that_leads_elsewhere_makes_nothing(desk: Desk) -> None:
    everything = sorted(Path.cwd().rglob("*"))
    for method, path in product(("PUT", "DELETE"), RAW_PATHS):
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(ADMIN + path),
            "raw_path": (ADMIN + path).encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [
                (b"host", b"127.0.0.1:7860"),
                (b"authorization", f"Bearer {TOKEN}".encode()),
            ],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 7860),
        }
        status = asyncio.run(sent(desk, scope, [{"type": "http.request", "body": b"Some text."}]))
        assert status in (404, 422), (method, path, status)
    assert sorted(Path.cwd().rglob("*")) == everything
    assert not desk.get("/state")["waiting"]


async def sent(desk: Desk, scope: dict[str, Any], messages: list[Message]) -> int:
    """Send raw messages; returns the status, 0 where no answer began."""
    waiting = list(messages)
    started: list[int] = []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message["status"])

    await desk.app(scope, receive, send)
    return started[0] if started else 0


@pytest.mark.parametrize("name", ["<script>alert(1)</script>.txt", "=cmd|x.csv"])
def test_a_name_with_markup_in_it_is_data(desk: Desk, name: str) -> None:
    assert desk.put(quote(name, safe=""), b"name,value\nSome text,1\n")["name"] == name
    desk.settled()
    assert name in names(desk)
    desk.delete(f"/documents/{quote(name, safe='')}")


def put_scope(desk: Desk, headers: dict[str, str]) -> dict[str, Any]:
    named = {"host": "127.0.0.1:7860", **BEARER, **headers}
    path = f"{ADMIN}/documents/new/cut.txt"
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(key.encode(), value.encode()) for key, value in named.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 7860),
    }


def test_an_upload_that_is_cut_off_leaves_nothing(desk: Desk) -> None:
    half: Message = {"type": "http.request", "body": b"Half of it", "more_body": True}
    headers = {"content-length": "1000"}
    assert asyncio.run(sent(desk, put_scope(desk, headers), [half, half])) == 400
    assert not hidden()
    assert not Path("corpus/new").exists()
    assert not desk.get("/state")["waiting"]


@pytest.mark.parametrize("headers", [{"content-length": "1000001"}, {}])
def test_an_upload_beyond_the_limit_leaves_nothing(desk: Desk, headers: dict[str, str]) -> None:
    part: Message = {"type": "http.request", "body": b"x" * 300_000, "more_body": True}
    assert asyncio.run(sent(desk, put_scope(desk, headers), [part] * 4)) == 413
    assert not hidden()
    assert not Path("corpus/new").exists()


def test_an_upload_of_just_the_limit_is_taken(desk: Desk) -> None:
    assert desk.put("large.txt", b"A lighthouse. " * 71_428)["size"] == 999_992


def test_a_wrong_token_changes_nothing(desk: Desk) -> None:
    client = client_of(desk.app)
    for headers in ({}, {"authorization": "Bearer " + "x" * 20}):
        put = client.put(f"{ADMIN}/documents/x.txt", content=b"Some text.", headers=headers)
        assert error_of(put, 401)["code"] == "unauthorized"
        assert client.delete(f"{ADMIN}/documents/light.txt", headers=headers).status_code == 401
        assert client.get(f"{ADMIN}/state", headers=headers).status_code == 401
    assert sorted(path.name for path in Path("corpus").iterdir()) == ["bakery.txt", "light.txt"]


def test_the_index_is_brought_up_to_date_and_verified(desk: Desk) -> None:
    Path("corpus/new.txt").write_text("The piano has 88 keys.\n")
    done = desk.ended(desk.post("/index", {"verify_content": True}))
    assert done["result"]["added"] == ["new.txt"]
    assert (done["progress"]["done"], done["progress"]["total"]) == (3, 3)
    for deep in (False, True):
        found = desk.ended(desk.post("/verify", {"deep": deep}))["result"]
        assert (found["sound"], found["deep"], found["documents_checked"]) == (True, deep, 3)


def test_damage_that_verifying_finds_is_told(desk: Desk) -> None:
    for path in Path("index").rglob("*"):
        if path.is_file() and path.parent.name.startswith("search") and path.stat().st_size > 100:
            data = bytearray(path.read_bytes())
            data[50] ^= 1
            path.write_bytes(data)
    found = desk.ended(desk.post("/verify", {"deep": False}))["result"]
    assert not found["sound"]
    assert found["derived"]


def test_an_index_that_another_process_writes_is_told_with_its_owner(desk: Desk) -> None:
    with writer_lock(Path("index")):
        refused = desk.post("/index", status=409)["error"]
    assert refused["code"] == "conflict"
    assert str(os.getpid()) in refused["message"]
    assert desk.get("/jobs")["jobs"] == []


def test_an_upload_waits_for_another_writer(desk: Desk) -> None:
    with writer_lock(Path("index")):
        desk.put("new.txt", b"The piano has 88 keys.\n")
        while not desk.get("/jobs")["jobs"]:
            pass
    assert desk.settled()["result"]["added"] == ["new.txt"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question of an evaluation take a while, which a job that is to stop cuts short."""
    advance = work_module._Asked.advance

    def slowly(self: Any) -> None:  # noqa: ANN401
        job: Job = self._job
        job.wait(0.3)
        advance(self)

    monkeypatch.setattr(work_module._Asked, "advance", slowly)


@pytest.mark.usefixtures("slow")
def test_two_jobs_at_once_are_refused_naming_the_first(desk: Desk) -> None:
    job = desk.evaluate(as_lines(QUESTIONS))
    for path, body in (("/index", {}), ("/verify", {"deep": True})):
        refused = desk.post(path, body, status=409)["error"]
        assert job["id"] in refused["message"]
        assert "evaluate" in refused["message"]
    assert desk.evaluate(as_lines(QUESTIONS), status=409)["error"]["code"] == "conflict"
    assert desk.get("/state")["job"]["id"] == job["id"]
    desk.ended(job)


@pytest.mark.usefixtures("slow")
def test_what_is_added_while_questions_are_asked_is_indexed_when_they_are(desk: Desk) -> None:
    job = desk.evaluate(as_lines(QUESTIONS))
    desk.put("new.txt", b"The piano has 88 keys.\n")
    assert desk.ended(job)["state"] == "done"
    assert desk.settled()["result"]["added"] == ["new.txt"]


def test_an_evaluation_is_measured_listed_and_reported(desk: Desk) -> None:
    started = desk.evaluate(as_lines(QUESTIONS), name="My%20questions.jsonl")
    assert (started["kind"], started["state"]) == ("evaluate", "running")
    done = desk.ended(started)
    assert done["state"] == "done", done["error"]
    assert (done["progress"]["done"], done["progress"]["total"]) == (3, 3)
    assert done["result"]["questions"] == 3
    (run,) = desk.get("/evaluations")["evaluations"]
    assert run["id"] == started["run"] == done["result"]["run"]
    assert "my-questions" in run["id"]
    assert (run["state"], run["questions"]) == ("finished", 3)
    assert 0 <= run["metrics"]["f1"]["value"] <= 1
    report = desk.get(f"/evaluations/{run['id']}/report.json")
    assert report["metrics"]["f1"]["value"] == run["metrics"]["f1"]["value"]
    assert Path("runs", run["id"], "report.html").is_file()


@pytest.mark.parametrize(
    ("questions", "kind"),
    [
        ("question,answers\nWhen was the lighthouse lit?,4 March 1868\n", "csv"),
        (
            json.dumps(
                {
                    "data": [
                        {
                            "title": "Light",
                            "paragraphs": [
                                {
                                    "context": "It was lit in 1868.",
                                    "qas": [
                                        {
                                            "id": "1",
                                            "question": "When was it lit?",
                                            "answers": [{"text": "1868", "answer_start": 14}],
                                        }
                                    ],
                                }
                            ],
                        }
                    ]
                }
            ),
            "squad",
        ),
    ],
)
def test_questions_come_in_other_formats_too(desk: Desk, questions: str, kind: str) -> None:
    started = desk.evaluate(questions, kind, "q")
    assert desk.ended(started)["kind"] == "evaluate"


def test_questions_that_cannot_be_used_are_refused_by_the_name_they_came_with(desk: Desk) -> None:
    unusable = ("", '{"question": ""}', "\x00\x01", "[" * 5000, "{}")
    for questions, kind in product(unusable, ("jsonl", "csv", "squad")):
        refused = desk.evaluate(questions, kind, "my.file", status=422)["error"]
        assert refused["code"] == "invalid_question_file"
        assert "my.file" in refused["message"]
        assert "/tmp" not in refused["message"]  # noqa: S108
    assert not Path("runs").exists()


def test_a_format_that_is_not_known_is_refused(desk: Desk) -> None:
    desk.evaluate(as_lines(QUESTIONS), "yaml", status=422)


def test_an_evaluation_that_fails_tells_why(desk: Desk) -> None:
    rows = [{"question": "When?", "document": "gone.txt", "quote": "1868"}]
    failed = desk.ended(desk.evaluate(as_lines(rows)))
    assert (failed["state"], failed["error"]["code"]) == ("failed", "invalid_question_file")
    assert "gone.txt" in failed["error"]["message"]
    assert desk.get("/evaluations")["evaluations"] == []


@pytest.mark.usefixtures("slow")
def test_a_cancelled_evaluation_keeps_its_answers_and_can_go_on(desk: Desk) -> None:
    started = desk.evaluate(as_lines(QUESTIONS))
    while desk.get(f"/jobs/{started['id']}")["progress"]["total"] == 0:
        pass
    assert desk.delete(f"/jobs/{started['id']}")["state"] in ("running", "cancelled")
    assert desk.ended(started)["state"] == "cancelled"
    run = started["run"]
    assert desk.get("/evaluations")["evaluations"][0]["state"] == "unfinished"
    for report in ("report.json", "report.html", f"comparison?baseline={run}"):
        desk.get(f"/evaluations/{run}/{report}", 404 if "report" in report else 422)
    desk.post(f"/evaluations/{run}/link", status=404)
    done = desk.ended(desk.post(f"/evaluations/{run}/resume"))
    assert (done["state"], done["run"]) == ("done", run)
    assert desk.get("/evaluations")["evaluations"][0]["state"] == "finished"


def test_a_cancelled_indexing_keeps_what_was_committed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done(self: Any, name: str, size: int) -> None:  # noqa: ANN401
        self._job.stop()
        self._job.check()

    Path("corpus/new.txt").write_text("The piano has 88 keys.\n")
    with monkeypatch.context() as patch:
        patch.setattr(work_module._Indexed, "done", done)
        assert desk.ended(desk.post("/index"))["state"] == "cancelled"
    assert desk.get("/state")["generation"] == 1
    assert names(desk) == ["bakery.txt", "light.txt"]
    assert desk.ended(desk.post("/index"))["result"]["added"] == ["new.txt"]


def test_a_cancelled_verifying_goes_to_its_end_and_tells_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def held(*given: Any) -> Verification:  # noqa: ANN401
        begun.set()
        assert go.wait(60)
        return verify(*given)

    monkeypatch.setattr(work_module, "verify", held)
    job = desk.post("/verify")
    assert begun.wait(60)
    assert desk.delete(f"/jobs/{job['id']}")["stopping"]
    go.set()
    ended = desk.ended(job)
    assert (ended["state"], ended["result"]) == ("cancelled", None)


def test_two_runs_are_compared(desk: Desk) -> None:
    runs = [desk.ended(desk.evaluate(as_lines(rows)))["run"] for rows in (QUESTIONS, QUESTIONS[:2])]
    told = desk.get(f"/evaluations/{runs[1]}/comparison?baseline={runs[0]}")
    assert (told["n"], told["baseline"], told["missing"]) == (2, runs[0], ["no"])
    assert told["metrics"]["f1"]["difference"] == 0
    assert (told["won"], told["lost"]) == ([], [])


def test_a_run_is_found_by_its_id_and_never_by_a_path(desk: Desk) -> None:
    for folder in (Path("elsewhere"), Path("runs/.hidden")):
        folder.mkdir(parents=True)
        for name in ("run.json", "report.json", "report.html"):
            (folder / name).write_text("{}")
    Path("runs/link").symlink_to(Path("elsewhere").resolve())
    Path("runs/stray").mkdir()
    Path("runs/stray/report.html").write_text("x")
    assert desk.get("/evaluations")["evaluations"] == []
    ids = "nothing %2e%2e ..%2fcorpus ../corpus %2fetc .hidden link stray x%00".split()
    for id_, report in product(ids, ("report.json", "report.html", "comparison?baseline=x")):
        assert error_of(desk.client.get(f"{ADMIN}/evaluations/{id_}/{report}"), 404)
    for id_ in ids:
        assert desk.client.post(f"{ADMIN}/evaluations/{id_}/link").status_code == 404


def test_what_a_report_links_to_is_not_given(desk: Desk) -> None:
    Path("secret.txt").write_text("A secret.")
    for run in ("linked", "torn"):
        Path("runs", run).mkdir(parents=True)
        Path("runs", run, "run.json").write_text("{}")
    for name in ("report.json", "report.html"):
        Path("runs/linked", name).symlink_to(Path("secret.txt").resolve())
    for run, name in product(("linked", "torn"), ("report.json", "report.html")):
        assert "did not end" in desk.get(f"/evaluations/{run}/{name}", 404)["error"]["message"]
        desk.post(f"/evaluations/{run}/link", status=404)


def test_the_latest_runs_are_listed_and_others_can_be_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "MOST_RUNS", 2)
    for at, run in enumerate(("c", "a", "b")):
        Path("runs", run).mkdir(parents=True)
        Path("runs", run, "run.json").write_text("{}")
        Path("runs", run, "report.json").write_text("{}")
        os.utime(Path("runs", run, "run.json"), (at, at))
    listed = desk.get("/evaluations")["evaluations"]
    assert [(each["id"], each["state"]) for each in listed] == [
        ("b", "unfinished"),
        ("a", "unfinished"),
    ]
    assert desk.get("/evaluations/c/report.json") == {}


def test_a_report_opens_by_a_link_and_may_do_nothing_but_what_it_states(desk: Desk) -> None:
    rows = [{**QUESTIONS[0], "id": HOSTILE, "tags": [HOSTILE]}]
    run = desk.ended(desk.evaluate(as_lines(rows), name="%3Cscript%3E"))["run"]
    address = desk.post(f"/evaluations/{run}/link", status=200)["address"]
    assert run not in address
    anybody = client_of(desk.app)
    opened = anybody.get(f"/{address}")
    assert opened.status_code == 200
    policy = opened.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert policy.endswith("frame-ancestors 'none'; sandbox allow-scripts")
    assert policy.count("script-src") == 1
    assert "unsafe-eval" not in policy
    assert opened.headers["cache-control"] == "no-store"
    assert HOSTILE not in opened.text
    direct = desk.client.get(f"{ADMIN}/evaluations/{run}/report.html")
    assert direct.headers["content-security-policy"] == policy
    assert anybody.get(f"/{address}x").status_code == 404
    assert anybody.get("/operator/reports/" + run).status_code == 404


def test_a_link_is_good_for_ten_minutes() -> None:
    now = 1000.0
    tickets = Tickets(lambda: now)
    ticket = tickets.issue("run")
    now += TICKET_SECONDS - 1
    assert tickets.run_of(ticket) == "run"
    now += 2
    with pytest.raises(Exception, match="ten minutes"):
        tickets.run_of(ticket)


def test_so_many_links_are_good_at_once() -> None:
    tickets = Tickets()
    issued = [tickets.issue(f"{number}") for number in range(_MOST_TICKETS + 1)]
    with pytest.raises(NotThere):
        tickets.run_of(issued[0])
    assert [tickets.run_of(each) for each in issued[1:3]] == ["1", "2"]


def test_without_a_token_nothing_of_it_is_there(embedder: OnnxEmbedder) -> None:
    settings = make_index(embedder).model_copy(update={"admin_token": None})

    async def paths() -> set[str]:
        app = create_app(open_engine(settings, embedder), settings)
        return set(app.openapi()["paths"])

    assert not [path for path in asyncio.run(paths()) if "admin" in path]
