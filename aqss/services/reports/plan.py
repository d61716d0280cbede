"""The report of a centre's plan: what there is to do, and what was done, under the columns of a PAQSS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Permission, Role
from aqss.domain.actions import Cell, place_in_matrix
from aqss.domain.errors import NotFound
from aqss.gateways import drawing
from aqss.gateways.rendering import render_report, render_report_body
from aqss.gateways.tables import Column, text_of
from aqss.persistence.actions import Action
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import PRIORITY_ORDER, Filters, View, is_in_view
from aqss.services.actions.listing import count_views, open_scope
from aqss.services.actions.rows import PlanRow, read_rows
from aqss.services.actions.words import ZONES
from aqss.services.reports.kinds import ReportBody, ReportKind, Sources

KIND = "plan"
TITLE = "Plan d’actions"

MOST_ACTIONS = 150
"""Told one by one: those that run first, by priority, then the last ones that ended."""


@dataclass(frozen=True)
class Card:
    """An action: for each column its heading and what it says; ``pairs``: short ones, two by two."""

    number: str
    title: str
    zone: str
    late: int
    is_to_review: bool
    pairs: tuple[tuple[tuple[str, str], ...], ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlanReport:
    """All that the report tells, without the session it was read with; ``as_of`` is when."""

    centre_id: int
    centre_name: str
    town: str
    finess: str | None
    as_of: datetime
    open: tuple[Card, ...]
    over: tuple[Card, ...]
    counts: Mapping[View, int]
    matrix: Sequence[Sequence[Cell[int]]]

    @property
    def left_out(self) -> int:
        """How many are not told one by one."""
        return self.counts[View.ALL] - len(self.open) - len(self.over)


def read_report(session: Session, actor: Actor, centre_id: int, now: datetime) -> PlanReport:
    """The whole plan at ``now``, whatever its list shows; the same queries whatever the number of actions.

    Raises :class:`~aqss.domain.errors.NotAllowed`, :class:`NotFound`.
    """
    scope = open_scope(session, actor, Filters(), now, centre_id=centre_id)
    centre, today = session.get_one(Centre, centre_id), scope.asker.today
    ended = scope.asked & is_in_view(View.OVER, scope.asker)
    latest_first = (Action.ended_at.desc(), Action.number.desc())
    running = read_rows(session, scope.wanted, PRIORITY_ORDER, limit=MOST_ACTIONS)
    over = read_rows(session, ended, latest_first, limit=MOST_ACTIONS - len(running))
    return PlanReport(
        centre_id=centre_id,
        centre_name=centre.name,
        town=centre.town,
        finess=centre.finess,
        as_of=now,
        open=tuple(_card(row, today) for row in running),
        over=tuple(_card(row, today) for row in over),
        counts=count_views(session, scope),
        matrix=place_in_matrix((row.action.number, row.marks) for row in running),
    )


def body_html(report: PlanReport) -> Markup:
    """The report's body, for its web page: headings from h2 on; no style and no script."""
    return render_report_body(KIND, _context(report))


def document_html(report: PlanReport) -> str:
    """The whole document that :func:`aqss.gateways.pdf.make_pdf` takes."""
    return render_report(KIND, _context(report))


def content_hash(report: PlanReport) -> str:
    """The hash under which the report of that content is kept: it is made once."""
    return _hash(report.centre_id, document_html(report))


def _hash(centre_id: int, document: str) -> str:
    return hashlib.sha256(f"{KIND} {centre_id}\n{document}".encode()).hexdigest()


def _centre_of(session: Session, centre_id: int) -> int:
    known = session.get(Centre, centre_id) if 0 < centre_id <= LARGEST_ID else None
    if known is None:
        raise NotFound("centre", centre_id)
    return known.id


def _build(session: Session, centre_id: int, sources: Sources) -> ReportBody:
    """For the job, which reads as somebody of the team would: whoever asked was allowed to."""
    reader = Actor(0, "aqss", (Grant(Role.MEMBER, centre_id=centre_id),))
    document = document_html(read_report(session, reader, centre_id, sources.now))
    return ReportBody(TITLE, document, _hash(centre_id, document))


REPORT = ReportKind(KIND, Permission.ACTION_READ, _centre_of, _build)


def _context(report: PlanReport) -> dict[str, object]:
    return {"report": report, "title": TITLE, "drawing": drawing, "zones": ZONES}


def _card(row: PlanRow, today: date) -> Card:
    timing = row.timing(today)
    short = [_cell(column, row) for column in PLAN_COLUMNS if not column.wraps]
    return Card(
        number=str(row.action.number),
        title=row.action.title,
        zone=ZONES[row.marks.zone],
        late=timing.late,
        is_to_review=timing.is_to_review,
        pairs=tuple(tuple(short[place : place + 2]) for place in range(0, len(short), 2)),
        texts=tuple(_cell(column, row) for column in PLAN_COLUMNS if column.wraps),
    )


def _cell(column: Column[PlanRow], row: PlanRow) -> tuple[str, str]:
    return column.heading, text_of(column, row)
