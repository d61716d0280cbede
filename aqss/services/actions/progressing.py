"""How far an action is: its steps, its share done, its check-list, what people say of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.actions import progress_of_steps
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput, NotAllowed, NotPossibleNow
from aqss.domain.lifecycle import allows
from aqss.persistence.actions import Action
from aqss.persistence.runs import Comment, Task
from aqss.services.actions.finding import get_action, roles_in_action, works_on
from aqss.services.actions.noting import note
from aqss.services.editions import load_workflow
from aqss.services.runs import comments, tasks


def set_progress(session: Session, actor: Actor, *, action_id: int, percent: int, now: datetime) -> Action:
    """Tell how much of an action without steps is done, from 0 to 100, in a state allowing ``progress``.

    With steps it is the share of them done (``steps-tell``). Raises :class:`NotAllowed` to who does not work
    on it, :class:`NotPossibleNow`, :class:`InvalidInput` on ``progress``.
    """
    action = _get_for(session, actor, action_id, "progress")
    if not 0 <= percent <= 100:
        raise InvalidInput((Fault("progress", "number-range", (0, 100)),))
    if _count_steps(session, action)[1]:
        raise InvalidInput((Fault("progress", "steps-tell"),))
    _write_progress(session, actor, action, percent, now)
    return action


def add_step(
    session: Session,
    actor: Actor,
    *,
    action_id: int,
    label: str,
    now: datetime,
    owner_id: int | None = None,
    due_on: date | None = None,
) -> Task:
    """Add a step at the end, in a state allowing ``edit`` or ``progress``; see :func:`set_progress`."""
    action = get_worked_on(session, actor, action_id)
    step = tasks.add_free(session, action, label=label, owner_id=owner_id, due_on=due_on, now=now)
    note(session, actor, action, "action-step-added", {"step": step.label}, now)
    _follow_steps(session, actor, action, now)
    return step


def remove_step(session: Session, actor: Actor, *, action_id: int, step: int, now: datetime) -> None:
    """Take a step out; refusals as :func:`add_step`."""
    action = get_worked_on(session, actor, action_id)
    row = tasks.get_free(session, action, step)
    session.delete(row)
    session.flush()
    note(session, actor, action, "action-step-removed", {"step": row.label}, now)
    _follow_steps(session, actor, action, now)


def assign_step(
    session: Session,
    actor: Actor,
    *,
    action_id: int,
    step: int,
    owner_id: int | None,
    due_on: date | None,
    now: datetime,
) -> None:
    """Say who does a step and by when; refusals as :func:`add_step` and :func:`~..runs.tasks.assign`."""
    action = get_worked_on(session, actor, action_id)
    row = tasks.get_free(session, action, step)
    if tasks.assign(session, action, row, owner_id=owner_id, due_on=due_on, now=now):
        note(session, actor, action, "action-step-assigned", {"step": row.label}, now)


def set_step(session: Session, actor: Actor, *, action_id: int, step: int, done: bool, now: datetime) -> None:
    """Declare a step done, or open again, in a state allowing ``progress``; also by who it is given to."""
    action = get_action(session, actor, action_id, Permission.ACTION_PROGRESS, lock=True)
    row = tasks.get_free(session, action, step)
    if row.owner_id != actor.user_id and not works_on(session, actor, action):
        raise NotAllowed(Permission.ACTION_PROGRESS)
    _require_one_of(load_workflow(session, action.workflow_edition_id), action, "progress")
    if tasks.set_done(session, row, done=done, by=actor.user_id, now=now):
        verb = "action-step-done" if done else "action-step-reopened"
        note(session, actor, action, verb, {"step": row.label}, now)
        _follow_steps(session, actor, action, now)


def set_task(session: Session, actor: Actor, *, action_id: int, task: str, done: bool, now: datetime) -> None:
    """Declare a task of the present state's check-list done, or open again."""
    action = get_action(session, actor, action_id, Permission.ACTION_READ, lock=True)
    workflow = load_workflow(session, action.workflow_edition_id)
    line, row = tasks.get_line(session, action, workflow, task)
    roles = roles_in_action(actor, action)
    if not tasks.may_change(roles, actor.user_id, row.owner_id, line.role):
        raise NotAllowed(Permission.ACTION_PROGRESS)
    if tasks.set_done(session, row, done=done, by=actor.user_id, now=now):
        verb = "action-task-done" if done else "action-task-reopened"
        note(session, actor, action, verb, {"state": action.state, "task": task}, now)


