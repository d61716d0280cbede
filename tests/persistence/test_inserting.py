"""A row recorded twice by its key is recorded once, as it was the first time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aqss.persistence.accounts import User
from aqss.persistence.inserting import insert_once
from aqss.persistence.jobs import Lease
from tests.clock import MONDAY_MORNING


def test_the_second_row_of_a_key_changes_nothing(session: Session) -> None:
    for minutes in (0, 1):
        until = MONDAY_MORNING + timedelta(minutes=minutes)
        insert_once(session, Lease, {"job": "mail", "holder": "", "until": until}, by=["job"])
    insert_once(session, Lease, {"job": "reports", "holder": "", "until": MONDAY_MORNING}, by=["job"])
    rows = session.execute(select(Lease.job, Lease.until).order_by(Lease.job)).all()
    assert [tuple(row) for row in rows] == [("mail", MONDAY_MORNING), ("reports", MONDAY_MORNING)]


def test_a_row_that_breaks_another_rule_is_refused(session: Session) -> None:
    person = {"id": 7, "email": "ana@exemple.fr", "name": "Ana", "created_at": MONDAY_MORNING}
    insert_once(session, User, {**person, "is_administrator": False}, by=["id"])
    with pytest.raises(IntegrityError):
        insert_once(session, User, {**person, "id": 8, "is_administrator": False}, by=["id"])
