"""Fit the first reader's weights, choose its threshold, and report on data apart from both.

Usage: python -m training.fit_sentence_reader SQUAD2_DEV SQUAD1_TRAIN [--output FOLDER]

Six articles of SQuAD 2.0's development set fit the ranking and the confidence. Questions are
asked openly over all articles of a part: retrieval, the fused top 10, every sentence of them.
The confidence learns from answerable questions and from others about articles that are not
there ("far", of SQuAD 1.1's training set): closeness cannot see the twist in those that
people wrote against an article ("near"), which would only teach it to doubt everything.

A threshold that refuses a set share of SQuAD's questions does not travel, since they were
written with the text in view. It is chosen on the acceptance questions ``sample`` and
``tune``; ``held_out`` and the last five articles are for reporting.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from footnote.answering.features import NAMES
from footnote.answering.sentence_reader import (
    CERTAINTIES,
    Candidate,
    Weights,
    candidates,
    certainty_of,
    ranked,
)
from footnote.embedding import Embedder, Progress, Vectors, load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.squad import Article
from footnote.indexing import bring_up_to_date, identity_of
from footnote.ingest.folder import document_id
from footnote.settings import Settings
from footnote.store.index import IndexReader, View
from training.acceptance import CORPORA, is_answered_by, read_acceptance
from training.squad import CHOOSE, FIT, REPORT

Kind = Literal["answerable", "near", "far"]


class Remembering:
    """An embedder that embeds each text once; the same sentences come back all the time."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}
        self.name, self.dimension = embedder.name, embedder.dimension

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        new = sorted({text for text in texts if text not in self._vectors})
        self._vectors.update(zip(new, self._embedder.embed_documents(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def embed_question(self, text: str) -> Vectors:
        return self._embedder.embed_question(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's candidates, and which of them hold the answer."""

    kind: Kind
    found: list[Candidate]
    right: NDArray[np.bool_]


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
    view: View,
    question: str,
    kind: Kind,
    embedder: Embedder,
    is_right: Callable[[Candidate], bool],
) -> Asked:
    """Retrieve and look at what was retrieved, as the reader does."""
    hits = view.search(embedder.embed_question(question), question, 50)[:10]
    found = candidates(question, hits, embedder)
    return Asked(kind, found, np.array([is_right(each) for each in found]))


def ask_squad(
    chosen: Sequence[Article], elsewhere: Sequence[Article], embedder: Embedder
) -> list[Asked]:
    """Ask the questions of some articles over these, and as many from other articles."""

    def one(view: View, question: Question, name: str | None) -> Asked:
        spans = [span for each in question.evidence for span in each.spans]

        def is_right(each: Candidate) -> bool:
            return (
                name is not None
                and each.passage.document_id == document_id(name)
                and any(span in each.unit.span for span in spans)
            )

        kind: Kind = "far" if name is None else "answerable" if spans else "near"
        return ask(view, question.text, kind, embedder, is_right)

    with tempfile.TemporaryDirectory() as corpus:
        for article in chosen:
            Path(corpus, article.name).write_text(article.text, encoding="utf-8")
        with opened(Path(corpus), embedder) as view:
            asked = [one(view, q, article.name) for article in chosen for q in article.questions]
            near = sum(each.kind == "near" for each in asked)
            far = [question for article in elsewhere for question in article.questions]
            return asked + [one(view, q, None) for q in far[:: len(far) // near]]


def ask_acceptance(part: str, embedder: Embedder) -> list[Asked]:
    """Ask a part's questions, overviews apart, which no reader answers."""

    def one(view: View, question: Question) -> Asked:
        names = {each.document_id: name for name, each in view.catalogue.known().items()}

        def is_right(each: Candidate) -> bool:
            quote = each.passage.quote(each.unit.span)
            return is_answered_by(question, names[each.passage.document_id], quote)

        kind: Kind = "answerable" if question.answerable else "far"
        return ask(view, question.text, kind, embedder, is_right)

    with opened(CORPORA[part], embedder) as view:
        return [one(view, q) for q in read_acceptance(part) if "overview" not in q.tags]


def fit_ranking(asked: Sequence[Asked]) -> list[float]:
    """Fit a linear score by pairs: the right sentence should be above each other one.

    A logistic regression on differences of features (RankNet's linear case, Burges et al.,
    2005).
    """
    differences = []
    for each in asked:
        if each.right.any():
            features = np.array([astuple(candidate.features) for candidate in each.found])
            differences.append(features[each.right][0] - features[~each.right])
    pairs = np.concatenate(differences)
    flipped = np.where(np.random.default_rng(0).random(len(pairs)) < 0.5, -1.0, 1.0)
    model = LogisticRegression(fit_intercept=False, max_iter=1000)
    model.fit(pairs * flipped[:, None], flipped > 0)
    return [round(weight, 4) for weight in model.coef_[0].tolist()]


def seen_by_confidence(
    asked: Sequence[Asked], ranking: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return what the confidence goes by, ``(n, len(CERTAINTIES))``, and which best is right."""
    rows, right = [], []
    for each in asked:
        scores, order = ranked(each.found, ranking)
        rows.append(astuple(certainty_of(each.found, scores, order)))
        right.append(bool(each.right[order[0]]))
    return np.array(rows), np.array(right)


def fit(asked: Sequence[Asked], chosen_on: Sequence[Asked]) -> Weights:
    """Fit both models, then choose the threshold by balanced accuracy.

    That is the mean of two shares: of the answerable questions those answered right, of the
    unanswerable those not answered.
    """
    ranking = fit_ranking(asked)
    seen, right = seen_by_confidence([each for each in asked if each.kind != "near"], ranking)
    model = LogisticRegression(max_iter=5000).fit(seen, right)
    coefficients = tuple(round(each, 4) for each in model.coef_[0].tolist())
    intercept = round(float(model.intercept_[0]), 4)
    weights = Weights(tuple(ranking), coefficients, intercept, 0.0)
    grid = np.round(np.arange(0.02, 0.9, 0.01), 2).tolist()
    good = [balanced_accuracy(figures(weights, chosen_on, at)) for at in grid]
    # Of all that do equally well, the middle one is the least of an accident.
    best = [at for at, value in zip(grid, good, strict=True) if value == max(good)]
    return Weights(tuple(ranking), coefficients, intercept, best[len(best) // 2])


def figures(weights: Weights, asked: Sequence[Asked], threshold: float) -> dict[str, float]:
    """Return what a threshold gives: each figure is a share of the questions it concerns."""
    seen, right = seen_by_confidence(asked, weights.ranking)
    logits = seen @ np.array(weights.confidence) + weights.intercept
    answered = 1 / (1 + np.exp(-logits)) >= threshold
    kinds = np.array([each.kind for each in asked])
    answerable = kinds == "answerable"
    held = np.array([each.right.any() for each in asked])
    shares = {
        "retrieved@10": held[answerable],
        "right if always answered": right[answerable],
        "right": (right & answered)[answerable],
        "over-refusal": ~answered[answerable],
        "false answers, near": answered[kinds == "near"],
        "false answers, far": answered[kinds == "far"],
        "good": np.where(answerable, right & answered, ~answered),
    }
    return {name: round(float(share.mean()), 3) for name, share in shares.items() if len(share)}


def balanced_accuracy(shares: dict[str, float]) -> float:
    """Return the mean of the answerable answered right and the unanswerable not answered."""
    return round((shares["right"] + 1 - shares["false answers, far"]) / 2, 4)


def main() -> None:
    """Fit, print the figures of each part, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path, help="16 articles of SQuAD 2.0's development set")
    parser.add_argument("elsewhere", type=Path, help="SQuAD 1.1's training set")
    parser.add_argument("--output", type=Path, default=Path("models/sentence-reader"))
    arguments = parser.parse_args()
    articles, others = read_articles(arguments.squad), read_articles(arguments.elsewhere)
    embedder = Remembering(load_embedder(Settings()))
    squad = {
        name: ask_squad([articles[at] for at in part], others[start : start + 50], embedder)
        for name, part, start in (("fit", FIT, 0), ("choose", CHOOSE, 50), ("report", REPORT, 100))
    }
    tuned_on = [each for part in ("sample", "tune") for each in ask_acceptance(part, embedder)]
    weights = fit(squad["fit"], tuned_on)
    for name, asked in (*squad.items(), ("sample and tune", tuned_on)):
        print(name, len(asked), figures(weights, asked, weights.threshold))
    content = {
        "features": NAMES,
        "ranking": weights.ranking,
        "certainties": CERTAINTIES,
        "confidence": weights.confidence,
        "intercept": weights.intercept,
        "threshold": weights.threshold,
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=2) + "\n"
    (arguments.output / "weights.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
