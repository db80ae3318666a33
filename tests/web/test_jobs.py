"""One job at a time, told how far it is, and stopped when asked to."""

import threading
import time
from collections.abc import Callable, Iterator
from queue import Queue
from typing import ClassVar

import pytest

from footnote.errors import Conflict, FootnoteError, NotThere, UsageError
from footnote.web import jobs as jobs_module
from footnote.web.job_views import JobView
from footnote.web.jobs import KEPT, Job, Jobs, Kind, Progress, Result

PATIENCE = 20


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(settle_seconds=0.05)
    yield made
    made.stop()
    made.join(PATIENCE)


class Held:
    """Work that begins when it is told to, and ends when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.times = 0

    def __call__(self, job: Job) -> Result:
        self.times += 1
        self.begun.release()
        assert self.go.wait(PATIENCE)
        job.check()
        return {"times": self.times}

    def wait(self) -> None:
        assert self.begun.acquire(timeout=PATIENCE)


def ended(jobs: Jobs, job: Job) -> JobView:
    jobs.join(PATIENCE)
    assert job.state != "running"
    return JobView.of(job)


def test_a_job_ends_with_its_result(jobs: Jobs) -> None:
    job = jobs.start("verify", lambda _: {"sound": True})
    view = ended(jobs, job)
    assert (view.state, view.result, view.error) == ("done", {"sound": True}, None)
    assert view.ended is not None
    assert jobs.running is None


def test_while_one_is_under_way_another_is_refused_and_told_which(jobs: Jobs) -> None:
    work = Held()
    job = jobs.start("index", work)
    work.wait()
    with pytest.raises(Conflict, match=f"index, id {job.id}"):
        jobs.start("verify", lambda _: {})
    work.go.set()
    ended(jobs, job)
    ended(jobs, jobs.start("verify", lambda _: {}))


def test_many_who_begin_at_once_begin_one(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    work, refused = Held(), Queue[int]()

    def slowly(kind: Kind, run: str | None = None) -> Job:
        # Long enough for all others to see that none is under way, if they could.
        time.sleep(0.2)
        return Job(kind, run)

    monkeypatch.setattr(jobs_module, "Job", slowly)

    def begin() -> None:
        try:
            jobs.start("index", work)
        except Conflict:
            refused.put(1)

    threads = [threading.Thread(target=begin) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    work.go.set()
    jobs.join(PATIENCE)
    assert (work.times, refused.qsize()) == (1, 19)


def test_progress_is_told_while_it_works(jobs: Jobs) -> None:
    told, go = threading.Event(), threading.Event()

    def work(job: Job) -> Result:
        job.tell(Progress("indexing", "files", 3, 10, 44, 0.3, 12.5, 7.0))
        told.set()
        assert go.wait(PATIENCE)
        return {}

    job = jobs.start("index", work)
    assert told.wait(PATIENCE)
    view = JobView.of(job)
    assert (view.state, view.progress.done, view.progress.total) == ("running", 3, 10)
    assert (view.progress.left_seconds, view.progress.passages) == (7.0, 44)
    go.set()
    ended(jobs, job)


def test_a_cancelled_job_stops_at_its_next_step(jobs: Jobs) -> None:
    work = Held()
    job = jobs.start("evaluate", work, "the-run")
    work.wait()
    assert jobs.cancel(job.id) is job
    assert JobView.of(job).stopping
    work.go.set()
    view = ended(jobs, job)
    assert (view.state, view.result, view.stopping, view.run) == (
        "cancelled",
        None,
        False,
        "the-run",
    )


def test_to_cancel_what_has_ended_changes_nothing(jobs: Jobs) -> None:
    job = jobs.start("verify", lambda _: {})
    ended(jobs, job)
    assert jobs.cancel(job.id).state == "done"


def test_what_was_foreseen_is_told_to_the_operator_in_full(jobs: Jobs) -> None:
    class Failed(FootnoteError):
        code = "index_damaged"
        http_status = 503

    def work(job: Job) -> Result:
        raise Failed("/the/index is damaged; run `footnote repair`")

    view = ended(jobs, jobs.start("index", work))
    assert view.state == "failed"
    assert view.error is not None
    assert (view.error.code, view.error.message) == (
        "index_damaged",
        "/the/index is damaged; run `footnote repair`",
    )


@pytest.mark.parametrize("error", [RuntimeError("a secret"), SystemExit("a secret")])
def test_what_nobody_foresaw_is_told_by_an_id_and_the_next_can_begin(
    jobs: Jobs, error: BaseException
) -> None:
    def work(job: Job) -> Result:
        raise error

    view = ended(jobs, jobs.start("index", work))
    assert view.error is not None
    assert view.error.code == "internal"
    assert "secret" not in view.error.message
    ended(jobs, jobs.start("verify", lambda _: {}))


def test_what_is_asked_for_again_and_again_is_done_once_when_it_settles(jobs: Jobs) -> None:
    work = Held()
    work.go.set()
    for _ in range(10):
        jobs.soon("index", work)
    assert jobs.waiting
    work.wait()
    jobs.join(PATIENCE)
    assert (work.times, jobs.waiting) == (1, False)


def test_what_is_put_off_begins_when_the_job_under_way_has_ended(jobs: Jobs) -> None:
    first, later = Held(), Held()
    later.go.set()
    job = jobs.start("evaluate", first)
    first.wait()
    jobs.soon("index", later)
    assert not later.begun.acquire(timeout=0.3)
    assert jobs.waiting
    first.go.set()
    later.wait()
    assert job.state == "done"


class HandTimer(threading.Thread):
    """A timer that goes off when it is told to, even one that was cancelled too late."""

    made: ClassVar[list["HandTimer"]] = []

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        super().__init__(target=act)
        self.cancelled = False
        self.made.append(self)

    def start(self) -> None:
        """Wait to be told."""

    def cancel(self) -> None:
        self.cancelled = True

    def go_off(self) -> None:
        super().start()
        self.join(PATIENCE)


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[HandTimer]:
    monkeypatch.setattr(HandTimer, "made", [])
    monkeypatch.setattr(threading, "Timer", HandTimer)
    return HandTimer.made


def test_the_wait_begins_anew_whenever_it_is_asked_for(jobs: Jobs, timers: list[HandTimer]) -> None:
    first, second = Held(), Held()
    second.go.set()
    jobs.soon("index", first)
    jobs.soon("index", second)
    assert [timer.cancelled for timer in timers] == [True, False]
    timers[0].go_off()
    assert (jobs.running, jobs.waiting) == (None, True)
    timers[1].go_off()
    second.wait()
    jobs.join(PATIENCE)
    assert (first.times, second.times, jobs.waiting) == (0, 1, False)


def test_a_job_that_ends_meanwhile_does_not_cut_the_wait_short(
    jobs: Jobs, timers: list[HandTimer]
) -> None:
    later = Held()
    later.go.set()
    first = Held()
    job = jobs.start("evaluate", first)
    jobs.soon("index", later)
    first.go.set()
    ended(jobs, job)
    assert (jobs.running, jobs.waiting) == (None, True)
    timers[0].go_off()
    later.wait()


def test_the_last_of_a_kind_is_remembered_by_how_it_ended(jobs: Jobs) -> None:
    def fail(job: Job) -> Result:
        raise Conflict("no")

    failed = jobs.start("index", fail)
    jobs.join(PATIENCE)
    done = jobs.start("verify", lambda _: {})
    jobs.join(PATIENCE)
    assert jobs.last("index", "failed") is failed
    assert jobs.last("verify", "done") is done
    assert jobs.last("index", "done") is None


def test_a_job_of_its_kind_that_is_begun_by_hand_takes_its_place(jobs: Jobs) -> None:
    put_off = Held()
    jobs.soon("index", put_off)
    ended(jobs, jobs.start("index", lambda _: {}))
    assert not jobs.waiting
    assert not put_off.begun.acquire(timeout=0.2)


def test_the_last_twenty_are_remembered(jobs: Jobs) -> None:
    made = []
    for _ in range(KEPT + 3):
        made.append(jobs.start("verify", lambda _: {}))
        jobs.join(PATIENCE)
    assert jobs.all() == made[:2:-1]
    with pytest.raises(NotThere):
        jobs.get(made[0].id)


def test_a_server_that_stops_ends_its_job_and_begins_no_other(jobs: Jobs) -> None:
    work, later = Held(), Held()
    job = jobs.start("index", work)
    work.wait()
    jobs.soon("index", later)
    jobs.stop()
    work.go.set()
    assert ended(jobs, job).state == "cancelled"
    with pytest.raises(UsageError, match="stopping"):
        jobs.start("verify", lambda _: {})
    jobs.soon("index", later)
    assert not later.begun.acquire(timeout=0.2)
