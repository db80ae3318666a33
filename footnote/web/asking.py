"""Ask the engine: the one way that every route takes to an answer.

What was answered before comes from the cache; what is being answered is shared by all who ask
it meanwhile; the rest waits for a worker, in the order of arrival.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Future
from contextlib import aclosing, suppress
from functools import partial

from footnote.asks import Asks, Step
from footnote.errors import FootnoteError
from footnote.records import Answer, Turn
from footnote.settings import Settings
from footnote.store.snapshot import Origin
from footnote.web.admission import Admission
from footnote.web.cache import AnswerCache, Question
from footnote.web.metrics import Metrics

# More than the deadline's default: who is refused by that hears it as a status, and not at the
# end of a stream that a heartbeat began.
HEARTBEAT_SECONDS = 15.0
# Questions go here and nowhere else, and only where the setting says so.
log = logging.getLogger("footnote.questions")


class Asking:
    """Answers questions within the server's capacity. For the event loop's thread alone."""

    def __init__(self, engine: Asks, settings: Settings, metrics: Metrics) -> None:
        self._engine = engine
        self._admission = Admission(settings.workers, settings.queue, settings.deadline_s)
        self._cache = AnswerCache(settings.cache_mb * 1_000_000)
        self._metrics = metrics
        self._logs = settings.log_questions
        self._flights: dict[Question, _Flight] = {}
        metrics.watch(self._now)

    async def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        """Return the engine's answer. Raises what it raises, and Busy; see `steps`."""
        return await answer_of(self.steps(question, history, documents, limit))

    async def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: Sequence[str] = (),
        limit: int = 10,
    ) -> AsyncGenerator[Step | None, None]:
        """Give the engine's steps as they come, and None for each heartbeat in a silence.

        Closing it gives the question up: its work never starts, or stops before its next step,
        unless somebody else asks the same. Raises Busy where the question finds no place, and
        what the engine raises.
        """
        arrived = time.perf_counter()
        answered = False
        if self._logs:
            log.info("asked: %r", question)
        try:
            origin = self._engine.origin()
            asked = Question(origin, question, tuple(history), tuple(documents), limit)
            async with aclosing(self._found(asked)) as steps:
                async for step in steps:
                    if isinstance(step, Answer):
                        answered = True
                        self._metrics.answered(step.status, time.perf_counter() - arrived)
                    yield step
        except BaseException as error:
            if not answered:
                self._metrics.not_answered(error)
            raise

    def stop(self) -> None:
        """Let nothing more in; what waits is refused, what is being worked on is finished."""
        self._admission.stop()

    async def _found(self, asked: Question) -> AsyncGenerator[Step | None, None]:
        kept = self._cache.get(asked)
        if kept is not None:
            self._metrics.hit()
            for each in kept:
                yield each
            return
        flight = self._flights.get(asked) or self._start(asked)
        flight.listeners += 1
        try:
            async with aclosing(flight.heard()) as steps:
                async for step in steps:
                    yield step
        finally:
            flight.listeners -= 1
            if not flight.listeners:
                self._give_up(asked, flight)

    def _start(self, asked: Question) -> "_Flight":
        flight = _Flight()
        tell = _teller()
        arrived = time.perf_counter()

        def work() -> bool:
            """Tell whether there is an answer to keep, of the generation that was asked for."""
            self._metrics.waited(time.perf_counter() - arrived)
            given = (asked.question, asked.history, asked.documents, asked.limit)
            # One thread from first to last, because a step may hold what belongs to its thread.
            for step in self._engine.steps(*given):
                tell(partial(flight.add, step))
                if isinstance(step, Answer):
                    self._metrics.computed(step)
                    if step.writing is not None and not step.writing.lasts:
                        return False
                elif flight.left.is_set():
                    return False
            # Here and not in the loop, which has better to do than to look into a file.
            return self._is_still(asked.origin)

        flight.job = self._admission.submit(work)
        self._flights[asked] = flight
        flight.job.add_done_callback(lambda job: tell(partial(self._land, asked, flight, job)))
        return flight

    def _is_still(self, origin: Origin) -> bool:
        # The index may have moved on while it was read, or be gone.
        with suppress(FootnoteError):
            return self._engine.origin() == origin
        return False

    def _land(self, asked: Question, flight: "_Flight", job: "Future[bool]") -> None:
        """Say to all who wait for a question that it is over, and keep what may be kept."""
        self._forget(asked, flight)
        if job.cancelled():
            flight.end(self._admission.dropped())
        elif (error := job.exception()) is not None:
            flight.end(error)
        else:
            flight.end()
            if job.result():
                self._cache.keep(asked, tuple(flight.steps))

    def _give_up(self, asked: Question, flight: "_Flight") -> None:
        self._forget(asked, flight)
        flight.left.set()
        flight.job.cancel()

    def _forget(self, asked: Question, flight: "_Flight") -> None:
        if self._flights.get(asked) is flight:
            del self._flights[asked]

    def _now(self) -> dict[str, float]:
        figures: dict[str, float] = {
            "queue_length": self._admission.waiting,
            "working": self._admission.working,
            "cache_answers": len(self._cache),
            "cache_bytes": self._cache.bytes,
        }
        with suppress(FootnoteError):
            covered = self._engine.coverage()
            figures |= {
                "generation": covered.generation,
                "documents": covered.documents,
                "passages": covered.passages,
            }
        return figures


async def answer_of(steps: AsyncGenerator[Step | None, None]) -> Answer:
    """Return the answer that ends some steps."""
    async with aclosing(steps):
        *_, answer = [step async for step in steps]
    assert isinstance(answer, Answer)
    return answer


class _Flight:
    """One question on its way, for all who asked it meanwhile."""

    job: "Future[bool]"

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.listeners = 0
        self.left = threading.Event()
        self._error: BaseException | None = None
        self._ended = False
        self._changed = asyncio.Event()

    def add(self, step: Step) -> None:
        """Give a step to all who listen."""
        self.steps.append(step)
        self._wake()

    def end(self, error: BaseException | None = None) -> None:
        """Say that no more comes, or what went wrong."""
        self._error, self._ended = error, True
        self._wake()

    async def heard(self) -> AsyncGenerator[Step | None, None]:
        """Give every step from the first on; None for each heartbeat."""
        at = 0
        while True:
            if at < len(self.steps):
                at += 1
                yield self.steps[at - 1]
            elif self._error is not None:
                raise self._error
            elif self._ended:
                return
            else:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await self._changed.wait()
                except TimeoutError:
                    yield None

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _teller() -> Callable[[Callable[[], object]], None]:
    """Return how a worker thread has the loop that runs now do something, if it still runs."""
    loop = asyncio.get_running_loop()

    def tell(what: Callable[[], object]) -> None:
        # A loop that was closed meanwhile has nobody who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(what)

    return tell
