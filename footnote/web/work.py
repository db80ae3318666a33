"""What an operator's jobs do: bring the index up to date, check it, evaluate its answers."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from footnote.embedding import Embedder
from footnote.engine import Engine
from footnote.errors import IndexLocked
from footnote.evaluation.evaluate import Plan, evaluate
from footnote.evaluation.questions import Question
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.settings import Settings
from footnote.store.verify import verify
from footnote.store.writer import renew_if_stale
from footnote.web.jobs import Job, Progress, Result, Work

# How often and how long another writer, as a follower of the folder, is waited for.
_WAIT_SECONDS = 0.5
_WAITS = 120
# Names of a list that are told; its length always is.
MOST_NAMES = 1000


def indexing(settings: Settings, embedder: Embedder, verify_content: bool = False) -> Work:
    """Return the work of bringing the index to what the folder holds."""

    def work(job: Job) -> Result:
        for attempt in range(_WAITS):
            try:
                return report_of(_index(job, settings, embedder, verify_content))
            except IndexLocked:
                if attempt == _WAITS - 1:
                    raise
                job.tell(Progress("waiting for another writer"))
                job.wait(_WAIT_SECONDS)
        raise AssertionError

    return work


def _index(job: Job, settings: Settings, embedder: Embedder, verify_content: bool) -> IndexReport:
    watcher = _Indexed(job)
    report = bring_up_to_date(
        settings.corpus,
        settings.place,
        embedder,
        watcher=watcher,
        verify_content=verify_content,
        ocr=settings.ocr,
    )
    watcher.renewing()
    renew_if_stale(settings.place, identity_of(embedder))
    return report


def report_of(report: IndexReport) -> Result:
    """Return what an indexing did: how many, and the first thousand of each list of names."""
    told = dataclasses.asdict(report)
    lists = {name: told[name] for name in ("added", "changed", "removed", "skipped", "notes")}
    counts = {name: len(each) for name, each in lists.items()}
    return {**told, **{name: each[:MOST_NAMES] for name, each in lists.items()}, "counts": counts}


def verifying(settings: Settings, deep: bool) -> Work:
    """Return the work of checking the index for damage. It goes on to its end once begun."""

    def work(job: Job) -> Result:
        job.tell(Progress("reading everything" if deep else "comparing sizes and hashes"))
        found = verify(settings.place, deep)
        job.check()
        return {**dataclasses.asdict(found), "sound": found.sound}

    return work


def evaluating(
    engine: Engine,
    name: str,
    questions: Sequence[Question],
    run: Path,
    keep: Callable[[Path], object],
) -> Work:
    """Return the work of asking questions and measuring the answers; ``name`` is their file's.

    ``keep`` is given the run's folder when the work has ended, however it ended.
    """

    def work(job: Job) -> Result:
        plan = Plan(path=Path(name), questions=questions, output=run)
        try:
            results, pace = evaluate(engine, plan, _Asked(job))
        finally:
            if run.is_dir():
                keep(run)
        return {
            "run": run.name,
            "questions": len(results.questions),
            "outcomes": results.outcomes,
            "seconds": pace.seconds,
        }

    return work


class _Clock:
    """Tells a rate, and the time that is left, of work that has begun now."""

    def __init__(self, share: float = 0.0) -> None:
        self._began = time.monotonic()
        self._from = share

    def left(self, share: float) -> float | None:
        """Return the seconds that are left when so much of all the work is done."""
        gained = share - self._from
        if gained <= 0:
            return None
        return round((time.monotonic() - self._began) * (1 - share) / gained, 1)

    def rate(self, done: int) -> float:
        """Return how many were done a second."""
        return round(done / max(time.monotonic() - self._began, 0.001), 1)


class _Indexed:
    """Tells a job how its indexing goes: files by their number, and what is left by their bytes.

    Stopped, it leaves what was committed last.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._clock = _Clock()
        self._files = self._size = self._done = self._done_size = self._passages = 0

    def found(self, files: int, size: int) -> None:
        """Begin to count."""
        self._files, self._size = files, size
        self._tell()

    def done(self, name: str, size: int) -> None:
        """Count a file."""
        del name
        self._done += 1
        self._done_size += size
        self._tell()

    def embedded(self, passages: int) -> None:
        """Count passages."""
        self._passages += passages
        self._tell()

    def committed(self, generation: int) -> None:
        """Take note that all until now is kept."""

    def renewing(self) -> None:
        """Tell that everything is indexed, and what may follow."""
        self._tell("making search fast")

    def _tell(self, stage: str = "indexing") -> None:
        share = self._done_size / self._size if self._size else 0.0
        self._job.tell(
            Progress(
                stage,
                "files",
                self._done,
                self._files,
                self._passages,
                round(share, 4),
                self._clock.rate(self._passages),
                self._clock.left(share),
            )
        )


class _Asked:
    """Tells a job how its evaluation goes. Stopped, it leaves the answers that it has."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._clock = _Clock()
        self._total = self._done = self._before = 0

    def begin(self, questions: int, done: int) -> None:
        """Begin to count questions, of which some are answered already."""
        self._total, self._done, self._before = questions, done, done
        self._clock = _Clock(done / questions)
        self._tell("asking")

    def advance(self) -> None:
        """Count a question."""
        self._done += 1
        self._tell("asking")

    def measure(self) -> None:
        """Tell that all are asked, and what follows."""
        self._tell("measuring")

    def _tell(self, stage: str) -> None:
        share = self._done / self._total
        self._job.tell(
            Progress(
                stage,
                "questions",
                self._done,
                self._total,
                share=round(share, 4),
                per_second=self._clock.rate(self._done - self._before),
                left_seconds=self._clock.left(share),
            )
        )
