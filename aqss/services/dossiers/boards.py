"""The dossiers of one workflow by state: the columns of a board."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.workflows import State, Workflow
from aqss.persistence.accounts import User
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.listing import is_late
from aqss.services.editions import load_workflows

MOST_CARDS = 20
"""Dossiers that a column shows: the soonest due; of an end, the latest."""


@dataclass(frozen=True)
class Card:
    """A dossier on the board."""

    dossier: Dossier
    centre_name: str
    owner: str | None
    is_late: bool


@dataclass(frozen=True)
class Column:
    """A state, with ``total`` dossiers in it."""

    state: str
    label: str
    is_end: bool
    cards: tuple[Card, ...]
    total: int


@dataclass(frozen=True)
class Board:
    """The states of ``workflow`` in their order; ``workflows``: those that some dossier there follows."""

    workflow: str
    workflows: dict[str, str]
    columns: tuple[Column, ...]


def read_board(session: Session, actor: Actor, centre_id: int, workflow: str, now: datetime) -> Board:
    """Of the centre, for its team; of the workflow told, else of the one of the latest dossier.

    The same queries whatever the number of dossiers. Raises :class:`~aqss.domain.errors.NotAllowed`.
    """
    require(actor, Permission.DOSSIER_READ, centre_id=centre_id)
    return _board(session, Dossier.centre_id == centre_id, workflow, now)


def read_own_board(session: Session, actor: Actor, workflow: str, now: datetime) -> Board:
    """Of all the centres of the actor together."""
    return _board(session, Dossier.centre_id.in_(actor.centre_ids()), workflow, now)


def _board(session: Session, mine: ColumnElement[bool], workflow: str, now: datetime) -> Board:
    editions = load_workflows(session)
    followed = session.execute(
        select(Dossier.workflow, func.max(Dossier.workflow_edition_id).label("edition"))
        .where(mine)
        .group_by(Dossier.workflow)
        .order_by(func.max(Dossier.id).desc())
    ).all()
    latest = {row.workflow: editions[row.edition] for row in followed}
    chosen = workflow if workflow in latest else next(iter(latest), "")
    cards, totals = _cards(session, mine & (Dossier.workflow == chosen), now)
    columns = tuple(
        Column(one.state, one.label, one.final, cards.get(one.state, ()), totals.get(one.state, 0))
        for one in _states(editions.values(), latest.get(chosen), totals)
    )
    return Board(chosen, {name: one.title for name, one in latest.items()}, columns)


def _states(
    editions: Iterable[Workflow], latest: Workflow | None, totals: Collection[str]
) -> Iterable[State]:
    """Those of the latest version followed there, then those of the others where a dossier stands."""
    if latest is None:
        return ()
    states = dict(latest.by_state)
    for one in editions:
        if one.workflow == latest.workflow:
            for name in totals:
                if name in one.by_state:
                    states.setdefault(name, one.by_state[name])
    return states.values()


def _cards(
    session: Session, mine: ColumnElement[bool], now: datetime
) -> tuple[dict[str, tuple[Card, ...]], dict[str, int]]:
    """State → its cards, and how many dossiers it has."""
    order = (
        Dossier.ended_at.desc(),
        case((Dossier.due_at.is_(None), 1), else_=0),
        Dossier.due_at,
        Dossier.id.desc(),
    )
    ranked = (
        select(
            Dossier,
            func.row_number().over(partition_by=Dossier.state, order_by=order).label("rank"),
            func.count().over(partition_by=Dossier.state).label("total"),
        )
        .where(mine)
        .subquery()
    )
    found = aliased(Dossier, ranked)
    rows = session.execute(
        select(found, Centre.name.label("centre_name"), User.name.label("owner"), ranked.c.total)
        .join(Centre, Centre.id == found.centre_id)
        .outerjoin(User, User.id == found.owner_id)
        .where(ranked.c.rank <= MOST_CARDS)
        .order_by(ranked.c.rank)
    )
    cards: dict[str, tuple[Card, ...]] = {}
    totals: dict[str, int] = {}
    for dossier, centre_name, owner, total in rows:
        card = Card(dossier, centre_name, owner, is_late(dossier, now))
        cards[dossier.state] = (*cards.get(dossier.state, ()), card)
        totals[dossier.state] = total
    return cards, totals
