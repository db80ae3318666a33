"""What people thought of answers, in a database of its own, by URL.

It is kept apart from the index, which can be made again from the documents; this cannot.
"""

import secrets
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from footnote.errors import FeedbackFull, FeedbackUnavailable, UsageError
from footnote.place import without_password

Rating = Literal["good", "bad"]
Reason = Literal["wrong", "incomplete", "not_in_documents", "should_have_answered", "other"]

# At most 16 kB each. Beyond it something other than people is rating.
MOST = 20_000

_metadata = MetaData()
_feedback = Table(
    "feedback",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("rating", String(32), nullable=False),
    Column("reason", String(32)),
    Column("comment", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("generation", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the answer that was rated."""

    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer; ``status``, ``text`` and on are the answer's.

    ``id`` and ``at`` (ISO 8601) are given when it is stored.
    """

    question: str
    rating: Rating
    reason: Reason | None
    comment: str
    status: str
    text: str
    citations: tuple[Cited, ...]
    generation: int
    id: str = ""
    at: str = ""


class FeedbackStore:
    """Feedback in a database. Opening reads nothing; the table is made with the first."""

    def __init__(self, url: str) -> None:
        try:
            # A connection a call: feedback is rare, and nothing is held between.
            self._engine = create_engine(url, poolclass=NullPool)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
            raise UsageError(
                "feedback is no URL of a database that can be opened here "
                f"({type(error).__name__}); give one as sqlite:///feedback.db, or nothing to turn "
                "it off"
            ) from error
        if self._engine.dialect.name == "sqlite":
            _use_wal(self._engine)

    @property
    def name(self) -> str:
        """The database's URL, as it may be shown."""
        return without_password(self._engine.url.render_as_string(hide_password=False))

    def add(self, feedback: Feedback, replaces: str | None = None) -> str:
        """Keep feedback, and return its id; what has the id ``replaces`` is kept no more.

        Raises FeedbackFull, FeedbackUnavailable.
        """
        id_ = secrets.token_hex(8)
        row = asdict(feedback) | {"id": id_, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            with self._engine.begin() as connection:
                _metadata.create_all(connection)
                if replaces is not None:
                    connection.execute(delete(_feedback).where(_feedback.c.id == replaces))
                count = connection.scalar(select(func.count()).select_from(_feedback)) or 0
                if count >= MOST:
                    raise FeedbackFull(
                        f"{count} pieces of feedback are kept, and at most {MOST} are; make a "
                        "question file of them (`footnote questions from-feedback`), then put "
                        "the database away"
                    )
                connection.execute(insert(_feedback), row)
        except SQLAlchemyError as error:
            raise _unavailable(error) from error
        return id_

    def remove(self, id_: str) -> None:
        """Keep feedback no more, if it is kept. Raises FeedbackUnavailable."""
        if self._missing():
            return
        try:
            with self._engine.begin() as connection:
                if connection.dialect.has_table(connection, _feedback.name):
                    connection.execute(delete(_feedback).where(_feedback.c.id == id_))
        except SQLAlchemyError as error:
            raise _unavailable(error) from error

    def all(self) -> list[Feedback]:
        """Return all feedback, the oldest first. Raises FeedbackUnavailable."""
        if self._missing():
            return []
        try:
            with self._engine.connect() as connection:
                if not connection.dialect.has_table(connection, _feedback.name):
                    return []
                rows = connection.execute(select(_feedback).order_by(_feedback.c.number))
                return [_of(row) for row in rows.mappings()]
        except SQLAlchemyError as error:
            raise _unavailable(error) from error

    def _missing(self) -> bool:
        """Tell whether there is no file, which opening would make."""
        url = self._engine.url
        return self._engine.dialect.name == "sqlite" and not Path(url.database or "").exists()


def _of(row: Any) -> Feedback:  # noqa: ANN401 - a row is what the table says
    given = {field.name: row[field.name] for field in fields(Feedback)}
    return Feedback(**given | {"citations": tuple(Cited(**each) for each in row["citations"])})


def _unavailable(error: SQLAlchemyError) -> FeedbackUnavailable:
    reason = getattr(error, "orig", None) or type(error).__name__
    return FeedbackUnavailable(f"the database of feedback cannot be used: {reason}")


def _use_wal(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        # The driver's own transactions begin too late to count and add in one.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
