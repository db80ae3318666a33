"""Fit how the reader ranks sentences and how sure it is of them, and choose its presets.

Usage: python -m training.calibrate_reader SQUAD2_DEV [--model models/reader]

Questions of the articles in `squad.CHOOSE`, which the weights never saw, are asked openly of
all articles but those for reporting: retrieval, the fused top 10, every sentence of them.
Writes calibration.json beside the model.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from footnote.answering.calibration import CERTAINTIES, FEATURES, Calibration
from footnote.answering.intent import intent_of
from footnote.answering.span_model import OnnxSpanModel
from footnote.answering.span_reader import Candidate, SpanReader, certainty_of, ranked
from footnote.embedding import Embedder, load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.selective import ece
from footnote.evaluation.squad import Article
from footnote.evaluation.text_match import f1, says
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.ingest.parts import document_id
from footnote.models import models_folder
from footnote.settings import Preset, Settings
from footnote.store.index import IndexReader, View
from training.export_reader import describe
from training.squad import CHOOSE, FIT

Array = NDArray[np.float64]
# The shares of answerable questions that two presets may refuse at home.
STRICT, EAGER = 0.4, 0.1
# The third, balanced, has the highest mean F1, or as good as that: of the thresholds within this
# of it the lowest is taken, since other texts and questions make the reader less sure.
WITHIN = 0.005


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's candidates: which sentences hold the answer, which spans say it, their F1."""

    answerable: bool
    found: list[Candidate]
    holds: NDArray[np.bool_]
    right: NDArray[np.bool_]
    f1: Array


@contextmanager
def opened(corpus: Path, embedder: Embedder) -> Iterator[View]:
    """Index a folder for as long as it is read."""
    with tempfile.TemporaryDirectory() as index:
        bring_up_to_date(corpus, Path(index), embedder)
        reader = IndexReader(Path(index), identity_of(embedder))
        with reader.view() as view:
            yield view
        reader.close()


def ask(
    articles: Sequence[Article],
    numbers: Sequence[int],
    among: Sequence[int],
    reader: SpanReader,
    embedder: Embedder,
) -> list[Asked]:
    """Ask the questions of some articles over these and others."""

    def one(view: View, question: Question, name: str) -> Asked:
        hits = view.search(embedder.embed_question(question.text), question.text, 50)[:10]
        found = reader.candidates(question.text, hits)
        spans = [span for each in question.evidence for span in each.spans]
        here = document_id(name)
        holds = [
            each.passage.document_id == here and any(span in each.unit.span for span in spans)
            for each in found
        ]
        said = [each.passage.quote(each.answer) for each in found]
        # An explanation is given in sentences: one is right whatever span of it was found.
        explained = intent_of(question.text) == "explain"
        right = [
            held and (explained or says(given, question.answers))
            for held, given in zip(holds, said, strict=True)
        ]
        scores = [f1(given, question.answers) if spans else 0.0 for given in said]
        return Asked(bool(spans), found, np.array(holds), np.array(right), np.array(scores))

    with tempfile.TemporaryDirectory() as corpus:
        for at in among:
            Path(corpus, articles[at].name).write_text(articles[at].text, encoding="utf-8")
        with opened(Path(corpus), embedder) as view:
            return [
                one(view, q, articles[at].name) for at in numbers for q in articles[at].questions
            ]


def fit_ranking(asked: Sequence[Asked]) -> tuple[float, ...]:
    """Fit a linear score by pairs: the right sentence should be above each other one.

    A logistic regression on differences of features (RankNet's linear case, Burges et al.,
    2005).
    """
    differences, weights = [], []
    for each in asked:
        if each.holds.any() and not each.holds.all():
            features = np.array([astuple(candidate.features) for candidate in each.found])
            others = features[each.holds][0] - features[~each.holds]
            differences.append(others)
            weights.append(np.full(len(others), 1 / len(others)))
    pairs, weight = np.concatenate(differences), np.concatenate(weights)
    flipped = np.where(np.random.default_rng(0).random(len(pairs)) < 0.5, -1.0, 1.0)
    model = LogisticRegression(fit_intercept=False, max_iter=5000)
    model.fit(pairs * flipped[:, None], flipped > 0, sample_weight=weight)
    return tuple(round(each, 4) for each in model.coef_[0].tolist())


def bests(asked: Sequence[Asked], by: Calibration) -> tuple[Array, NDArray[np.bool_], Array]:
    """Return what confidence in each question's best goes by, whether it is right, its F1."""
    rows, right, scores = [], [], []
    for each in asked:
        _, order = ranked(each.found, by)
        rows.append(astuple(certainty_of(each.found, order[0])))
        right.append(bool(each.right[order[0]]))
        scores.append(float(each.f1[order[0]]))
    return np.array(rows), np.array(right), np.array(scores)


