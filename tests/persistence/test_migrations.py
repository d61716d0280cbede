"""Migrations: together they make what the models describe; each keeps, or changes as meant, what is there."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, select

from aqss.persistence.base import Base
from aqss.persistence.mails import Mail
from aqss.persistence.migrating import upgrade
from aqss.persistence.session import Sessions
from tests.persistence.revisions import up_to

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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
