"""What awaits a person in the plans of their centres, for the home page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.actions import SOON
from aqss.gateways.french import end_of_day, paris
from aqss.persistence.actions import Action
from aqss.persistence.centres import Centre
from aqss.persistence.runs import Task
from aqss.services.actions.finding import IS_OVER, named_dates
from aqss.services.runs.given import list_given

MOST = 20
"""Lines of each kind; the plan holds the others."""


class Errand(StrEnum):
    """What a person is waited for, as far as actions go."""

    DO = "do"  # who is in charge: get it done
    STEP = "step"  # who was given a step of it, or a task of its check-list
    VERIFY = "verify"  # who leads: look at its effect and close it
    LATE = "late"  # who leads: so many of the centre are late


@dataclass(frozen=True)
class AwaitedAction:
    """One thing to do; ``action`` is None for a count, ``step`` its label for a step."""

    errand: Errand
    centre_id: int
    centre_name: str
    due_at: datetime | None
    action: Action | None = None
    step: str = ""
    count: int = 1


def what_awaits_in_plans(session: Session, actor: Actor, now: datetime) -> tuple[AwaitedAction, ...]:
    """What the actor is waited for in the plans of their centres, the most urgent first of each kind.

    Theirs when late, due within a week or not begun; steps given to them; for who leads, what is to be
    verified now, and how many are late. Four queries, of :data:`MOST` lines each at most.
    """
    today = paris(now).date()
    led = [key for key in actor.centre_ids() if is_allowed(actor, Permission.ACTION_EDIT, centre_id=key)]
    return (
        *_own(session, actor, today),
        *_steps(session, actor),
        *_to_verify(session, actor, led, today),
        *_late(session, led, today),
    )


def _own(session: Session, actor: Actor, today: date) -> list[AwaitedAction]:
    """Started or not: what its owner should look at this week."""
    rows = session.execute(
        select(Action, Centre.name)
        .join(Centre, Centre.id == Action.centre_id)
        .where(
            Action.owner_id == actor.user_id,
            Action.centre_id.in_(actor.centre_ids()),
            ~IS_OVER,
            Action.done_at.is_(None),
            or_(Action.due_at.is_(None), Action.due_at <= end_of_day(today + SOON)),
            Centre.closed_at.is_(None),
        )
        .order_by(Action.due_at.is_(None), Action.due_at, Action.id)
        .limit(MOST)
    )
    return [_line(Errand.DO, row) for row in rows]


def _steps(session: Session, actor: Actor) -> list[AwaitedAction]:
    """Its steps are over once it is declared done; the check-list of its state is not."""
    is_open = or_(Action.done_at.is_(None), Task.state != "")
    return [
        AwaitedAction(Errand.STEP, one.run.centre_id, one.centre_name, one.due_at, one.run, one.label)
        for one in list_given(session, actor, Action, named_dates, is_open)
    ]


def _to_verify(
    session: Session, actor: Actor, centre_ids: Collection[int], today: date
) -> list[AwaitedAction]:
    """Done, its day has come, and somebody else did it: whoever did it does not judge it."""
    rows = session.execute(
        select(Action, Centre.name)
        .join(Centre, Centre.id == Action.centre_id)
        .where(
            Action.centre_id.in_(centre_ids),
            ~IS_OVER,
            Action.done_at.is_not(None),
            or_(Action.review_on.is_(None), Action.review_on <= today),
            or_(Action.owner_id.is_(None), Action.owner_id != actor.user_id),
            Centre.closed_at.is_(None),
        )
        .order_by(Action.due_at.is_(None), Action.due_at, Action.id)
        .limit(MOST)
    )
    return [_line(Errand.VERIFY, row) for row in rows]


def _late(session: Session, centre_ids: Collection[int], today: date) -> list[AwaitedAction]:
    """How many of each centre have passed their last day, and the first of those days."""
    rows = session.execute(
        select(Centre.id, Centre.name, func.count().label("late"), func.min(Action.due_on).label("first"))
        .join(Action, Action.centre_id == Centre.id)
        .where(
            Centre.id.in_(centre_ids),
            Centre.closed_at.is_(None),
            ~IS_OVER,
            Action.done_at.is_(None),
            Action.due_on < today,
        )
        .group_by(Centre.id, Centre.name)
        .order_by(Centre.name, Centre.id)
    )
    return [
        AwaitedAction(Errand.LATE, row.id, row.name, end_of_day(row.first), count=row.late) for row in rows
    ]


def _line(errand: Errand, row: Any) -> AwaitedAction:
    action: Action = row.Action
    return AwaitedAction(errand, action.centre_id, row.name, action.due_at, action)
