"""The seam between retrieval and composition: what reads passages for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote.records import Hit, Passage, Span, Unit


@dataclass(frozen=True, slots=True)
class Reading:
    """A place that may answer: the exact span, and the sentence or item that holds it.

    ``confidence`` is the calibrated probability that it is right, comparable between
    questions; ``score`` orders the readings of one question only.
    """

    passage: Passage
    unit: Unit
    answer: Span
    score: float
    confidence: float


class Reader(Protocol):
    """Finds where passages answer a question."""

    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float:
        """The least confidence at which to answer, chosen on data."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Return readings, best first, at most one a sentence; empty if nothing can be read.

        Must not depend on what was read before or beside it.
        """
        ...
