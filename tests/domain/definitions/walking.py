"""A workflow walked from state to state, each passage granted by the life cycle as it would be in aqss."""

from __future__ import annotations

from collections.abc import Collection

from aqss.domain.definitions.workflows import Transition, Workflow
from aqss.domain.errors import InvalidTransition
from aqss.domain.lifecycle import fire

Path = tuple[Transition, ...]


def shortest_path(workflow: Workflow, end: str) -> Path:
    """The fewest transitions from the initial state to ``end``."""
    paths: dict[str, Path] = {workflow.initial.state: ()}
    for state in (waiting := list(paths)):
        for way in workflow.by_state[state].transitions or ():
            if way.to not in paths:
                paths[way.to] = (*paths[state], way)
                waiting.append(way.to)
    return paths[end]


def walk(workflow: Workflow, path: Path) -> str:
    """The state where ``path`` ends, each passage asked by one who may, when just what it waits for holds."""
    state = workflow.initial.state
    for way in path:
        state = fire(workflow, state, way.to, way.by[:1], way.when or ()).to
    return state


def can_end(workflow: Workflow, state: str, held: Collection[str]) -> bool:
    """Whether a final state can be reached from ``state`` by somebody, while ``held`` holds."""
    reached, ahead = {state}, [state]
    while ahead:
        here = ahead.pop()
        for way in workflow.by_state[here].transitions or ():
            if way.to not in reached and _is_granted(workflow, here, way, held):
                reached.add(way.to)
                ahead.append(way.to)
    return any(workflow.by_state[name].final for name in reached)


def _is_granted(workflow: Workflow, state: str, way: Transition, held: Collection[str]) -> bool:
    try:
        return fire(workflow, state, way.to, way.by, held).to == way.to
    except InvalidTransition:
        return False
