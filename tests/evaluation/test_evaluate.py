"""A whole evaluation, from the questions to the reports, over a scripted engine."""

import json
import re
import tracemalloc
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footnote.errors import Interrupted, QuestionFileError, UsageError
from footnote.evaluation.evaluate import Plan, evaluate
from footnote.evaluation.gates import Gates, parse_gates
from footnote.evaluation.question_files import read_questions
from footnote.evaluation.report.results import Results
from tests.evaluation.double import ScriptedEngine

HOSTILE = (
    '<script>fetch("http://evil.example/")</script> ![x](http://evil.example/a.png) '
    "=HYPERLINK(1) | `code` @someone \x00\x1b[31m\u202e ]]> http://evil.example"
)
TEXTS = {
    "a.txt": f"It was lit in 1868.\n\nIt stands 48 metres high.\n\n{HOSTILE}",
    "b.txt": "Nothing.",
}
SCRIPT = {
    "When was it lit?": ("a.txt", "It was lit in 1868.", 0.9),
    "How high is it?": ("a.txt", "It stands 48 metres high.", 0.8),
    "Who built it?": ("b.txt", "Nothing.", 0.2),
    HOSTILE: ("a.txt", HOSTILE, 0.7),
}
ROWS: list[dict[str, Any]] = [
    {
        "id": "lit",
        "question": "When was it lit?",
        "answers": ["1868"],
        "document": "a.txt",
        "quote": "lit in 1868",
        "tags": ["fact"],
    },
    {"id": "high", "question": "How high is it?", "answers": ["48 metres"], "tags": ["fact"]},
    {"id": "who", "question": "Who built it?", "answerable": False},
    {"id": HOSTILE, "question": HOSTILE, "answerable": False, "tags": [HOSTILE]},
    {"id": "open", "question": "What else?"},
]


def plan(output: str = "run", rows: list[dict[str, Any]] = ROWS, **changes: Any) -> Plan:  # noqa: ANN401
    path = Path("questions.jsonl")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = Plan(path, read_questions(path), Path(output))
    return replace(made, **changes)


def run(output: str = "run", **changes: Any) -> Results:  # noqa: ANN401
    return evaluate(ScriptedEngine(TEXTS, SCRIPT), plan(output, **changes))[0]


def report(output: str = "run") -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(output, "report.json").read_text())
    return loaded


def test_report_json_is_as_designed() -> None:
    run()
    found = report()
    assert (found["questions"], found["generation"], found["corpus_sha256"]) == (5, 1, "c0ffee")
    assert found["settings"] == {"threshold": 0.5}
    assert found["comparison"] is None
    assert set(found["metrics"]["f1"]) == {"value", "low", "high", "n"}
    assert found["metrics"]["accuracy"]["value"] == 3 / 4
    over_refusal = found["metrics"]["over_refusal"]
    assert (over_refusal["value"], over_refusal["low"], over_refusal["n"]) == (0, 0, 2)
    assert over_refusal["high"] > 0.6
    assert found["metrics"]["false_answers"]["value"] == 1 / 2
    assert found["by"]["tag"]["fact"]["accuracy"]["value"] == 1
    assert set(found["by"]) == {"tag", "document", "question_word", "answerable"}
    assert set(found["by"]["question_word"]) == {"when", "how", "who", "other", "what"}
    assert found["outcomes"]["false answer"] == 1
    assert found["outcomes"]["ungraded"] == 1
    assert found["sweep"] == []


def test_a_restriction_to_documents_holds_for_every_question_and_belongs_to_the_run() -> None:
    engine = ScriptedEngine(TEXTS, SCRIPT)
    evaluate(engine, plan(documents=("a.*", "b.txt")))
    assert engine.scopes == {("a.*", "b.txt")}
    assert report()["settings"]["documents"] == "a.*, b.txt"
    with pytest.raises(UsageError):
        evaluate(engine, plan())


def test_what_is_not_in_the_gold_is_left_out() -> None:
    run(rows=[{"question": "When was it lit?"}])
    names = set(report()["metrics"])
    assert names == {name for name in names if "latency" in name} | {
        "questions_per_second",
        "citation_exactness",
    }


def test_two_runs_over_one_index_have_equal_reports_timings_apart() -> None:
    run("one")
    run("two")
    one, two = (report(name) for name in ("one", "two"))
    assert one == two
    assert Path("one/report.html").read_bytes() == Path("two/report.html").read_bytes()
    assert Path("one/report.md").read_bytes() == Path("two/report.md").read_bytes()


