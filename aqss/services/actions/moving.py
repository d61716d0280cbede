"""Passing an action from one state to the next: what holds it back, what it sets off, how it is concluded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.intake import Intake
from aqss.domain.lifecycle import allows
from aqss.domain.texts import clean_choice, clean_text
from aqss.gateways.links import Links
from aqss.persistence.actions import Action
from aqss.persistence.runs import Task
from aqss.services.actions.announcing import tell_owner
from aqss.services.actions.finding import get_action, named_dates, roles_in_action
from aqss.services.actions.noting import note
from aqss.services.actions.words import RESULTS
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import (
    REASON_LIMIT,
    Asked,
    Check,
    Move,
    are_tasks_done,
    list_moves,
    pass_to,
    require_version,
)
from aqss.services.teams import list_team

NOTE_LIMIT = 2000


@dataclass(frozen=True)
class Conclusion:
    """What the person who closes an action says of it: a key of :data:`~.words.RESULTS`, and why."""

    result: str
    note: str


def available_moves(session: Session, actor: Actor, action_id: int) -> tuple[Move, ...]:
    """The ways out that what the person is for that action gives, in the workflow's order."""
    action = get_action(session, actor, action_id, Permission.ACTION_READ)
    workflow = load_workflow(session, action.workflow_edition_id)
    return list_moves(session, action, workflow, actor, roles_in_action(actor, action), GUARD_CHECKS)


def move_action(
    session: Session,
    actor: Actor,
    *,
    action_id: int,
    to: str,
    expected_version: int,
    now: datetime,
    links: Links,
    reason: str = "",
    conclusion: Conclusion | None = None,
) -> Action:
    """Pass to the state ``to``, with all that the transition sets off, in one transaction.

    ``conclusion`` is written first, where the present state allows ``close``: whoever concludes then closes.
    It is declared done when it enters such a state. Raises :class:`~aqss.domain.errors.InvalidTransition`,
    :class:`~aqss.domain.errors.StaleEdit`, :class:`~aqss.domain.errors.InvalidInput` on ``reason``,
    ``result`` and ``result_note``, and as :func:`~.finding.get_action`.
    """
    action = get_action(session, actor, action_id, Permission.ACTION_READ, lock=True)
    require_version(action, "action", expected_version)
    workflow = load_workflow(session, action.workflow_edition_id)
    reason = clean_text("reason", reason, REASON_LIMIT, required=False)
    target = workflow.by_state.get(to)
    closes = target is not None and target.final and allows(workflow, action.state, "close")
    if conclusion is not None and closes:
        action.result, action.result_note = _checked(conclusion)
    return pass_action(session, actor, action, to=to, now=now, links=links, reason=reason)


def pass_action(
    session: Session, actor: Actor, action: Action, *, to: str, now: datetime, links: Links, reason: str = ""
) -> Action:
    """:func:`move_action` of an action whose actor was let in, locked, in the version they saw.

    Nothing is written when it is refused.
    """
    workflow = load_workflow(session, action.workflow_edition_id)
    came_from, roles = action.state, roles_in_action(actor, action)
    passage = pass_to(
        session, action, workflow, actor, roles, GUARD_CHECKS, to=to, now=now, dates=named_dates(action)
    )
    action.closed_by_id = actor.user_id if action.ended_at is not None else None
    _declare(actor, action, is_verified=allows(workflow, passage.to, "close"), now=now)
    facts = {"from": came_from, "to": passage.to, "reason": reason}
    note(session, actor, action, "action-moved", facts, now)
    for effect in passage.effects:
        EFFECT_ACTIONS[effect](session, actor, action, links, now)
    session.flush()
    return action


def _declare(actor: Actor, action: Action, *, is_verified: bool, now: datetime) -> None:
    """Since when it is declared done, by whom: kept until its end, forgotten when it is taken up again."""
    if action.ended_at is not None:
        return
    if not is_verified:
        action.done_at = action.done_by_id = None
    elif action.done_at is None:
        action.done_at, action.done_by_id = now, actor.user_id


def _checked(conclusion: Conclusion) -> tuple[str, str]:
    intake = Intake()
    result = intake.read("", clean_choice, "result", conclusion.result, RESULTS)
    said = intake.read("", clean_text, "result_note", conclusion.note, NOTE_LIMIT)
    intake.finish()
    return result, said


def _has_owner(asked: Asked[Action]) -> bool:
    """Somebody of the team of now."""
    team = list_team(asked.session, asked.run.centre_id)
    return asked.run.owner_id in {person.id for person in team}


def _has_dates(asked: Asked[Action]) -> bool:
    return asked.run.due_on is not None


def _is_effect_expected(asked: Asked[Action]) -> bool:
    """What should change, until where, and the day it is looked at."""
    action = asked.run
    is_told = action.effect_sheet_id is not None or bool(action.effect_measure)
    return is_told and bool(action.effect_to) and action.review_on is not None


def _are_steps_done(asked: Asked[Action]) -> bool:
    """Every step is; without steps, the whole of it is told as done."""
    steps = asked.session.execute(
        select(func.count(), func.count(Task.done_at)).where(
            Task.action_id == asked.run.id, Task.code.is_(None)
        )
    ).one()
    return bool(steps[0] == steps[1]) if steps[0] else asked.run.progress == 100


def _is_result_written(asked: Asked[Action]) -> bool:
    return asked.run.result != ""


def _is_another(asked: Asked[Action]) -> bool:
    """Neither who is in charge of it nor who declared it done judges it."""
    return asked.actor.user_id not in (asked.run.owner_id, asked.run.done_by_id)


GUARD_CHECKS: Mapping[str, Check[Action]] = {
    "owner-named": _has_owner,
    "due-written": _has_dates,
    "effect-expected": _is_effect_expected,
    "steps-done": _are_steps_done,
    "result-written": _is_result_written,
    "closed-by-another": _is_another,
    "tasks-done": are_tasks_done,
}
"""How each guard of an action (:data:`aqss.domain.definitions.words.GUARDS`) is told."""


EFFECT_ACTIONS: Mapping[str, Callable[[Session, Actor, Action, Links, datetime], None]] = {
    "tell-owner": tell_owner,
}
"""What each effect on an action (:data:`aqss.domain.definitions.words.EFFECTS`) does."""
