"""How an evaluation bears ten thousand questions: memory, speed beside the engine's own, size.

Usage: python -m benchmarks.evaluation SQUAD_FILE [--questions N] [--folder FOLDER]

The file's first articles that hold N questions are written, indexed and asked by
``footnote evaluate`` in a process of its own, as a user would. Its memory is sampled while it
asks. The engine's share is that of the wall-clock time of asking in the same run, of which
the rest is checking citations and writing answers.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.rows import to_row
from footnote.evaluation.run_files import PREDICTIONS
from footnote.evaluation.squad import write_articles

# By then every part of the run has been used, and caches are as full as they get.
SETTLED = 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of the process in MB when it had given so many answers."""

    answers: int
    megabytes: float


def write_questions(squad: Path, wanted: int, folder: Path) -> int:
    """Write articles and the first questions of them; return how many questions."""
    questions: list[Question] = []
    chosen = []
    for article in read_articles(squad):
        if len(questions) >= wanted:
            break
        chosen.append(article)
        questions += article.questions
    write_articles(chosen, folder / "documents")
    rows = [json.dumps(to_row(each), ensure_ascii=False) for each in questions[:wanted]]
    (folder / "questions.jsonl").write_text("\n".join(rows), encoding="utf-8")
    print(f"{len(rows)} questions over {len(chosen)} articles")
    return len(rows)


def evaluate(folder: Path) -> tuple[list[Sample], str, float]:
    """Run the command; return the memory while it asked, what it printed, and its peak in MB."""
    command = [sys.executable, "-m", "footnote"]
    index = ["--index", str(folder / "index")]
    subprocess.run([*command, "index", str(folder / "documents"), *index], check=True)
    process = subprocess.Popen(
        [
            *(*command, "evaluate", str(folder / "questions.jsonl"), *index),
            *("--output", str(folder / "run")),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    samples: list[Sample] = []
    peak = 0.0
    while process.poll() is None:
        time.sleep(2)
        memory = _memory(process.pid)
        peak = max(peak, memory.get("VmHWM", 0.0))
        if "VmRSS" in memory and not (folder / "run" / "report.html.part").exists():
            samples.append(Sample(_lines(folder / "run" / PREDICTIONS), memory["VmRSS"]))
    assert process.stdout is not None
    told = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"footnote evaluate ended with status {process.returncode}")
    return samples, told, peak


def _memory(pid: int) -> dict[str, float]:
    """Return what the kernel tells of a process's memory, in MB; nothing once it ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return {}
    return {name: int(kb) / 1024 for name, kb in re.findall(r"^(Vm\w+):\s+(\d+) kB", text, re.M)}


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="kept; else a temporary one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        count = write_questions(given.squad, given.questions, folder)
        samples, told, peak = evaluate(folder)
        asking = [each for each in samples if SETTLED * count <= each.answers < count]
        print(told)
        print(
            f"memory while asking: {asking[0].megabytes:.0f} MB after {asking[0].answers} answers, "
            f"{asking[-1].megabytes:.0f} MB after {asking[-1].answers}, at most "
            f"{max(each.megabytes for each in asking):.0f} MB; peak with the reports {peak:.0f} MB"
        )
        for path in sorted((folder / "run").iterdir()):
            print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
