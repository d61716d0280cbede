"""Whether an instance is in order: its database reached and up to date, its jobs run."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from aqss.persistence.jobs import Lease
from aqss.persistence.migrating import current_revision, expected_revision

log = logging.getLogger(__name__)

LATE_AFTER = timedelta(minutes=3)
"""Since the last pass of the job process."""


def is_database_in_order(session: Session) -> bool:
    """Whether it answers, at the revision this version expects."""
    try:
        return current_revision(session.connection()) == expected_revision()
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", error)
        return False


def are_jobs_late(session: Session, now: datetime) -> bool:
    """Whether the job process has made no pass for :data:`LATE_AFTER`, or never made one."""
    last_pass = session.scalar(select(func.max(Lease.passed_at)))
    return last_pass is None or now - last_pass >= LATE_AFTER
