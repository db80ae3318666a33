"""Ask of a folder of documents, or evaluate over it, as the benchmarks of answers do."""

from collections.abc import Sequence
from pathlib import Path

from footnote.embedding import Embedder, load_embedder
from footnote.engine import Engine, open_engine
from footnote.evaluation.evaluate import Plan, evaluate
from footnote.evaluation.questions import Question
from footnote.evaluation.report.results import Results
from footnote.indexing.update import bring_up_to_date
from footnote.progress import EvaluationProgress
from footnote.settings import Settings


def engine_over(corpus: Path, index: Path, embedder: Embedder | None = None) -> Engine:
    """Index a corpus, or bring its index up to date, and return the engine over it."""
    settings = Settings(index=index)
    embedder = embedder or load_embedder(settings)
    bring_up_to_date(corpus, index, embedder)
    return open_engine(settings, embedder)


def evaluate_over(
    corpus: Path, path: Path, questions: Sequence[Question], folder: Path, sweep: bool = False
) -> Results:
    """Index a corpus and ask the questions of a file, or go on where that ended.

    The index and the run are written below ``folder``.
    """
    engine = engine_over(corpus, folder / "index")
    plan = Plan(path, questions, folder / "run", sweep=sweep)
    with EvaluationProgress() as progress:
        return evaluate(engine, plan, progress)[0]
