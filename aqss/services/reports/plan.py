"""The report of a centre's plan, for a meeting: its list, then each action under the columns of a PAQSS."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Permission, Role
from aqss.domain.actions import Cell
from aqss.domain.errors import NotFound
from aqss.gateways import drawing
from aqss.gateways.rendering import render_report, render_report_body
from aqss.gateways.tables import Column, text_of
from aqss.persistence.accounts import User
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre
from aqss.persistence.runs import Task
from aqss.services.actions.board import read_matrix
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import Filters, View, order_of
from aqss.services.actions.listing import count_views, open_scope
from aqss.services.actions.rows import PlanRow, read_rows
from aqss.services.actions.words import ZONES
from aqss.services.reports.kinds import ReportBody, ReportKind, Sources
from aqss.services.reports.plan_asked import narrowings, read_asked, title_of

KIND = "plan"
TITLE = "Plan d’actions"

MOST_ACTIONS = 150
"""Told one by one, the first in the order asked."""

PAIRS = 5
"""Short columns of a card, side by side."""

_IN_HEADING = {"N°", "Objectif"}


@dataclass(frozen=True)
class Step:
    """A task of an action: who does it and by when, where it is told."""

    label: str
    owner: str | None
    due_on: date | None
    is_done: bool


@dataclass(frozen=True)
class Card:
    """An action: for each column that says something its heading and what it says.

    ``pairs``: short ones, some beside each other; ``texts``: the others.
    """

    number: str
    title: str
    owner: str | None
    due_on: date | None
    state: str
    progress: int
    late: int
    is_to_review: bool
    pairs: tuple[tuple[tuple[str, str], ...], ...]
    texts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PlanReport:
    """All that the report tells, without the session it was read with; ``as_of`` is when.

    ``heading`` and ``narrowings``: which actions it is about; ``matrix``: the place of each of them.
    """

    centre_id: int
    centre_name: str
    town: str
    finess: str | None
    as_of: datetime
    filters: Filters
    heading: str
    narrowings: tuple[str, ...]
    cards: tuple[Card, ...]
    counts: Mapping[View, int]
    matrix: Sequence[Sequence[Cell[Any]]]

    @property
    def total(self) -> int:
        """How many it is about."""
        return self.counts[self.filters.view]

    @property
    def left_out(self) -> int:
        """How many are not told one by one."""
        return self.total - len(self.cards)


def read_report(
    session: Session, actor: Actor, filters: Filters, now: datetime, *, centre_id: int
) -> PlanReport:
    """What the list of the plan shows under those filters, on every page of it, at ``now``.

    The same queries whatever the number of actions. Raises :class:`~aqss.domain.errors.NotAllowed`,
    :class:`NotFound`.
    """
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    centre, today = session.get_one(Centre, centre_id), scope.asker.today
    order = order_of(scope.filters, scope.options.states)
    rows = read_rows(session, scope.wanted, order, limit=MOST_ACTIONS)
    steps = _read_steps(session, [row.action.id for row in rows])
    return PlanReport(
        centre_id=centre_id,
        centre_name=centre.name,
        town=centre.town,
        finess=centre.finess,
        as_of=now,
        filters=scope.filters,
        heading=title_of(session, scope),
        narrowings=narrowings(session, scope),
        cards=tuple(_card(row, today, steps.get(row.action.id, ())) for row in rows),
        counts=count_views(session, scope),
        matrix=read_matrix(session, actor, filters, now, centre_id=centre_id).rows,
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
    asked = read_asked(sources.asked)
    reader = Actor(asked.reader_id, "aqss", (Grant(Role.MEMBER, centre_id=centre_id),))
    document = document_html(read_report(session, reader, asked.filters, sources.now, centre_id=centre_id))
    return ReportBody(TITLE, document, _hash(centre_id, document))


REPORT = ReportKind(KIND, Permission.ACTION_READ, _centre_of, _build)


def _context(report: PlanReport) -> dict[str, object]:
    return {"report": report, "title": TITLE, "drawing": drawing, "zones": ZONES, "pairs": PAIRS}


def _read_steps(session: Session, action_ids: Sequence[int]) -> dict[int | None, list[Step]]:
    """Action → its tasks, in their order."""
    rows = session.execute(
        select(Task, User.name)
        .outerjoin(User, User.id == Task.owner_id)
        .where(Task.action_id.in_(action_ids), Task.code.is_(None))
        .order_by(Task.action_id, Task.position, Task.id)
    )
    found: dict[int | None, list[Step]] = {}
    for task, owner in rows:
        step = Step(task.label, owner, task.due_on, task.done_at is not None)
        found.setdefault(task.action_id, []).append(step)
    return found


def _card(row: PlanRow, today: date, steps: Iterable[Step]) -> Card:
    timing = row.timing(today)
    columns = [one for one in PLAN_COLUMNS if one.heading not in _IN_HEADING]
    short = _said(row, (one for one in columns if not one.wraps))
    return Card(
        number=str(row.action.number),
        title=row.action.title,
        owner=row.owner,
        due_on=row.action.due_on,
        state=row.state.label,
        progress=row.action.progress,
        late=timing.late,
        is_to_review=timing.is_to_review,
        pairs=tuple(short[place : place + PAIRS] for place in range(0, len(short), PAIRS)),
        texts=_said(row, (one for one in columns if one.wraps)),
        steps=tuple(steps),
    )


def _said(row: PlanRow, columns: Iterable[Column[PlanRow]]) -> tuple[tuple[str, str], ...]:
    """Heading and text of each column that says something."""
    told = ((column.heading, text_of(column, row)) for column in columns)
    return tuple((heading, text) for heading, text in told if text)
