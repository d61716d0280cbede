"""Changing several actions of a centre at once: each is changed whole or left as it was, and each is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import (
    AqssError,
    Fault,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPossibleNow,
    StaleEdit,
)
from aqss.domain.lifecycle import is_onward, require_ability
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.services.actions.changing import change_action, read_draft
from aqss.services.actions.moving import move_action
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import require_version

MOST_ACTIONS = 100
"""Changed at once: as many as a page of a list holds."""

MOST_WEEKS = 104
"""How far due days are moved at once, either way."""


class Gesture(StrEnum):
    """What is done to several actions."""

    OWNER = "owner"
    DUE = "due"
    SHIFT = "shift"
    START = "start"


@dataclass(frozen=True)
class Change:
    """A gesture with its value: somebody in charge or nobody, a due day or none, weeks (back if negative)."""

    gesture: Gesture
    owner_id: int | None = None
    due_on: date | None = None
    weeks: int = 0


@dataclass(frozen=True)
class Outcome:
    """What the change did to one action, or why it did nothing.

    ``before`` and ``after``: the owner's name, the due day, or the label of the state; None for none.
    ``refusal``: None once changed. ``version``: the one the change started from.
    """

    action_id: int
    number: int
    title: str
    version: int
    before: str | date | None
    after: str | date | None
    refusal: AqssError | None = None


def change_together(
    session: Session,
    actor: Actor,
    *,
    centre_id: int,
    versions: Mapping[int, int | None],
    change: Change,
    now: datetime,
    links: Links,
) -> tuple[Outcome, ...]:
    """Change each of these actions as if alone, by the rules of :mod:`.changing` and :mod:`.moving`.

    ``versions``: action → the version its change starts from, None for the one it has. Actions of other
    centres are left out. To be undone by the caller to tell only what would happen. Raises
    :class:`~aqss.domain.errors.NotAllowed`, :class:`InvalidInput` on ``actions`` (none, too many), ``weeks``.
    """
    _check(versions, change)
    actions = list_chosen(session, actor, centre_id, versions)
    if not actions:
        raise InvalidInput((Fault("actions", "at-least-one"),))
    return tuple(
        _change_one(session, actor, action, versions[action.id], change, now, links) for action in actions
    )


def list_chosen(session: Session, actor: Actor, centre_id: int, keys: Collection[int]) -> Sequence[Action]:
    """Those of the actions that are the centre's, by number, for who may change them."""
    require(actor, Permission.ACTION_EDIT, centre_id=centre_id)
    is_chosen = (Action.centre_id == centre_id) & Action.id.in_(list(keys)[:MOST_ACTIONS])
    return session.scalars(select(Action).where(is_chosen).order_by(Action.number)).all()


def _check(versions: Collection[int], change: Change) -> None:
    if len(versions) > MOST_ACTIONS:
        raise InvalidInput((Fault("actions", "too-many", (MOST_ACTIONS,)),))
    if change.gesture is Gesture.SHIFT and not 1 <= abs(change.weeks) <= MOST_WEEKS:
        raise InvalidInput((Fault("weeks", "number-range", (-MOST_WEEKS, MOST_WEEKS)),))


def _change_one(
    session: Session,
    actor: Actor,
    action: Action,
    version: int | None,
    change: Change,
    now: datetime,
    links: Links,
) -> Outcome:
    started_from = action.version if version is None else version
    key, number, title = action.id, action.number, action.title
    before, refusal = _told(session, action, change), None
    try:
        with session.begin_nested():
            require_version(action, "action", started_from)
            _apply(session, actor, action, change, now, links)
    except (InvalidInput, InvalidTransition, NotPossibleNow, NotFound, StaleEdit) as refused:
        refusal = refused
    after = before if refusal else _told(session, action, change)
    return Outcome(key, number, title, started_from, before, after, refusal)


def _apply(
    session: Session, actor: Actor, action: Action, change: Change, now: datetime, links: Links
) -> None:
    workflow = load_workflow(session, action.workflow_edition_id)
    if change.gesture is Gesture.START:
        to, version = _next_state(workflow, action), action.version
        move_action(
            session, actor, action_id=action.id, to=to, expected_version=version, now=now, links=links
        )
        return
    require_ability(workflow, action.state, "edit")
    before = read_draft(session, action)
    match change.gesture:
        case Gesture.OWNER:
            draft = replace(before, owner_id=change.owner_id)
        case Gesture.DUE:
            draft = replace(before, due_on=change.due_on)
        case _:
            if before.due_on is None:
                raise InvalidInput((Fault("due_on", "required"),))
            draft = replace(before, due_on=_shifted(before.due_on, change.weeks))
    version = action.version
    change_action(
        session, actor, action_id=action.id, draft=draft, expected_version=version, now=now, links=links
    )


def _shifted(day: date, weeks: int) -> date:
    return day + timedelta(weeks=weeks)


def _next_state(workflow: Workflow, action: Action) -> str:
    """The first state onward from the initial one; an action that has left it has started already."""
    if action.state != workflow.initial.state:
        raise NotPossibleNow("start", action.state)
    ways = workflow.initial.transitions or ()
    onward = (way.to for way in ways if is_onward(workflow, action.state, way.to))
    return next(onward)


def _told(session: Session, action: Action, change: Change) -> str | date | None:
    if change.gesture is Gesture.OWNER:
        owner = session.get(User, action.owner_id) if action.owner_id is not None else None
        return owner.name if owner else None
    if change.gesture is Gesture.START:
        return load_workflow(session, action.workflow_edition_id).by_state[action.state].label
    return action.due_on
