"""The first reader: the sentence closest to the question, by embedding and by words.

Small on purpose; it knows what a sentence is about, and not whether it answers. Its weights
come from training/fit_sentence_reader.py.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from footnote.answering.features import (
    NAMED,
    NAMES,
    SPECIFIC,
    Features,
    covered,
    headed,
    length_of,
    shows,
    view_question,
)
from footnote.answering.reader import Reading
from footnote.embedding import Embedder, Vectors
from footnote.errors import ModelError
from footnote.records import Hit, Passage, Unit
from footnote.store.terms import analyze

# Code answers when a person reads it, not by its closeness to a question.
_READ = ("sentence", "item", "row")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a passage, seen for one question."""

    passage: Passage
    unit: Unit
    features: Features


@dataclass(frozen=True, slots=True)
class Certainty:
    """What the confidence goes by: the best sentence, and how it stands out from the others.

    All but the last two are features of the sentence; ``z`` is how many standard deviations
    its nearness is above the mean of what was read, ``lead`` its score's distance to the next.
    """

    contextual: float
    passage_covered: float
    pool_covered: float
    specific: float
    name: float
    headed: float
    z: float
    lead: float


CERTAINTIES = tuple(each.name for each in fields(Certainty))


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear score that ranks sentences, and a logistic one that says how sure to be."""

    ranking: tuple[float, ...]
    confidence: tuple[float, ...]
    intercept: float
    threshold: float

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """Read weights that the fitting wrote. Raises ModelError."""
        try:
            data: dict[str, Any] = json.loads(path.read_text())
            fitted_on = (tuple(data["features"]), tuple(data["certainties"]))
            if fitted_on != (NAMES, CERTAINTIES):
                raise ModelError(f"{path} was fitted on other features: {fitted_on}")
            return cls(
                tuple(data["ranking"]),
                tuple(data["confidence"]),
                float(data["intercept"]),
                float(data["threshold"]),
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"the reader's weights {path} cannot be read: {error}; `git checkout models/` "
                "restores them"
            ) from error

    def probability(self, certainty: Certainty) -> float:
        """Return how probable it is that the best sentence answers."""
        z = float(np.dot(self.confidence, astuple(certainty))) + self.intercept
        return 1 / (1 + math.exp(-z))


class SentenceReader:
    """Reads by closeness alone; see the module."""

    name = "sentence-1"

    def __init__(self, embedder: Embedder, weights: Weights) -> None:
        self._embedder = embedder
        self._weights = weights

    @property
    def threshold(self) -> float:
        return self._weights.threshold

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        found = candidates(question, hits, self._embedder)
        if not found:
            return []
        scores, order = ranked(found, self._weights.ranking)
        confidence = self._weights.probability(certainty_of(found, scores, order))
        # What the best is not sure of, the others are less sure of.
        return [
            Reading(
                found[at].passage,
                found[at].unit,
                found[at].unit.span,
                float(scores[at]),
                confidence if at == order[0] else min(confidence, 1 - confidence),
            )
            for at in order
        ]


def candidates(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[Candidate]:
    """Return every unit of the passages that may answer, with its features."""
    view = view_question(question)
    places = [
        (rank, hit.passage, unit)
        for rank, hit in enumerate(hits)
        for unit in hit.passage.units
        if unit.kind in _READ
    ]
    quotes = [passage.quote(unit.span) for _, passage, unit in places]
    in_context = [
        f"{' > '.join(passage.headings)}\n{quote}"
        for (_, passage, _), quote in zip(places, quotes, strict=True)
    ]
    nearness = embedder.embed_documents(in_context) @ embedder.embed_question(question)
    terms = [analyze(quote) for quote in quotes]
    around = {hit.passage.id: analyze(hit.passage.searchable) for hit in hits}
    pool_covered = covered(view.terms, list(chain.from_iterable(around.values())))
    return [
        Candidate(
            passage,
            unit,
            Features(
                contextual=float(near),
                covered=covered(view.terms, held),
                passage_covered=covered(view.terms, around[passage.id]),
                pool_covered=pool_covered,
                specific=shows(view, quote, SPECIFIC),
                name=shows(view, quote, NAMED),
                headed=headed(view, held),
                rank=1 / (1 + rank),
                length=length_of(quote),
            ),
        )
        for (rank, passage, unit), quote, held, near in zip(
            places, quotes, terms, nearness, strict=True
        )
    ]


def ranked(found: Sequence[Candidate], ranking: Sequence[float]) -> tuple[Vectors, list[int]]:
    """Return each candidate's score, ``(len(found),)``, and their order, best first."""
    features = np.array([astuple(each.features) for each in found])
    scores = features @ np.array(ranking)
    # Equal scores go by retrieval's order, which the candidates stand in.
    return scores, np.argsort(-scores, kind="stable").tolist()


def certainty_of(found: Sequence[Candidate], scores: Vectors, order: Sequence[int]) -> Certainty:
    """Return what the confidence goes by, of candidates that are ranked."""
    nearness = np.array([each.features.contextual for each in found])
    best = found[order[0]].features
    return Certainty(
        contextual=best.contextual,
        passage_covered=best.passage_covered,
        pool_covered=best.pool_covered,
        specific=best.specific,
        name=best.name,
        headed=best.headed,
        z=float((best.contextual - nearness.mean()) / max(nearness.std(), 1e-6)),
        lead=float(scores[order[0]] - scores[order[1]]) if len(order) > 1 else 1.0,
    )
