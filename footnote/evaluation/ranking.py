"""How well passages are ranked: recall@k, reciprocal rank and nDCG over gold evidence.

A passage gains where it holds evidence that no passage before it held. Where each evidence
lies in one passage of its own this is binary relevance, and the measures are those of
trec_eval.
"""

import math
from collections.abc import Sequence

from footnote.evaluation.gold import agree
from footnote.evaluation.questions import Evidence
from footnote.records import Span

# Where a passage lies: its document's name and its span.
Place = tuple[str, Span]


def newly_held(ranked: Sequence[Place], evidence: Sequence[Evidence]) -> list[int]:
    """Return for each passage how much evidence it holds that none before it held."""
    missing = list(evidence)
    counts = []
    for document, span in ranked:
        left = [each for each in missing if not holds(document, span, each)]
        counts.append(len(missing) - len(left))
        missing = left
    return counts


def holds(document: str, span: Span, evidence: Evidence) -> bool:
    """Tell whether a span of a document is of the evidence's place; see `gold.agree`."""
    return document == evidence.document and any(agree(span, each) for each in evidence.spans)


def recall_at(k: int, held: Sequence[int], total: int) -> float:
    """Return the share of ``total`` evidence that the first k passages hold."""
    return sum(held[:k]) / total


def reciprocal_rank(held: Sequence[int]) -> float:
    """Return 1 / the rank of the first passage with evidence, 0 without one (Voorhees, 1999)."""
    return next((1 / rank for rank, count in enumerate(held, start=1) if count), 0.0)


def ndcg_at(k: int, held: Sequence[int], ideal: Sequence[int]) -> float:
    """Return the normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002).

    A passage gains as much as the evidence that it adds; ``ideal`` is what the best ranking
    gains, rank by rank.
    """
    best = _discounted(ideal[:k])
    # The ideal is found greedily, which is nearly always the best there is.
    return min(1.0, _discounted(held[:k]) / best) if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
