"""What a life cycle file may write, and how its states are found."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from aqss.domain.definitions.workflows import Escalation, State, Task, Workflow


def a_workflow(*states: State, **more: Any) -> Workflow:
    return Workflow(workflow="essai", version=1, title="Essai", subject="assessment", states=states, **more)


def test_a_state_is_found_by_its_name_and_the_first_one_by_its_mark() -> None:
    last, first = (
        State(state="fin", label="Fin", final=True),
        State(state="debut", label="Début", initial=True),
    )
    workflow = a_workflow(last, first)
    assert workflow.by_state == {"fin": last, "debut": first}
    assert workflow.initial == first


@pytest.mark.parametrize("span", ["12h", "14d", "2w", "100d"])
def test_a_span_is_hours_days_or_weeks(span: str) -> None:
    assert Escalation(after=span, to=("manager",)).after == span


@pytest.mark.parametrize("span", ["", "14", "0d", "-1d", "1.5d", "14 d", "14D", "2m", "d", "review"])
def test_another_span_is_refused(span: str) -> None:
    with pytest.raises(ValidationError):
        Escalation(after=span, to=("manager",))


@pytest.mark.parametrize("due", ["14d", "round-end"])
def test_a_task_is_due_after_a_span_or_on_a_named_date(due: str) -> None:
    assert Task(task="relire", label="Relire", role="manager", due=due).due == due


@pytest.mark.parametrize("due", ["0d", "2m", "Round-end", "2026-03-02"])
def test_a_task_is_due_on_nothing_else(due: str) -> None:
    with pytest.raises(ValidationError):
        Task(task="relire", label="Relire", role="manager", due=due)
