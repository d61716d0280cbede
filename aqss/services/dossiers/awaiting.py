"""What awaits a person in dossiers: tasks given to them, what they are in charge of, requests to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.workflows import Workflow
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.finding import named_dates
from aqss.services.dossiers.moving import structure_may_act
from aqss.services.editions import load_workflows
from aqss.services.runs.given import list_given

SOON = timedelta(days=7)
"""What somebody is in charge of awaits them from then on before it is due."""


class Errand(StrEnum):
    """Why a dossier awaits somebody."""

    TASK = "task"  # a task of its present state was given to them
    LEAD = "lead"  # they are in charge of it, and it is due soon or late
    LATE = "late"  # others of a centre they lead are late: how many
    ANSWER = "answer"  # it was sent to their structure, whose turn it is


@dataclass(frozen=True)
class AwaitedDossier:
    """``dossier`` is None where ``count`` of them are late; ``task``: the label of the one given."""

    errand: Errand
    centre_id: int
    centre_name: str
    due_at: datetime | None
    dossier: Dossier | None = None
    task: str = ""
    count: int = 0


def what_awaits_in_dossiers(session: Session, actor: Actor, now: datetime) -> tuple[AwaitedDossier, ...]:
    """Everything, in no order; the same queries whatever the number of dossiers."""
    workflows = load_workflows(session)
    return (
        *_tasks(session, actor),
        *_led(session, actor, now),
        *_late(session, actor, now),
        *_to_answer(session, actor, workflows),
    )


def _tasks(session: Session, actor: Actor) -> Iterator[AwaitedDossier]:
    for one in list_given(session, actor, Dossier, named_dates):
        dossier = one.run
        yield AwaitedDossier(Errand.TASK, dossier.centre_id, one.centre_name, one.due_at, dossier, one.label)


def _led(session: Session, actor: Actor, now: datetime) -> Iterator[AwaitedDossier]:
    rows = session.execute(
        _running().where(
            Dossier.centre_id.in_(actor.centre_ids()),
            Dossier.owner_id == actor.user_id,
            Dossier.due_at <= now + SOON,
        )
    )
    for dossier, centre_name in rows:
        yield AwaitedDossier(Errand.LEAD, dossier.centre_id, centre_name, dossier.due_at, dossier)


def _late(session: Session, actor: Actor, now: datetime) -> Iterator[AwaitedDossier]:
    led = actor.centre_ids((Role.COORDINATOR, Role.MANAGER))
    is_others = or_(Dossier.owner_id.is_(None), Dossier.owner_id != actor.user_id)
    rows = session.execute(
        select(Centre.id, Centre.name, func.count().label("late"), func.min(Dossier.due_at).label("due_at"))
        .join(Dossier, Dossier.centre_id == Centre.id)
        .where(Centre.id.in_(led), is_others, Dossier.ended_at.is_(None), Dossier.due_at <= now)
        .group_by(Centre.id)
    )
    for row in rows:
        yield AwaitedDossier(Errand.LATE, row.id, row.name, row.due_at, count=row.late)


def _to_answer(session: Session, actor: Actor, workflows: Mapping[int, Workflow]) -> Iterator[AwaitedDossier]:
    structures = [grant.structure_id for grant in actor.grants if grant.role is Role.STRUCTURE]
    rows = session.execute(
        _running().where(Dossier.structure_id.in_(structures), Dossier.sent_at.is_not(None))
    )
    for dossier, centre_name in rows:
        if structure_may_act(workflows[dossier.workflow_edition_id], dossier.state):
            due = dossier.due_at
            yield AwaitedDossier(Errand.ANSWER, dossier.centre_id, centre_name, due, dossier)


def _running() -> Any:
    return (
        select(Dossier, Centre.name)
        .join(Centre, Centre.id == Dossier.centre_id)
        .where(Dossier.ended_at.is_(None), Centre.closed_at.is_(None))
    )
