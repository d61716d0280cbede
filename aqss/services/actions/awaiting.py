"""What awaits a person in the plans of their centres, for the home page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.lifecycle import allows, tasks_of
from aqss.gateways.french import end_of_day, paris
from aqss.persistence.actions import Action
from aqss.persistence.centres import Centre
from aqss.persistence.runs import Task
from aqss.services.actions.finding import IS_OVER, named_dates
from aqss.services.editions import load_workflow
from aqss.services.runs.given import list_given

MOST = 20
"""Lines of each kind; the plan holds the others."""


class Errand(StrEnum):
    """What a person is waited for, as far as actions go."""

    START = "start"  # who is in charge: launch it
    DO = "do"  # who is in charge: get it done
    STEP = "step"  # who was given a step of it, or a task of its check-list
    VERIFY = "verify"  # who leads: look at its effect and close it
    LATE = "late"  # who leads: so many of the centre, others' than theirs, are late
    CHECK = "check"  # who has a role: so many stay in a state with tasks for it


class Need(StrEnum):
    """What actions wait for in a state that has lasted too long."""

    START = "start"
    VERIFY = "verify"
    GO_ON = "go-on"


@dataclass(frozen=True)
class AwaitedAction:
    """One thing to do; ``action`` is None for a count, ``step`` its label for a step.

    ``due_at``: the last day of the action itself, or of the step; the first of them for a count.
    ``besides``: late ones of theirs are told one by one. ``needs``: what a count is made of; ``state``: the
    one they are all in, empty for several.
    """

    errand: Errand
    centre_id: int
    centre_name: str
    due_at: datetime | None
    action: Action | None = None
    step: str = ""
    count: int = 1
    besides: bool = False
    needs: Mapping[Need, int] = field(default_factory=dict)
    state: str = ""


def what_awaits_in_plans(session: Session, actor: Actor, now: datetime) -> tuple[AwaitedAction, ...]:
    """What the actor is waited for in the plans of their centres, by kind; of each, the most urgent first.

    All that is theirs and not done, to launch or to get on with, by due day; steps and tasks given to them;
    for who leads, what is to be verified now, and how many others' are late; how many stay too long in a
    state whose check-list waits for one of their roles. Six queries; :data:`MOST` lines a kind at most.
    """
    today = paris(now).date()
    led = [key for key in actor.centre_ids() if is_allowed(actor, Permission.ACTION_EDIT, centre_id=key)]
    return (
        *_own(session, actor),
        *_steps(session, actor),
        *_to_verify(session, actor, led, today),
        *_late(session, actor, led, today),
        *_stuck(session, actor, led, now),
    )


def _own(session: Session, actor: Actor) -> list[AwaitedAction]:
    """Launched or not; due when it is itself, whenever its state is."""
    rows = session.execute(
        select(Action, Centre.name)
        .join(Centre, Centre.id == Action.centre_id)
        .where(
            Action.owner_id == actor.user_id,
            Action.centre_id.in_(actor.centre_ids()),
            ~IS_OVER,
            Action.done_at.is_(None),
            Centre.closed_at.is_(None),
        )
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .limit(MOST)
    )
    found = []
    for action, name in rows:
        workflow = load_workflow(session, action.workflow_edition_id)
        errand = Errand.START if workflow.by_state[action.state].initial else Errand.DO
        due_at = None if action.due_on is None else end_of_day(action.due_on)
        found.append(AwaitedAction(errand, action.centre_id, name, due_at, action))
    return found


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
    """Done, its day has come, and by somebody else: who did it, or declared it done, does not judge it."""
    rows = session.execute(
        select(Action, Centre.name)
        .join(Centre, Centre.id == Action.centre_id)
        .where(
            Action.centre_id.in_(centre_ids),
            ~IS_OVER,
            Action.done_at.is_not(None),
            or_(Action.review_on.is_(None), Action.review_on <= today),
            _is_another_s(Action.owner_id, actor),
            _is_another_s(Action.done_by_id, actor),
            Centre.closed_at.is_(None),
        )
        .order_by(Action.due_at.is_(None), Action.due_at, Action.id)
        .limit(MOST)
    )
    return [_line(Errand.VERIFY, row) for row in rows]


def _late(session: Session, actor: Actor, centre_ids: Collection[int], today: date) -> list[AwaitedAction]:
    """How many of each centre have passed their last day, and the first of those days; but their own."""
    others = _is_another_s(Action.owner_id, actor)
    rows = session.execute(
        select(
            Centre.id,
            Centre.name,
            func.count().label("late"),
            func.count().filter(others).label("others"),
            func.min(Action.due_on).filter(others).label("first"),
        )
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
        AwaitedAction(
            Errand.LATE,
            row.id,
            row.name,
            end_of_day(row.first),
            count=row.others,
            besides=row.late > row.others,
        )
        for row in rows
        if row.others
    ]


def _stuck(session: Session, actor: Actor, centre_ids: Collection[int], now: datetime) -> list[AwaitedAction]:
    """One line a centre: its actions whose state is past its end with a task open for a role of theirs.

    What is told one by one is left out: theirs, and for who leads (``centre_ids``) what is to be verified.
    """
    columns = (Action.id, Action.centre_id, Action.workflow_edition_id, Action.state, Action.due_at)
    rows = session.execute(
        select(*columns, Centre.name)
        .join(Centre, Centre.id == Action.centre_id)
        .where(
            Action.centre_id.in_(actor.centre_ids()),
            ~IS_OVER,
            Action.due_at <= now,
            _is_another_s(Action.owner_id, actor),
            or_(Action.done_at.is_(None), Action.centre_id.not_in(centre_ids)),
            Centre.closed_at.is_(None),
        )
        .order_by(Centre.name, Centre.id, Action.due_at, Action.id)
    ).all()
    said = _said(session, [row.id for row in rows])
    found: dict[int, AwaitedAction] = {}
    for row in rows:
        workflow = load_workflow(session, row.workflow_edition_id)
        roles = {role.value for role in actor.roles_in(row.centre_id)}
        asked = [one.task for one in tasks_of(workflow, row.state) if one.role in roles]
        if all((row.id, row.state, task) in said for task in asked):
            continue
        blank = AwaitedAction(Errand.CHECK, row.centre_id, row.name, row.due_at, count=0, state=row.state)
        one, need = found.get(row.centre_id, blank), _need(workflow, row.state)
        needs = {**one.needs, need: one.needs.get(need, 0) + 1}
        state = row.state if row.state == one.state else ""
        found[row.centre_id] = replace(one, count=one.count + 1, needs=needs, state=state)
    return list(found.values())


def _said(session: Session, action_ids: Collection[int]) -> set[tuple[int, str, str]]:
    """Action, state and task of the lines that are done, or were given to somebody, who is told of it."""
    rows = session.execute(
        select(Task.action_id, Task.state, Task.code).where(
            Task.action_id.in_(action_ids),
            Task.code.is_not(None),
            or_(Task.done_at.is_not(None), Task.owner_id.is_not(None)),
        )
    )
    return {(row.action_id, row.state, row.code) for row in rows}


def _need(workflow: Workflow, state: str) -> Need:
    if workflow.by_state[state].initial:
        return Need.START
    return Need.VERIFY if allows(workflow, state, "close") else Need.GO_ON


def _is_another_s(column: InstrumentedAttribute[int | None], actor: Actor) -> ColumnElement[bool]:
    return or_(column.is_(None), column != actor.user_id)


def _line(errand: Errand, row: Any) -> AwaitedAction:
    action: Action = row.Action
    return AwaitedAction(errand, action.centre_id, row.name, action.due_at, action)
