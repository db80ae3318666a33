"""Support by words alone: a score that a test can foresee."""

from collections.abc import Sequence

from footnote.store.terms import analyze


class Overlap:
    """Supports a claim by the share of its words that the evidence holds, folded and stemmed.

    >>> Overlap().score([("The raid was in Paris.", "Police raided offices in Paris."), ("", "x")])
    [1.0, 0.0]
    """

    name = "overlap"
    threshold = 0.6

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the shares."""
        scores = []
        for claim, evidence in pairs:
            words = set(analyze(claim))
            held = words.intersection(analyze(evidence))
            scores.append(round(len(held) / len(words), 4) if words else 0.0)
        return scores