def test_a_run_that_was_interrupted_ends_with_the_same_report() -> None:
    engine = ScriptedEngine(TEXTS, SCRIPT)

    def interrupt(question: str) -> None:
        if question == "Who built it?":
            raise KeyboardInterrupt

    run("whole")
    with pytest.raises(Interrupted, match=r"after 2 of 5 questions.*--output cut goes on"):
        evaluate(replace(engine, meanwhile=interrupt), plan("cut"))
    assert not Path("cut/report.json").exists()
    evaluate(engine, plan("cut"))
    for name in ("predictions.jsonl", "questions.jsonl", "report.json", "report.html"):
        assert Path("cut", name).read_bytes() == Path("whole", name).read_bytes()


def test_interrupted_while_it_measures_tells_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("footnote.evaluation.evaluate.measure", interrupt)
    with pytest.raises(Interrupted, match=r"after 5 of 5 questions.*--output run goes on"):
        run()


def test_a_finished_run_can_be_judged_again_without_asking() -> None:
    engine = ScriptedEngine(TEXTS, SCRIPT)
    evaluate(engine, plan())
    before = Path("run/predictions.jsonl").read_bytes()
    engine.asked.clear()
    results, pace = evaluate(engine, plan(sweep=True, gates=Gates({"f1": 0.9}, {}, ())))
    assert (engine.asked, pace.asked) == ([], 0)
    assert Path("run/predictions.jsonl").read_bytes() == before
    assert len(report()["sweep"]) == 101
    assert results.failures


def test_the_run_is_held_until_its_reports_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def second(*_: object) -> None:
        with monkeypatch.context() as patched:
            patched.setattr("footnote.evaluation.evaluate.write_html", lambda *_: None)
            with pytest.raises(UsageError) as caught:
                run()
        refused.append(str(caught.value))

    monkeypatch.setattr("footnote.evaluation.evaluate.write_html", second)
    run()
    assert len(refused) == 1
    assert "another process is writing the run 'run'" in refused[0]
    assert report()["questions"] == 5


