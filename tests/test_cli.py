import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from footnote.feedback import Cited, Feedback, FeedbackStore
from footnote.store.lock import writer_lock
from footnote.store.sqlite import SqliteCatalogue
from tests.helpers import SAMPLE, write_corpus


def footnote(
    *arguments: str | Path, status: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "footnote", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done


def complaint(*arguments: str | Path, status: int = 2, **environment: str) -> str:
    done = footnote(*arguments, status=status, **environment)
    assert done.stdout == ""
    assert done.stderr.startswith("footnote: ")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    footnote("index", SAMPLE, "--index", folder)
    return folder


@pytest.fixture
def index(tmp_path: Path, built: Path) -> Path:
    return shutil.copytree(built, tmp_path / "index")


def test_index_then_ask_gives_a_cited_answer(index: Path) -> None:
    done = footnote("ask", "When did the raid take place?")
    first, where = done.stdout.splitlines()
    assert "February 3, 2026" in first
    assert first.endswith("[1]")
    assert "french-authorities-raid-x-paris-headquarters.txt 268:531" in where


def test_index_prints_json_as_designed(tmp_path: Path) -> None:
    corpus = write_corpus(
        tmp_path / "docs", {"a.txt": "One.", "b.bin": b"\0\1", "c.md": "# C\n\nC."}
    )
    report = json.loads(footnote("index", corpus, "--json").stdout)
    assert report["generation"] == 1
    assert report["added"] == ["a.txt", "c.md"]
    assert [each["document"] for each in report["skipped"]] == ["b.bin"]
    (corpus / "a.txt").unlink()
    (corpus / "c.md").write_text("# C\n\nChanged.")
    report = json.loads(footnote("index", corpus, "--json").stdout)
    assert (report["removed"], report["changed"], report["unchanged"]) == (["a.txt"], ["c.md"], 0)
    assert set(report) == {
        "generation", "added", "changed", "removed", "unchanged", "skipped", "notes",
        "passages", "seconds",
    }  # fmt: skip


def test_ask_prints_json_as_designed(index: Path) -> None:
    answer = json.loads(footnote("ask", "When did the raid take place?", "--json").stdout)
    text = next(SAMPLE.glob("*.txt")).read_text()
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_what_is_not_answered_is_no_failure_and_shows_the_nearest(index: Path) -> None:
    out = footnote("ask", "How many people were arrested?").stdout
    assert out.startswith("The documents do not answer this.\nThe nearest passages:\n")


def test_control_characters_of_a_document_do_not_reach_the_terminal(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "docs", {"a.txt": "The boiler is \x1b[31mred\x1b[0m and hot."})
    footnote("index", corpus)
    assert (
        "\x1b" not in footnote("ask", "What colour is the boiler, red?", "--threshold", "0").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", "x" * 2001], "2001 characters; at most 2000"),
        (["ask", "What?", "--limit", "0"], "1 to 50"),
        (["ask", "What?", "--threshold", "7"], "threshold = 7"),
        (["ask", "What?", "--documents", "*.pdf"], "no document matches '*.pdf'"),
        (["ask"], "Missing argument 'question'"),
        (["nonsense"], "No such command 'nonsense'"),
        (["index", "missing"], "'missing' does not exist"),
        (["evaluate", "missing.jsonl"], "'missing.jsonl' cannot be read"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(index: Path, arguments: list[str], said: str) -> None:
    told = complaint(*arguments)
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("group", [[], ["questions"]])
def test_a_group_of_commands_alone_prints_its_help_and_no_more(group: list[str]) -> None:
    done = footnote(*group, status=2)
    assert "Commands" in done.stdout
    assert done.stderr == ""


def test_asking_without_an_index_says_what_to_run() -> None:
    assert "run `footnote index CORPUS`" in complaint("ask", "What?")


def test_an_empty_folder_is_an_error_and_the_index_stays(index: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no readable document" in complaint("index", tmp_path / "empty")
    assert "February" in footnote("ask", "When did the raid take place?").stdout


def test_an_index_of_another_model_is_refused_with_what_to_run(index: Path) -> None:
    catalogue = SqliteCatalogue(index)
    with catalogue.transaction() as change:
        change.set_facts({"embedder": "other"})
    catalogue.close()
    assert "footnote index --rebuild" in complaint("ask", "What?")
    assert "footnote index --rebuild" in complaint("index", SAMPLE)
    footnote("index", SAMPLE, "--rebuild")
    assert "February" in footnote("ask", "When did the raid take place?").stdout


def test_a_locked_index_is_exit_3_and_names_the_writer(index: Path) -> None:
    with writer_lock(index):
        assert str(os.getpid()) in complaint("index", SAMPLE, status=3)
        assert "February" in footnote("ask", "When did the raid take place?").stdout


def test_a_damaged_catalogue_is_exit_4(index: Path) -> None:
    (index / "catalogue.sqlite").write_bytes(b"not a database, but long enough to be one" * 200)
    assert "is damaged" in complaint("ask", "What?", status=4)


def test_settings_come_from_flag_then_environment_then_file(tmp_path: Path) -> None:
    Path("footnote.toml").write_text('index = "from-file"\n')
    assert "'from-file'" in complaint("ask", "What?")
    assert "'from-env'" in complaint("ask", "What?", FOOTNOTE_INDEX="from-env")
    told = complaint("ask", "What?", "--index", "from-flag", FOOTNOTE_INDEX="from-env")
    assert "'from-flag'" in told


@pytest.mark.parametrize("content", ["nonsense = 1\n", "index = [\n"])
def test_a_bad_settings_file_is_named(content: str) -> None:
    Path("footnote.toml").write_text(content)
    assert "footnote.toml" in complaint("ask", "What?")


QUESTIONS = (
    '{"id": "a", "question": "When did the raid take place?", "answers": ["February 3, 2026"]}\n'
    '{"question": "How many people were arrested?", "answerable": false}\n'
)


def test_evaluate_asks_measures_and_reports(index: Path) -> None:
    Path("q.jsonl").write_text(QUESTIONS)
    told = footnote("evaluate", "q.jsonl", "--output", "run", "--sweep", "threshold")
    assert "1 right answer, 1 right silence" in told.stdout
    assert "Report: run/report.html" in told.stdout
    rows = [json.loads(line) for line in Path("run/predictions.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "2"]
    assert rows[0]["citations"][0]["document"] == next(SAMPLE.glob("*.txt")).name
    report = json.loads(Path("run/report.json").read_text())
    assert report["metrics"]["accuracy"]["value"] == 1
    assert len(report["sweep"]) == 101
    names = {"report.html", "report.md", "junit.xml", "run.json", "questions.jsonl"}
    assert names <= {path.name for path in Path("run").iterdir()}
    again = footnote("evaluate", "q.jsonl", "--output", "run").stdout
    assert "All were answered before; the reports were made again." in again
    refused = complaint("evaluate", "q.jsonl", "--output", "run", "--threshold", "0.9")
    assert "holds another run, with other settings" in refused
    assert "exists and is no run" in complaint("evaluate", "q.jsonl", "--output", ".")


@pytest.mark.parametrize(
    ("gate", "status"), [([], 0), (["--fail-under", "questions_per_second=1e9"], 1)]
)
def test_the_status_is_the_same_when_nobody_reads_what_is_printed(
    index: Path, gate: list[str], status: int
) -> None:
    Path("q.jsonl").write_text(QUESTIONS)
    for flag in ([], ["--json"]):
        command = [sys.executable, "-m", "footnote", "evaluate", "q.jsonl", "--output", "run"]
        with subprocess.Popen(
            [*command, *gate, *flag], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            told = process.stderr.read()
        assert process.returncode == status, told
        assert ("the evaluation failed" in told) is bool(status)
        assert "Traceback" not in told
        assert "Exception ignored" not in told


def test_a_full_device_behind_the_output_is_named(index: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "footnote", "ask", "When did the raid take place?", "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_evaluate_fails_with_exit_1_and_the_reason_and_json_stays_whole(index: Path) -> None:
    Path("q.jsonl").write_text(QUESTIONS)
    footnote("evaluate", "q.jsonl", "--output", "old")
    done = footnote(
        "evaluate", "q.jsonl", "--output", "new", "--baseline", "old", "--threshold", "1",
        "--fail-under", "recall@1=0.5,accuracy=0.4", "--fail-if-worse", "over_refusal", "--json",
        status=1,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert (report["output"], report["questions"]) == ("new", 2)
    assert [each["id"] for each in report["comparison"]["lost"]] == ["a"]
    assert done.stderr.startswith("footnote: the evaluation failed:\n")
    assert "recall@1 was not measured: it applies to none of the questions" in done.stderr
    assert "over_refusal is 1 and was 0 in old, worse by 1, p = 1" in done.stderr
    assert "accuracy is" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-under", "f2=0.5"], "there is no such metric"),
        (["--fail-if-worse", "f1"], "needs --baseline"),
        (["--baseline", "none"], "'none' is no finished run"),
        (["--sweep", "read"], "--sweep"),
        (["--write-corpus", "docs"], "cannot be read as SQuAD JSON"),
    ],
)
def test_evaluate_refuses_before_it_asks(index: Path, arguments: list[str], said: str) -> None:
    Path("q.jsonl").write_text(QUESTIONS)
    assert said in complaint("evaluate", "q.jsonl", "--output", "run", *arguments)
    assert not Path("run").exists()


def test_a_squad_file_is_written_as_documents_indexed_and_asked() -> None:
    answer = {"text": "1868", "answer_start": 11}
    asked = {"id": "q", "question": "When was it lit?", "answers": [answer]}
    paragraph = {"context": "Lit up in: 1868.", "qas": [asked]}
    article = {"title": "Light", "paragraphs": [paragraph]}
    Path("squad.json").write_text(json.dumps({"data": [article]}))
    arguments = ("evaluate", "squad.json", "--write-corpus", "docs", "--index", "made")
    report = json.loads(footnote(*arguments, "--output", "one", "--json").stdout)
    assert Path("docs/Light.txt").read_text() == "Light\n\nLit up in: 1868."
    assert report["metrics"]["recall@1"]["value"] == 1
    again = json.loads(footnote(*arguments, "--output", "two", "--json").stdout)
    assert again["generation"] == report["generation"] == 1


def test_an_interrupted_evaluation_is_exit_130_and_goes_on(index: Path) -> None:
    rows = [json.dumps({"question": f"When did raid {n} take place?"}) for n in range(400)]
    Path("q.jsonl").write_text("\n".join(rows))
    command = [sys.executable, "-m", "footnote", "evaluate", "q.jsonl", "--output", "run"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    answers = Path("run/predictions.jsonl")
    while not answers.exists() or answers.read_bytes().count(b"\n") < 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "of 400 questions; the same command with --output run goes on" in told
    kept = answers.read_bytes()
    Path("q.jsonl").write_text("\n".join(rows[:399]))
    assert "with other questions_sha256" in complaint("evaluate", "q.jsonl", "--output", "run")
    assert answers.read_bytes() == kept


def test_questions_template_can_be_asked_and_checked(index: Path) -> None:
    for flag, name in (("--csv", "q.csv"), (None, "q.jsonl")):
        made = footnote("questions", "template", *([flag] if flag else []))
        Path(name).write_text(made.stdout)
        told = footnote("questions", "check", name).stdout
        assert told.startswith("5 questions can be asked: 3 answerable, 1 unanswerable, 1 of which")
        assert json.loads(footnote("questions", "check", name, "--json").stdout) == {"questions": 5}
    report = json.loads(footnote("evaluate", "q.csv", "--output", "run", "--json").stdout)
    assert report["outcomes"]["right answer"] == 2
    Path("q.jsonl").write_text('{"question": "Q?", "document": "none.txt", "quote": "x"}')
    assert "no document 'none.txt'" in complaint("questions", "check", "q.jsonl")


def test_feedback_becomes_questions_that_can_be_asked(index: Path) -> None:
    answer = json.loads(footnote("ask", "When did the raid take place?", "--json").stdout)
    cited = answer["citations"][0]
    citation = Cited(cited["document"], cited["start"], cited["end"], cited["quote"])
    store = FeedbackStore("sqlite:///given.db")
    given = Feedback(answer["question"], "bad", "wrong", "", "answered", "x", (citation,), 1)
    store.add(given)
    store.add(replace(given, rating="good", reason=None))
    store.add(replace(given, question="Who won?", reason="not_in_documents", citations=()))
    made = footnote(
        *("questions", "from-feedback", "--feedback", "sqlite:///given.db", "--output", "q.jsonl")
    )
    assert made.stdout == "2 questions of 3 ratings written to q.jsonl\n"
    assert "'When did the raid take place?' was rated good and bad" in made.stderr
    printed = footnote("questions", "from-feedback", FOOTNOTE_FEEDBACK="sqlite:///given.db")
    assert printed.stdout == Path("q.jsonl").read_text()
    report = json.loads(footnote("evaluate", "q.jsonl", "--output", "run", "--json").stdout)
    assert report["metrics"]["accuracy"]["value"] == 1
    assert report["metrics"]["citation_recall"]["value"] == 1
    none = complaint("questions", "from-feedback")
    assert "there is no feedback in sqlite:///feedback.db" in none
    assert "feedback is turned off" in complaint("questions", "from-feedback", "--feedback", "")


def test_interrupted_is_exit_130_and_nothing_is_lost(index: Path, tmp_path: Path) -> None:
    text = "\n\n".join(f"Sentence number {n} of many, which says little." for n in range(9000))
    corpus = write_corpus(tmp_path / "docs", {"long.txt": text})
    process = subprocess.Popen(
        [sys.executable, "-m", "footnote", "index", str(corpus)], stderr=subprocess.PIPE, text=True
    )
    while not (index / "lock").read_text().startswith(str(process.pid)):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told == "footnote: interrupted; what was committed before is kept\n"
    assert "February" in footnote("ask", "When did the raid take place?").stdout


def test_interrupted_while_it_closes_a_connection_tells_of_it_once(index: Path) -> None:
    struck = """
import sys
from sqlalchemy.engine.default import DefaultDialect
from footnote.cli import main

def interrupted(dialect, connection):
    raise KeyboardInterrupt

DefaultDialect.do_close = interrupted
main(sys.argv[1:])
"""
    told = subprocess.run(
        [sys.executable, "-c", struck, "ask", "When did the raid take place?"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert told.returncode == 130
    assert told.stderr == "footnote: interrupted; what was committed before is kept\n"


def test_every_command_is_documented() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    listed = footnote("--help").stdout
    for command in ("index", "ask", "serve", "evaluate", "questions", "mcp"):
        assert f" {command} " in listed
        assert f"footnote {command}" in readme
