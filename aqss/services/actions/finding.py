"""Whose action is it: the one asked for, or a refusal that does not tell a stranger that it exists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.definitions.words import OWNER
from aqss.domain.errors import NotFound
from aqss.gateways.french import end_of_day
from aqss.persistence.actions import Action, ActionContributor
from aqss.persistence.base import LARGEST_ID
from aqss.services.runs.finding import find_run

IS_OVER = Action.ended_at.is_not(None)
"""The condition for an action to have reached an end of its workflow."""

_centre_of = select(Action.centre_id).where(Action.id == bindparam("action_id"))


def get_action(
    session: Session, actor: Actor, action_id: int, permission: Permission, *, lock: bool = False
) -> Action:
    """The action, for somebody of its team who has ``permission`` there.

    ``lock``: nobody else changes it before the end of the transaction. Raises :class:`NotFound` to a stranger
    to the team, :class:`~aqss.domain.errors.NotAllowed` to who lacks the permission.
    """
    action = find_run(session, Action, action_id, lock=lock)
    if action is None or not is_allowed(actor, Permission.ACTION_READ, centre_id=action.centre_id):
        raise NotFound("action", action_id)
    require(actor, permission, centre_id=action.centre_id)
    return action


def find_centre_of_action(session: Session, action_id: int) -> int | None:
    """The centre an action belongs to; None when there is no such action."""
    if not 0 < action_id <= LARGEST_ID:
        return None
    return session.execute(_centre_of, {"action_id": action_id}).scalar()


def roles_in_action(actor: Actor, action: Action) -> frozenset[str]:
    """What the person is for that action, in the words of its workflow: their roles, and ``owner``."""
    roles = {role.value for role in actor.roles_in(action.centre_id)}
    return frozenset(roles | {OWNER} if action.owner_id == actor.user_id else roles)


def named_dates(action: Action) -> dict[str, datetime]:
    """The dates of an action that a workflow may name, each when that day ends in Paris."""
    days = {"action-due": action.due_on, "review": action.review_on}
    return {name: end_of_day(day) for name, day in days.items() if day is not None}


def works_on(session: Session, actor: Actor, action: Action) -> bool:
    """Whether the person leads the plan, is in charge of that action, or contributes to it."""
    leads = is_allowed(actor, Permission.ACTION_EDIT, centre_id=action.centre_id)
    return leads or action.owner_id == actor.user_id or contributes(session, action.id, actor.user_id)


def contributes(session: Session, action_id: int, user_id: int) -> bool:
    """Whether that person contributes to the action."""
    return session.get(ActionContributor, (action_id, user_id)) is not None
