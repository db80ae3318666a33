"""What of a conversation goes along with the next question."""

from collections.abc import Sequence

from footnote.records import Turn

MAX_TURNS = 8
MAX_BYTES = 16_000


def recent(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Drop the oldest turns beyond 8, or beyond 16 kB of UTF-8.

    >>> len(recent([Turn("a?", "b")] * 9)), len(recent([Turn("a?", "b" * 7_000)] * 3))
    (8, 2)
    """
    kept: list[Turn] = []
    size = 0
    for turn in reversed(turns[-MAX_TURNS:]):
        size += len(turn.question.encode()) + len(turn.answer.encode())
        if size > MAX_BYTES:
            break
        kept.append(turn)
    return tuple(reversed(kept))
