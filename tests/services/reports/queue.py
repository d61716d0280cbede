"""A small kind of report, asked for and claimed in one line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.errors import NotFound
from aqss.persistence.centres import Centre
from aqss.persistence.jobs import Report
from aqss.services.reports.asking import ask_report
from aqss.services.reports.kinds import ReportBody, ReportKind, Sources
from aqss.services.reports.making import ClaimedReport, claim_report
from tests.clock import FakeClock

HASH, OTHER_HASH = "a" * 64, "b" * 64


def _centre_of(session: Session, subject_id: int) -> int:
    centre = session.get(Centre, subject_id)
    if centre is None:
        raise NotFound("centre", subject_id)
    return centre.id


def _build(_session: Session, _subject_id: int, _sources: Sources) -> ReportBody:
    return ReportBody("Essai", "<html></html>", HASH)


ESSAI = ReportKind("essai", Permission.ASSESSMENT_READ, _centre_of, _build)


def ask(
    session: Session,
    actor: Actor,
    centre: Centre,
    clock: FakeClock,
    content_hash: str = HASH,
    *,
    asked: str = "",
    remake: bool = False,
) -> Report:
    return ask_report(
        session,
        actor,
        "essai",
        centre.id,
        content_hash,
        clock.now(),
        asked=asked,
        remake=remake,
        reports=[ESSAI],
    )


def claim(session: Session, clock: FakeClock) -> ClaimedReport:
    claimed = claim_report(session, clock.now())
    assert claimed is not None
    return claimed
