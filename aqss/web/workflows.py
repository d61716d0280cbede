"""How a workflow is told: its picture, and the same in words, state by state.

For the reference pages, and for the page of what runs through it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aqss.domain.definitions.words import EFFECTS, GUARDS, NAMED_DATES, RECIPIENTS
from aqss.domain.definitions.workflows import ReminderRule, State, Transition, Workflow
from aqss.gateways.drawing import workflow_diagram
from aqss.gateways.french import NBSP, plural_fr

_UNITS = {"h": ("heure", "heures"), "d": ("jour", "jours"), "w": ("semaine", "semaines")}
_EVERY = {"h": "toutes les", "d": "tous les", "w": "toutes les"}


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
    reminders: Sequence[str]
    passages: Sequence[ToldPassage]


@dataclass(frozen=True)
class ToldWorkflow:
    """What the macro ``workflow_steps`` of components/workflow.html shows."""

    workflow: Workflow
    picture: Markup
    states: Sequence[ToldState]

    @property
    def has_reminders(self) -> bool:
        return any(told.reminders for told in self.states)


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
                due=due_rule_fr(state.due),
                tasks=[
                    ToldTask(task.label, RECIPIENTS[task.role], due_rule_fr(task.due))
                    for task in state.checklist or ()
                ],
                reminders=[reminder_fr(rule) for rule in state.reminders or ()],
                passages=[_passage(workflow, one) for one in state.transitions or ()],
            )
            for state in workflow.states
        ],
    )


def span_fr(span: str) -> str:
    """« 12 heures », « 14 jours », « 1 semaine »."""
    return f"{span[:-1]}{NBSP}{plural_fr(int(span[:-1]), *_UNITS[span[-1]])}"


def due_rule_fr(due: str | None) -> str:
    """« sous 3 semaines » (of entering the state), « fin de la cotation »; nothing without one."""
    if due is None:
        return ""
    return f"sous {span_fr(due)}" if due[0].isdigit() else NAMED_DATES[due]


def reminder_fr(rule: ReminderRule) -> str:
    """« 3 jours après l’échéance, puis chaque semaine, 3 fois au plus : coordination »."""
    when = f"{span_fr(rule.before)} avant" if rule.before else f"{span_fr(rule.after or '')} après"
    parts = [f"{when} l’échéance"]
    if rule.every:
        parts.append(f"puis {_every_fr(rule.every)}")
    if rule.at_most:
        parts.append(f"{rule.at_most} fois au plus")
    told = f"{', '.join(parts)}{NBSP}: {_people(rule.to)}"
    if rule.escalate:
        late = span_fr(rule.escalate.after)
        told += f". Si rien n’a bougé {late} après l’échéance{NBSP}: {_people(rule.escalate.to)}"
    return told


def _every_fr(span: str) -> str:
    count, (one, _) = int(span[:-1]), _UNITS[span[-1]]
    return f"chaque {one}" if count == 1 else f"{_EVERY[span[-1]]} {span_fr(span)}"


def _passage(workflow: Workflow, transition: Transition) -> ToldPassage:
    subject = workflow.subject
    return ToldPassage(
        label=transition.label,
        to=workflow.by_state[transition.to],
        by=" ou ".join(RECIPIENTS[name] for name in transition.by),
        waits=[GUARDS[subject][name] for name in transition.when or ()],
        effects=[EFFECTS[subject][name] for name in transition.then or ()],
    )


def _people(names: Iterable[str]) -> str:
    return ", ".join(RECIPIENTS[name] for name in names)