def assign_task(
    session: Session,
    actor: Actor,
    *,
    action_id: int,
    task: str,
    owner_id: int | None,
    due_on: date | None,
    now: datetime,
) -> None:
    """Say who does a task of the check-list and by when; refusals as :func:`~..runs.tasks.assign`."""
    action = get_action(session, actor, action_id, Permission.ACTION_EDIT, lock=True)
    workflow = load_workflow(session, action.workflow_edition_id)
    _, row = tasks.get_line(session, action, workflow, task)
    if tasks.assign(session, action, row, owner_id=owner_id, due_on=due_on, now=now):
        note(session, actor, action, "action-task-assigned", {"state": action.state, "task": task}, now)


def comment(session: Session, actor: Actor, *, action_id: int, text: str, now: datetime) -> Comment:
    """Say something of the action, by anybody of the team; raises :class:`InvalidInput` on ``text``."""
    action = get_action(session, actor, action_id, Permission.ACTION_READ, lock=True)
    return comments.add_comment(session, action, text=text, by=actor.user_id, now=now)


def take_back_comment(session: Session, actor: Actor, *, action_id: int, comment_id: int) -> None:
    """Take back one's own; :class:`~aqss.domain.errors.NotFound` for another's."""
    action = get_action(session, actor, action_id, Permission.ACTION_READ, lock=True)
    comments.remove_comment(session, action, key=comment_id, by=actor.user_id)


WORK = ("progress", "edit")
"""A state that allows one of these lets an action be worked on: its steps, its proofs."""


def get_worked_on(session: Session, actor: Actor, action_id: int, *, lock: bool = True) -> Action:
    """The action, for who works on it, in a state that lets it be; refusals as :func:`add_step`."""
    return _get_for(session, actor, action_id, *WORK, lock=lock)


def can_work_on(session: Session, actor: Actor, action: Action) -> bool:
    """Whether :func:`get_worked_on` gives it to that person of its team now."""
    workflow = load_workflow(session, action.workflow_edition_id)
    is_open = any(allows(workflow, action.state, ability) for ability in WORK)
    return is_open and works_on(session, actor, action)


def _get_for(session: Session, actor: Actor, action_id: int, *abilities: str, lock: bool = True) -> Action:
    """The action, for who works on it, in a state that allows one of ``abilities``."""
    action = get_action(session, actor, action_id, Permission.ACTION_PROGRESS, lock=lock)
    if not works_on(session, actor, action):
        raise NotAllowed(Permission.ACTION_PROGRESS)
    workflow = load_workflow(session, action.workflow_edition_id)
    _require_one_of(workflow, action, *abilities)
    return action


def _require_one_of(workflow: Workflow, action: Action, *abilities: str) -> None:
    if not any(allows(workflow, action.state, ability) for ability in abilities):
        raise NotPossibleNow(abilities[0], action.state)


def _count_steps(session: Session, action: Action) -> tuple[int, int]:
    """Steps done, and all of them."""
    done, total = session.execute(
        select(func.count(Task.done_at), func.count()).where(Task.action_id == action.id, Task.code.is_(None))
    ).one()
    return done, total


def _follow_steps(session: Session, actor: Actor, action: Action, now: datetime) -> None:
    """The share of the steps done; without any left, what was reached stays."""
    done, total = _count_steps(session, action)
    if total:
        _write_progress(session, actor, action, progress_of_steps(done, total), now)


def _write_progress(session: Session, actor: Actor, action: Action, percent: int, now: datetime) -> None:
    if action.progress == percent:
        return
    note(session, actor, action, "action-progressed", {"from": action.progress, "to": percent}, now)
    action.progress = percent
    session.flush()