def fit(asked: Sequence[Asked]) -> Calibration:
    """Fit both models and choose the presets."""
    by = Calibration(fit_ranking(asked), (0.0,) * len(CERTAINTIES), 0.0, {})
    seen, right, f1s = bests(asked, by)
    model = LogisticRegression(max_iter=5000).fit(seen, right)
    coefficients = tuple(round(each, 4) for each in model.coef_[0].tolist())
    intercept = round(float(model.intercept_[0]), 4)
    fitted = Calibration(by.ranking, coefficients, intercept, {})
    return Calibration(
        by.ranking, coefficients, intercept, presets(sure_of(fitted, seen), f1s, asked)
    )


def sure_of(by: Calibration, seen: Array) -> Array:
    """Return the confidence of rows of certainties."""
    return np.asarray(1 / (1 + np.exp(-(seen @ np.array(by.confidence) + by.intercept))))


def presets(sure: Array, f1s: Array, asked: Sequence[Asked]) -> dict[Preset, float]:
    """Return the thresholds; see STRICT, EAGER and WITHIN."""
    answerable = np.array([each.answerable for each in asked])
    grid = np.round(np.arange(0.02, 0.98, 0.01), 2)
    mean_f1 = np.array([np.where(sure >= at, f1s, ~answerable).mean() for at in grid])
    return {
        "strict": round(float(np.quantile(sure[answerable], STRICT)), 2),
        "balanced": float(grid[mean_f1 >= mean_f1.max() - WITHIN][0]),
        "eager": round(float(np.quantile(sure[answerable], EAGER)), 2),
    }


def false_answers_at(over_refusal: float, sure: Array, answerable: NDArray[np.bool_]) -> float:
    """Return the share of unanswerable questions answered when this share is over-refused."""
    threshold = np.quantile(sure[answerable], over_refusal)
    return float((sure[~answerable] >= threshold).mean())


def figures(by: Calibration, asked: Sequence[Asked]) -> dict[str, object]:
    """Return what a calibration gives on some questions."""
    seen, right, f1s = bests(asked, by)
    sure = sure_of(by, seen)
    answerable = np.array([each.answerable for each in asked])
    held = [each.holds.any() for each in asked if each.answerable]
    first = [bool(each.holds[ranked(each.found, by)[1][0]]) for each in asked if each.answerable]
    return {
        "n": len(asked),
        "sentence retrieved": round(float(np.mean(held)), 3),
        "sentence first": round(float(np.mean(first)), 3),
        "right if always answered": round(float(right[answerable].mean()), 3),
        "F1 if always answered": round(float(f1s[answerable].mean()), 3),
        "false answers at 25 % over-refusal": round(false_answers_at(0.25, sure, answerable), 3),
        "ECE": round(float(ece(sure, (~right).astype(float))), 3),
        **{
            f"{name} {at:.2f}": {
                "over-refusal": round(float((sure < at)[answerable].mean()), 3),
                "false answers": round(float((sure >= at)[~answerable].mean()), 3),
                "F1": round(float(np.where(sure >= at, f1s, ~answerable).mean()), 3),
            }
            for name, at in by.thresholds.items()
        },
    }


def write(by: Calibration, folder: Path) -> None:
    """Write calibration.json, and its digest into config.json."""
    content = {
        "features": FEATURES,
        "ranking": by.ranking,
        "certainties": CERTAINTIES,
        "confidence": by.confidence,
        "intercept": by.intercept,
        "thresholds": by.thresholds,
    }
    text = json.dumps(content, indent=2) + "\n"
    (folder / "calibration.json").write_text(text, encoding="utf-8")
    describe(folder)
    print(text)


def crossed(asked_by_article: Sequence[Sequence[Asked]]) -> list[dict[str, object]]:
    """Return the figures of each article by a calibration of the others."""

    def others(at: int) -> list[Asked]:
        return [each for n, part in enumerate(asked_by_article) if n != at for each in part]

    return [figures(fit(others(at)), part) for at, part in enumerate(asked_by_article)]


def main() -> None:
    """Fit, print the figures of each article by a fit without it, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path, help="16 articles of SQuAD 2.0's development set")
    parser.add_argument("--model", type=Path, default=models_folder() / "reader")
    arguments = parser.parse_args()
    articles, embedder = read_articles(arguments.squad), load_embedder(Settings())
    reader = SpanReader(OnnxSpanModel(arguments.model), Calibration.none(), threads=2)
    by_article = [ask(articles, [at], [*FIT, *CHOOSE], reader, embedder) for at in CHOOSE]
    for number, each in zip(CHOOSE, crossed(by_article), strict=True):
        print(articles[number].name, each)
    everything = [each for part in by_article for each in part]
    by = fit(everything)
    print("all", figures(by, everything))
    write(by, arguments.model)


if __name__ == "__main__":
    main()
