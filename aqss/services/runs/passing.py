"""Passing from one state of a run to the next: what is offered, what holds it back, when the state is due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from aqss.domain.access import CENTRE_ROLES, Actor, Role
from aqss.domain.definitions.words import GUARDS_LOST_FOR_GOOD
from aqss.domain.definitions.workflows import Transition, Workflow
from aqss.domain.errors import NotFound, StaleEdit
from aqss.domain.lifecycle import Passage, due_at, fire, is_onward, missing_guards, roles_onward, ways_out
from aqss.persistence.runs import Run
from aqss.services.editions import current_workflow
from aqss.services.runs.tasks import count_open
from aqss.services.teams import list_held_roles

Subject = TypeVar("Subject", bound=Run)


@dataclass(frozen=True)
class Asked(Generic[Subject]):
    """A passage of a run that a person asks for: what guards are judged by."""

    session: Session
    run: Subject
    workflow: Workflow
    actor: Actor


Check = Callable[[Asked[Subject]], bool]
"""Whether a guard holds."""

REASON_LIMIT = 2000
"""Letters of the reason that a person may give for a passage."""


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


def begin(
    session: Session, run: Run, workflow: str, now: datetime, dates: Mapping[str, datetime] | None = None
) -> Workflow:
    """Put a new run in the initial state of ``workflow``, in its current version, which it follows for ever.

    Raises :class:`~aqss.domain.errors.NotFound` when no such workflow is published.
    """
    published = current_workflow(session, workflow)
    run.workflow_edition_id, run.version = published.id, 1
    enter(run, published.content, published.content.initial.state, now, dates or {})
    return published.content


def enter(run: Run, workflow: Workflow, state: str, now: datetime, dates: Mapping[str, datetime]) -> None:
    """Put the run in ``state`` at ``now``; ``dates`` are the named dates of the subject."""
    run.state, run.entered_at = state, now
    run.ended_at = now if workflow.by_state[state].final else None
    redate(run, workflow, dates)


def redate(run: Run, workflow: Workflow, dates: Mapping[str, datetime]) -> None:
    """Work out again when the present state is due, after one of the named dates changed."""
    run.due_at = due_at(workflow.by_state[run.state].due, run.entered_at, dates)


def require_version(run: Run, kind: str, expected_version: int) -> None:
    """Raise :class:`StaleEdit` unless nobody changed the run since ``expected_version``."""
    if run.version != expected_version:
        raise StaleEdit(kind, run.id, expected_version, run.version)


def list_moves(
    session: Session,
    run: Subject,
    workflow: Workflow,
    actor: Actor,
    roles: Collection[str],
    checks: Mapping[str, Check[Subject]],
) -> tuple[Move, ...]:
    """The ways out that ``roles`` give, in the workflow's order."""
    transitions = ways_out(workflow, run.state, roles)
    held = held_guards(session, run, workflow, actor, checks)
    team = list_held_roles(session, run.centre_id)
    return tuple(
        Move(
            transition,
            missing_guards(transition, held),
            is_onward(workflow, run.state, transition.to),
            roles_lacking(workflow, transition.to, team),
        )
        for transition in transitions
    )


def find_move(moves: Iterable[Move], to: str) -> Move:
    """The way to that state, one that nothing holds back if there are several; raises :class:`NotFound`."""
    there = [one for one in moves if one.transition.to == to]
    if not there:
        raise NotFound("transition", to)
    return next((one for one in there if not one.missing), there[0])


def pass_to(
    session: Session,
    run: Subject,
    workflow: Workflow,
    actor: Actor,
    roles: Collection[str],
    checks: Mapping[str, Check[Subject]],
    *,
    to: str,
    now: datetime,
    dates: Mapping[str, datetime],
) -> Passage:
    """Put the run in the state ``to``, its version grown; what that sets off is left to the caller.

    Raises :class:`~aqss.domain.errors.InvalidTransition` as :func:`~aqss.domain.lifecycle.fire` does.
    """
    held = held_guards(session, run, workflow, actor, checks)
    passage = fire(workflow, run.state, to, roles, held)
    enter(run, workflow, passage.to, now, dates)
    run.version += 1
    session.flush()
    return passage


def held_guards(
    session: Session, run: Subject, workflow: Workflow, actor: Actor, checks: Mapping[str, Check[Subject]]
) -> frozenset[str]:
    """The guards that hold now for ``actor``, of those the present state's ways out ask for."""
    transitions = workflow.by_state[run.state].transitions or ()
    wanted = {guard for transition in transitions for guard in transition.when or ()}
    asked = Asked(session, run, workflow, actor)
    return frozenset(guard for guard in wanted if checks[guard](asked))


def roles_lacking(workflow: Workflow, state: str, held: Collection[Role]) -> tuple[Role, ...]:
    """The roles one of which it takes to go on from ``state``, when none is among ``held``, the centre's."""
    wanted = roles_onward(workflow, state)
    is_theirs = set(CENTRE_ROLES).issuperset(wanted)  # no centre can tell who holds the other roles
    return tuple(map(Role, wanted)) if is_theirs and set(wanted).isdisjoint(held) else ()


def are_tasks_done(asked: Asked[Subject]) -> bool:
    """The guard ``tasks-done`` of every subject."""
    return not count_open(asked.session, asked.run, asked.workflow)
