"""Keep answers, those given most recently, within a number of bytes.

A key holds everything that shapes an answer and can change while the server runs: the question
as asked, the conversation, the documents, the limit, and the generation of the index. The
settings cannot, and the cache ends with the process that has them.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass

from cachetools import LRUCache

from footnote.asks import Step
from footnote.records import Turn
from footnote.store.snapshot import Origin


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and of which generation: equal ones have the same answer."""

    origin: Origin
    question: str
    history: tuple[Turn, ...]
    documents: tuple[str, ...]
    limit: int


_Entry = tuple[Question, tuple[Step, ...]]


class AnswerCache:
    """The steps of whole answers, by question; the least recently used go first."""

    def __init__(self, max_bytes: int) -> None:
        self._kept: LRUCache[Question, _Entry] = LRUCache(max_bytes, size_of)

    def get(self, question: Question) -> tuple[Step, ...] | None:
        """Return the steps that answered a question, None where they are not kept."""
        found = self._kept.get(question)
        return None if found is None else found[1]

    def keep(self, question: Question, steps: tuple[Step, ...]) -> None:
        """Keep the steps of an answer; one larger than the whole cache is not kept."""
        # Told by a ValueError; asked first, its size would be counted twice.
        with suppress(ValueError):
            self._kept[question] = (question, steps)

    @property
    def bytes(self) -> int:
        """How much memory the questions and answers kept take, the table beside them not."""
        return int(self._kept.currsize)

    def __len__(self) -> int:
        return len(self._kept)


def size_of(value: object) -> int:
    """Return the bytes that records, tuples and texts take in memory, each object once."""
    seen: dict[int, int] = {}
    left = [value]
    while left:
        each = left.pop()
        if each is None:
            continue
        seen[id(each)] = sys.getsizeof(each)
        if is_dataclass(each):
            left += (getattr(each, field.name) for field in fields(each))
        elif isinstance(each, tuple | list):
            left += each
        elif isinstance(each, dict):
            left += (*each.keys(), *each.values())
    return sum(seen.values())
