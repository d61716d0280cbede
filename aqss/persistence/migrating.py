"""Bringing a database to the current revision: which one it is at, which one this version of aqss expects."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from aqss.domain.errors import Misconfigured
from aqss.persistence.session import Sessions

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def expected_revision(folder: Path = MIGRATIONS) -> str | None:
    """The revision that the code of this version of aqss is written for."""
    return ScriptDirectory(str(folder)).get_current_head()


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at; None when no revision was ever applied."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str, folder: Path = MIGRATIONS) -> bool:
    """Whether this version of aqss has ``revision``; a database written by a later one is at another."""
    try:
        ScriptDirectory(str(folder)).get_revision(revision)
    except CommandError:
        return False
    return True


def upgrade(sessions: Sessions, folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """Apply every revision not yet applied, all or none; returns them in order.

    Makes the SQLite file, readable by its owner alone, when it is missing. Raises :class:`Misconfigured` for
    a database written by a later version of aqss.
    """
    if sessions.is_sqlite:
        _make_file(sessions.path)
    with sessions.read_engine.connect() as connection:
        before = current_revision(connection)
    if before is not None and not is_known(before, folder):
        raise Misconfigured((later_version(before),))
    command.upgrade(configuration(sessions, folder), "head")
    script = ScriptDirectory(str(folder))
    applied = [revision.revision for revision in script.iterate_revisions("head", before or "base")]
    return tuple(reversed(applied))


def later_version(revision: str) -> str:
    """What to tell when the database is ahead of the code."""
    return (
        f"La base de données est à la révision « {revision} », inconnue de cette version d’aqss : une version"
        " plus récente l’a modifiée. Installez cette version plus récente."
    )


def configuration(sessions: Sessions, folder: Path = MIGRATIONS) -> Config:
    """Alembic's configuration: there is no ``alembic.ini``."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["sessions"] = sessions
    return config


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Misconfigured(
            (f"{path} : impossible d’ouvrir la base de données en écriture ({error.strerror}).",)
        ) from error
