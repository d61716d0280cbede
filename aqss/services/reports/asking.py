"""Who may ask for a report, once for each content, and where it stands: for the pages that offer it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, require
from aqss.persistence.inserting import insert_once
from aqss.persistence.jobs import Report
from aqss.services.reports import REPORTS, kind_named
from aqss.services.reports.kinds import ReportKind
from aqss.services.reports.making import is_waiting


class ReportState(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


def ask_report(
    session: Session,
    actor: Actor,
    kind: str,
    subject_id: int,
    content_hash: str,
    now: datetime,
    *,
    asked: str = "",
    remake: bool = False,
    reports: Sequence[ReportKind] = REPORTS,
) -> Report:
    """The report of that content, asked for unless it already was.

    ``asked``: which part of the subject it tells, as its kind writes it.
    ``remake`` starts over one that failed, or whose file is no longer there. Raises :class:`NotAllowed`, and
    :class:`NotFound` for an unknown kind or subject.
    """
    centre_id = _required_centre(session, actor, kind, subject_id, reports)
    row = {
        "kind": kind,
        "centre_id": centre_id,
        "subject_id": subject_id,
        "asked": asked,
        "content_hash": content_hash,
        "asked_at": now,
        "asked_by_id": actor.user_id,
    }
    insert_once(session, Report, row, by=["content_hash"])
    if remake:
        _start_over(session, content_hash, asked, now)
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


def _start_over(session: Session, content_hash: str, asked: str, now: datetime) -> None:
    """Unless it still waits."""
    anew = {"claimed_at": None, "made_at": None, "failed_at": None, "failure": "", "pages": None}
    session.execute(
        update(Report)
        .where(Report.content_hash == content_hash, ~is_waiting())
        .values(asked=asked, asked_at=now, **anew)
    )


def _required_centre(
    session: Session, actor: Actor, kind: str, subject_id: int, reports: Sequence[ReportKind]
) -> int:
    known = kind_named(kind, reports)
    centre_id = known.centre_of(session, subject_id)
    require(actor, known.permission, centre_id=centre_id)
    return centre_id


def _is_of(kind: str, subject_id: int, content_hash: str) -> ColumnElement[bool]:
    return and_(Report.kind == kind, Report.subject_id == subject_id, Report.content_hash == content_hash)
