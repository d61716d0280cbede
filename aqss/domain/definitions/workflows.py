"""Shapes of the files under ``workflows/`` (contract: docs/workflows.md)."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from aqss.domain.definitions.shapes import Definition, Identifier, Text
from aqss.domain.definitions.words import (
    MOST_DOCUMENTS,
    MOST_PASSAGES,
    MOST_REMINDERS,
    MOST_STATES,
    MOST_TASKS,
)

Subject = Literal["assessment", "action", "meeting", "dossier"]

Span = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[hdw]$")]
"""Hours, days or weeks: 12h, 14d, 2w."""

Due = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]*[hdw]|[a-z][a-z-]*)$")]
"""A span after entering the state, or one of the named dates."""


def _up_to(most: int) -> Any:
    """From one element to ``most``."""
    return Field(min_length=1, max_length=most)


class Task(Definition):
    """A line of a state's check-list."""

    task: Identifier
    label: Text
    role: Identifier
    due: Due | None = None


class Escalation(Definition):
    after: Span
    to: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class ReminderRule(Definition):
    """``before`` or ``after`` the state's due date, to whom, repeated or escalated."""

    before: Span | None = None
    after: Span | None = None
    every: Span | None = None
    at_most: Annotated[int, Field(ge=1, le=50)] | None = None
    to: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    escalate: Escalation | None = None


class Transition(Definition):
    """A way out of a state: by whom, held back by the guards ``when``, followed by the effects ``then``."""

    to: Identifier
    label: Text
    by: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    when: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    then: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None


class State(Definition):
    state: Identifier
    label: Text
    initial: bool = False
    final: bool = False
    allows: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    due: Due | None = None
    documents: Annotated[tuple[Text, ...], _up_to(MOST_DOCUMENTS)] | None = None
    checklist: Annotated[tuple[Task, ...], _up_to(MOST_TASKS)] | None = None
    reminders: Annotated[tuple[ReminderRule, ...], _up_to(MOST_REMINDERS)] | None = None
    transitions: Annotated[tuple[Transition, ...], _up_to(MOST_PASSAGES)] | None = None


class Workflow(Definition):
    """``workflows/<workflow>.yaml``."""

    workflow: Identifier
    version: Annotated[int, Field(ge=1)]
    title: Text
    subject: Subject
    next: Identifier | None = None
    grids: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    """What a dossier fills, each as a sheet of its own; of no other subject."""
    states: Annotated[tuple[State, ...], _up_to(MOST_STATES)]

    @cached_property
    def by_state(self) -> dict[str, State]:
        return {state.state: state for state in self.states}

    @cached_property
    def initial(self) -> State:
        return next(state for state in self.states if state.initial)
