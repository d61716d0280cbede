"""The check-list of an assessment's present state: who does each task and by when, and that it is done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.errors import NotAllowed
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.scope import named_dates
from aqss.services.editions import load_workflow
from aqss.services.runs import tasks


def read_tasks(session: Session, actor: Actor, assessment_id: int) -> tuple[tasks.TaskLine, ...]:
    """The check-list of the present state."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    return tasks.read_tasks(
        session,
        assessment,
        load_workflow(session, assessment.workflow_edition_id),
        user_id=actor.user_id,
        roles=actor.roles_in(assessment.centre_id),
        dates=named_dates(assessment),
    )


def set_task(
    session: Session, actor: Actor, *, assessment_id: int, task: str, done: bool, now: datetime
) -> None:
    """Declare a task of the present state done, or open again; a state entered again finds them as left.

    By the role the task names, who it is given to, or the coordinator. Raises
    :class:`~aqss.domain.errors.NotFound` for a task of another state, :class:`NotAllowed`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ, lock=True)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    line, row = tasks.get_line(session, assessment, workflow, task)
    roles = actor.roles_in(assessment.centre_id)
    if not tasks.may_change(roles, actor.user_id, row.owner_id, line.role):
        raise NotAllowed(Permission.ASSESSMENT_PREPARE)
    if tasks.set_done(session, row, done=done, by=actor.user_id, now=now):
        verb = "task-done" if done else "task-reopened"
        note(session, actor, assessment, verb, {"state": assessment.state, "task": task}, now)


def assign_task(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    task: str,
    owner_id: int | None,
    due_on: date | None,
    now: datetime,
) -> None:
    """Say who does a task of the present state and by when, by who prepares the assessment.

    None: nobody in particular, or as the workflow says. Raises :class:`~aqss.domain.errors.InvalidInput` on
    ``owner`` and ``due_on``, :class:`NotAllowed`, :class:`~aqss.domain.errors.NotFound`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE, lock=True)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    _, row = tasks.get_line(session, assessment, workflow, task)
    if tasks.assign(session, assessment, row, owner_id=owner_id, due_on=due_on, now=now):
        note(session, actor, assessment, "task-assigned", {"state": assessment.state, "task": task}, now)
