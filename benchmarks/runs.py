"""Evaluate over a folder of documents, as the benchmarks of answers do."""

from collections.abc import Sequence
from pathlib import Path

from footnote.embedding import load_embedder
from footnote.engine import open_engine
from footnote.evaluation.evaluate import Plan, evaluate
from footnote.evaluation.questions import Question
from footnote.evaluation.report.results import Results
from footnote.indexing import bring_up_to_date
from footnote.progress import EvaluationProgress
from footnote.settings import Settings


def evaluate_over(
    corpus: Path, path: Path, questions: Sequence[Question], folder: Path, sweep: bool = False
) -> Results:
    """Index a corpus and ask the questions of a file, or go on where that ended.

    The index and the run are written below ``folder``.
    """
    settings = Settings(index=folder / "index")
    embedder = load_embedder(settings)
    bring_up_to_date(corpus, settings.index, embedder)
    plan = Plan(path, questions, folder / "run", sweep=sweep)
    with EvaluationProgress() as progress:
        return evaluate(open_engine(settings, embedder), plan, progress)[0]
