"""From start and end logits to spans: start and end chosen together, one span a piece."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footnote.answering.span_model import Scored
from footnote.records import Span

# Tokens. SQuAD's answers are shorter in 99 of 100 cases; longer ones are sentences.
LONGEST_ANSWER = 40


@dataclass(frozen=True, slots=True)
class SpanScore:
    """The best span of a piece: its place in the piece, and its margin over no answer.

    ``probability`` is the share of the piece's spans among all of the window and no answer
    (softmax): where an answer is long, many spans of its sentence say it, and each has little.
    """

    piece: int
    span: Span
    margin: float
    probability: float


def best_spans(scored: Scored) -> list[SpanScore]:
    """Return the best span of each piece in the window, in the pieces' order.

    A span keeps to one piece, so that what it is cited by holds it; hence none overlap.
    """
    size = len(scored.tokens)
    if size == 0:
        return []
    pieces = np.array([token.piece for token in scored.tokens])
    sums = scored.start[:, None].astype(np.float64) + scored.end[None, :]
    places = np.arange(size)
    length = places[None, :] - places[:, None]
    legal = (length >= 0) & (length < LONGEST_ANSWER) & (pieces[None, :] == pieces[:, None])
    sums = np.where(legal, sums, -np.inf)
    highest = max(float(sums.max()), scored.null)
    total = float(np.exp(sums - highest).sum() + np.exp(scored.null - highest))
    out = []
    for piece in np.unique(pieces):
        rows = np.flatnonzero(pieces == piece)
        block = sums[rows[0] : rows[-1] + 1, rows[0] : rows[-1] + 1]
        start, end = np.unravel_index(int(block.argmax()), block.shape)
        value = float(block[start, end])
        first, last = scored.tokens[rows[start]].span, scored.tokens[rows[end]].span
        probability = float(np.exp(block - highest).sum()) / total
        span = Span(first.start, last.end)
        out.append(SpanScore(int(piece), span, value - scored.null, probability))
    return out


def best_of_windows(windows: Sequence[Scored]) -> list[SpanScore]:
    """Return the best span of each piece over the windows of a passage, best first."""
    best: dict[int, SpanScore] = {}
    for window in windows:
        for found in best_spans(window):
            if found.piece not in best or found.margin > best[found.piece].margin:
                best[found.piece] = found
    return sorted(best.values(), key=lambda each: (-each.margin, each.piece))
