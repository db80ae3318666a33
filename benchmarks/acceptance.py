"""Evaluate the whole engine on the acceptance questions, each part by itself.

Usage: python -m benchmarks.acceptance [--reports FOLDER]

``sample`` and ``tune`` were tuned on (the threshold was chosen on them); ``held_out`` was not
looked at. How a question ends is as ``footnote evaluate`` has it.
"""

import argparse
import tempfile
from pathlib import Path

from footnote.embedding import load_embedder
from footnote.engine import open_engine
from footnote.evaluation.evaluate import Plan, evaluate
from footnote.evaluation.gates import Gates
from footnote.evaluation.report.results import Results
from footnote.indexing import bring_up_to_date
from footnote.settings import Settings
from training.acceptance import CORPORA, questions_of, read_acceptance

_OUTCOMES = ("right answer", "wrong answer", "over-refusal", "right silence", "false answer")


def evaluate_part(part: str, folder: Path) -> Results:
    """Ask a part's questions over its texts; the run is written below a folder."""
    settings = Settings(index=folder / part / "index")
    bring_up_to_date(CORPORA[part], settings.index, load_embedder(settings))
    path, output = questions_of(part), folder / part / "run"
    plan = Plan(path, read_acceptance(part), output, None, Gates({}, {}, ()))
    return evaluate(open_engine(settings), plan)[0]


def main() -> None:
    """Print how the questions of each part end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, help="where to keep the runs with their reports")
    given = parser.parse_args()
    print("| part | n | accuracy | " + " | ".join(_OUTCOMES) + " |")
    print("|---" * (3 + len(_OUTCOMES)) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        for part in CORPORA:
            results = evaluate_part(part, given.reports or Path(temporary))
            accuracy = results.metrics["accuracy"]
            interval = f"{accuracy.value:.2f} ({accuracy.low:.2f} to {accuracy.high:.2f})"
            counts = " | ".join(str(results.outcomes[name]) for name in _OUTCOMES)
            print(f"| {part} | {len(results.questions)} | {interval} | {counts} |")


if __name__ == "__main__":
    main()
