"""Spans from logits: start and end together, within one piece, of a limited length."""

import math

import numpy as np
import pytest

from footnote.answering.span_model import Scored
from footnote.answering.spans import LONGEST_ANSWER, best_of_windows, best_spans
from footnote.answering.windows import Token
from footnote.records import Span


def scored(
    start: list[float], end: list[float], pieces: list[int] | None = None, null: float = 0.0
) -> Scored:
    """A window whose n-th token is the characters 10n to 10n + 9."""
    tokens = [
        Token(piece, Span(10 * n, 10 * n + 9)) for n, piece in enumerate(pieces or [0] * len(start))
    ]
    first, last = np.array(start, dtype=np.float32), np.array(end, dtype=np.float32)
    return Scored(tokens, first, last, null, 0.0, 0.0)


def test_start_and_end_are_chosen_together() -> None:
    # The best start comes after the best end: each alone would make a span that runs backwards.
    (best,) = best_spans(scored([2, 0, 5], [0, 5, 1]))
    assert (best.span, best.margin) == (Span(0, 19), 7.0)


def test_a_span_keeps_to_one_piece() -> None:
    found = best_spans(scored([5, 0, 1, 0], [1, 0, 0, 5], [0, 0, 1, 1]))
    assert [(each.piece, each.span, each.margin) for each in found] == [
        (0, Span(0, 9), 6.0),
        (1, Span(20, 39), 6.0),
    ]


def test_an_answer_has_a_longest_length() -> None:
    size = LONGEST_ANSWER + 5
    start, end = [0.0] * size, [0.0] * size
    start[0], end[-1] = 5.0, 5.0
    (best,) = best_spans(scored(start, end))
    assert best.margin == 5.0
    assert len(best.span) < 10 * LONGEST_ANSWER
    start[4] = 5.0
    start[5] = 5.0
    (best,) = best_spans(scored(start, end))
    assert best.span == Span(50, 10 * size - 1)


def test_probability_is_the_share_of_a_pieces_spans_among_all_and_no_answer() -> None:
    # Spans: 0:0 = 1, 0:1 = 3, 1:1 = 2 of one piece, 2:2 = 2.5 of another; no answer 1.5.
    first, second = best_spans(scored([1, 0, 2], [0, 2, 0.5], [0, 0, 1], null=1.5))
    of_first = [math.exp(each) for each in (1, 3, 2)]
    total = sum(of_first) + math.exp(2.5) + math.exp(1.5)
    assert first.probability == pytest.approx(sum(of_first) / total)
    assert second.probability == pytest.approx(math.exp(2.5) / total)
    assert first.margin == 1.5


def test_huge_logits_do_not_overflow() -> None:
    (best,) = best_spans(scored([1e4], [1e4], null=-1e4))
    assert best.probability == pytest.approx(1.0)


def test_a_window_without_tokens_has_no_span() -> None:
    assert best_spans(scored([], [])) == []


def test_of_two_windows_the_surer_span_of_a_piece_counts() -> None:
    found = best_of_windows([scored([1, 4], [1, 0], [0, 1]), scored([3, 0], [3, 0], [0, 1])])
    assert [(each.piece, each.margin) for each in found] == [(0, 6.0), (1, 4.0)]
