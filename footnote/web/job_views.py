"""How a job is shown to the operator: shortly in a list, and whole by itself."""

from dataclasses import asdict
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from footnote.web.errors import ErrorDetail
from footnote.web.jobs import Job, Kind, Result, State


class ProgressView(BaseModel):
    """How far a job is: ``done`` of ``total`` units, and what is left of it in seconds.

    ``left_seconds`` is null as long as nothing can be told.
    """

    stage: str
    unit: str
    done: int
    total: int
    passages: int
    share: float
    per_second: float | None
    left_seconds: float | None


class JobEntry(BaseModel):
    """A job in short. ``run`` is the evaluation that it makes."""

    id: str
    kind: Kind
    run: str | None
    state: State
    stopping: bool
    started: str
    ended: str | None
    progress: ProgressView
    error: ErrorDetail | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """Make it of a job as it is now."""
        return cls.model_validate(_as_it_is(job))


class JobView(JobEntry):
    """A job; ``result`` is there when it is done."""

    result: Result | None


class Failure(BaseModel):
    """That something failed: when, and why."""

    ended: str
    error: ErrorDetail


def failure_of(failed: Job | None, done: Job | None) -> Failure | None:
    """Tell why the last of some jobs failed; nothing, if one after it was done."""
    if failed is None or failed.ended is None or failed.error is None:
        return None
    if done is not None and done.started > failed.started:
        return None
    return Failure(ended=_told(failed.ended), error=failed.error)


def _as_it_is(job: Job) -> dict[str, object]:
    # Before the rest: what has ended changes no more.
    state = job.state
    return {
        "id": job.id,
        "kind": job.kind,
        "run": job.run,
        "state": state,
        "stopping": job.stopping and state == "running",
        "started": _told(job.started),
        "ended": None if job.ended is None else _told(job.ended),
        "progress": asdict(job.progress),
        "error": job.error,
        "result": job.result,
    }


def _told(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
