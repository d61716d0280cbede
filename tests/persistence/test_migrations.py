"""Migrations: they make what the models describe, keep what is there, and are applied whole or not at all."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from aqss.domain.errors import Misconfigured
from aqss.persistence.base import Base
from aqss.persistence.centres import BranchSite, Centre
from aqss.persistence.mails import Mail
from aqss.persistence.migrating import current_revision, expected_revision, upgrade
from aqss.persistence.session import Sessions
from tests.persistence.revisions import up_to, upgrade_to, with_one_more_revision

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Sessions]:
    sessions = Sessions(empty_database_url)
    yield sessions
    sessions.dispose()


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


def test_a_migrated_database_is_what_the_models_describe(sessions):
    with sessions.read_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_has_the_check_constraints_of_the_models(sessions, empty):
    upgrade(empty)
    with empty.write_engine.begin() as connection:
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
    assert checks_of(sessions) == checks_of(empty)
    assert len(checks_of(sessions)) >= 10


def checks_of(sessions: Sessions) -> dict[str, str]:
    inspector = inspect(sessions.read_engine)
    return {
        str(check["name"]): check["sqltext"]
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }


def test_migrating_an_empty_database_names_the_revisions_applied(empty):
    assert upgrade(empty)[0] == "0001"
    assert revision_of(empty) == expected_revision()


def test_mails_that_had_left_are_emptied_and_those_that_wait_are_not(empty, tmp_path):
    upgrade(empty, up_to(tmp_path, "0001"))
    ends = {"sent": {"sent_at": NOW}, "given up": {"given_up_at": NOW}, "waiting": {}}
    with empty.writing() as session:
        for slot, end in ends.items():
            row = {"address": "a@b.fr", "kind": "password-reset", "slot": slot, "subject": "Choisir"}
            row |= {"body_text": "lien", "body_html": "<a>lien</a>", "attempts": 1, "last_answer": ""}
            session.execute(insert(Mail).values(**row, created_at=NOW, next_try_at=NOW, **end))
        session.commit()
    assert upgrade(empty)[0] == "0002"
    with empty.reading() as session:
        kept = {mail.slot: (mail.body_text, mail.body_html) for mail in session.scalars(select(Mail))}
    assert kept == {"sent": ("", ""), "given up": ("", ""), "waiting": ("lien", "<a>lien</a>")}


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
