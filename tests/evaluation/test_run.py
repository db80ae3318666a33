import dataclasses
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.errors import UsageError
from footnote.evaluation.gold import look_up
from footnote.evaluation.question_files import read_questions
from footnote.evaluation.questions import Question
from footnote.evaluation.run import Pace, Silence, is_exact, run_questions
from footnote.evaluation.run_files import RunFolder
from tests.evaluation.double import ScriptedEngine
from tests.helpers import SAMPLE, indexed

TEXTS = {"a.txt": "It was lit in 1868. 😀\n\nIt stands 48 metres high.", "b.txt": "Nothing."}
SCRIPT = {
    "When was it lit?": ("a.txt", "It was lit in 1868.", 0.9),
    "How high is it?": ("a.txt", "48 metres high", 0.8),
    "Who built it?": ("b.txt", "Nothing.", 0.2),
}
QUESTIONS = [
    Question("1", "When was it lit?", ("1868",), answerable=True),
    Question("2", "How high is it?"),
    Question("3", "Who built it?", answerable=False),
    Question("4", "Never heard of"),
]


def run(
    engine: ScriptedEngine | Engine, output: str = "run", questions: list[Question] = QUESTIONS
) -> Pace:
    folder = RunFolder(Path(output))
    with folder.held(engine.state(), questions) as file:
        done = len(folder.predictions())
        return run_questions(engine, engine.state(), questions, file, done, Silence())


def rows(output: str = "run") -> list[dict[str, Any]]:
    lines = Path(output, "predictions.jsonl").read_bytes().split(b"\n")
    assert lines.pop() == b""
    return [json.loads(line) | {"timings_ms": None} for line in lines]


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(TEXTS, SCRIPT)


def test_predictions_are_the_answers_in_order_with_what_was_withheld(
    engine: ScriptedEngine,
) -> None:
    pace = run(engine)
    one, two, three, four = rows()
    assert [row["id"] for row in rows()] == ["1", "2", "3", "4"]
    assert (one["status"], one["citations_exact"], one["withheld"]) == ("answered", [True], None)
    assert two["short_answer"] == "48 metres high"
    assert (three["status"], three["citations"], three["confidence"]) == ("not_found", [], 0.2)
    assert three["withheld"]["text"] == "Nothing."
    assert (four["status"], four["withheld"]) == ("not_found", None)
    assert pace.asked == 4


def test_the_shipped_engine_gives_equal_predictions_in_two_runs_and_in_any_order(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    engine = indexed(tmp_path, SAMPLE, embedder)
    questions = [
        Question("a", "When did the raid take place?"),
        Question("b", "How many people were arrested?"),
        Question("c", "Give me an overview of the article."),
    ]
    run(engine, "one", questions)
    run(engine, "two", questions)
    run(engine, "three", questions[::-1])
    assert rows("one") == rows("two") == rows("three")[::-1]
    assert [row["status"] for row in rows("one")] == ["answered", "not_found", "answered"]
    assert rows("one")[1]["withheld"]["citations_exact"] == [True]


def test_a_run_cut_at_any_byte_goes_on_to_the_same_end(engine: ScriptedEngine) -> None:
    run(engine)
    path = Path("run/predictions.jsonl")
    whole, expected = path.read_bytes(), rows()
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        engine.asked.clear()
        pace = run(engine)
        assert rows() == expected
        kept = whole[:cut].count(b"\n")
        assert pace.asked == len(engine.asked) == len(QUESTIONS) - kept


def test_a_line_that_is_no_answer_to_its_question_is_asked_again(engine: ScriptedEngine) -> None:
    run(engine)
    path = Path("run/predictions.jsonl")
    expected, lines = rows(), path.read_bytes().splitlines(keepends=True)
    for bad in (b"[]\n", b"{}\n", lines[2], b"\xff\n", b'{"id": "2"}\n'):
        path.write_bytes(b"".join([lines[0], bad, *lines[2:]]))
        assert run(engine).asked == 3
        assert rows() == expected


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"threshold": 0.6}, "settings"),
        ({"generation": 2}, "generation"),
        ({"questions": QUESTIONS[:3]}, "questions_sha256"),
    ],
)
def test_another_run_in_the_folder_is_refused_and_kept(
    engine: ScriptedEngine, change: dict[str, Any], named: str
) -> None:
    run(engine)
    before = {path: path.read_bytes() for path in Path("run").iterdir()}
    questions = change.pop("questions", QUESTIONS)
    with pytest.raises(UsageError, match=f"another run, with other {named}"):
        run(dataclasses.replace(engine, **change), questions=questions)
    assert {path: path.read_bytes() for path in Path("run").iterdir()} == before


