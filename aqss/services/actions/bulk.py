"""Changing several actions of a centre at once: each is changed whole or left as it was, and each is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.errors import (
    AqssError,
    Fault,
    InvalidInput,
    InvalidTransition,
    NotPossibleNow,
    StaleEdit,
)
from aqss.domain.lifecycle import allows, is_onward
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.services.actions.changing import Standing, check_change, read_standings, write_change
from aqss.services.actions.drafts import Draft
from aqss.services.actions.moving import pass_action
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
    actions = list_chosen(session, actor, centre_id, versions, lock=True)
    if not actions:
        raise InvalidInput((Fault("actions", "at-least-one"),))
    standings = read_standings(session, centre_id, actions)
    names = _names(session, {change.owner_id, *(one.owner_id for one in actions)})
    outcomes = tuple(
        _change_one(session, actor, standings[one.id], versions[one.id], change, names, now, links)
        for one in actions
    )
    session.flush()
    return outcomes


def list_chosen(
    session: Session, actor: Actor, centre_id: int, keys: Collection[int], *, lock: bool = False
) -> Sequence[Action]:
    """Those of the actions that are the centre's, by number, for who may change them.

    ``lock``: nobody else changes them before the end of the transaction.
    """
    require(actor, Permission.ACTION_EDIT, centre_id=centre_id)
    is_chosen = (Action.centre_id == centre_id) & Action.id.in_(list(keys)[:MOST_ACTIONS])
    query = select(Action).where(is_chosen).order_by(Action.number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).all()


def _check(versions: Collection[int], change: Change) -> None:
    if len(versions) > MOST_ACTIONS:
        raise InvalidInput((Fault("actions", "too-many", (MOST_ACTIONS,)),))
    if change.gesture is Gesture.SHIFT and not 1 <= abs(change.weeks) <= MOST_WEEKS:
        raise InvalidInput((Fault("weeks", "number-range", (-MOST_WEEKS, MOST_WEEKS)),))


def _change_one(
    session: Session,
    actor: Actor,
    standing: Standing,
    version: int | None,
    change: Change,
    names: Mapping[int | None, str],
    now: datetime,
    links: Links,
) -> Outcome:
    """All that may be refused is looked at before anything is written."""
    action = standing.action
    started_from = action.version if version is None else version
    before, refusal = _told(standing, change, names), None
    try:
        require_version(action, "action", started_from)
        if change.gesture is Gesture.START:
            pass_action(session, actor, action, to=_next_state(standing), now=now, links=links)
        else:
            draft = check_change(standing, _draft(standing.draft, change), now)
            write_change(session, actor, standing, draft, now, links)
    except (InvalidInput, InvalidTransition, NotPossibleNow, StaleEdit) as refused:
        refusal = refused
    after = _told(standing, change, names)
    return Outcome(action.id, action.number, action.title, started_from, before, after, refusal)


def _draft(before: Draft, change: Change) -> Draft:
    match change.gesture:
        case Gesture.OWNER:
            return replace(before, owner_id=change.owner_id)
        case Gesture.DUE:
            return replace(before, due_on=change.due_on)
    if before.due_on is None:
        raise InvalidInput((Fault("due_on", "required"),))
    return replace(before, due_on=before.due_on + timedelta(weeks=change.weeks))


def _next_state(standing: Standing) -> str:
    """The first state onward from the initial one where work is told; else it has started already."""
    workflow, state = standing.workflow, standing.action.state
    if state == workflow.initial.state:
        for way in workflow.initial.transitions or ():
            if is_onward(workflow, state, way.to) and allows(workflow, way.to, "progress"):
                return way.to
    raise NotPossibleNow("start", state)


def _told(standing: Standing, change: Change, names: Mapping[int | None, str]) -> str | date | None:
    action = standing.action
    if change.gesture is Gesture.OWNER:
        return names.get(action.owner_id)
    if change.gesture is Gesture.START:
        return standing.workflow.by_state[action.state].label
    return action.due_on


def _names(session: Session, user_ids: Collection[int | None]) -> Mapping[int | None, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
