"""What the journal's sentences are made of, whatever they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.french import NBSP, list_fr
from aqss.services.journal import Entry
from aqss.web.words import quoted

Facts = Mapping[str, Any]
Predicate = Callable[[Facts, Entry, Catalogue], str]


def state_fr(code: object, entry: Entry) -> str:
    """The label of a state of the workflow that is followed, « quoted »; its code when it has left it."""
    states = entry.workflow.by_state if entry.workflow else {}
    return quoted(states[str(code)].label if str(code) in states else code)


def task_fr(facts: Facts, entry: Entry) -> str:
    """The label of a task of a check-list, « quoted »."""
    states = entry.workflow.states if entry.workflow else ()
    labels = {task.task: task.label for state in states for task in state.checklist or ()}
    return quoted(labels.get(str(facts.get("task")), facts.get("task", "")))


def passage_fr(facts: Facts, entry: Entry) -> str:
    """« de l’étape « … » à l’étape « … », motif : « … » »."""
    steps = f"de l’étape {state_fr(facts.get('from'), entry)} à l’étape {state_fr(facts.get('to'), entry)}"
    return f"{steps}, motif{NBSP}: {quoted(facts['reason'])}" if facts.get("reason") else steps


def fields_fr(names: Iterable[str], words: Mapping[str, str]) -> str:
    """What fields are called, in a list."""
    return list_fr([words.get(name, name) for name in names])


def of_task(words: str) -> Predicate:
    """A line of the check-list by its label in the workflow, a task that people added by its own words."""

    def tell(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
        return f"{words} la tâche {quoted(facts['label']) if 'label' in facts else task_fr(facts, entry)}"

    return tell
