"""What an operator of the server can have done: the one object behind the admin routes."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from footnote.asks import Asks
from footnote.engine import Engine
from footnote.errors import FootnoteError, QuestionFileError, UsageError
from footnote.evaluation.question_files import read_questions
from footnote.evaluation.questions import Question
from footnote.evaluation.run_files import QUESTIONS
from footnote.ingest.folder import Skipped
from footnote.place import without_password
from footnote.settings import Settings, is_secret
from footnote.store.kept import check_unlocked
from footnote.web.job_views import Failure, JobEntry, failure_of
from footnote.web.jobs import Job, Jobs, Result
from footnote.web.runs import Runs, Tickets
from footnote.web.uploads import ENDINGS, sweep
from footnote.web.work import MOST_NAMES, evaluating, indexing, verifying

# The kinds of question files, and the endings that they are read by.
FORMATS: Mapping[str, str] = {"jsonl": ".jsonl", "csv": ".csv", "squad": ".json"}
_MOST_NAME = 100


class SkippedFile(BaseModel):
    """A file that was not read, and why."""

    document: str
    reason: str


class OperatorState(BaseModel):
    """What the server answers from, and what goes on.

    ``problem`` is why nothing can be answered; the figures of the index are null then.
    ``skipped`` holds at most a thousand of ``skipped_total``; ``index_failure`` is why the last
    indexing failed, until one is done.
    """

    generation: int | None
    documents: int | None
    passages: int | None
    index_bytes: int
    embedder: str
    reader: str
    problem: str | None
    settings: dict[str, Any]
    endings: list[str]
    upload_mb: int
    skipped: list[SkippedFile]
    skipped_total: int
    last_index: Result | None
    index_failure: Failure | None
    job: JobEntry | None
    waiting: bool


class Operator:
    """Changes the corpus and the index, and evaluates, one job at a time."""

    def __init__(self, engine: Asks, settings: Settings, jobs: Jobs | None = None) -> None:
        self._asks = engine
        self._settings = settings
        self.corpus = settings.corpus
        self.jobs = jobs or Jobs()
        self.runs = _runs_of(settings)
        self.tickets = Tickets()
        sweep(settings.corpus)

    def index_soon(self) -> None:
        """Bring the index up to date once nothing more is added for a while."""
        self.jobs.soon("index", indexing(self._settings, self._engine.embedder))

    def index(self, verify_content: bool) -> Job:
        """Bring the index up to date. Raises Conflict; IndexLocked naming who writes it."""
        work = indexing(self._settings, self._engine.embedder, verify_content)
        if self.jobs.running is None:
            check_unlocked(self._settings.place)
        return self.jobs.start("index", work)

    def verify(self, deep: bool) -> Job:
        """Check the index for damage. Raises Conflict."""
        return self.jobs.start("verify", verifying(self._settings, deep))

    def evaluate(self, data: bytes, name: str, kind: str) -> Job:
        """Ask the questions of a file, and measure. Raises QuestionFileError, Conflict."""
        engine, name = self._engine, _shown(name)
        run = self.runs.new(name)
        questions = questions_of(data, name, FORMATS[kind])
        work = evaluating(engine, name, questions, run, self.runs.keep)
        return self.jobs.start("evaluate", work, run.name)

    def resume(self, id_: str) -> Job:
        """Go on with a run that was stopped. Raises NotThere, UsageError, Conflict."""
        run = self.runs.find(id_)
        questions = read_questions(run / QUESTIONS)
        work = evaluating(self._engine, id_, questions, run, self.runs.keep)
        return self.jobs.start("evaluate", work, id_)

    def state(self) -> OperatorState:
        """Tell what the server answers from, and what goes on."""
        # Asked first: what waits may begin meanwhile, and then it is the job under way.
        waiting = self.jobs.waiting
        figures, skipped, problem = self._figures()
        last, failed = (self.jobs.last("index", state) for state in ("done", "failed"))
        running = self.jobs.running
        return OperatorState(
            **figures,
            index_bytes=_bytes_below(self._settings.index),
            embedder=self._settings.embedder,
            reader=self._settings.reader,
            problem=problem,
            settings=_open_settings(self._settings),
            endings=list(ENDINGS),
            upload_mb=self._settings.upload_mb,
            skipped=[
                SkippedFile(document=each.document, reason=each.reason)
                for each in skipped[:MOST_NAMES]
            ],
            skipped_total=len(skipped),
            last_index=None if last is None else last.result,
            index_failure=failure_of(failed, last),
            job=None if running is None else JobEntry.of(running),
            waiting=waiting,
        )

    def _figures(self) -> tuple[dict[str, int | None], list[Skipped], str | None]:
        try:
            covered = self._asks.coverage()
            skipped = self._asks.skipped() if isinstance(self._asks, Engine) else []
        except FootnoteError as error:
            return dict.fromkeys(("generation", "documents", "passages")), [], str(error)
        figures: dict[str, int | None] = {
            "generation": covered.generation,
            "documents": covered.documents,
            "passages": covered.passages,
        }
        return figures, skipped, None

    @property
    def _engine(self) -> Engine:
        if not isinstance(self._asks, Engine):
            raise UsageError("this server answers from no index that it could change")
        return self._asks


def _runs_of(settings: Settings) -> Runs:
    """Return the runs of this server's folder, or those that servers share in a database."""
    if settings.catalog is None:
        return Runs(settings.runs)
    from footnote.store.postgres import postgres_engine
    from footnote.web.shared_runs import SharedRuns

    return SharedRuns(settings.runs, postgres_engine(settings.catalog.get_secret_value()))


def questions_of(data: bytes, name: str, ending: str) -> list[Question]:
    """Read the questions of a file's bytes. Raises QuestionFileError, naming it as it was sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"questions{ending}")
        path.write_bytes(data)
        try:
            return read_questions(path)
        except QuestionFileError as error:
            raise QuestionFileError(str(error).replace(str(path), name)) from error


def _open_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings without keys, and without the password in the URL of a database."""
    told = {
        name: value
        for name, value in settings.model_dump(mode="json").items()
        if not is_secret(name)
    }
    if settings.feedback_url:
        told["feedback"] = without_password(settings.feedback_url)
    return told


def _shown(name: str) -> str:
    """Return a file's name as it can stand in a message or a report.

    >>> _shown("a/b\\x1b.jsonl"), _shown("")
    ('b .jsonl', 'questions')
    """
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return printable.rpartition("/")[2].strip()[:_MOST_NAME] or "questions"


def _bytes_below(folder: Path) -> int:
    total = 0
    # What a writer removes meanwhile is passed over.
    for inner, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(inner, name).stat().st_size
    return total
