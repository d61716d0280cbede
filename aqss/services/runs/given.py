"""The tasks that were given to somebody, in what runs in their centres."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.lifecycle import due_at, tasks_of
from aqss.gateways.french import end_of_day
from aqss.persistence.centres import Centre
from aqss.persistence.runs import Task
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import Subject
from aqss.services.runs.tasks import KEYS

MOST = 20
"""Tasks of one kind of run that are told."""


@dataclass(frozen=True)
class Given(Generic[Subject]):
    """A task to do; ``due_at``: its own last day, else its line's, else the state's; None without an end."""

    run: Subject
    centre_name: str
    label: str
    due_at: datetime | None


def list_given(
    session: Session,
    actor: Actor,
    kind: type[Subject],
    dates_of: Callable[[Subject], Mapping[str, datetime]],
    *conditions: ColumnElement[bool],
) -> Iterator[Given[Subject]]:
    """The open tasks given to the actor, of the present state and of the whole run; one query.

    ``dates_of``: the named dates of a run. At most :data:`MOST`, those of the nearest own days.
    """
    rows = session.execute(
        select(kind, Task, Centre.name)
        .join(Centre, Centre.id == kind.centre_id)
        .join(Task, and_(KEYS[kind] == kind.id, Task.state.in_((kind.state, ""))))
        .where(
            kind.centre_id.in_(actor.centre_ids()),
            kind.ended_at.is_(None),
            Centre.closed_at.is_(None),
            Task.owner_id == actor.user_id,
            Task.done_at.is_(None),
            *conditions,
        )
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        .limit(MOST)
    )
    for run, task, centre_name in rows:
        lines = tasks_of(load_workflow(session, run.workflow_edition_id), run.state)
        line = next((one for one in lines if one.task == task.code), None)
        due = due_at(line.due, run.entered_at, dates_of(run)) if line else None
        if task.due_on is not None:
            due = end_of_day(task.due_on)
        yield Given(run, centre_name, line.label if line else task.label, due or run.due_at)
