"""Let in as many questions as are answered soon, and turn the rest away at once.

A queue without an end would make everybody wait; one that clears in about a second keeps those
who are let in quick, and lets the others ask again or elsewhere.
"""

import asyncio
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from footnote.errors import Busy
from footnote.web.priority import give_way

T = TypeVar("T")


class Admission:
    """Worker threads, and a bounded queue before them. For the event loop's thread alone.

    ``workers`` pieces of work run at once and ``queue`` wait, each at most ``deadline_s``
    seconds from its arrival.
    """

    def __init__(self, workers: int, queue: int, deadline_s: float) -> None:
        self._pool = ThreadPoolExecutor(workers, "footnote-worker", initializer=give_way)
        self._places = workers + queue
        self._deadline_s = deadline_s
        # Those waiting and those being worked on; workers take jobs out when they are done.
        self._jobs: set[Future[Any]] = set()
        self._stopped = False

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Queue work for a worker thread. Cancelling the future takes it out of the queue.

        It is cancelled when its deadline comes while it waits; `dropped` then says why. Raises
        Busy where there is no place, or the server stops.
        """
        if self._stopped:
            raise self.dropped()
        if len(self._jobs) >= self._places:
            raise Busy(
                f"{self._places} questions are being answered or wait already, as many as are "
                "let in; ask again in a second",
                "queue",
            )
        job = self._pool.submit(work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        # Weakly, or the loop would hold each answer until its deadline.
        asyncio.get_running_loop().call_later(self._deadline_s, _cancel, weakref.ref(job))
        return job

    def dropped(self) -> Busy:
        """Say why work was cancelled that nobody had given up."""
        if self._stopped:
            return Busy("the server is stopping; ask again when it is back", "stopping")
        return Busy(
            f"the question waited {self._deadline_s:g} s and its turn did not come; "
            "ask again later",
            "deadline",
        )

    @property
    def waiting(self) -> int:
        """How many are in the queue."""
        return sum(not (job.running() or job.done()) for job in tuple(self._jobs))

    @property
    def working(self) -> int:
        """How many are being worked on."""
        return sum(job.running() for job in tuple(self._jobs))

    def stop(self) -> None:
        """Drop what waits and let nothing more in; what is being worked on goes on."""
        self._stopped = True
        for job in tuple(self._jobs):
            job.cancel()


def _cancel(reference: "weakref.ref[Future[Any]]") -> None:
    job = reference()
    if job is not None:
        job.cancel()
