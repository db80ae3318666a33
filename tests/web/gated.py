"""The double with gates, so that a test decides when its work goes on."""

import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from footnote.asks import Step
from footnote.records import Turn
from tests.web.double import WordEngine

PATIENCE = 20


def opened() -> threading.Event:
    """Return a gate that is open."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class GatedEngine(WordEngine):
    """Begins each question, finds its passages once ``find`` is set, and answers after ``read``.

    ``began`` and ``over`` are released for each question, the latter however it ended;
    ``answered`` has those that came to their answer.
    """

    find: threading.Event = field(default_factory=opened)
    read: threading.Event = field(default_factory=threading.Event)
    began: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    answered: list[str] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Iterator[Step]:
        """Give the passages, and the answer when told to."""
        try:
            passages, answer = super().steps(question, history, scope, limit)
            self.threads.append(threading.get_ident())
            self.began.release()
            assert self.find.wait(PATIENCE)
            yield passages
            self.threads.append(threading.get_ident())
            assert self.read.wait(PATIENCE)
            self.answered.append(question)
            yield answer
        finally:
            self.over.release()

    def ask_passages(self, question: str) -> Step:
        """Return the first step, as no gate is before it."""
        return next(WordEngine.steps(self, question))


async def steps_of(steps: AsyncGenerator[Step | None, None]) -> list[Step | None]:
    """Take all steps."""
    async with aclosing(steps):
        return [step async for step in steps]
