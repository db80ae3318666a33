"""Ask the acceptance questions of the whole engine, and report each part by itself.

Usage: python -m benchmarks.acceptance [--failures PART]

``sample`` and ``tune`` were tuned on (the threshold was chosen on them); ``held_out`` was not
looked at. A question with an answer ends well where a citation is, holds or is a good part of
a right quote; one without where the engine is silent.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from footnote.embedding import load_embedder
from footnote.engine import Engine, open_engine
from footnote.indexing import bring_up_to_date
from footnote.records import Answer
from footnote.settings import Settings
from training.acceptance import CORPORA, AcceptanceQuestion, read_acceptance


def outcome(question: AcceptanceQuestion, answer: Answer) -> str:
    """Tell how a question ended."""
    if answer.status == "not_found":
        return "silent, and should have answered" if question.answerable else "rightly silent"
    if not question.answerable:
        return "answered, and should be silent"
    right = any(question.is_answered_by(each.document, each.quote) for each in answer.citations)
    return "rightly answered" if right else "answered wrongly"


def ask_part(part: str) -> list[tuple[AcceptanceQuestion, Answer, str]]:
    """Ask a part's questions over its texts."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=Path(folder))
        bring_up_to_date(CORPORA[part], settings.index, load_embedder(settings))
        engine: Engine = open_engine(settings)
        asked = [(question, engine.ask(question.text)) for question in read_acceptance(part)]
    return [(question, answer, outcome(question, answer)) for question, answer in asked]


def main() -> None:
    """Print the counts of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", choices=CORPORA, help="list what went wrong in a part")
    listed = parser.parse_args().failures
    for part in CORPORA:
        results = ask_part(part)
        counts = Counter(outcome for _, _, outcome in results)
        good = counts["rightly answered"] + counts["rightly silent"]
        print(f"{part}: {good} of {len(results)} end well; {dict(sorted(counts.items()))}")
        for question, answer, ended in results if part == listed else []:
            if not ended.startswith("rightly"):
                print(f"  {answer.confidence:.2f} {ended}: {question.text}")


if __name__ == "__main__":
    main()
