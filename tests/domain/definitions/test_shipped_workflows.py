"""The workflows that aqss is delivered with: each runs to each of its ends, and none can be stuck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.words import ASKERS, GUARDS, GUARDS_LOST_FOR_GOOD
from aqss.domain.definitions.workflows import Transition, Workflow
from aqss.domain.errors import InvalidTransition
from aqss.domain.lifecycle import fire, ways_out
from aqss.gateways.files import read_definitions
from tests.campaign.rows import IN_FULL
from tests.domain.definitions.walking import can_end, shortest_path, walk
from tests.shipped import GRIDS, WORKFLOWS

_READ = load_catalogue(read_definitions(GRIDS, WORKFLOWS))
assert isinstance(_READ, Catalogue)
SHIPPED = _READ.workflows


class Way(NamedTuple):
    """A transition of a shipped workflow, and the state it leaves."""

    workflow: str
    state: str
    transition: Transition

    def __str__(self) -> str:
        return f"{self.workflow}: {self.state} to {self.transition.to} by {self.transition.by[0]}"


WAYS = [
    Way(name, state.state, transition)
    for name, workflow in SHIPPED.items()
    for state in workflow.states
    for transition in state.transitions or ()
]
HELD_BACK = [(way, guard) for way in WAYS for guard in way.transition.when or ()]
ENDS = [(name, state.state) for name, workflow in SHIPPED.items() for state in workflow.states if state.final]


def test_the_workflows_are_those_of_the_field() -> None:
    assert {name: workflow.subject for name, workflow in SHIPPED.items()} == {
        "action": "action",
        "auto-evaluation": "assessment",
        "creation-centre": "dossier",
        "demande-appui": "dossier",
        "diagnostic-territorial": "dossier",
        "fiche": "assessment",
        "indicateurs-annuels": "dossier",
        "patient-traceur": "dossier",
    }


def test_a_dossier_fills_the_grids_made_for_it() -> None:
    assert {name: workflow.grids for name, workflow in SHIPPED.items() if workflow.grids} == {
        "diagnostic-territorial": ("entretien-territorial",),
        "indicateurs-annuels": ("indicateurs-suivi",),
        "patient-traceur": ("patient-traceur",),
    }


@pytest.mark.parametrize(("name", "end"), ENDS, ids=" to ".join)
def test_the_shortest_path_to_each_end_can_be_walked(name: str, end: str) -> None:
    workflow = SHIPPED[name]
    path = shortest_path(workflow, end)
    assert walk(workflow, path) == end


@pytest.mark.parametrize(("way", "guard"), HELD_BACK, ids=str)
def test_a_passage_is_refused_while_one_thing_it_waits_for_is_missing(way: Way, guard: str) -> None:
    workflow = SHIPPED[way.workflow]
    others = set(GUARDS[workflow.subject]) - {guard}
    with pytest.raises(InvalidTransition) as refused:
        fire(workflow, way.state, way.transition.to, way.transition.by, others)
    assert (refused.value.reason, refused.value.guards) == ("guards", (guard,))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_passage_is_refused_to_whoever_it_is_not_for(way: Way) -> None:
    workflow = SHIPPED[way.workflow]
    same = [one for one in workflow.by_state[way.state].transitions or () if one.to == way.transition.to]
    others = {*ASKERS["dossier"]} - {role for one in same for role in one.by}
    with pytest.raises(InvalidTransition) as refused:
        fire(workflow, way.state, way.transition.to, others, GUARDS[workflow.subject])
    assert refused.value.reason == "role"


def test_an_abandoned_diagnosis_leaves_no_recording_behind() -> None:
    diagnosis = SHIPPED["diagnostic-territorial"]
    recorded = ("entretiens", "transcription")
    for way in (way for way in WAYS if way.workflow == diagnosis.workflow and way.state in recorded):
        leaves = way.transition.to not in recorded
        assert leaves == ("recordings-deleted" in (way.transition.when or ()))


def test_an_action_is_closed_only_by_another_person_with_its_result() -> None:
    ways = [way.transition for way in WAYS if way.workflow == "action" and way.transition.to == "close"]
    assert [way.when for way in ways] == [("steps-done", "result-written", "closed-by-another")]


def test_what_is_declared_done_is_still_done_when_it_is_sealed() -> None:
    """What a later state lets people undo is asked again on the way to an end that seals it."""
    year = SHIPPED["indicateurs-annuels"]
    (sealing,) = (t for t in year.by_state["relecture"].transitions or () if "freeze-grids" in (t.then or ()))
    assert "edit" in (year.by_state["relecture"].allows or ())
    assert sealing.when == ("grids-finished",)


def _wishes() -> st.SearchStrategy[list[tuple[int, frozenset[str]]]]:
    """Passages asked for one after the other, and what holds each time."""
    words = sorted({guard for guards in GUARDS.values() for guard in guards})
    return st.lists(st.tuples(st.integers(0, 5), st.frozensets(st.sampled_from(words))), max_size=25)


def _wander(workflow: Workflow, wishes: list[tuple[int, frozenset[str]]]) -> Iterator[str]:
    """The states a subject goes through; a passage refused leaves it where it is."""
    state = workflow.initial.state
    yield state
    everybody = ASKERS[workflow.subject]
    for number, held in wishes:
        ways = ways_out(workflow, state, everybody)
        if not ways:
            return
        wanted = ways[number % len(ways)]
        try:
            state = fire(workflow, state, wanted.to, wanted.by, held).to
        except InvalidTransition:
            continue
        yield state


@settings(max_examples=2000 if IN_FULL else 200)
@given(st.sampled_from(sorted(SHIPPED)), _wishes())
def test_no_run_is_ever_stuck_whatever_was_lost_on_the_way(
    name: str, wishes: list[tuple[int, frozenset[str]]]
) -> None:
    workflow = SHIPPED[name]
    kept = set(GUARDS[workflow.subject]) - set(GUARDS_LOST_FOR_GOOD)
    for state in _wander(workflow, wishes):
        assert can_end(workflow, state, kept)
