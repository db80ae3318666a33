"""The evaluations that an operator started: listed, found by id, compared, and shown."""

import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from footnote.errors import NotThere
from footnote.evaluation.comparison import Comparison, compare, read_scored
from footnote.evaluation.run_files import MANIFEST, REPORT, RunFolder

HTML_REPORT = "report.html"
# The latest runs are listed; others can still be named.
MOST_RUNS = 100
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
# An address that needs no key is good for so long, and so many are.
TICKET_SECONDS = 600.0
_MOST_TICKETS = 100


class Figure(BaseModel):
    """A metric's value with its 95 % interval, null where there are too few questions."""

    value: float
    low: float | None
    high: float | None
    n: int


class RunSummary(BaseModel):
    """An evaluation. Of one that has not ended, or whose report cannot be read, little is told."""

    id: str
    state: Literal["finished", "unfinished"]
    started: str
    questions: int | None = None
    generation: int | None = None
    outcomes: dict[str, int] = {}
    metrics: dict[str, Figure] = {}


class Runs:
    """The folder of runs. What it holds is addressed by a listed id, never by a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, name: str) -> Path:
        """Return the folder of a run of a question file that begins now."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
        stem = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")[:40]
        return self._folder / "-".join(filter(None, (now, stem, secrets.token_hex(3))))

    def keep(self, run: Path) -> None:
        """Leave a run that has ended, or was stopped, where it is: in the folder."""

    def all(self) -> list[RunSummary]:
        """Return the latest runs, the newest first."""
        found = sorted(self._runs(), key=_started, reverse=True)
        return [_summary(run) for run in found[:MOST_RUNS]]

    def find(self, id_: str) -> Path:
        """Return the folder of a run. Raises NotThere."""
        for run in self._runs():
            if run.name == id_:
                return run
        raise NotThere(f"no evaluation has the id {id_[:120]!r}; GET evaluations lists them")

    def report(self, id_: str, name: str) -> Path:
        """Return a report of a run that has ended. Raises NotThere."""
        path = self.find(id_) / name
        if not path.is_file() or path.is_symlink():
            raise NotThere(f"the evaluation {id_!r} has no {name}: it did not end")
        return path

    def compare(self, id_: str, baseline: str) -> Comparison:
        """Compare a run with another. Raises NotThere, UsageError."""
        ours, theirs = (read_scored(RunFolder(self.find(each))) for each in (id_, baseline))
        return compare(baseline, ours, theirs)

    def _runs(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [
            path
            for path in self._folder.iterdir()
            if RUN_ID.fullmatch(path.name) and not path.is_symlink() and (path / MANIFEST).is_file()
        ]


def _started(run: Path) -> float:
    try:
        return (run / MANIFEST).stat().st_mtime
    except OSError:
        return 0.0


def _summary(run: Path) -> RunSummary:
    started = datetime.fromtimestamp(_started(run), UTC).isoformat(timespec="seconds")
    try:
        report: dict[str, Any] = json.loads((run / REPORT).read_bytes())
        return RunSummary(
            id=run.name,
            state="finished",
            started=started,
            questions=report["questions"],
            generation=report["generation"],
            outcomes=report["outcomes"],
            metrics=report["metrics"],
        )
    except (OSError, ValueError, LookupError, TypeError):
        return RunSummary(id=run.name, state="unfinished", started=started)


@dataclass(frozen=True, slots=True)
class _Ticket:
    run: str
    until: float


class Tickets:
    """Addresses at which a report opens in a tab of its own, where a browser sends no key.

    Nobody can guess one, and it is good for ten minutes.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tickets: dict[str, _Ticket] = {}

    def issue(self, run: str) -> str:
        """Return a new ticket for a run."""
        ticket = secrets.token_urlsafe(32)
        self._tickets[ticket] = _Ticket(run, self._now() + TICKET_SECONDS)
        while len(self._tickets) > _MOST_TICKETS:
            del self._tickets[next(iter(self._tickets))]
        return ticket

    def run_of(self, ticket: str) -> str:
        """Return the run that a ticket is for. Raises NotThere."""
        found = self._tickets.get(ticket)
        if found is None or found.until < self._now():
            raise NotThere("this address was good for ten minutes; open the report again")
        return found.run
