"""What awaits a person in dossiers: tasks given to them, what they are in charge of, requests to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.words import OWNER
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.lifecycle import is_onward, roles_onward
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.finding import named_dates
from aqss.services.dossiers.listing import runs_late
from aqss.services.dossiers.moving import structure_may_act
from aqss.services.editions import load_workflows
from aqss.services.places import IS_HELD
from aqss.services.runs.given import list_given

_role_of_owner = (
    select(Membership.role)
    .join(User, User.id == Membership.user_id)
    .where(Membership.user_id == Dossier.owner_id, Membership.centre_id == Dossier.centre_id, IS_HELD)
    .correlate(Dossier)
    .scalar_subquery()
)

SOON = timedelta(days=7)
"""What somebody is in charge of awaits them from then on before it is due."""


class Errand(StrEnum):
    """Why a dossier awaits somebody."""

    TASK = "task"  # a task of its present state was given to them
    LEAD = "lead"  # they are in charge of it, and it is due soon or late
    FOLLOW = "follow"  # the same, but it is the structure's turn
    DECIDE = "decide"  # it does not go on without a role of theirs, which who is in charge has not
    LATE = "late"  # others of a centre they lead are late: how many
    ANSWER = "answer"  # it was sent to their structure, whose turn it is


@dataclass(frozen=True)
class AwaitedDossier:
    """``dossier`` is None where ``count`` of them are late; ``task``: the label of the one given, or of the
    passage that waits.
    """

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
        *_led(session, actor, workflows, now),
        *_to_decide(session, actor, workflows),
        *_late(session, actor, now),
        *_to_answer(session, actor, workflows),
    )


def _tasks(session: Session, actor: Actor) -> Iterator[AwaitedDossier]:
    for one in list_given(session, actor, Dossier, named_dates):
        dossier = one.run
        yield AwaitedDossier(Errand.TASK, dossier.centre_id, one.centre_name, one.due_at, dossier, one.label)


def _led(
    session: Session, actor: Actor, workflows: Mapping[int, Workflow], now: datetime
) -> Iterator[AwaitedDossier]:
    rows = session.execute(
        _running().where(
            Dossier.centre_id.in_(actor.centre_ids()),
            Dossier.owner_id == actor.user_id,
            Dossier.due_at <= now + SOON,
        )
    )
    for dossier, centre_name in rows:
        onward = roles_onward(workflows[dossier.workflow_edition_id], dossier.state)
        errand = Errand.FOLLOW if onward == (Role.STRUCTURE,) else Errand.LEAD
        yield AwaitedDossier(errand, dossier.centre_id, centre_name, dossier.due_at, dossier)


def _to_decide(session: Session, actor: Actor, workflows: Mapping[int, Workflow]) -> Iterator[AwaitedDossier]:
    """One that nobody leads too; where a structure may pass it on, the next word is left to it."""
    held = {grant.role for grant in actor.grants if grant.centre_id is not None}
    waits_for = {
        (key, state): roles
        for key, workflow in workflows.items()
        for state in workflow.by_state
        if not held.isdisjoint(roles := roles_onward(workflow, state)) and Role.STRUCTURE not in roles
    }
    rows = session.execute(
        _running()
        .add_columns(_role_of_owner)
        .where(
            Dossier.centre_id.in_(actor.centre_ids()),
            _is_others(actor),
            tuple_(Dossier.workflow_edition_id, Dossier.state).in_(list(waits_for)),
        )
    )
    for dossier, centre_name, owner_role in rows:
        roles = waits_for[dossier.workflow_edition_id, dossier.state]
        owner_is = set() if owner_role is None else {owner_role, OWNER}
        if owner_is.isdisjoint(roles) and not actor.roles_in(dossier.centre_id).isdisjoint(roles):
            label, due = _way_on(workflows[dossier.workflow_edition_id], dossier.state), dossier.due_at
            yield AwaitedDossier(Errand.DECIDE, dossier.centre_id, centre_name, due, dossier, label)


def _way_on(workflow: Workflow, state: str) -> str:
    """The label of the first passage that leads further, as the page of a dossier puts it first."""
    passages = workflow.by_state[state].transitions or ()
    return next(one.label for one in passages if is_onward(workflow, state, one.to))


def _is_others(actor: Actor) -> ColumnElement[bool]:
    return or_(Dossier.owner_id.is_(None), Dossier.owner_id != actor.user_id)


def _late(session: Session, actor: Actor, now: datetime) -> Iterator[AwaitedDossier]:
    led = actor.centre_ids((Role.COORDINATOR, Role.MANAGER))
    rows = session.execute(
        select(Centre.id, Centre.name, func.count().label("late"), func.min(Dossier.due_at).label("due_at"))
        .join(Dossier, Dossier.centre_id == Centre.id)
        .where(Centre.id.in_(led), Centre.closed_at.is_(None), _is_others(actor), runs_late(now))
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
