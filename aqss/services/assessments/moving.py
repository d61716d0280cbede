"""Passing from one state of an assessment to the next: what holds it back and sets off; the check-list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import CENTRE_ROLES, Actor, Permission, Role
from aqss.domain.definitions.words import GUARDS_LOST_FOR_GOOD
from aqss.domain.definitions.workflows import Task, Transition, Workflow
from aqss.domain.errors import NotAllowed, NotFound, StaleEdit
from aqss.domain.lifecycle import (
    allows,
    due_at,
    fire,
    is_onward,
    missing_guards,
    roles_onward,
    tasks_of,
    ways_out,
)
from aqss.domain.texts import clean_text
from aqss.gateways.links import Links
from aqss.persistence.assessments import Assessment, DoneTask, Sheet
from aqss.services.assessments.agreed import give_back_open
from aqss.services.assessments.announcing import announce_rating, announce_synthesis
from aqss.services.assessments.cutting import end_blind_rating
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.freezing import freeze
from aqss.services.assessments.mailed_synthesis import read_mailed_synthesis
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import list_raters
from aqss.services.assessments.scope import named_dates
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.assessments.team import list_held_roles, list_team
from aqss.services.editions import load_edition, load_workflow

REASON_LIMIT = 2000


@dataclass(frozen=True)
class Move:
    """A way out of the present state that the person may ask for, and the guards that hold it back now.

    ``is_onward``: it leads further, not back. ``lacking``: once there, it would take one of these roles to go
    on, and nobody of the centre holds any.
    """

    transition: Transition
    missing: tuple[str, ...]
    is_onward: bool
    lacking: tuple[Role, ...]

    @property
    def is_lost(self) -> bool:
        """Whether it waits for what can never be true again."""
        return any(guard in GUARDS_LOST_FOR_GOOD for guard in self.missing)


@dataclass(frozen=True)
class TaskLine:
    """A line of the present state's check-list; ``due_at`` and ``done_at`` may be None."""

    task: Task
    due_at: datetime | None
    done_at: datetime | None
    can_change: bool


def available_moves(session: Session, actor: Actor, assessment_id: int) -> tuple[Move, ...]:
    """The ways out that the person's roles in the centre give, in the workflow's order."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    transitions = ways_out(workflow, assessment.state, actor.roles_in(assessment.centre_id))
    held = _held(session, assessment, workflow)
    roles = list_held_roles(session, assessment.centre_id)
    return tuple(
        Move(
            transition,
            missing_guards(transition, held),
            is_onward(workflow, assessment.state, transition.to),
            _lacking(workflow, transition.to, roles),
        )
        for transition in transitions
    )


def lacking_roles(session: Session, actor: Actor, assessment_id: int) -> tuple[Role, ...]:
    """The roles one of which it takes to go on from the present state, when nobody of the centre has any."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    return _lacking(workflow, assessment.state, list_held_roles(session, assessment.centre_id))


def _lacking(workflow: Workflow, state: str, held: frozenset[Role]) -> tuple[Role, ...]:
    wanted = roles_onward(workflow, state)
    is_theirs = set(CENTRE_ROLES).issuperset(wanted)  # no centre can tell who holds the other roles
    return wanted if is_theirs and held.isdisjoint(wanted) else ()


def move(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    to: str,
    expected_version: int,
    now: datetime,
    links: Links,
    reason: str = "",
) -> Assessment:
    """Pass to the state ``to``, with all that the transition sets off, in one transaction.

    At an end, names are cut from blind ratings, whatever the workflow sets off.
    ``expected_version`` is the assessment's when the page was shown. Raises
    :class:`~aqss.domain.errors.InvalidTransition` (no such passage, not theirs, or guards),
    :class:`StaleEdit`, :class:`NotFound`, :class:`~aqss.domain.errors.InvalidInput` on ``reason``.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ, lock=True)
    if assessment.version != expected_version:
        raise StaleEdit("assessment", assessment_id, expected_version, assessment.version)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    reason = clean_text("reason", reason, REASON_LIMIT, required=False)
    roles = actor.roles_in(assessment.centre_id)
    passage = fire(workflow, assessment.state, to, roles, _held(session, assessment, workflow))
    came_from = assessment.state
    facts = {"from": came_from, "to": passage.to, "reason": reason}
    note(session, actor, assessment, "assessment-moved", facts, now)
    assessment.state, assessment.entered_at = passage.to, now
    assessment.version += 1
    session.flush()
    is_end = workflow.by_state[passage.to].final
    if is_end:
        give_back_open(session, assessment, now)  # before scores are frozen
    for effect in passage.effects:
        EFFECT_ACTIONS[effect](session, assessment, links, now)
    if is_end:
        _end(session, assessment, workflow, came_from, now)
    session.flush()
    return assessment


def _end(session: Session, assessment: Assessment, workflow: Workflow, came_from: str, now: datetime) -> None:
    """What reaching an end does; one whose results are no longer read is given up, not closed."""
    is_closed = allows(workflow, assessment.state, "read-results")
    assessment.closed_from = came_from if is_closed else None
    end_blind_rating(session, assessment, now, is_kept=is_closed)


def read_tasks(session: Session, actor: Actor, assessment_id: int) -> tuple[TaskLine, ...]:
    """The check-list of the present state."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    done = _done(session, assessment)
    roles = actor.roles_in(assessment.centre_id)
    dates = named_dates(assessment)
    return tuple(
        TaskLine(
            task,
            due_at(task.due, assessment.entered_at, dates),
            done.get(task.task),
            _may_change(task, roles),
        )
        for task in tasks_of(workflow, assessment.state)
    )


