"""The report job: makes the PDFs asked for, one at a time, and puts each file in place whole."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from aqss.gateways.french import count_fr
from aqss.gateways.pdf import count_pages, make_pdf
from aqss.gateways.writing import write_atomically
from aqss.jobs.turns import Turn
from aqss.services.reports import REPORTS, kind_named
from aqss.services.reports.kinds import ReportBody, ReportKind, Sources
from aqss.services.reports.making import (
    ClaimedReport,
    claim_report,
    count_waiting,
    forget_report,
    mark_failed,
    mark_made,
    report_path,
)

log = logging.getLogger(__name__)


def make_reports(turn: Turn, reports: Sequence[ReportKind] = REPORTS) -> int:
    """Make every report asked for; how many were made. None asked for: one reading."""
    made = 0
    while not turn.stopping.is_set():
        claimed = _claim(turn)
        if claimed is None:
            break
        made += _make(turn, claimed, reports)
    return made


def tell_reports(turn: Turn) -> str:
    """What a pass would do, in French."""
    return f"Rapports à faire : {count_fr(_count_waiting(turn), 'rapport')}."


def _count_waiting(turn: Turn) -> int:
    with turn.runtime.sessions.reading() as session:
        return count_waiting(session, turn.now())


def _claim(turn: Turn) -> ClaimedReport | None:
    if _count_waiting(turn) == 0:
        return None
    with turn.runtime.sessions.writing() as session:
        claimed = claim_report(session, turn.now())
        session.commit()
    return claimed


def _make(turn: Turn, claimed: ClaimedReport, reports: Sequence[ReportKind]) -> bool:
    """Whether it was made. One that cannot be made never holds the others back."""
    try:
        body = _body(turn, claimed, reports)
        if body.content_hash != claimed.content_hash:
            turn.settle(lambda session: forget_report(session, claimed))
            return False
        pdf = make_pdf(body.html, title=body.title)
        write_atomically(report_path(turn.runtime.settings.reports, claimed.content_hash), pdf)
    except Exception as error:
        log.exception("report %s (%s) not made", claimed.id, claimed.kind)
        failure = f"{type(error).__name__}: {error}"
        turn.settle(lambda session: mark_failed(session, claimed, failure, turn.now()))
        return False
    turn.settle(lambda session: mark_made(session, claimed, count_pages(pdf), turn.now()))
    return True


def _body(turn: Turn, claimed: ClaimedReport, reports: Sequence[ReportKind]) -> ReportBody:
    runtime = turn.runtime
    sources = Sources(runtime.catalogue, runtime.links, turn.now(), claimed.asked)
    with runtime.sessions.reading() as session:
        return kind_named(claimed.kind, reports).build(session, claimed.subject_id, sources)
