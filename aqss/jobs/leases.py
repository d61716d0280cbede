"""Leases: one process at a time runs a job, and when a job last passed; both in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from aqss.persistence.inserting import insert_once
from aqss.persistence.jobs import Lease


def is_passage_due(session: Session, job: str, every: timedelta, now: datetime) -> bool:
    """Whether ``job`` last passed ``every`` ago or more, never, or after now (a clock put right since)."""
    recent = select(Lease.job).where(Lease.job == job, ~_has_not_passed_since(now - every, now))
    return session.scalar(recent) is None


def take_lease(
    session: Session,
    job: str,
    holder: str,
    now: datetime,
    duration: timedelta,
    every: timedelta = timedelta(0),
) -> bool:
    """Whether ``holder`` alone may run ``job`` from now on, until it gives the lease back or it runs out.

    Not when the job passed less than ``every`` ago. To be committed before the job runs.
    """
    _make_row(session, job, now)
    is_free = or_(Lease.until <= now, Lease.until > now + duration, Lease.holder == holder)
    taken = session.scalar(
        update(Lease)
        .where(Lease.job == job, is_free, _has_not_passed_since(now - every, now))
        .values(holder=holder, until=now + duration)
        .returning(Lease.job)
    )
    return taken is not None


def give_back_lease(session: Session, job: str, holder: str, now: datetime) -> None:
    """The job has passed; a lease lost meanwhile stays with who took it."""
    session.execute(
        update(Lease).where(Lease.job == job, Lease.holder == holder).values(until=now, passed_at=now)
    )


def note_passage(session: Session, job: str, now: datetime) -> None:
    """A job that needs no lease has passed: what /healthz looks at."""
    _make_row(session, job, now)
    session.execute(update(Lease).where(Lease.job == job).values(passed_at=now))


def _has_not_passed_since(instant: datetime, now: datetime) -> ColumnElement[bool]:
    return or_(Lease.passed_at.is_(None), Lease.passed_at <= instant, Lease.passed_at > now)


def _make_row(session: Session, job: str, now: datetime) -> None:
    insert_once(session, Lease, {"job": job, "holder": "", "until": now}, by=["job"])
