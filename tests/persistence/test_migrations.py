"""Migrations: together they make what the models describe; each keeps, or changes as meant, what is there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, insert, inspect, select

from aqss.persistence.assessments import Assessment
from aqss.persistence.base import Base
from aqss.persistence.mails import Mail
from aqss.persistence.migrating import upgrade
from aqss.persistence.runs import Task
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


STATES = [
    {"state": "preparation", "due": "3w", "initial": True},
    {"state": "cotation", "due": "round-end"},
    {"state": "libre"},
    {"state": "autre-date", "due": "year-end"},
    {"state": "close", "final": True},
]
RUNS = {
    "preparation": (None, datetime(2026, 3, 23, 9, 0, tzinfo=UTC), None),
    "cotation": (date(2026, 3, 28), datetime(2026, 3, 28, 23, 0, tzinfo=UTC), None),  # midnight in Paris
    "cotation-sans-fin": (None, None, None),
    "libre": (date(2026, 3, 28), None, None),
    "autre-date": (date(2026, 3, 28), None, None),
    "close": (None, None, NOW),
}
"""State → last day of its rating, then when it is due and when it ended, as the migration tells them."""


def test_assessments_are_dated_and_ended_by_their_workflow_and_keep_their_tasks(empty, tmp_path):
    upgrade(empty, up_to(tmp_path, "0008"))
    before = MetaData()
    before.reflect(empty.write_engine)
    rows = {name: before.tables[name] for name in before.tables}
    with empty.write_engine.begin() as connection:

        def add(table: str, **values: object) -> int:
            key = connection.execute(insert(rows[table]).values(**values)).inserted_primary_key
            return key[0] if key else 0

        person = {"email": "a@b.fr", "name": "Camille", "is_administrator": False, "created_at": NOW}
        user = add("users", **person)
        place = {"kind": "municipal", "region": "75", "department": "24", "town": "Bergerac", "flags": []}
        centre = add("centres", name="Centre des Lilas", version=1, created_at=NOW, **place)
        content = json.dumps({"states": STATES})
        edition = {"workflow": "auto-evaluation", "version": 2, "hash": "0" * 64, "content": content}
        workflow = add("workflow_editions", published_at=NOW, is_current=True, position=0, **edition)
        for number, (name, (ends_on, _due, _end)) in enumerate(RUNS.items()):
            words = {"title": name, "objective": "", "trigger": "", "trigger_note": "", "profile": []}
            key = add(
                "assessments",
                **words,
                centre_id=centre,
                workflow_edition_id=workflow,
                state=name.removesuffix("-sans-fin"),
                entered_at=NOW,
                started_on=NOW.date(),
                round_ends_on=ends_on,
                rating="direct",
                version=number + 1,
            )
            done = {"assessment_id": key, "state": "preparation", "task": "engagement", "done_at": NOW}
            add("done_tasks", **done, done_by_id=user if number else None)
    assert upgrade(empty)[0] == "0009"
    with empty.reading() as session:
        runs = session.scalars(select(Assessment).order_by(Assessment.id)).all()
        tasks = session.scalars(select(Task).order_by(Task.assessment_id)).all()
    assert {run.title: (run.round_ends_on, run.due_at, run.ended_at) for run in runs} == RUNS
    assert [run.version for run in runs] == [1, 2, 3, 4, 5, 6]
    assert [(one.assessment_id, one.state, one.code, one.label, one.done_at) for one in tasks] == [
        (run.id, "preparation", "engagement", "", NOW) for run in runs
    ]
    assert [one.done_by_id for one in tasks] == [None, user, user, user, user, user]
    assert {(one.action_id, one.dossier_id, one.owner_id, one.due_on) for one in tasks} == {(None,) * 4}
    assert "done_tasks" not in inspect(empty.read_engine).get_table_names()
