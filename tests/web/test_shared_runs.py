"""Evaluations of one server are listed, read and gone on with by another over its database."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url

from footnote.embedding import OnnxEmbedder
from footnote.errors import IndexUnavailable, NotThere
from footnote.settings import load_settings
from footnote.store.postgres import postgres_engine
from footnote.web.runs import Runs
from footnote.web.shared_runs import SharedRuns
from tests.postgres import Server
from tests.web.operated import Desk, make_index, make_operated, operated_settings

QUESTIONS = [{"id": "lit", "question": "When was the lighthouse lit?", "answers": ["1853"]}]


@pytest.fixture
def two(tmp_path: Path, database: str) -> Iterator[tuple[SharedRuns, SharedRuns]]:
    """The runs of two servers over one database."""
    engine = postgres_engine(database)
    yield SharedRuns(tmp_path / "one", engine), SharedRuns(tmp_path / "two", engine)
    engine.dispose()


def make_run(runs: Runs, name: str, report: bool = True) -> Path:
    run = runs.new(name)
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    (run / "predictions.jsonl").write_bytes(b"\x00\xff any bytes\n")
    if report:
        told = {"questions": 1, "generation": 2, "outcomes": {}, "metrics": {}}
        (run / "report.json").write_text(json.dumps(told))
    return run


def made_at(run: Path, seconds: int) -> None:
    for path in run.iterdir():
        os.utime(path, (seconds, seconds))


def test_what_one_server_keeps_another_lists_and_reads(two: tuple[SharedRuns, SharedRuns]) -> None:
    one, other = two
    assert other.all() == []
    run = make_run(one, "mine.jsonl")
    one.keep(run)
    assert other.all() == one.all()
    (listed,) = other.all()
    assert (listed.id, listed.state, listed.generation) == (run.name, "finished", 2)
    found = other.find(run.name)
    assert found.parent != run.parent
    for path in run.iterdir():
        assert (found / path.name).read_bytes() == path.read_bytes()
    assert [path.name for path in found.parent.iterdir()] == [run.name]


def test_a_run_that_went_on_takes_the_place_of_what_was_there(
    two: tuple[SharedRuns, SharedRuns],
) -> None:
    one, other = two
    run = make_run(one, "mine.jsonl", report=False)
    made_at(run, 1_700_000_000)
    one.keep(run)
    assert other.all()[0].state == "unfinished"
    (run / "predictions.jsonl").write_bytes(b"more\n")
    (run / "report.json").write_bytes((make_run(one, "other.jsonl") / "report.json").read_bytes())
    one.keep(run)
    assert other.all()[0].state == "finished"
    found = other.find(run.name)
    assert (found / "predictions.jsonl").read_bytes() == b"more\n"
    assert [path.name for path in found.parent.iterdir()] == [run.name]


def test_a_run_that_goes_on_here_is_not_taken_back(two: tuple[SharedRuns, SharedRuns]) -> None:
    one, other = two
    run = make_run(one, "mine.jsonl", report=False)
    made_at(run, 1_700_000_000)
    one.keep(run)
    found = other.find(run.name)
    (found / "predictions.jsonl").write_bytes(b"more\n")
    assert (other.find(run.name) / "predictions.jsonl").read_bytes() == b"more\n"


def test_an_unknown_run_is_told(two: tuple[SharedRuns, SharedRuns]) -> None:
    for id_ in ("none", "../one", ""):
        with pytest.raises(NotThere, match="no evaluation has the id"):
            two[0].find(id_)


def test_nothing_is_written_beside_the_runs_whatever_the_database_says(
    two: tuple[SharedRuns, SharedRuns], database: str, postgres_server: Server, tmp_path: Path
) -> None:
    one, other = two
    one.keep(make_run(one, "mine.jsonl"))
    name = make_url(database).database or ""
    postgres_server.execute(
        "INSERT INTO evaluation_files VALUES ('../../escaped', 'run.json', 1, ''), "
        "('.hidden', 'run.json', 1, ''), ('good', 'run.json', 1, ''), "
        "('good', '../../escaped.json', 1, ''), ('good', '.bashrc', 1, '')",
        name,
    )
    assert {run.id for run in other.all()} == {*(run.id for run in one.all())}
    assert (tmp_path / "two" / "good" / "run.json").exists()
    assert [path.name for path in (tmp_path / "two" / "good").iterdir()] == ["run.json"]
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


def test_a_database_that_is_down_is_told(
    two: tuple[SharedRuns, SharedRuns], postgres_server: Server
) -> None:
    run = make_run(two[0], "mine.jsonl")
    postgres_server.stop(signal.SIGQUIT)
    try:
        for use in (two[0].all, lambda: two[0].keep(run)):
            with pytest.raises(IndexUnavailable, match="database of evaluations cannot be used"):
                use()
    finally:
        postgres_server.start()
    two[0].keep(run)
    assert two[1].all()[0].id == run.name


def test_an_operator_sees_what_another_server_evaluated(
    embedder: OnnxEmbedder, database: str
) -> None:
    make_index(embedder)
    given = operated_settings().model_dump(include={"admin_token"})
    with ExitStack() as stack:
        desks = [
            Desk(make_operated(load_settings(catalog=database, runs=runs, **given), embedder))
            for runs in ("one", "two")
        ]
        for desk in desks:
            stack.callback(desk.app.state.operator.runs.close)
        ended = desks[0].ended(desks[0].evaluate("\n".join(map(json.dumps, QUESTIONS))))
        (run,) = desks[1].get("/evaluations")["evaluations"]
        assert (run["id"], run["state"]) == (ended["result"]["run"], "finished")
        report = desks[1].get(f"/evaluations/{run['id']}/report.json")
        assert report["metrics"]["exact_match"]["n"] == 1
