"""How far a source supports a sentence: the seam, and what stands behind it without training.

`Overlap` is the baseline that a trained head is measured against: the share of a sentence's
words that its source holds. It knows no meaning; `facts` holds what must not differ.
"""

from collections.abc import Sequence
from typing import Protocol

from footnote.store.terms import analyze

# Chosen beforehand, and not on any data: more than half of what is said must be said there.
_THRESHOLD = 0.6


class Support(Protocol):
    """Scores whether evidence supports claims."""

    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float:
        """The least score of a supported claim."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return a score from 0 to 1 for each (claim, evidence).

        Evidence is the headings that a quote stands under, a colon, and the quote.
        """
        ...


class Overlap:
    """Supports a claim by the share of its words that the evidence holds, folded and stemmed.

    >>> Overlap().score([("The raid was in Paris.", "Police raided offices in Paris."), ("", "x")])
    [1.0, 0.0]
    """

    name = "overlap"
    threshold = _THRESHOLD

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the shares."""
        scores = []
        for claim, evidence in pairs:
            words = set(analyze(claim))
            held = words.intersection(analyze(evidence))
            scores.append(round(len(held) / len(words), 4) if words else 0.0)
        return scores
