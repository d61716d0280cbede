"""The tasks of a run: the check-list of its present state, and those that people add.

A line of a check-list is the workflow's; who does it and by when may be said of it, and that it is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from aqss.domain.access import Role
from aqss.domain.days import clean_day, days_around
from aqss.domain.definitions.workflows import Task as Line
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.lifecycle import due_at, tasks_of
from aqss.domain.texts import clean_line
from aqss.gateways.french import end_of_day, paris
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier
from aqss.persistence.runs import Run, Task
from aqss.services.teams import list_team

LABEL_LIMIT = 200
MOST_TASKS = 50
"""Free tasks of one run."""

KEYS: Mapping[type[Run], InstrumentedAttribute[int | None]] = {
    Assessment: Task.assessment_id,
    Action: Task.action_id,
    Dossier: Task.dossier_id,
}
"""What a task belongs to, by the kind of run."""


@dataclass(frozen=True)
class TaskLine:
    """A task of a run: of the check-list (then ``line``), or added by people (then ``key`` is its row's).

    ``due_at``: when it is late; None without an end. ``owner_name`` and ``done_by`` may be None.
    """

    label: str
    line: Line | None
    key: int | None
    owner_id: int | None
    owner_name: str | None
    due_at: datetime | None
    due_on: date | None
    done_at: datetime | None
    done_by: str | None
    can_change: bool

    @property
    def name(self) -> str:
        """What an address calls it: the code of its line, or its key."""
        return self.line.task if self.line is not None else str(self.key)


def find_line(lines: Iterable[TaskLine], name: str) -> TaskLine:
    """The one of that :attr:`~TaskLine.name`; raises :class:`NotFound`."""
    line = next((one for one in lines if one.name == name), None)
    if line is None:
        raise NotFound("task", name)
    return line


def is_task_of(run: Run) -> ColumnElement[bool]:
    """The condition for a task to belong to that run."""
    return KEYS[type(run)] == run.id


def read_tasks(
    session: Session,
    run: Run,
    workflow: Workflow,
    *,
    user_id: int,
    roles: Collection[str],
    dates: Mapping[str, datetime],
) -> tuple[TaskLine, ...]:
    """The check-list of the present state, then the free tasks of that state and of the whole run; one query.

    ``roles``: what ``user_id`` is for this run; ``dates``: its named dates.
    """
    rows = _rows(session, run)
    said = {row.Task.code: row for row in rows if row.Task.code is not None}
    lines = (
        _of_list(line, said.get(line.task), user_id, roles, due_at(line.due, run.entered_at, dates))
        for line in tasks_of(workflow, run.state)
    )
    return (*lines, *(_free(row, user_id, roles) for row in rows if row.Task.code is None))


def count_open(session: Session, run: Run, workflow: Workflow) -> int:
    """How many tasks of the present state are not done, those people added to it included."""
    lines = {line.task for line in tasks_of(workflow, run.state)}
    rows = session.execute(
        select(Task.code, Task.done_at).where(is_task_of(run), Task.state == run.state)
    ).all()
    done = {row.code for row in rows if row.done_at is not None}
    free = sum(row.code is None and row.done_at is None for row in rows)
    return len(lines - done) + free


def set_done(session: Session, task: Task, *, done: bool, by: int, now: datetime) -> bool:
    """Declare the task done, or open again; whether that changed anything."""
    if (task.done_at is not None) == done:
        return False
    task.done_at, task.done_by_id = (now, by) if done else (None, None)
    session.add(task)
    session.flush()
    return True


def get_line(session: Session, run: Run, workflow: Workflow, code: str) -> tuple[Line, Task]:
    """The line of the present state's check-list under that code, and what was said of it.

    The row is not added to the session yet when nothing was. Raises :class:`NotFound`.
    """
    line = next((one for one in tasks_of(workflow, run.state) if one.task == code), None)
    if line is None:
        raise NotFound("task", code)
    row = session.scalars(
        select(Task).where(is_task_of(run), Task.state == run.state, Task.code == code)
    ).one_or_none()
    return line, row or _new(run, state=run.state, code=code)


def get_free(session: Session, run: Run, key: int) -> Task:
    """The task that people added under that number; raises :class:`NotFound`."""
    query = select(Task).where(is_task_of(run), Task.id == key, Task.code.is_(None))
    row = session.scalars(query).one_or_none() if 0 < key <= LARGEST_ID else None
    if row is None:
        raise NotFound("task", key)
    return row


def add_free(
    session: Session,
    run: Run,
    *,
    label: str,
    now: datetime,
    state: str = "",
    owner_id: int | None = None,
    due_on: date | None = None,
) -> Task:
    """A task that people add, at the end; ``state``: of that state only.

    Raises :class:`InvalidInput` on ``label`` (``too-many`` past :data:`MOST_TASKS`), ``owner`` and
    ``due_on``.
    """
    label = clean_line("label", label, LABEL_LIMIT)
    _check_given(session, run, owner_id, due_on, now)
    last = session.execute(
        select(func.count(), func.max(Task.position)).where(is_task_of(run), Task.code.is_(None))
    ).one()
    if last[0] >= MOST_TASKS:
        raise InvalidInput((Fault("label", "too-many", (MOST_TASKS,)),))
    task = _new(run, state=state, label=label, position=(last[1] or 0) + 1)
    task.owner_id, task.due_on = owner_id, due_on
    session.add(task)
    session.flush()
    return task


def assign(
    session: Session, run: Run, task: Task, *, owner_id: int | None, due_on: date | None, now: datetime
) -> bool:
    """Say who does the task and by when; whether that changed anything.

    None is nobody in particular, or as the workflow says. Whoever has left the team may keep what they had.
    Raises :class:`InvalidInput` on ``owner`` and ``due_on``.
    """
    if (task.owner_id, task.due_on) == (owner_id, due_on):
        return False
    _check_given(session, run, None if owner_id == task.owner_id else owner_id, due_on, now)
    task.owner_id, task.due_on = owner_id, due_on
    session.add(task)
    session.flush()
    return True


def may_change(
    roles: Collection[str], user_id: int, owner_id: int | None, line_role: str | None = None
) -> bool:
    """Who declares a task done: the role it names, who it is given to, whoever leads the run."""
    return Role.COORDINATOR in roles or "owner" in roles or line_role in roles or owner_id == user_id


def _check_given(
    session: Session, run: Run, owner_id: int | None, due_on: date | None, now: datetime
) -> None:
    """To nobody, or somebody of the run's centre; for a day that makes sense."""
    if owner_id is not None and owner_id not in {one.id for one in list_team(session, run.centre_id)}:
        raise InvalidInput((Fault("owner", "unknown-choice"),))
    clean_day("due_on", due_on, *days_around(paris(now).date()))


def _rows(session: Session, run: Run) -> Sequence[Row[*tuple[Any, ...]]]:
    owner, doer = aliased(User), aliased(User)
    return session.execute(
        select(Task, owner.name.label("owner_name"), doer.name.label("done_by"))
        .outerjoin(owner, owner.id == Task.owner_id)
        .outerjoin(doer, doer.id == Task.done_by_id)
        .where(is_task_of(run), Task.state.in_((run.state, "")))
        .order_by(Task.position, Task.id)
    ).all()


def _of_list(line: Line, row: Any, user_id: int, roles: Collection[str], due: datetime | None) -> TaskLine:
    """A line of the check-list; ``row``: what was said of it, None when nothing was."""
    task: Task | None = row and row.Task
    owner_id, own_end = (task.owner_id, task.due_on) if task else (None, None)
    return TaskLine(
        label=line.label,
        line=line,
        key=None,
        owner_id=owner_id,
        owner_name=row and row.owner_name,
        due_at=end_of_day(own_end) if own_end else due,
        due_on=own_end,
        done_at=task.done_at if task else None,
        done_by=row and row.done_by,
        can_change=may_change(roles, user_id, owner_id, line.role),
    )


def _free(row: Any, user_id: int, roles: Collection[str]) -> TaskLine:
    task: Task = row.Task
    return TaskLine(
        label=task.label,
        line=None,
        key=task.id,
        owner_id=task.owner_id,
        owner_name=row.owner_name,
        due_at=end_of_day(task.due_on) if task.due_on else None,
        due_on=task.due_on,
        done_at=task.done_at,
        done_by=row.done_by,
        can_change=may_change(roles, user_id, task.owner_id),
    )


def _new(run: Run, **values: Any) -> Task:
    return Task(**{KEYS[type(run)].key: run.id, "state": "", "label": "", "position": 0, **values})
