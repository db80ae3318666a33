"""The examples do what they say: the workflow's commands are run as they stand in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from footnote.evaluation.question_files import read_questions
from tests.helpers import ROOT, SAMPLE

EXAMPLES = ROOT / "examples"
ON_MAIN = "github.ref == 'refs/heads/main'"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as the workflow has it once it is installed."""
    folder = tmp_path / "checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "footnote").symlink_to(Path(sys.executable).parent / "footnote")
    shutil.copytree(EXAMPLES, folder / "examples")
    shutil.copytree(SAMPLE, folder / "corpus")
    return folder


def run_workflow(checkout: Path, on_main: bool) -> list[str]:
    """Run the commands of the workflow, and return the names of the steps that failed."""
    workflow = yaml.safe_load((EXAMPLES / "evaluate.yml").read_text())
    failed: list[str] = []
    for step in workflow["jobs"]["evaluate"]["steps"]:
        condition = step.get("if")
        skipped = (condition == ON_MAIN and not on_main) or (condition != "always()" and failed)
        if "run" not in step or step["name"] == "Install" or skipped:
            continue
        environment = os.environ | {"GITHUB_STEP_SUMMARY": str(checkout / "summary.md")}
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=checkout, env=environment, check=False
        )
        if done.returncode:
            failed.append(step["name"])
    return failed


def test_the_workflow_passes_then_fails_where_the_answers_got_worse(checkout: Path) -> None:
    assert run_workflow(checkout, on_main=True) == []
    assert "## Footnote evaluation: passed" in (checkout / "summary.md").read_text()
    assert (checkout / "runs" / "baseline" / "report.json").exists()
    assert run_workflow(checkout, on_main=False) == []
    shutil.rmtree(checkout / "runs" / "now")
    (checkout / "footnote.toml").write_text("threshold = 0.9\n")
    assert run_workflow(checkout, on_main=False) == ["Evaluate"]
    summary = (checkout / "summary.md").read_text()
    assert "## Footnote evaluation: failed" in summary
    assert "Lost:" in summary


def test_the_example_questions_quote_the_sample_article() -> None:
    questions = read_questions(EXAMPLES / "questions.jsonl")
    text = next(SAMPLE.glob("*.txt")).read_text()
    quotes = [each.quote for question in questions for each in question.evidence]
    assert len(quotes) == 10 + 4
    assert all(quote is not None and text.count(quote) == 1 for quote in quotes)
    assert [question.answerable for question in questions].count(False) == 6
