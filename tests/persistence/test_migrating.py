"""Bringing a database to the current revision: in order, whole or not at all, and never back."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from aqss.domain.errors import Misconfigured
from aqss.persistence.centres import BranchSite, Centre
from aqss.persistence.migrating import current_revision, expected_revision, is_known, upgrade
from aqss.persistence.session import Sessions
from tests.persistence.revisions import up_to, upgrade_to, with_one_more_revision

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def add_a_centre_with_a_site(sessions: Sessions) -> None:
    with sessions.writing() as session:
        centre = Centre(
            name="Centre", kind="municipal", region="11", department="93", town="Bagnolet", created_at=NOW
        )
        centre.sites.append(BranchSite(name="Antenne"))
        session.add(centre)
        session.commit()


def revision_of(sessions: Sessions) -> str | None:
    with sessions.read_engine.connect() as connection:
        return current_revision(connection)


def test_migrating_an_empty_database_names_the_revisions_applied(empty):
    assert upgrade(empty)[0] == "0001"
    assert revision_of(empty) == expected_revision()


def test_migrating_applies_the_revisions_not_yet_applied_in_order(empty, tmp_path):
    upgrade(empty, up_to(tmp_path, "0001"))
    applied = upgrade(empty)
    assert applied[0] == "0002"
    assert list(applied) == sorted(applied)
    assert revision_of(empty) == applied[-1] == expected_revision()


def test_a_database_never_migrated_is_at_no_revision(empty):
    if empty.is_sqlite:
        empty.path.parent.mkdir()
        empty.path.touch()
    assert revision_of(empty) is None


def test_a_revision_of_this_version_is_known_and_a_later_one_is_not():
    assert is_known(str(expected_revision()))
    assert not is_known("9999")


def test_migrating_again_does_nothing(sessions):
    assert upgrade(sessions) == ()


def test_a_new_sqlite_file_is_readable_by_its_owner_alone(tmp_path):
    sessions = Sessions(f"sqlite:///{tmp_path / 'new' / 'aqss.db'}")
    upgrade(sessions)
    sessions.dispose()
    assert sessions.path.stat().st_mode & 0o777 == 0o600


def test_a_migration_that_rebuilds_a_parent_table_keeps_its_children(sessions, tmp_path):
    add_a_centre_with_a_site(sessions)
    folder = with_one_more_revision(
        tmp_path,
        "with op.batch_alter_table('centres', recreate='auto') as batch:",
        "    batch.alter_column('town', type_=sa.String(200))",
    )
    assert upgrade(sessions, folder) == ("9999",)
    with sessions.reading() as session:
        assert session.scalars(select(BranchSite.name)).all() == ["Antenne"]


def test_foreign_keys_hold_again_after_a_migration(sessions, tmp_path):
    upgrade(sessions, with_one_more_revision(tmp_path, "pass"))
    with sessions.writing() as session:
        session.add(BranchSite(name="Antenne", centre_id=12345))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_sqlite_migration_that_leaves_orphans_changes_nothing(migrated_file, tmp_path):
    sessions = Sessions(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
    add_a_centre_with_a_site(sessions)
    with pytest.raises(RuntimeError, match="branch_sites"):
        upgrade(sessions, with_one_more_revision(tmp_path, "op.execute('DELETE FROM centres')"))
    with sessions.reading() as session:
        assert session.scalars(select(Centre.name)).all() == ["Centre"]
    sessions.dispose()


def test_a_migration_that_fails_half_way_changes_nothing(sessions, tmp_path):
    folder = with_one_more_revision(
        tmp_path,
        "op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))",
        "op.execute('INSERT INTO half VALUES (1)')",
        "op.execute('SELECT no_such_column FROM half')",
    )
    with pytest.raises(DBAPIError):
        upgrade(sessions, folder)
    assert revision_of(sessions) == expected_revision()
    assert not inspect(sessions.read_engine).has_table("half")


def test_a_migration_killed_half_way_changes_nothing_and_can_be_run_again(sessions, database_url, tmp_path):
    create = "op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))"
    killed = with_one_more_revision(tmp_path / "killed", create, "import os; os.kill(os.getpid(), 9)")
    process = multiprocessing.get_context("spawn").Process(target=upgrade_to, args=(database_url, killed))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert revision_of(sessions) == expected_revision()
    assert not inspect(sessions.read_engine).has_table("half")
    assert upgrade(sessions, with_one_more_revision(tmp_path / "again", create)) == ("9999",)


def test_a_database_of_a_later_version_is_refused_and_left_alone(sessions, tmp_path):
    upgrade(sessions, with_one_more_revision(tmp_path, "pass"))
    with pytest.raises(Misconfigured, match="9999"):
        upgrade(sessions)
    assert revision_of(sessions) == "9999"


def test_a_place_where_no_file_can_be_made_is_told_with_its_path(tmp_path):
    (tmp_path / "file").touch()
    sessions = Sessions(f"sqlite:///{tmp_path / 'file' / 'aqss.db'}")
    with pytest.raises(Misconfigured) as refusal:
        upgrade(sessions)
    sessions.dispose()
    assert str(tmp_path / "file" / "aqss.db") in refusal.value.faults[0]
