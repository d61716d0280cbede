"""Engines and sessions: who reads, who writes, and with which guarantees (SQLite by default, PostgreSQL).

On both databases a reading session sees one instant, cannot write and holds nobody up; writing ones pass one
after the other, from their first statement to their commit, so that what one has read is still true when it
writes. SQLite: ``BEGIN IMMEDIATE`` (a read that is upgraded later fails at once, or loses updates silently).
PostgreSQL: an advisory lock held by the transaction.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from aqss.domain.errors import Misconfigured

BUSY_TIMEOUT_MS = 5000
"""How long a writer waits for another one before it is refused."""

HURRIED_MS = 50
"""The same for what can be left for another time."""

_WRITERS_LOCK = 4103
"""The advisory lock that PostgreSQL's writers take in turn; any number that no other program uses there."""


class Sessions:
    """Where sessions come from: ``reading()`` and ``writing()``, each a new ``Session`` to use in a ``with``.

    ``hurried()`` is a ``writing()`` that hardly waits for other writers.
    Leaving the ``with`` without ``commit()`` rolls back. Nothing is opened before the first statement, and a
    missing SQLite file is never made here. Raises :class:`Misconfigured` for an address that cannot be used.
    """

    def __init__(self, database_url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = _checked_url(database_url)
        self.write_engine = _engine(self.url, busy_timeout_ms, writes=True)
        self.read_engine = _engine(self.url, busy_timeout_ms, writes=False)
        self.writing = sessionmaker(self.write_engine, expire_on_commit=False)
        self.hurried = sessionmaker(
            self.write_engine.execution_options(wait_ms=HURRIED_MS), expire_on_commit=False
        )
        self.reading = sessionmaker(self.read_engine, expire_on_commit=False, autoflush=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.url.database or "").absolute()

    def empty_log(self) -> None:
        """Move SQLite's log into its file and empty it: it holds pages as they were before what was deleted.

        Left for another time while somebody still reads an older page, or writes.
        """
        if not self.is_sqlite:
            return
        connection = self.write_engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={HURRIED_MS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.invalidate()  # its wait is not that of the others

    def dispose(self) -> None:
        """Close every connection, before a fork or at the end."""
        self.read_engine.dispose()
        self.write_engine.dispose()


def _checked_url(database_url: str) -> URL:
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        raise Misconfigured(
            ("AQSS_DATABASE_URL : attendu « sqlite:///chemin » ou « postgresql://… ».",)
        ) from None
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise Misconfigured(("AQSS_DATABASE_URL : donnez un fichier, « sqlite:///chemin ».",))
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL, busy_timeout_ms: int, *, writes: bool) -> Engine:
    """``hide_parameters``: an error that is logged says which statement failed, not what a person typed."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(_existing_file(url), hide_parameters=True)
        _prepare_sqlite(engine, busy_timeout_ms, writes=writes)
        return engine
    try:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise Misconfigured(
            (f"AQSS_DATABASE_URL : le pilote de PostgreSQL n’est pas installé ({error.name}).",)
        ) from None
    if not writes:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    _prepare_postgresql_writes(engine, busy_timeout_ms)
    return engine


def _existing_file(url: URL) -> URL:
    """The same database, opened only when its file exists: an empty one made on the way hides a loss."""
    path = Path(url.database or "").absolute()
    return url.set(database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})


def _prepare_sqlite(engine: Engine, busy_timeout_ms: int, *, writes: bool) -> None:
    pragmas = [f"busy_timeout={busy_timeout_ms}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
    # what is deleted leaves the file too: by default, that depends on who built SQLite
    pragmas.append("secure_delete=ON" if writes else "query_only=ON")

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
            connection.create_function("translate", 3, _translate, deterministic=True)
        except sqlite3.Error:
            connection.close()
            raise

    if writes:
        _take_turns(engine, busy_timeout_ms)
    else:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")


def _translate(text: str | None, letters: str, others: str) -> str | None:
    """PostgreSQL's function of that name, which SQLite has not: each of ``letters`` becomes another."""
    return None if text is None else text.translate(_table(letters, others))


@cache
def _table(letters: str, others: str) -> dict[int, int]:
    return str.maketrans(letters, others)


_TURN = "turn"
"""Under this name a connection keeps its turn, until it is given back."""


def _take_turns(engine: Engine, busy_timeout_ms: int) -> None:
    """Writers of this process wake each other one by one; only the one whose turn it is asks SQLite."""
    turn = threading.Lock()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        seconds = _wait_ms(connection, busy_timeout_ms) / 1000
        end = time.monotonic() + seconds
        if _TURN not in connection.info and turn.acquire(timeout=seconds):
            connection.info[_TURN] = turn
        _begin_writing(connection, end, busy_timeout_ms)

    @event.listens_for(engine, "checkin")
    def leave(_connection: Any, record: ConnectionPoolEntry) -> None:
        if _TURN in record.info:
            record.info.pop(_TURN).release()


def _begin_writing(connection: Connection, end: float, busy_timeout_ms: int) -> None:
    """``BEGIN IMMEDIATE``, tried every millisecond until the instant ``end``.

    SQLite's own wait tries less and less often, down to ten times a second: among several processes, those
    who have waited longest would never find the lock free.
    """
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < end:
            try:
                sqlite.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY":
                    break
                time.sleep(random.uniform(0.0002, 0.001))  # noqa: S311 - spreads the writers, guards nothing
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        sqlite.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")


def _wait_ms(connection: Connection, busy_timeout_ms: int) -> int:
    return int(connection.get_execution_options().get("wait_ms", busy_timeout_ms))


def _prepare_postgresql_writes(engine: Engine, busy_timeout_ms: int) -> None:
    @event.listens_for(engine, "connect")
    def set_timeout(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {busy_timeout_ms}")
        connection.commit()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        wait_ms = _wait_ms(connection, busy_timeout_ms)
        if wait_ms != busy_timeout_ms:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait_ms}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


__all__ = ["BUSY_TIMEOUT_MS", "Session", "Sessions"]
