"""An action with all that its page tells: where it stands, what it answers, who does what, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.actions import Marks, days_late, is_due_soon, is_to_review
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import allows
from aqss.gateways.french import paris
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionContributor, ActionProof
from aqss.persistence.proofs import Proof
from aqss.services.actions.criteria import AnsweredCriterion, load_criteria_of
from aqss.services.actions.finding import get_action, named_dates, roles_in_action, works_on
from aqss.services.editions import load_workflow
from aqss.services.journal import Entry, read_history
from aqss.services.proof_uses import ShownProof, shown
from aqss.services.runs.comments import CommentLine, list_comments
from aqss.services.runs.tasks import TaskLine, read_tasks


@dataclass(frozen=True)
class Timing:
    """Where an action stands beside its days; ``late``: days since its due day."""

    late: int
    is_soon: bool
    is_to_review: bool


@dataclass(frozen=True)
class Person:
    """Somebody who works on an action."""

    id: int
    name: str


@dataclass(frozen=True)
class ActionPage:
    """An action as its team reads it; ``steps``: what people added, ``checklist``: the present state's."""

    action: Action
    workflow: Workflow
    state: State
    timing: Timing
    owner: Person | None
    closed_by: str | None
    created_by: str | None
    contributors: tuple[Person, ...]
    criteria: tuple[AnsweredCriterion, ...]
    checklist: tuple[TaskLine, ...]
    steps: tuple[TaskLine, ...]
    comments: tuple[CommentLine, ...]
    proofs: tuple[ShownProof, ...]
    history: tuple[Entry, ...]
    can_edit: bool
    can_progress: bool
    can_add_steps: bool

    @property
    def marks(self) -> Marks:
        return marks_of(self.action)

    @property
    def effect_criterion(self) -> AnsweredCriterion | None:
        """The criterion whose answer should change; None for an effect told in words."""
        key = self.action.effect_sheet_id, self.action.effect_criterion
        return next((one for one in self.criteria if one.key == key), None)


def marks_of(action: Action) -> Marks:
    """The three marks of an action."""
    return Marks(action.criticality, action.feasibility, action.impact)


def timing_of(action: Action, today: date) -> Timing:
    """Where it stands on that day in Paris."""
    is_done = action.done_at is not None or action.ended_at is not None
    is_waiting = action.done_at is not None and action.ended_at is None
    return Timing(
        late=days_late(action.due_on, today, is_done=is_done),
        is_soon=is_due_soon(action.due_on, today, is_done=is_done),
        is_to_review=is_to_review(action.review_on, today, is_waiting=is_waiting),
    )


def read_action(session: Session, actor: Actor, action_id: int, now: datetime) -> ActionPage:
    """The action, for its team, in a constant number of queries; raises as :func:`~.finding.get_action`."""
    action = get_action(session, actor, action_id, Permission.ACTION_READ)
    workflow = load_workflow(session, action.workflow_edition_id)
    lines = read_tasks(
        session,
        action,
        workflow,
        user_id=actor.user_id,
        roles=roles_in_action(actor, action),
        dates=named_dates(action),
    )
    owner, closed_by, created_by = _people(session, action)
    works = works_on(session, actor, action)
    can = {ability: allows(workflow, action.state, ability) for ability in ("edit", "progress")}
    return ActionPage(
        action=action,
        workflow=workflow,
        state=workflow.by_state[action.state],
        timing=timing_of(action, paris(now).date()),
        owner=owner,
        closed_by=closed_by,
        created_by=created_by,
        contributors=_contributors(session, action_id),
        criteria=load_criteria_of(session, [action_id])[action_id],
        checklist=tuple(line for line in lines if line.line is not None),
        steps=tuple(line for line in lines if line.line is None),
        comments=list_comments(session, action, actor.user_id),
        proofs=tuple(map(shown, list_proof_rows(session, action_id))),
        history=read_history(session, action, workflow),
        can_edit=can["edit"] and is_allowed(actor, Permission.ACTION_EDIT, centre_id=action.centre_id),
        can_progress=can["progress"] and works,
        can_add_steps=works and any(can.values()),
    )


def list_proof_rows(session: Session, action_id: int) -> Sequence[Proof]:
    """The proofs of an action, the latest dated first; its reader was let in by the caller."""
    return session.scalars(
        select(Proof)
        .join(ActionProof, ActionProof.proof_id == Proof.id)
        .where(ActionProof.action_id == action_id)
        .order_by(Proof.dated_on.desc(), Proof.id.desc())
    ).all()


def _people(session: Session, action: Action) -> tuple[Person | None, str | None, str | None]:
    """The owner, and the names of who closed it and who planned it."""
    owner, closer, author = aliased(User), aliased(User), aliased(User)
    row = session.execute(
        select(owner.id, owner.name, closer.name.label("closed_by"), author.name.label("created_by"))
        .select_from(Action)
        .outerjoin(owner, owner.id == Action.owner_id)
        .outerjoin(closer, closer.id == Action.closed_by_id)
        .outerjoin(author, author.id == Action.created_by_id)
        .where(Action.id == action.id)
    ).one()
    return (Person(row.id, row.name) if row.id is not None else None), row.closed_by, row.created_by


def _contributors(session: Session, action_id: int) -> tuple[Person, ...]:
    rows = session.execute(
        select(User.id, User.name)
        .join(ActionContributor, ActionContributor.user_id == User.id)
        .where(ActionContributor.action_id == action_id)
        .order_by(User.name, User.id)
    )
    return tuple(Person(row.id, row.name) for row in rows)