def set_task(
    session: Session, actor: Actor, *, assessment_id: int, task: str, done: bool, now: datetime
) -> None:
    """Declare a task of the present state done, or open again; a state entered again finds them as left.

    By the role the task names, or the coordinator. Raises :class:`NotFound` for a task of another state,
    :class:`NotAllowed`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ, lock=True)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    found = next((t for t in tasks_of(workflow, assessment.state) if t.task == task), None)
    if found is None:
        raise NotFound("task", task)
    if not _may_change(found, actor.roles_in(assessment.centre_id)):
        raise NotAllowed(Permission.ASSESSMENT_PREPARE)
    row = session.get(DoneTask, (assessment_id, assessment.state, task))
    if (row is not None) == done:
        return
    if row is None:
        session.add(
            DoneTask(
                assessment_id=assessment_id,
                state=assessment.state,
                task=task,
                done_at=now,
                done_by_id=actor.user_id,
            )
        )
    else:
        session.delete(row)
    verb = "task-done" if done else "task-reopened"
    note(session, actor, assessment, verb, {"state": assessment.state, "task": task}, now)
    session.flush()


def _may_change(task: Task, roles: frozenset[Role]) -> bool:
    return Role.COORDINATOR in roles or any(role.value == task.role for role in roles)


def _done(session: Session, assessment: Assessment) -> dict[str, datetime]:
    rows = session.execute(
        select(DoneTask.task, DoneTask.done_at).where(
            DoneTask.assessment_id == assessment.id, DoneTask.state == assessment.state
        )
    )
    return {row.task: row.done_at for row in rows}


def _held(session: Session, assessment: Assessment, workflow: Workflow) -> frozenset[str]:
    """The guards that hold now, of those the present state's ways out ask for."""
    transitions = workflow.by_state[assessment.state].transitions or ()
    wanted = {guard for transition in transitions for guard in transition.when or ()}
    return frozenset(guard for guard in wanted if GUARD_CHECKS[guard](session, assessment, workflow))


def _is_scope_chosen(session: Session, assessment: Assessment, _workflow: Workflow) -> bool:
    """A grid, and somebody to rate it where each one answers alone first."""
    query = select(Sheet.id).where(Sheet.assessment_id == assessment.id).limit(1)
    return session.scalar(query) is not None and bool(list_raters(session, assessment))


def _is_objective_written(_session: Session, assessment: Assessment, _workflow: Workflow) -> bool:
    return bool(assessment.objective and assessment.trigger)


def _are_all_grids_finished(session: Session, assessment: Assessment, _workflow: Workflow) -> bool:
    """A grid of which nothing applies to the centre has nothing to finish."""
    sheets = session.scalars(select(Sheet).where(Sheet.assessment_id == assessment.id)).all()
    return bool(sheets) and all(
        sheet.finished_at is not None
        or not load_edition(session, sheet.edition_id).grid.asks(assessment.profile)
        for sheet in sheets
    )


def _are_tasks_done(session: Session, assessment: Assessment, workflow: Workflow) -> bool:
    done = _done(session, assessment)
    return all(task.task in done for task in tasks_of(workflow, assessment.state))


def _is_spread_unseen(_session: Session, assessment: Assessment, _workflow: Workflow) -> bool:
    return assessment.revealed_at is None


GUARD_CHECKS: Mapping[str, Callable[[Session, Assessment, Workflow], bool]] = {
    "scope-chosen": _is_scope_chosen,
    "objective-written": _is_objective_written,
    "all-grids-finished": _are_all_grids_finished,
    "tasks-done": _are_tasks_done,
    "spread-unseen": _is_spread_unseen,
}
"""How each guard of :data:`aqss.domain.definitions.words.GUARDS` is told for an assessment."""


def _invite_participants(session: Session, assessment: Assessment, links: Links, now: datetime) -> None:
    announce_rating(session, assessment, list_raters(session, assessment), links, now)


def _announce_results(session: Session, assessment: Assessment, links: Links, now: datetime) -> None:
    workflow = load_workflow(session, assessment.workflow_edition_id)
    synthesis = read_mailed_synthesis(session, assessment, workflow)
    people = list_team(session, assessment.centre_id)
    announce_synthesis(session, assessment, people, synthesis, links, now)


def _freeze_scores(session: Session, assessment: Assessment, _links: Links, now: datetime) -> None:
    """The scores of that instant are the ones later assessments and aggregates compare with.

    What the report says besides is kept too: it never changes again.
    """
    assessment.closed_at = now
    rewrite_scores(session, assessment.id)
    freeze(session, assessment)


EFFECT_ACTIONS: Mapping[str, Callable[[Session, Assessment, Links, datetime], None]] = {
    "invite-participants": _invite_participants,
    "announce-results": _announce_results,
    "freeze-scores": _freeze_scores,
}
"""What each effect of :data:`aqss.domain.definitions.words.EFFECTS` does to an assessment."""
