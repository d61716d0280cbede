"""A database that cannot be served from is refused at start, with the reason and what to do."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from aqss.domain.errors import Misconfigured
from aqss.persistence.migrating import expected_revision, upgrade
from aqss.persistence.readiness import check_database
from aqss.persistence.session import Sessions
from tests.persistence.revisions import with_one_more_revision

NOBODY = 65534


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Path:
    """A SQLite database in order, before it is spoilt."""
    return Path(shutil.copy(migrated_file, tmp_path / "aqss.db"))


def refusal(path: Path) -> str:
    """The one line told for the database at ``path``."""
    sessions = Sessions(f"sqlite:///{path}")
    with pytest.raises(Misconfigured) as refused:
        check_database(sessions)
    sessions.dispose()
    (line,) = refused.value.faults
    assert "\n" not in line
    return line


def test_a_migrated_database_is_in_order(sessions):
    check_database(sessions)


def test_somebody_writing_at_this_moment_is_no_fault(sessions, database_url):
    starting = Sessions(database_url, busy_timeout_ms=50)
    with sessions.writing() as session:
        session.execute(text("DELETE FROM leases"))
        check_database(starting)
    starting.dispose()


def test_a_missing_database_is_refused_and_not_made(tmp_path):
    assert refusal(tmp_path / "aqss.db").endswith("n’existe pas. Lancez\u00a0: aqss migrate")
    assert not (tmp_path / "aqss.db").exists()


def test_an_emptied_database_is_refused(database):
    database.write_bytes(b"")
    assert "est vide" in refusal(database)


def test_a_file_that_is_no_database_is_refused(database):
    database.write_bytes(b"not a database" * 1000)
    assert "est abîmée" in refusal(database)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_database_is_refused(database, share):
    os.truncate(database, int(database.stat().st_size * share))
    assert "est abîmée" in refusal(database)


@pytest.mark.parametrize("place", [3, 100, 4096, 3 * 4096 + 1])
def test_a_database_with_a_flipped_byte_in_a_page_header_is_refused(database, place):
    content = bytearray(database.read_bytes())
    content[place] ^= 0xFF
    database.write_bytes(content)
    assert "est abîmée" in refusal(database)


def test_a_folder_in_place_of_the_database_is_refused(tmp_path):
    assert "n’existe pas" in refusal(tmp_path)


def refusal_as_somebody_else(path: Path, in_order: Path, told: multiprocessing.SimpleQueue) -> None:
    """Checks a database in order first: whoever it becomes may not read the modules still to be loaded."""
    sessions = Sessions(f"sqlite:///{in_order}")
    check_database(sessions)
    sessions.dispose()
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    told.put(refusal(path))


def test_a_read_only_database_is_refused(migrated_file):
    with TemporaryDirectory() as folder:  # not under tmp_path, which is closed to other accounts
        database = Path(shutil.copy(migrated_file, folder))
        database.chmod(0o444)
        Path(folder).chmod(0o555)
        context = multiprocessing.get_context("spawn")
        told = context.SimpleQueue()
        names = (database, migrated_file, told)
        process = context.Process(target=refusal_as_somebody_else, args=names)
        process.start()
        process.join()
        Path(folder).chmod(0o755)
    assert process.exitcode == 0
    assert "Donnez à aqss le droit d’écrire" in told.get()


def test_a_database_at_an_earlier_revision_is_refused(sessions, tmp_path):
    folder = with_one_more_revision(tmp_path, "pass")
    with pytest.raises(Misconfigured, match=f"à la révision {expected_revision()}.* Lancez.*aqss migrate"):
        check_database(sessions, folder)


def test_a_database_of_a_later_version_is_refused(sessions, tmp_path):
    upgrade(sessions, with_one_more_revision(tmp_path, "pass"))
    with pytest.raises(Misconfigured, match="version plus récente"):
        check_database(sessions)


def test_a_postgresql_that_does_not_answer_is_told():
    sessions = Sessions("postgresql://aqss@127.0.0.1:1/aqss")
    with pytest.raises(Misconfigured, match="PostgreSQL ne répond pas"):
        check_database(sessions)
    sessions.dispose()