def test_a_finished_run_keeps_its_answers_and_asks_nothing(engine: ScriptedEngine) -> None:
    run(engine)
    Path("run/report.json").write_text("{}")
    before = Path("run/predictions.jsonl").read_bytes()
    engine.asked.clear()
    assert run(engine).asked == 0
    assert engine.asked == []
    assert Path("run/predictions.jsonl").read_bytes() == before


@pytest.mark.parametrize("name", ["predictions.jsonl", "report.json", "thesis.txt"])
def test_a_folder_that_is_no_run_is_not_written_to(engine: ScriptedEngine, name: str) -> None:
    Path("other").mkdir()
    Path("other", name).write_text("mine")
    with pytest.raises(UsageError, match=f"'other' exists and is no run: it holds '{name}'"):
        run(engine, "other")
    assert [path.name for path in Path("other").iterdir()] == [name]
    assert Path("other", name).read_text() == "mine"


def test_an_index_that_moves_on_ends_the_run(engine: ScriptedEngine) -> None:
    def commit(question: str) -> None:
        if question == "Who built it?":
            engine.generation = 2

    engine.meanwhile = commit
    with pytest.raises(UsageError, match="from generation 1 to 2"):
        run(engine)
    assert len(rows()) == 2


def test_two_processes_cannot_write_one_run(engine: ScriptedEngine) -> None:
    inside, leave = threading.Event(), threading.Event()

    def wait(question: str) -> None:
        inside.set()
        leave.wait(20)

    engine.meanwhile = wait
    first = threading.Thread(target=run, args=(engine,))
    first.start()
    assert inside.wait(20)
    try:
        with pytest.raises(UsageError, match="another process is writing"):
            run(ScriptedEngine(TEXTS, SCRIPT))
    finally:
        leave.set()
        first.join()
    assert len(rows()) == 4


def test_a_folder_that_cannot_be_written_is_named(engine: ScriptedEngine) -> None:
    Path("file").write_text("")
    with pytest.raises(
        UsageError, match=r"'file/run' cannot be written: Not a directory \(file/run\)"
    ):
        run(engine, "file/run")


def test_a_runs_questions_are_a_question_file_with_the_same_gold(engine: ScriptedEngine) -> None:
    Path("q.jsonl").write_text(
        '{"question": "When was it lit?", "answers": ["1868"], "document": "a.txt", '
        '"quote": "lit in 1868", "tags": ["fact"]}\n'
    )
    looked_up = look_up(Path("q.jsonl"), read_questions(Path("q.jsonl")), engine)
    run(engine, questions=looked_up)
    again = read_questions(Path("run/questions.jsonl"))
    assert again == looked_up
    assert again[0].gains == looked_up[0].gains == (1,)


@pytest.mark.parametrize("by", [-1, 1])
def test_a_citation_that_is_off_by_one_is_not_exact(engine: ScriptedEngine, by: int) -> None:
    citation = engine.weigh("How high is it?").citations[0]
    assert is_exact(engine, citation)
    moved = dataclasses.replace(citation, start=citation.start + by, end=citation.end + by)
    assert not is_exact(engine, moved)
    assert not is_exact(engine, dataclasses.replace(citation, document_id="id of none"))
    assert not is_exact(engine, dataclasses.replace(citation, start=citation.end + 100))
