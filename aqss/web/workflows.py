"""How a workflow is told: its picture, and the same in words, state by state.

For the reference pages, and for the page of what runs through it. Reminders are left out: none is sent yet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aqss.domain.definitions.words import EFFECTS, GUARDS, NAMED_DATES, PEOPLE
from aqss.domain.definitions.workflows import State, Transition, Workflow
from aqss.gateways.drawing import workflow_diagram
from aqss.gateways.french import NBSP, plural_fr

_UNITS = {"h": ("heure", "heures"), "d": ("jour", "jours"), "w": ("semaine", "semaines")}


@dataclass(frozen=True)
class ToldTask:
    label: str
    role: str
    due: str


@dataclass(frozen=True)
class ToldPassage:
    """A way out: who may ask for it, what it waits for and what it sets off, each a sentence."""

    label: str
    to: State
    by: str
    waits: Sequence[str]
    effects: Sequence[str]


@dataclass(frozen=True)
class ToldState:
    state: State
    is_current: bool
    is_visited: bool
    due: str
    tasks: Sequence[ToldTask]
    passages: Sequence[ToldPassage]


@dataclass(frozen=True)
class ToldWorkflow:
    """What the macro ``workflow_steps`` of components/workflow.html shows."""

    workflow: Workflow
    picture: Markup
    states: Sequence[ToldState]


def tell_workflow(
    workflow: Workflow, current: str | None = None, visited: Collection[str] = ()
) -> ToldWorkflow:
    """The whole of it; ``current`` is the state where a run stands, ``visited`` those it has been through."""
    return ToldWorkflow(
        workflow=workflow,
        picture=workflow_diagram(workflow, current, visited),
        states=[
            ToldState(
                state=state,
                is_current=state.state == current,
                is_visited=state.state in visited and state.state != current,
                due=due_rule_fr(workflow.subject, state.due),
                tasks=[
                    ToldTask(task.label, PEOPLE[task.role], due_rule_fr(workflow.subject, task.due))
                    for task in state.checklist or ()
                ],
                passages=[_passage(workflow, one) for one in state.transitions or ()],
            )
            for state in workflow.states
        ],
    )


def span_fr(span: str) -> str:
    """« 12 heures », « 14 jours », « 1 semaine »."""
    return f"{span[:-1]}{NBSP}{plural_fr(int(span[:-1]), *_UNITS[span[-1]])}"


def due_rule_fr(subject: str, due: str | None) -> str:
    """« sous 3 semaines » (of entering the state), « fin de la cotation »; nothing without one."""
    if due is None:
        return ""
    return f"sous {span_fr(due)}" if due[0].isdigit() else NAMED_DATES[subject][due]


def _passage(workflow: Workflow, transition: Transition) -> ToldPassage:
    subject = workflow.subject
    return ToldPassage(
        label=transition.label,
        to=workflow.by_state[transition.to],
        by=" ou ".join(PEOPLE[name] for name in transition.by),
        waits=[GUARDS[subject][name] for name in transition.when or ()],
        effects=[EFFECTS[subject][name] for name in transition.then or ()],
    )
