"""The catalogue in a PostgreSQL database.

A snapshot is a transaction of isolation REPEATABLE READ; the writer holds an advisory lock on
the connection that its transactions run on, so that one that has lost the lock cannot commit.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from json import JSONDecodeError

from sqlalchemy import Connection, Engine, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from footnote.errors import IndexLocked, IndexUnavailable, UsageError
from footnote.place import without_password
from footnote.store.catalogue import Catalogue, drop_tables
from footnote.store.rows import checked, dumps
from footnote.store.schema import facts
from footnote.store.snapshot import Origin

# Seconds until a server that does not answer is given up: a question is told to come again.
_CONNECT_SECONDS = 5
_POOL_SECONDS = 5.0
# Connections kept, and those beside them: as many as questions, pages and lists at once.
_KEPT, _BESIDE = 8, 24
# Of all advisory locks of a database, those of Footnote: "Foot".
_OURS = 0x466F6F74
# https://www.postgresql.org/docs/current/errcodes-appendix.html: no such table, no such column.
_NO_TABLE, _NO_COLUMN = "42P01", "42703"
_LOCK = text("SELECT pg_try_advisory_lock(:ours, hashtext(current_schema()))")
_UNLOCK = text("SELECT pg_advisory_unlock_all()")
_OWNER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :ours "
    "AND l.objid::bigint = hashtext(current_schema())::bigint & 4294967295 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class PostgresCatalogue(Catalogue):
    """A catalogue at a URL: ``postgresql://user:password@host/database``."""

    def __init__(self, url: str) -> None:
        super().__init__(postgres_engine(url), repr(without_password(url)))
        self._writer: Connection | None = None

    @property
    def exists(self) -> bool:
        with self.damage_named():
            return not self.is_blank()

    def origin(self) -> Origin:
        wanted = select(facts).where(facts.c.name.in_(("created", "generation")))
        with self.damage_named(), self.engine.connect() as connection:
            rows = connection.execute(wanted).mappings()
            found = {row["name"]: checked(row)["value"] for row in rows}
        return Origin(found.get("created"), int(found.get("generation", 0)))

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.damage_named():
            connection = self.engine.connect()
        try:
            with self.damage_named(), connection.begin():
                if not connection.execute(_LOCK, {"ours": _OURS}).scalar():
                    owner = connection.execute(_OWNER, {"ours": _OURS}).scalar() or "unknown"
                    raise IndexLocked(
                        f"the index {self.place} is being written by process {owner}; wait until "
                        "it has finished, or stop it"
                    )
            self._writer = connection
            yield
        finally:
            self._writer = None
            # A server notes later that a connection has ended; the next writer need not wait.
            with suppress(DBAPIError), connection.begin():
                connection.execute(_UNLOCK)
            # Not back to the pool: if it holds the lock still, that ends with it.
            connection.invalidate()
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        one = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with one.begin() as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        if self._writer is None:
            raise IndexLocked(f"the index {self.place} was not taken for writing")
        with self._writer.begin():
            yield self._writer

    def tidy(self) -> None:
        """Leave it: the server tidies by itself."""

    def integrity(self) -> list[str]:
        """Find nothing: the server has checksums of its own, where they are turned on."""
        return []

    def delete(self) -> None:
        with self.damage_named(), self.changing() as connection:
            drop_tables(connection)

    @contextmanager
    def damage_named(self) -> Iterator[None]:
        try:
            yield
        except (UnicodeDecodeError, JSONDecodeError) as error:
            raise self.damaged(str(error)) from error
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            reason = " ".join(str(error.orig).split())
            if state in (_NO_TABLE, _NO_COLUMN):
                raise (self.missing() if self.is_blank() else self.damaged(reason)) from error
            raise self._failed(reason) from error
        except TimeoutError as error:
            raise self._failed("no connection became free") from error

    def _failed(self, reason: str) -> IndexUnavailable:
        return IndexUnavailable(
            f"the catalogue at {self.place} cannot be used: {reason}; what was committed before "
            "is kept, so see that the server runs and that it may be reached, and try again"
        )


def postgres_engine(url: str) -> Engine:
    """Return an engine over a database. Raises UsageError."""
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        options = {
            "connect_timeout": _CONNECT_SECONDS,
            # Of a server that is gone without a word, too, a question must hear in time.
            "tcp_user_timeout": 1000 * _CONNECT_SECONDS,
            "application_name": f"{os.getpid()} of {socket.gethostname()}",
        }
        return create_engine(
            parsed,
            json_serializer=dumps,
            connect_args={k: v for k, v in options.items() if k not in parsed.query},
            pool_pre_ping=True,
            pool_size=_KEPT,
            max_overflow=_BESIDE,
            pool_timeout=_POOL_SECONDS,
        )
    except (SQLAlchemyError, ValueError) as error:
        raise UsageError(
            f"catalog is no URL of a PostgreSQL database ({type(error).__name__}); give one as "
            "postgresql://user:password@host:5432/database"
        ) from error
    except ImportError as error:
        raise UsageError(
            "the catalogue in PostgreSQL needs what the extra `postgres` brings: "
            "`pip install psycopg[binary]`"
        ) from error
