"""What the database itself holds true of leases and reports, whoever writes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from aqss.persistence.jobs import Lease, Report
from tests.clock import MONDAY_MORNING
from tests.persistence.refusals import is_refused


def report(content_hash: str) -> Report:
    return Report(kind="assessment", subject_id=1, content_hash=content_hash, asked_at=MONDAY_MORNING)


def test_a_job_has_one_lease(session: Session) -> None:
    session.add(Lease(job="mail", until=MONDAY_MORNING))
    session.flush()
    session.expunge_all()
    assert is_refused(session, Lease(job="mail", until=MONDAY_MORNING))
    assert not is_refused(session, Lease(job="reports", until=MONDAY_MORNING))


def test_the_same_content_makes_one_report(session: Session) -> None:
    session.add(report("a" * 64))
    session.flush()
    assert is_refused(session, report("a" * 64))
    assert not is_refused(session, report("b" * 64))
