"""Long work beside serving: one job at a time, in a thread of its own, watched and cancelled."""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from footnote.errors import Conflict, FootnoteError, NotThere
from footnote.web.errors import ErrorDetail, detail_of

log = logging.getLogger("footnote.web")

Kind = Literal["index", "verify", "evaluate"]
State = Literal["running", "done", "failed", "cancelled"]
Result = dict[str, Any]

# Jobs that are remembered, the one under way included.
KEPT = 20
# How long nothing more must be asked for before what was put off begins.
SETTLE_SECONDS = 2.0


class Cancelled(Exception):
    """A job was told to stop, and stops here."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``share`` is the part of the work that is done, where that is known."""

    stage: str = "beginning"
    unit: str = ""
    done: int = 0
    total: int = 0
    passages: int = 0
    share: float = 0.0
    per_second: float | None = None
    left_seconds: float | None = None


class Job:
    """One piece of long work. Its own thread writes it, any other may read it."""

    def __init__(self, kind: Kind, run: str | None = None) -> None:
        self.id = secrets.token_hex(8)
        self.kind = kind
        self.run = run
        self.state: State = "running"
        self.started = datetime.now(UTC)
        self.ended: datetime | None = None
        self.progress = Progress()
        self.result: Result | None = None
        self.error: ErrorDetail | None = None
        self._stop = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Have it stop at its next step."""
        self._stop.set()

    def tell(self, progress: Progress) -> None:
        """Say how far it is. Raises Cancelled where it is to stop."""
        self.progress = progress
        self.check()

    def check(self) -> None:
        """Raise Cancelled where it is to stop."""
        if self.stopping:
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Do nothing for a while. Raises Cancelled where it is to stop."""
        self._stop.wait(seconds)
        self.check()


Work = Callable[[Job], Result]


class Jobs:
    """Runs one job at a time, and remembers the last twenty."""

    def __init__(self, settle_seconds: float = SETTLE_SECONDS) -> None:
        self.settle_seconds = settle_seconds
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._running: Job | None = None
        self._thread: threading.Thread | None = None
        # The last of each kind that ended so, however many of other kinds came after it.
        self._last: dict[tuple[Kind, State], Job] = {}
        # What is to be done as soon as nothing else is, and nobody has asked for it of late.
        self._due: tuple[Kind, Work] | None = None
        self._timer: threading.Timer | None = None
        self._stopped = False

    @property
    def running(self) -> Job | None:
        """The job under way."""
        return self._running

    @property
    def waiting(self) -> bool:
        """Whether something is put off until nothing else is under way."""
        return self._due is not None

    def all(self) -> list[Job]:
        """Return the jobs that are remembered, the newest first."""
        with self._lock:
            return list(self._jobs.values())[::-1]

    def get(self, id_: str) -> Job:
        """Return a job. Raises NotThere."""
        with self._lock:
            if id_ not in self._jobs:
                raise NotThere(f"no job has the id {id_[:40]!r}; the last {KEPT} are remembered")
            return self._jobs[id_]

    def last(self, kind: Kind, state: State) -> Job | None:
        """Return the last job of a kind that ended in a state, remembered by itself or not."""
        return self._last.get((kind, state))

    def start(self, kind: Kind, work: Work, run: str | None = None) -> Job:
        """Begin a job. Raises Conflict naming the one that is under way."""
        with self._lock:
            if self._stopped:
                raise Conflict("the server is stopping; begin nothing more")
            if self._running is not None:
                raise Conflict(
                    f"a job is under way: {self._running.kind}, id {self._running.id}; wait until "
                    "it has ended, or cancel it"
                )
            if self._due is not None and self._due[0] == kind:
                self._put_off(None)
            return self._begin(kind, work, run)

    def soon(self, kind: Kind, work: Work) -> None:
        """Begin a job when this was not asked for for a while, and nothing else is under way.

        However often it is asked for until then, it is done once.
        """
        with self._lock:
            if not self._stopped:
                self._put_off((kind, work))

    def cancel(self, id_: str) -> Job:
        """Have a job stop at its next step; one that has ended stays as it is."""
        job = self.get(id_)
        job.stop()
        return job

    def stop(self) -> None:
        """Begin nothing more, and have the job under way stop."""
        with self._lock:
            self._stopped = True
            self._put_off(None)
            if self._running is not None:
                self._running.stop()

    def join(self, seconds: float) -> None:
        """Wait for the job under way to end, but no longer."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _put_off(self, due: tuple[Kind, Work] | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._due = due
        if due is not None:
            self._timer = threading.Timer(self.settle_seconds, self._settled)
            self._timer.daemon = True
            self._timer.start()

    def _settled(self) -> None:
        with self._lock:
            # Another timer may have taken the place of the one that calls.
            if threading.current_thread() is self._timer:
                self._timer = None
                self._begin_due()

    def _begin_due(self) -> None:
        if self._due is None or self._timer is not None or self._running is not None:
            return
        kind, work = self._due
        self._due = None
        self._begin(kind, work, None)

    def _begin(self, kind: Kind, work: Work, run: str | None) -> Job:
        job = Job(kind, run)
        self._jobs[job.id] = job
        while len(self._jobs) > KEPT:
            del self._jobs[next(iter(self._jobs))]
        self._running = job
        # Not waited for for ever when the server ends: what is committed is safe.
        self._thread = threading.Thread(target=self._work, args=(job, work), daemon=True)
        self._thread.start()
        return job

    def _work(self, job: Job, work: Work) -> None:
        state: State = "done"
        try:
            job.result = work(job)
        except Cancelled:
            state = "cancelled"
        # This is the edge: whatever it is, the operator is told, and the next job can begin.
        except BaseException as error:  # noqa: BLE001
            state = "failed"
            job.error = _told(error)
        with self._lock:
            job.ended = datetime.now(UTC)
            job.state = state
            self._last[job.kind, state] = job
            self._running = None
            self._begin_due()


def _told(error: BaseException) -> ErrorDetail:
    """Tell an operator what went wrong: all of it, where it was foreseen."""
    if isinstance(error, FootnoteError):
        id_ = secrets.token_hex(6)
        log.warning("%s: %s", id_, error)
        return ErrorDetail(code=error.code, message=str(error), id=id_)
    return detail_of(error if isinstance(error, Exception) else RuntimeError(repr(error)))
