"""How far a source supports a sentence: the seam; `support_model` stands behind it."""

from collections.abc import Sequence
from typing import Protocol


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
