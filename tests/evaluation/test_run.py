import dataclasses
import json
from pathlib import Path

import pytest

from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.errors import UsageError
from footnote.evaluation.questions import Question
from footnote.evaluation.run import check_citations, run_questions
from tests.helpers import SAMPLE, indexed

QUESTIONS = [
    Question("a", "When did the raid take place?", (), {}),
    Question("b", "How many people were arrested?", (), {}),
]


@pytest.fixture
def engine(tmp_path: Path, embedder: OnnxEmbedder) -> Engine:
    return indexed(tmp_path, SAMPLE, embedder)


def test_predictions_are_the_answers_in_order(engine: Engine) -> None:
    counted: list[int] = []
    run = run_questions(engine, QUESTIONS, Path("run"), counted.append)
    rows = [json.loads(line) for line in Path("run/predictions.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]
    assert [row["status"] for row in rows] == ["answered", "not_found"]
    assert counted == [1, 1]
    assert (run.answered, run.not_found) == (1, 1)


def test_two_runs_give_equal_predictions_timings_apart(engine: Engine) -> None:
    rows = []
    for name in ("one", "two"):
        run_questions(engine, QUESTIONS, Path(name))
        lines = Path(name, "predictions.jsonl").read_text().splitlines()
        rows.append([json.loads(line) | {"timings_ms": None} for line in lines])
    assert rows[0] == rows[1]


def test_a_run_is_never_written_over(engine: Engine) -> None:
    run_questions(engine, QUESTIONS, Path("run"))
    before = Path("run/predictions.jsonl").read_text()
    with pytest.raises(UsageError, match="exists"):
        run_questions(engine, QUESTIONS, Path("run"))
    assert Path("run/predictions.jsonl").read_text() == before


@pytest.mark.parametrize("by", [-1, 1])
def test_a_citation_that_is_off_by_one_is_refused(engine: Engine, by: int) -> None:
    answer = engine.ask("When did the raid take place?")
    check_citations(engine, answer)
    moved = dataclasses.replace(
        answer.citations[0], start=answer.citations[0].start + by, end=answer.citations[0].end + by
    )
    with pytest.raises(AssertionError):
        check_citations(engine, dataclasses.replace(answer, citations=(moved,)))
