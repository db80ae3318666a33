"""Evaluate the whole engine on the acceptance questions, each part by itself.

Usage: python -m benchmarks.acceptance [--reports FOLDER]

``sample`` and ``tune`` were tuned on (the threshold was chosen on them); ``held_out`` was not
looked at. How a question ends is as ``footnote evaluate`` has it.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.runs import evaluate_over
from training.acceptance import CORPORA, questions_of, read_acceptance

_OUTCOMES = ("right answer", "wrong answer", "over-refusal", "right silence", "false answer")


def main() -> None:
    """Print how the questions of each part end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, help="where to keep the runs with their reports")
    given = parser.parse_args()
    print("| part | n | accuracy | " + " | ".join(_OUTCOMES) + " |")
    print("|---" * (3 + len(_OUTCOMES)) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        for part in CORPORA:
            folder = (given.reports or Path(temporary)) / part
            questions = read_acceptance(part)
            results = evaluate_over(CORPORA[part], questions_of(part), questions, folder)
            accuracy = results.metrics["accuracy"]
            interval = f"{accuracy.value:.2f} ({accuracy.low:.2f} to {accuracy.high:.2f})"
            counts = " | ".join(str(results.outcomes[name]) for name in _OUTCOMES)
            print(f"| {part} | {len(results.questions)} | {interval} | {counts} |")


if __name__ == "__main__":
    main()
