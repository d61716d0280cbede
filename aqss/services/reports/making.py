"""Which report is made next, by one process, how it ended, and how long its file is kept: for the jobs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from aqss.persistence.jobs import Report

STALE_AFTER = timedelta(minutes=5)
"""A claim older than this belongs to a process that died while making the report."""

KEPT_FOR = timedelta(days=90)
"""A report is made again when somebody asks for it later."""

INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class ClaimedReport:
    """A report that this process makes now."""

    id: int
    kind: str
    subject_id: int
    content_hash: str
    asked: str = ""


def report_path(folder: Path, content_hash: str) -> Path:
    """Where the PDF of that content is kept; refuses what is not a hash."""
    if not re.fullmatch(r"[0-9a-f]{64}", content_hash):
        raise ValueError(f"not a hash: {content_hash!r}")
    return folder / f"{content_hash}.pdf"


def is_waiting() -> ColumnElement[bool]:
    """Asked for, neither made nor failed."""
    return and_(Report.made_at.is_(None), Report.failed_at.is_(None))


def count_waiting(session: Session, now: datetime) -> int:
    """How many reports a pass would make."""
    return session.scalar(select(func.count()).select_from(Report).where(_is_due(now))) or 0


def claim_report(session: Session, now: datetime) -> ClaimedReport | None:
    """Take the oldest report asked for, to be committed before it is made; None when there is none.

    One whose process died is taken a second time, then marked as failed: it may be what kills the process.
    """
    session.execute(
        update(Report)
        .where(_is_due(now), Report.claimed_at.is_not(None), Report.failure == INTERRUPTED)
        .values(failed_at=now, claimed_at=None)
        .execution_options(synchronize_session=False)
    )
    report = session.scalar(
        select(Report)
        .where(_is_due(now))
        .order_by(Report.asked_at, Report.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if report is None:
        return None
    report.failure = INTERRUPTED if report.claimed_at is not None else ""
    report.claimed_at = now
    session.flush()
    return ClaimedReport(report.id, report.kind, report.subject_id, report.content_hash, report.asked)


def mark_made(session: Session, claimed: ClaimedReport, pages: int, now: datetime) -> None:
    """Its file is in place."""
    _settle(session, claimed, made_at=now, failed_at=None, failure="", pages=pages)


def mark_failed(session: Session, claimed: ClaimedReport, failure: str, now: datetime) -> None:
    """Not made until somebody asks again; ``failure`` is for whoever runs aqss."""
    _settle(session, claimed, failed_at=now, failure=failure[:2000])


def forget_report(session: Session, claimed: ClaimedReport) -> None:
    """The content changed before the report was made: the page that shows it asks for the new one."""
    session.execute(delete(Report).where(Report.id == claimed.id))


def purge_reports(session: Session, now: datetime) -> Sequence[str]:
    """Forget the reports made or failed 90 days ago; their hashes, for their files to follow."""
    over = or_(Report.made_at <= now - KEPT_FOR, Report.failed_at <= now - KEPT_FOR)
    return session.scalars(delete(Report).where(over).returning(Report.content_hash)).all()


def _settle(session: Session, claimed: ClaimedReport, **values: object) -> None:
    session.execute(update(Report).where(Report.id == claimed.id).values(claimed_at=None, **values))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting, and claimed by nobody alive; a claim from the future means a clock put right since."""
    return and_(
        is_waiting(),
        or_(
            Report.claimed_at.is_(None),
            Report.claimed_at <= now - STALE_AFTER,
            Report.claimed_at > now + STALE_AFTER,
        ),
    )
