"""How the presets' shares of refusals travel to other kinds of text than they were chosen on.

Usage: python -m benchmarks.travel SQUAD_FILE QAMR_FOLDER

At home are the answerable questions of SQuAD articles used for nothing else, asked of all 16
articles. Away are 500 questions on sentences of Wikinews (every second article of QAMR's test
part, since the others were looked at while choosing; each question is asked of its own article,
since most do not say which they mean), and long "how" and "why" questions over SQLite's manuals
(tests/data/manuals). Nothing was fitted or chosen on any of them.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.runs import engine_over
from benchmarks.squad import PARTS
from footnote.answering.calibration import PRESETS, Calibration
from footnote.engine import Engine
from footnote.evaluation.intervals import share_interval
from footnote.evaluation.question_files import read_articles, read_questions
from footnote.evaluation.questions import Question
from footnote.evaluation.squad import write_articles
from footnote.models import models_folder
from training.qamr import by_document, read_qamr

SAMPLED = 500
MANUALS = Path(__file__).parent.parent / "tests" / "data" / "manuals"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the documents it is asked of (all if empty), and whether they answer it."""

    question: str
    scope: tuple[str, ...]
    answerable: bool


def home(squad: Path, corpus: Path) -> list[Asked]:
    """Write the articles, and return the questions of those used for nothing else."""
    articles = read_articles(squad)
    write_articles(articles, corpus)
    questions = [q for at in PARTS["reported"] for q in articles[at].questions]
    return [_asked(each) for each in questions]


def news(folder: Path, corpus: Path) -> list[Asked]:
    """Write Wikinews articles, a sentence a paragraph, and return a sample of the questions."""
    every = [each for each in read_qamr(folder, "test") if each.document.startswith("wikinews")]
    reported = sorted({each.document for each in every})[1::2]
    asked = [each for each in every if each.document in reported]
    names = {}
    for document, sentences in by_document(asked).items():
        names[document] = f"{document.replace(':', '-')}.txt"
        (corpus / names[document]).write_text("\n\n".join(sentences), encoding="utf-8")
    sample = random.Random(0).sample(asked, SAMPLED)
    return [Asked(each.question, (names[each.document],), True) for each in sample]


def manuals() -> list[Asked]:
    """Return the questions over the manuals."""
    return [_asked(each) for each in read_questions(MANUALS / "questions.jsonl")]


def _asked(question: Question) -> Asked:
    return Asked(question.text, (), bool(question.answerable))


def confidences(engine: Engine, asked: Sequence[Asked]) -> list[float]:
    """Return the confidence of each question's best answer, 0 where there was none."""
    answers = [engine.weigh(each.question, scope=each.scope) for each in asked]
    return [each.confidence if each.status == "answered" else 0.0 for each in answers]


def report(name: str, corpus: Path, asked: Sequence[Asked]) -> None:
    """Print a row: the share of the answerable refused, of the others answered, by preset."""
    engine = engine_over(corpus, corpus.parent / f"index-{corpus.name}")
    sure = np.array(confidences(engine, asked))
    answerable = np.array([each.answerable for each in asked])
    cells = []
    thresholds = Calibration.read(models_folder() / "reader" / "calibration.json").thresholds
    for preset in PRESETS:
        threshold = thresholds[preset]
        refused = (sure[answerable] < threshold).astype(float)
        low, high = share_interval(refused)
        wrong = (sure[~answerable] >= threshold).mean() if not answerable.all() else np.nan
        cells.append(f"{refused.mean():.3f} ({low:.3f} to {high:.3f}) / {wrong:.3f}")
    print(f"| {name} | {answerable.sum()} / {(~answerable).sum()} | " + " | ".join(cells) + " |")


def main() -> None:
    """Print over-refusal and false answers, text by text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("qamr", type=Path)
    given = parser.parse_args()
    print("| text | n | " + " | ".join(PRESETS) + " |")
    print("|---" * (2 + len(PRESETS)) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("home", "news"):
            Path(temporary, name).mkdir()
        report("SQuAD", Path(temporary, "home"), home(given.squad, Path(temporary, "home")))
        report("Wikinews", Path(temporary, "news"), news(given.qamr, Path(temporary, "news")))
        Path(temporary, "manuals").symlink_to(MANUALS / "corpus")
        report("manuals", Path(temporary, "manuals"), manuals())


if __name__ == "__main__":
    main()
