"""Whether an instance is in order: its database up to date, its jobs run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.jobs import Lease
from aqss.persistence.session import Sessions
from aqss.services.health import LATE_AFTER, are_jobs_late, is_database_in_order
from tests.clock import MONDAY_MORNING, FakeClock


def test_a_migrated_database_is_in_order(session: Session) -> None:
    assert is_database_in_order(session)


def test_a_database_never_migrated_is_not(empty_database_url: str) -> None:
    assert not is_in_order(empty_database_url)


def test_a_database_that_does_not_answer_is_not_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not is_in_order(f"sqlite:///{tmp_path / 'gone.db'}")
    assert "the database does not answer" in caplog.text


def is_in_order(database_url: str) -> bool:
    sessions = Sessions(database_url)
    try:
        with sessions.reading() as session:
            return is_database_in_order(session)
    finally:
        sessions.dispose()


def passed(session: Session, job: str, ago: timedelta | None) -> None:
    passed_at = None if ago is None else MONDAY_MORNING - ago
    session.add(Lease(job=job, until=MONDAY_MORNING, passed_at=passed_at))
    session.flush()


def test_jobs_that_never_passed_are_late(session: Session, clock: FakeClock) -> None:
    assert are_jobs_late(session, clock.now())
    passed(session, "mail", None)
    assert are_jobs_late(session, clock.now())


@pytest.mark.parametrize(
    ("ago", "is_late"),
    [(timedelta(0), False), (LATE_AFTER - timedelta(seconds=1), False), (LATE_AFTER, True)],
)
def test_jobs_are_late_a_while_after_their_last_pass(
    session: Session, clock: FakeClock, ago: timedelta, is_late: bool
) -> None:
    passed(session, "mail", ago)
    assert are_jobs_late(session, clock.now()) is is_late


def test_one_job_that_passed_is_enough(session: Session, clock: FakeClock) -> None:
    passed(session, "reports", timedelta(days=1))
    passed(session, "mail", timedelta(0))
    assert not are_jobs_late(session, clock.now())
