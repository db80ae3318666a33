"""Examples as the model takes them: tokens, grouped by length into micro-batches."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from footnote.answering.windows import PairTokenizer
from training.reading_examples import Example

# Tokens of a micro-batch, padding included.
TOKENS = 16 * 192
# Micro-batches are made of examples of a length among this many.
BUCKET = 4096


class Sized(Protocol):
    """What has tokens."""

    @property
    def ids(self) -> list[int]: ...


Tokens = TypeVar("Tokens", bound=Sized)


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example in tokens; ``start`` and ``end`` are 0 where there is no answer.

    ``relevant`` is 1, 0, or -1 where it is not known.
    """

    ids: list[int]
    types: list[int]
    first: int
    start: int
    end: int
    relevant: int


def encode(example: Example, pairs: PairTokenizer) -> Encoded | None:
    """Return the example's window that holds the answer, else its first; None if it has none."""
    windows = pairs.windows(example.question, example.headings, [example.passage])
    for window in windows:
        start = end = 0
        if example.answer is not None:
            held = [
                n
                for n, token in enumerate(window.tokens)
                if token.span.start < example.answer.end and example.answer.start < token.span.end
            ]
            whole = held and window.tokens[held[-1]].span.end >= example.answer.end
            if not whole:
                continue
            start, end = window.first + held[0], window.first + held[-1]
        relevant = -1 if example.relevant is None else int(example.relevant)
        return Encoded(window.ids, window.types, window.first, start, end, relevant)
    return None


def micro_batches(encoded: Sequence[Tokens], rng: random.Random) -> list[list[Tokens]]:
    """Group examples of like lengths, shuffled; each group holds about TOKENS tokens."""
    out: list[list[Tokens]] = []
    for at in range(0, len(encoded), BUCKET):
        bucket = sorted(encoded[at : at + BUCKET], key=lambda each: len(each.ids))
        while bucket:
            size = max(1, TOKENS // padded(len(bucket[-1].ids)))
            out.append(bucket[-size:])
            del bucket[-size:]
    rng.shuffle(out)
    return out


def padded(size: int) -> int:
    """Return a length as it is padded: to the next multiple of 32."""
    return -(-size // 32) * 32
