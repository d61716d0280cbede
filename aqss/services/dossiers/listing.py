"""The dossiers of a centre, of all of a person's centres, and those sent to their structures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, require
from aqss.domain.definitions.workflows import State, Workflow
from aqss.gateways.french import paris, start_of_day
from aqss.persistence.accounts import User
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.services.editions import load_workflows
from aqss.services.paging import nearest_page

PAGE_SIZE = 30

WHICH: Mapping[str, str] = {
    "en-cours": "En cours",
    "en-retard": "En retard",
    "termines": "Terminés",
    "tous": "Tous",
}
"""What a list may show, in the words a person reads."""


@dataclass(frozen=True)
class Filters:
    """What of the list is shown: a key of :data:`WHICH`; of one workflow and one of its states, if told."""

    which: str = "en-cours"
    workflow: str = ""
    state: str = ""


@dataclass(frozen=True)
class DossierLine:
    """A dossier in a list; ``owner`` is None for nobody, and not told to a structure."""

    dossier: Dossier
    workflow: Workflow
    state: State
    centre_name: str
    owner: str | None
    is_late: bool


@dataclass(frozen=True)
class DossiersPage:
    """One page of ``total`` dossiers: what runs first, the soonest due first; then the latest ended.

    ``workflows``: those that some dossier there follows, name → title; ``states``: of the one chosen, name →
    label. Pages are numbered from 1 and there is always one.
    """

    lines: tuple[DossierLine, ...]
    filters: Filters
    workflows: Mapping[str, str]
    states: Mapping[str, str]
    number: int
    count: int
    total: int


def list_dossiers(
    session: Session, actor: Actor, centre_id: int, filters: Filters, now: datetime, page: int = 1
) -> DossiersPage:
    """Those of the centre, for its team; raises :class:`~aqss.domain.errors.NotAllowed`."""
    require(actor, Permission.DOSSIER_READ, centre_id=centre_id)
    return _list(session, actor, Dossier.centre_id == centre_id, filters, now, page)


def list_own_dossiers(
    session: Session, actor: Actor, filters: Filters, now: datetime, page: int = 1
) -> DossiersPage:
    """Those of all the centres of the actor, and those that were sent to their structures."""
    return _list(session, actor, is_open_to(actor), filters, now, page)


def is_open_to(actor: Actor) -> ColumnElement[bool]:
    """The condition for a dossier to be read by the actor: of their centres, or sent to their structures."""
    structures = [grant.structure_id for grant in actor.grants if grant.role is Role.STRUCTURE]
    is_sent = and_(Dossier.structure_id.in_(structures), Dossier.sent_at.is_not(None))
    return or_(Dossier.centre_id.in_(actor.centre_ids()), is_sent)


def _list(
    session: Session, actor: Actor, mine: ColumnElement[bool], filters: Filters, now: datetime, page: int
) -> DossiersPage:
    """Four queries, whatever the number of dossiers and centres; a workflow or a state never heard of is none
    chosen.
    """
    editions = load_workflows(session)
    states = _states(editions, filters.workflow)
    if not states or (filters.state and filters.state not in states):
        filters = replace(filters, workflow=filters.workflow if states else "", state="")
    names = session.scalars(select(Dossier.workflow).where(mine).distinct()).all()
    titles = {one.workflow: one.title for one in _latest(editions) if one.workflow in names}
    found = and_(mine, _is_asked(filters, now))
    total = session.scalar(select(func.count()).select_from(Dossier).where(found)) or 0
    at = nearest_page(page, total=total, size=PAGE_SIZE)
    rows = session.execute(
        select(Dossier, Centre.name.label("centre_name"), User.name.label("owner"))
        .join(Centre, Centre.id == Dossier.centre_id)
        .outerjoin(User, User.id == Dossier.owner_id)
        .where(found)
        .order_by(*_order())
        .limit(PAGE_SIZE)
        .offset(at.first)
    )
    team = frozenset(actor.centre_ids())
    lines = tuple(
        _line(row.Dossier, editions, row.centre_name, row.owner, now, is_team=row.Dossier.centre_id in team)
        for row in rows
    )
    return DossiersPage(lines, filters, titles, states, at.number, at.count, total)


def _line(
    dossier: Dossier,
    editions: Mapping[int, Workflow],
    centre_name: str,
    owner: str | None,
    now: datetime,
    *,
    is_team: bool,
) -> DossierLine:
    workflow = editions[dossier.workflow_edition_id]
    return DossierLine(
        dossier,
        workflow,
        workflow.by_state[dossier.state],
        centre_name,
        owner if is_team else None,
        is_late(dossier, now),
    )


def is_late(dossier: Dossier, now: datetime) -> bool:
    """Whether it runs past the last day of its present state: from the day after on, in Paris."""
    return dossier.ended_at is None and dossier.due_at is not None and dossier.due_at <= _today_starts(now)


def runs_late(now: datetime) -> ColumnElement[bool]:
    """The condition for a dossier to be late: see :func:`is_late`."""
    return and_(Dossier.ended_at.is_(None), Dossier.due_at <= _today_starts(now))


def _today_starts(now: datetime) -> datetime:
    return start_of_day(paris(now).date())


def _is_asked(filters: Filters, now: datetime) -> ColumnElement[bool]:
    conditions = {
        "en-cours": Dossier.ended_at.is_(None),
        "en-retard": runs_late(now),
        "termines": Dossier.ended_at.is_not(None),
    }
    asked = [conditions[filters.which]] if filters.which in conditions else []
    if filters.workflow:
        asked.append(Dossier.workflow == filters.workflow)
    if filters.workflow and filters.state:
        asked.append(Dossier.state == filters.state)
    return and_(True, *asked)


def _order() -> tuple[Any, ...]:
    runs_first = case((Dossier.ended_at.is_(None), 0), else_=1)
    return (
        runs_first,
        Dossier.ended_at.desc(),
        case((Dossier.due_at.is_(None), 1), else_=0),
        Dossier.due_at,
        Dossier.id.desc(),
    )


def _latest(editions: Mapping[int, Workflow]) -> tuple[Workflow, ...]:
    """The latest version of each workflow, by title."""
    latest = {one.workflow: one for one in sorted(editions.values(), key=lambda one: one.version)}
    return tuple(sorted(latest.values(), key=lambda one: one.title))


def _states(editions: Mapping[int, Workflow], name: str) -> dict[str, str]:
    """Those of every version of that workflow, the latest version first."""
    states: dict[str, str] = {}
    for one in sorted(editions.values(), key=lambda one: -one.version):
        if one.workflow == name:
            states = {**{state.state: state.label for state in one.states}, **states}
    return states
