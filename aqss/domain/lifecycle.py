"""Life cycles: what a state allows, and whether a passage to another state is granted or refused.

Pure: facts about the subject come in as the set of guards that hold; effects go out as names that the
caller carries out in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aqss.domain.definitions.words import SPAN_HOURS
from aqss.domain.definitions.workflows import Task, Transition, Workflow
from aqss.domain.errors import InvalidTransition, NotPossibleNow


@dataclass(frozen=True, slots=True)
class Passage:
    """A granted passage: the state reached and the effects to carry out."""

    to: str
    effects: tuple[str, ...]


def allows(workflow: Workflow, state: str, ability: str) -> bool:
    """Whether ``ability`` (a word of the subject's closed list) can be done in ``state``."""
    return ability in (workflow.by_state[state].allows or ())


def require_ability(workflow: Workflow, state: str, ability: str) -> None:
    """Raise :class:`NotPossibleNow` unless :func:`allows`."""
    if not allows(workflow, state, ability):
        raise NotPossibleNow(ability, state)


def ways_out(workflow: Workflow, state: str, roles: Collection[str]) -> tuple[Transition, ...]:
    """Transitions that one of ``roles`` may ask for from ``state``, in the file's order, guards aside.

    ``roles``: what the person is there, words of ``by``: roles held, and ``owner`` for who is in charge.
    """
    return tuple(
        transition
        for transition in workflow.by_state[state].transitions or ()
        if not set(transition.by).isdisjoint(roles)
    )


def is_onward(workflow: Workflow, state: str, to: str) -> bool:
    """Whether passing from ``state`` to ``to`` leads further in the file's order, not back."""
    order = list(workflow.by_state)
    return order.index(to) > order.index(state)


def roles_onward(workflow: Workflow, state: str) -> tuple[str, ...]:
    """Words of ``by`` one of which it takes to go further from ``state``, once each; none at an end.

    To give up is not to go further: an end counts only where nothing else leads on.
    """
    transitions = workflow.by_state[state].transitions or ()
    onward = [transition for transition in transitions if is_onward(workflow, state, transition.to)]
    running = [transition for transition in onward if not workflow.by_state[transition.to].final]
    return tuple(dict.fromkeys(role for transition in running or onward for role in transition.by))


def missing_guards(transition: Transition, held: Collection[str]) -> tuple[str, ...]:
    """Guards of ``transition`` that do not hold, in the file's order."""
    return tuple(guard for guard in transition.when or () if guard not in held)


def fire(workflow: Workflow, state: str, to: str, roles: Collection[str], held: Collection[str]) -> Passage:
    """Grant the passage ``state`` → ``to`` to somebody who is ``roles`` there, while guards ``held`` hold.

    Raises :class:`InvalidTransition` with the reason: no such passage, not theirs, or guards. Where several
    passages lead there, the first of theirs that nothing holds back is granted; else the guards missing are
    those of the first of theirs.
    """
    candidates = [t for t in workflow.by_state[state].transitions or () if t.to == to]
    if not candidates:
        raise InvalidTransition(workflow.workflow, state, to, "unknown")
    theirs = [t for t in candidates if not set(t.by).isdisjoint(roles)]
    if not theirs:
        raise InvalidTransition(workflow.workflow, state, to, "role")
    for transition in theirs:
        if not missing_guards(transition, held):
            return Passage(to, transition.then or ())
    raise InvalidTransition(workflow.workflow, state, to, "guards", missing_guards(theirs[0], held))


def span(text: str) -> timedelta:
    """The length of a span such as ``12h``, ``14d`` or ``2w``."""
    return timedelta(hours=int(text[:-1]) * SPAN_HOURS[text[-1]])


def due_at(due: str | None, entered_at: datetime, dates: Mapping[str, datetime]) -> datetime | None:
    """When a state or task entered at ``entered_at`` is due, ``dates`` being the named dates of its subject.

    None without a due date, or while the named date it waits for is not set.
    """
    if due is None:
        return None
    return entered_at + span(due) if due[0].isdigit() else dates.get(due)


def tasks_of(workflow: Workflow, state: str) -> tuple[Task, ...]:
    """The check-list of ``state``."""
    return workflow.by_state[state].checklist or ()
