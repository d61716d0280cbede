"""Reports: asked for on a page, made as PDF by the job process, kept by the hash of their content.

Each kind is one module of this package, listed in :data:`REPORTS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, require
from aqss.domain.errors import NotFound
from aqss.persistence.jobs import Report
from aqss.services.reports import assessment
from aqss.services.reports.kinds import ReportBody as ReportBody
from aqss.services.reports.kinds import ReportKind as ReportKind
from aqss.services.reports.kinds import Sources as Sources

STALE_AFTER = timedelta(minutes=5)
"""A claim older than this belongs to a process that died while making the report."""

KEPT_FOR = timedelta(days=90)
"""A report is made again when somebody asks for it later."""

INTERRUPTED = "interrupted"


REPORTS: tuple[ReportKind, ...] = (assessment.REPORT,)
"""Every kind of report."""


class ReportState(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True)
class ClaimedReport:
    """A report that this process makes now."""

    id: int
    kind: str
    subject_id: int
    content_hash: str


def ask_report(
    session: Session,
    actor: Actor,
    kind: str,
    subject_id: int,
    content_hash: str,
    now: datetime,
    *,
    remake: bool = False,
    reports: Sequence[ReportKind] = REPORTS,
) -> Report:
    """The report of that content, asked for unless it already was.

    ``remake`` starts over one that failed, or whose file is no longer there. Raises :class:`NotAllowed`, and
    :class:`NotFound` for an unknown kind or subject.
    """
    centre_id = _required_centre(session, actor, kind, subject_id, reports)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Report)
        .values(
            kind=kind,
            centre_id=centre_id,
            subject_id=subject_id,
            content_hash=content_hash,
            asked_at=now,
            asked_by_id=actor.user_id,
        )
        .on_conflict_do_nothing(index_elements=["content_hash"])
    )
    if remake:
        session.execute(
            update(Report)
            .where(Report.content_hash == content_hash, ~_is_waiting())
            .values(asked_at=now, claimed_at=None, made_at=None, failed_at=None, failure="", pages=None)
        )
    return session.scalars(
        select(Report).where(_is_of(kind, subject_id, content_hash)).execution_options(populate_existing=True)
    ).one()


def find_report(
    session: Session,
    actor: Actor,
    kind: str,
    subject_id: int,
    content_hash: str,
    *,
    reports: Sequence[ReportKind] = REPORTS,
) -> Report | None:
    """The report of that content if somebody asked for it; same refusals as :func:`ask_report`."""
    _required_centre(session, actor, kind, subject_id, reports)
    return session.scalar(select(Report).where(_is_of(kind, subject_id, content_hash)))


def state_of(report: Report) -> ReportState:
    """Waiting, made or failed, from the row alone."""
    if report.made_at is not None:
        return ReportState.MADE
    return ReportState.WAITING if report.failed_at is None else ReportState.FAILED


def report_path(folder: Path, content_hash: str) -> Path:
    """Where the PDF of that content is kept; refuses what is not a hash."""
    if not re.fullmatch(r"[0-9a-f]{64}", content_hash):
        raise ValueError(f"not a hash: {content_hash!r}")
    return folder / f"{content_hash}.pdf"


def kind_named(kind: str, reports: Sequence[ReportKind] = REPORTS) -> ReportKind:
    """The row of :data:`REPORTS` under that name; raises :class:`NotFound`."""
    found = next((row for row in reports if row.kind == kind), None)
    if found is None:
        raise NotFound("report", kind)
    return found


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
    return ClaimedReport(report.id, report.kind, report.subject_id, report.content_hash)


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


def _required_centre(
    session: Session, actor: Actor, kind: str, subject_id: int, reports: Sequence[ReportKind]
) -> int:
    known = kind_named(kind, reports)
    centre_id = known.centre_of(session, subject_id)
    require(actor, known.permission, centre_id=centre_id)
    return centre_id


def _settle(session: Session, claimed: ClaimedReport, **values: object) -> None:
    session.execute(update(Report).where(Report.id == claimed.id).values(claimed_at=None, **values))


def _is_of(kind: str, subject_id: int, content_hash: str) -> ColumnElement[bool]:
    return and_(Report.kind == kind, Report.subject_id == subject_id, Report.content_hash == content_hash)


def _is_waiting() -> ColumnElement[bool]:
    return and_(Report.made_at.is_(None), Report.failed_at.is_(None))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting, and claimed by nobody alive; a claim from the future means a clock put right since."""
    return and_(
        _is_waiting(),
        or_(
            Report.claimed_at.is_(None),
            Report.claimed_at <= now - STALE_AFTER,
            Report.claimed_at > now + STALE_AFTER,
        ),
    )
