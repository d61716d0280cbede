"""Whether a database can be served from: there, whole, writable, at the revision this version expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError

from aqss.domain.errors import Misconfigured
from aqss.persistence.migrating import (
    MIGRATIONS,
    current_revision,
    expected_revision,
    is_known,
    later_version,
)
from aqss.persistence.session import Sessions


def check_database(sessions: Sessions, folder: Path = MIGRATIONS) -> None:
    """Raise :class:`Misconfigured`, with what to do, unless the database can be served from.

    SQLite's file is read whole (``integrity_check``): about a second for 250 MB.
    """
    if sessions.is_sqlite and not sessions.path.is_file():
        raise Misconfigured((f"La base de données {sessions.path} n’existe pas. Lancez : aqss migrate",))
    with told_as_faults(sessions):
        faults = _faults_of_content(sessions, folder) or _faults_of_writing(sessions)
    if faults:
        raise Misconfigured(faults)


@contextmanager
def told_as_faults(sessions: Sessions) -> Iterator[None]:
    """Turn a refusal whose cause is outside aqss into :class:`Misconfigured`; our own mistakes pass."""
    try:
        yield
    except DBAPIError as error:
        fault = _fault_of(sessions, error)
        if fault is None:
            raise
        raise Misconfigured((fault,)) from error


def _faults_of_content(sessions: Sessions, folder: Path) -> tuple[str, ...]:
    with sessions.read_engine.connect() as connection:
        if sessions.is_sqlite:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
            if found != "ok":
                finding = " ".join(str(found).split())
                return (_DAMAGED.format(path=sessions.path, finding=finding),)
        revision = current_revision(connection)
    return _faults_of_revision(revision, folder)


def _faults_of_revision(revision: str | None, folder: Path) -> tuple[str, ...]:
    expected = expected_revision(folder)
    if revision == expected:
        return ()
    if revision is None:
        return (
            "La base de données est vide. Si elle contenait des données, restaurez une sauvegarde ; sinon,"
            " lancez : aqss migrate",
        )
    if not is_known(revision, folder):
        return (later_version(revision),)
    return (
        f"La base de données est à la révision {revision}, cette version d’aqss attend la {expected}."
        " Lancez : aqss migrate",
    )


def _faults_of_writing(sessions: Sessions) -> tuple[str, ...]:
    """A row written and taken back; somebody else writing at this moment is no fault.

    Beginning is not enough: on a file that may only be read, SQLite begins a transaction that only reads.
    """
    try:
        with sessions.write_engine.connect() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            return ()
    except DBAPIError as error:
        if _code_of(error) in _BUSY:
            return ()
        raise


_BUSY = ("SQLITE_BUSY", "55P03")

_DAMAGED = (
    "La base de données {path} est abîmée ({finding}). Arrêtez aqss, gardez ce fichier de côté et restaurez"
    " votre dernière sauvegarde."
)

_SQLITE_FAULTS = {
    ("SQLITE_BUSY",): "La base de données {path} est occupée par une autre écriture. Réessayez.",
    (
        "SQLITE_READONLY",
    ): "La base de données {path} est en lecture seule. Donnez à aqss le droit d’écrire dans"
    " ce fichier et dans son dossier.",
    ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR"): _DAMAGED,
    ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_FULL"): "La base de données {path} ne peut pas être ouverte"
    " ({finding}). Vérifiez les droits sur ce fichier et sur son dossier, et la place sur le disque.",
}
"""How SQLite's error names start → what to tell."""


def _fault_of(sessions: Sessions, error: DBAPIError) -> str | None:
    code, finding = _code_of(error), str(error.orig).strip().splitlines()[0]
    if sessions.is_sqlite:
        told = (sentence for names, sentence in _SQLITE_FAULTS.items() if code.startswith(names))
        sentence = next(told, None)
        return sentence and sentence.format(path=sessions.path, finding=finding)
    if code in _BUSY:
        return "La base de données est occupée par une autre écriture. Réessayez."
    if isinstance(error, OperationalError):
        return f"PostgreSQL ne répond pas ou refuse ({finding}). Vérifiez AQSS_DATABASE_URL."
    return None


def _code_of(error: DBAPIError) -> str:
    """SQLite's error name, or PostgreSQL's SQLSTATE; empty when there is none."""
    return getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
