"""The tasks of a dossier: the check-list of its state, and those that people add to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier
from aqss.persistence.runs import Task
from aqss.services.dossiers.finding import get_run, named_dates, require_running, roles_of
from aqss.services.dossiers.noting import note
from aqss.services.runs import tasks


def read_tasks(
    session: Session, actor: Actor, dossier: Dossier, workflow: Workflow
) -> tuple[tasks.TaskLine, ...]:
    """The check-list of the present state, then what people added to it."""
    return tasks.read_tasks(
        session,
        dossier,
        workflow,
        user_id=actor.user_id,
        roles=roles_of(actor, dossier),
        dates=named_dates(dossier),
    )


def set_task(
    session: Session, actor: Actor, *, dossier_id: int, task: str, done: bool, now: datetime
) -> None:
    """Declare a task done, or open again: a line of the check-list by its code, another by its number.

    By the role that the line names, who it is given to, the coordinator, or who is in charge of the dossier.
    Raises :class:`NotFound`, :class:`NotAllowed`, once over :class:`~aqss.domain.errors.NotPossibleNow`.
    """
    dossier, workflow = _get_running(session, actor, dossier_id, Permission.DOSSIER_READ)
    row, role, facts = _find(session, dossier, workflow, task)
    if not tasks.may_change(roles_of(actor, dossier), actor.user_id, row.owner_id, role):
        raise NotAllowed(Permission.DOSSIER_EDIT)
    if tasks.set_done(session, row, done=done, by=actor.user_id, now=now):
        verb = "dossier-task-done" if done else "dossier-task-reopened"
        note(session, actor, dossier, verb, now, facts)
        session.flush()


def add_task(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    label: str,
    owner_id: int | None,
    due_on: date | None,
    now: datetime,
) -> Task:
    """Add a task to the present state: it is to be done before passing on where ``tasks-done`` is waited for.

    By who edits the dossier. Raises :class:`~aqss.domain.errors.InvalidInput` on ``label``, ``owner`` and
    ``due_on``; and as :func:`set_task`.
    """
    dossier, _ = _get_running(session, actor, dossier_id, Permission.DOSSIER_EDIT)
    row = tasks.add_free(
        session, dossier, label=label, state=dossier.state, owner_id=owner_id, due_on=due_on, now=now
    )
    note(session, actor, dossier, "dossier-task-added", now, {"label": row.label})
    session.flush()
    return row


def assign_task(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    task: str,
    owner_id: int | None,
    due_on: date | None,
    now: datetime,
) -> None:
    """Say who does a task and by when; None: nobody in particular, or as the workflow says.

    By who edits the dossier. Refusals as :func:`add_task`.
    """
    dossier, workflow = _get_running(session, actor, dossier_id, Permission.DOSSIER_EDIT)
    row, _, facts = _find(session, dossier, workflow, task)
    if tasks.assign(session, dossier, row, owner_id=owner_id, due_on=due_on, now=now):
        note(session, actor, dossier, "dossier-task-assigned", now, facts)
        session.flush()


def remove_task(session: Session, actor: Actor, *, dossier_id: int, task: str, now: datetime) -> None:
    """Take away a task that people added; a line of the check-list is the workflow's: :class:`NotFound`."""
    dossier, _ = _get_running(session, actor, dossier_id, Permission.DOSSIER_EDIT)
    row = _get_free(session, dossier, task)
    note(session, actor, dossier, "dossier-task-removed", now, {"label": row.label})
    session.delete(row)
    session.flush()


def _get_running(
    session: Session, actor: Actor, dossier_id: int, permission: Permission
) -> tuple[Dossier, Workflow]:
    dossier, workflow = get_run(session, actor, dossier_id, permission, lock=True)
    require_running(dossier)
    return dossier, workflow


def _find(
    session: Session, dossier: Dossier, workflow: Workflow, task: str
) -> tuple[Task, str | None, Mapping[str, Any]]:
    """The row of a task, the role its line names, and what the journal tells of it."""
    if task.isdigit():
        row = _get_free(session, dossier, task)
        return row, None, {"label": row.label}
    line, row = tasks.get_line(session, dossier, workflow, task)
    return row, line.role, {"state": dossier.state, "task": task}


def _get_free(session: Session, dossier: Dossier, task: str) -> Task:
    """One that people added to the present state; what was left open in another stays as it is."""
    row = tasks.get_free(session, dossier, _key_of(task))
    if row.state != dossier.state:
        raise NotFound("task", task)
    return row


def _key_of(task: str) -> int:
    """The number of a task; a code has none, and nothing is found under it."""
    key = int(task) if task.isascii() and task.isdigit() and len(task) < 11 else 0
    if not 0 < key <= LARGEST_ID:
        raise NotFound("task", task)
    return key