def test_a_run_that_was_killed_while_it_reported_asks_nothing_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = ScriptedEngine(TEXTS, SCRIPT)
    with monkeypatch.context() as patched:
        patched.setattr("footnote.evaluation.evaluate.write_html", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            evaluate(engine, plan())
    assert not Path("run/report.html").exists()
    assert not Path("run/report.json").exists()
    asked = len(engine.asked)
    evaluate(engine, plan())
    assert len(engine.asked) == asked
    assert report()["questions"] == 5
    assert not list(Path("run").glob("*.part"))


def test_a_full_disk_while_reporting_is_named_and_the_answers_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("footnote.evaluation.evaluate.write_html", full)
    with pytest.raises(UsageError, match="'run' cannot be written: No space left on device"):
        run()
    assert len(Path("run/predictions.jsonl").read_text().splitlines()) == 5


# Comparison and gates


def test_a_worse_run_fails_with_the_lost_questions_named() -> None:
    run("old")
    worse = {**SCRIPT, "How high is it?": ("b.txt", "Nothing.", 0.9)}
    gates = parse_gates(["f1=0.9"], [], ["accuracy"], 1.0, has_baseline=True)
    results, _ = evaluate(
        ScriptedEngine(TEXTS, worse), plan("new", baseline=Path("old"), gates=gates)
    )
    assert len(results.failures) == 2
    assert results.failures[1].startswith("accuracy is 0.5 and was 0.75 in old, worse by 0.25")
    compared = report("new")["comparison"]
    assert [each["id"] for each in compared["lost"]] == ["high"]
    assert compared["won"] == []
    assert compared["metrics"]["accuracy"]["difference"] == -0.25
    assert "high" in Path("new/report.md").read_text()


def test_questions_that_only_one_run_has_or_that_changed_are_named() -> None:
    run("old")
    rows = [
        ROWS[0] | {"answers": ["in 1868"]},
        ROWS[1] | {"tags": ["other"]},
        *ROWS[3:],
        {"id": "new", "question": "New?"},
    ]
    run("new", rows=rows, baseline=Path("old"))
    compared = report("new")["comparison"]
    assert (compared["added"], compared["missing"], compared["altered"]) == (
        ["new"],
        ["who"],
        ["lit"],
    )
    assert compared["n"] == 3


def test_a_baseline_that_cannot_be_compared_stops_before_anything_is_asked() -> None:
    engine = ScriptedEngine(TEXTS, SCRIPT)
    evaluate(engine, plan("old", rows=ROWS[:1]))
    asked = len(engine.asked)
    with pytest.raises(UsageError, match="'old' has no question in common"):
        evaluate(engine, plan("new", rows=ROWS[1:], baseline=Path("old")))
    with pytest.raises(UsageError, match="'none' is no finished run"):
        evaluate(engine, plan("new", baseline=Path("none")))
    Path("old/report.json").unlink()
    with pytest.raises(UsageError, match=r"'old' is no finished run: report\.json is missing"):
        evaluate(engine, plan("new", baseline=Path("old")))
    assert len(engine.asked) == asked
    assert not Path("new").exists()


@pytest.mark.parametrize("how", ["cut", "reversed", "longer", "broken", "poorer"])
def test_an_altered_baseline_is_refused(how: str) -> None:
    run("old")
    path = Path("old/predictions.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    altered = {
        "cut": lines[:-1],
        "reversed": lines[::-1],
        "longer": [*lines, lines[0]],
        "broken": [*lines[:2], b"{\n", *lines[3:]],
        "poorer": [b'{"id": "lit"}\n', *lines[1:]],
    }
    path.write_bytes(b"".join(altered[how]))
    with pytest.raises(UsageError, match="does not hold an answer to each question in order"):
        run("new", baseline=Path("old"))


@pytest.mark.parametrize("content", ["[]", "{", '{"format": 0}'])
def test_a_baseline_of_another_version_is_refused(content: str) -> None:
    run("old")
    Path("old/run.json").write_text(content)
    with pytest.raises(UsageError, match="made by another version of Footnote"):
        run("new", baseline=Path("old"))


def test_evidence_that_is_not_in_the_index_stops_before_anything_is_asked() -> None:
    engine = ScriptedEngine(TEXTS, SCRIPT)
    rows = [{"question": "Q?", "document": "c.txt", "quote": "x"}]
    with pytest.raises(QuestionFileError, match=r"line 1: the index has no document 'c\.txt'"):
        evaluate(engine, plan(rows=rows))
    assert engine.asked == []
    assert not Path("run").exists()


# Hostile content


def test_junit_is_xml_whatever_the_documents_hold() -> None:
    run()
    root = ET.fromstring(Path("run/junit.xml").read_bytes())  # noqa: S314
    gates, questions = root
    assert gates.get("failures") == "0"
    assert (questions.get("tests"), questions.get("failures"), questions.get("skipped")) == (
        "5",
        "1",
        "1",
    )
    names = [case.get("name", "") for case in questions]
    assert names[0] == "lit: When was it lit?"
    assert "<script>" in names[3]
    assert "\ufffd" in names[3]
    assert [failure.get("message") for failure in questions.iter("failure")] == ["false answer"]


def test_junit_has_a_case_for_each_gate() -> None:
    run(gates=Gates({"f1": 0.9}, {}, ()))
    root = ET.fromstring(Path("run/junit.xml").read_bytes())  # noqa: S314
    cases = {case.get("name"): case.find("failure") for case in root[0]}
    assert cases["citation_exactness >= 1"] is None
    assert cases["f1 >= 0.9"] is not None


def test_markdown_shows_hostile_texts_as_they_are() -> None:
    from markdown_it import MarkdownIt

    run("old")
    better = {name: told for name, told in SCRIPT.items() if name != HOSTILE}
    evaluate(ScriptedEngine(TEXTS, better), plan("new", baseline=Path("old")))
    text = Path("new/report.md").read_text()
    assert "Won: 1" in text
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "<a " not in html
    assert "&lt;script&gt;" in html
    assert "http://" not in text
    assert "@someone" not in text.replace("\\@", "")


def test_an_answer_of_a_million_characters_leaves_reports_that_open() -> None:
    long = "x" * 1_000_000
    engine = ScriptedEngine({"long.txt": long}, {"Long?": ("long.txt", long, 0.9)})
    rows = [{"question": "Long?", "answerable": False}]
    evaluate(engine, plan(rows=rows))
    assert Path("run/report.html").stat().st_size < 500_000
    assert Path("run/junit.xml").stat().st_size < 20_000


def test_no_row_needs_memory_once_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footnote.evaluation.intervals._AT_ONCE", 20_000)
    texts = {"a.txt": "It was lit in 1868. " * 500}
    engine = ScriptedEngine(texts, {f"Q{n}?": ("a.txt", "lit", 0.9) for n in range(600)})
    rows = [{"question": f"Q{n}?", "answers": ["lit"], "answerable": True} for n in range(600)]
    peaks = {}
    for count in (100, 600):
        made = plan(f"run{count}", rows=rows[:count])
        tracemalloc.start()
        evaluate(engine, made)
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    written = Path("run600/predictions.jsonl").stat().st_size
    assert written > 5_000_000
    # What grows is the questions and their scores, a small part of the answers.
    assert peaks[600] - peaks[100] < written / 4


def test_the_reports_name_the_same_figures() -> None:
    run()
    value = report()["metrics"]["accuracy"]["value"]
    assert re.search(rf"\| accuracy \| {value:.3f} \|", Path("run/report.md").read_text())
    assert f"{value:.3f}" in Path("run/report.html").read_text()
