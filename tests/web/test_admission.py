import asyncio
import gc
import os
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from footnote.errors import Busy
from footnote.web.admission import Admission

PATIENCE = 20


class Work:
    """Work that goes on until it is let; keeps what was begun."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.began: list[int] = []
        self._begun = threading.Semaphore(0)

    def piece(self, number: int) -> Callable[[], int]:
        def work() -> int:
            self.began.append(number)
            self._begun.release()
            assert self.go_on.wait(PATIENCE)
            return number

        return work

    def has_begun(self) -> None:
        assert self._begun.acquire(timeout=PATIENCE)


def test_work_is_done_in_the_order_of_arrival() -> None:
    async def run() -> list[int]:
        admission, work = Admission(1, 8, 10), Work()
        jobs = [admission.submit(work.piece(number)) for number in range(9)]
        work.go_on.set()
        assert [await asyncio.wrap_future(job) for job in jobs] == list(range(9))
        return work.began

    assert asyncio.run(run()) == list(range(9))


def test_as_much_is_worked_on_at_once_as_there_are_workers() -> None:
    async def run() -> None:
        admission, work = Admission(2, 3, 10), Work()
        jobs = [admission.submit(work.piece(number)) for number in range(5)]
        work.has_begun()
        work.has_begun()
        assert (admission.working, admission.waiting) == (2, 3)
        assert work.began == [0, 1]
        work.go_on.set()
        await asyncio.gather(*map(asyncio.wrap_future, jobs))
        assert (admission.working, admission.waiting) == (0, 0)

    asyncio.run(run())


@pytest.mark.parametrize(("workers", "queue"), [(1, 0), (1, 1), (2, 8)])
def test_beyond_the_queue_work_is_refused_until_there_is_a_place(workers: int, queue: int) -> None:
    async def run() -> None:
        admission, work = Admission(workers, queue, 10), Work()
        jobs = [admission.submit(work.piece(number)) for number in range(workers + queue)]
        for _ in range(3):
            with pytest.raises(Busy, match=f"^{workers + queue} questions") as told:
                admission.submit(work.piece(99))
            assert (told.value.reason, told.value.http_status) == ("queue", 503)
        work.go_on.set()
        await asyncio.gather(*map(asyncio.wrap_future, jobs))
        assert await asyncio.wrap_future(admission.submit(work.piece(7))) == 7
        assert 99 not in work.began

    asyncio.run(run())


def test_work_that_is_given_up_while_it_waits_never_begins_and_leaves_its_place() -> None:
    async def run() -> None:
        admission, work = Admission(1, 1, 10), Work()
        first, second = admission.submit(work.piece(1)), admission.submit(work.piece(2))
        work.has_begun()
        assert second.cancel()
        third = admission.submit(work.piece(3))
        work.go_on.set()
        await asyncio.gather(asyncio.wrap_future(first), asyncio.wrap_future(third))
        assert work.began == [1, 3]

    asyncio.run(run())


def test_work_whose_turn_does_not_come_in_time_is_dropped() -> None:
    async def run() -> None:
        admission, work = Admission(1, 1, 0.05), Work()
        first, second = admission.submit(work.piece(1)), admission.submit(work.piece(2))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.wrap_future(second), PATIENCE)
        assert admission.dropped().reason == "deadline"
        assert "waited 0.05 s" in str(admission.dropped())
        work.go_on.set()
        # What had begun was not dropped.
        assert await asyncio.wrap_future(first) == 1
        assert work.began == [1]

    asyncio.run(run())


def test_when_the_server_stops_what_waits_is_dropped_and_what_has_begun_is_finished() -> None:
    async def run() -> None:
        admission, work = Admission(1, 2, 10), Work()
        first, *waiting = (admission.submit(work.piece(number)) for number in range(3))
        work.has_begun()
        admission.stop()
        assert all(job.cancelled() for job in waiting)
        with pytest.raises(Busy, match="is stopping") as told:
            admission.submit(work.piece(9))
        assert told.value.reason == admission.dropped().reason == "stopping"
        work.go_on.set()
        assert await asyncio.wrap_future(first) == 0
        assert work.began == [0]

    asyncio.run(run())


def test_an_answer_is_not_held_until_its_deadline() -> None:
    class Large:
        pass

    async def run() -> None:
        job = Admission(1, 1, 600).submit(Large)
        answer = weakref.ref(await asyncio.wrap_future(job))
        del job
        # The loop and the worker thread have yet to let go of it.
        for _ in range(500):
            await asyncio.sleep(0.01)
            gc.collect()
            if answer() is None:
                return
        raise AssertionError("something holds it")

    asyncio.run(run())


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has no niceness of its own")
def test_workers_and_the_threads_they_start_give_way_to_the_event_loop() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work() -> tuple[int, int]:
        with ThreadPoolExecutor(1) as pool:
            return niceness(), pool.submit(niceness).result()

    async def run() -> None:
        before = niceness()
        own, started = await asyncio.wrap_future(Admission(1, 1, 10).submit(work))
        assert own == started == min(before + 5, 19)
        assert niceness() == before

    asyncio.run(run())
