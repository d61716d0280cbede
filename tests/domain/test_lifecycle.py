"""Passages between states: granted, or refused with the reason; due dates and check-lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.access import Role
from aqss.domain.definitions import words
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import InvalidTransition, NotPossibleNow
from aqss.domain.lifecycle import (
    Passage,
    allows,
    due_at,
    fire,
    is_onward,
    missing_guards,
    require_ability,
    roles_onward,
    span,
    tasks_of,
    ways_out,
)

MEMBER, COORDINATOR, MANAGER, *_ = Role
EVERYBODY = frozenset(Role)
GUARDS, EFFECTS = words.GUARDS["assessment"], words.EFFECTS["assessment"]
ENTERED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_workflow(*states: dict[str, Any]) -> Workflow:
    document = {
        "workflow": "essai",
        "version": 1,
        "title": "Essai",
        "subject": "assessment",
        "states": states,
    }
    return Workflow.model_validate(_frozen(document))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(part) for key, part in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def a_passage(to: str, *by: Role, **more: Any) -> dict[str, Any]:
    return {"to": to, "label": f"Vers {to}", "by": [role.value for role in by], **more}


CAMPAIGN = a_workflow(
    {
        "state": "preparation",
        "label": "Préparation",
        "initial": True,
        "allows": ["prepare"],
        "due": "14d",
        "checklist": [
            {"task": "objectif", "label": "Écrire l’objectif", "role": "coordinator", "due": "7d"},
            {"task": "equipe", "label": "Prévenir l’équipe", "role": "manager"},
        ],
        "transitions": [
            a_passage(
                "cotation",
                COORDINATOR,
                when=["scope-chosen", "tasks-done"],
                then=["invite-participants", "announce-results"],
            ),
            a_passage("close", COORDINATOR, MANAGER),
        ],
    },
    {"state": "cotation", "label": "Cotation", "allows": ["rate", "read-results"], "transitions": [
        a_passage("close", MEMBER, when=["tasks-done"]),
        a_passage("close", MANAGER, when=["all-grids-finished", "scope-chosen"]),
        a_passage("close", MANAGER, when=["objective-written"], then=["freeze-scores"]),
    ]},
    {"state": "close", "label": "Clôturée", "final": True},
)  # fmt: skip


def refusal(state: str, to: str, roles: set[Role], held: set[str]) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(InvalidTransition) as caught:
        fire(CAMPAIGN, state, to, roles, held)
    error = caught.value
    assert (error.workflow, error.state, error.to) == ("essai", state, to)
    return error.reason, error.guards


def test_a_passage_is_granted_to_the_right_role_once_its_guards_hold() -> None:
    granted = fire(CAMPAIGN, "preparation", "cotation", {COORDINATOR}, {"tasks-done", "scope-chosen"})
    assert granted == Passage("cotation", ("invite-participants", "announce-results"))


def test_a_passage_without_guard_or_effect_is_granted_bare() -> None:
    assert fire(CAMPAIGN, "preparation", "close", {MANAGER}, set()) == Passage("close", ())


def test_a_passage_leads_further_in_the_order_of_the_file_or_back() -> None:
    assert is_onward(CAMPAIGN, "preparation", "cotation")
    assert is_onward(CAMPAIGN, "preparation", "close")
    assert not is_onward(CAMPAIGN, "cotation", "preparation")
    assert not is_onward(CAMPAIGN, "cotation", "cotation")


def test_going_further_takes_one_of_the_roles_of_the_passages_that_lead_on() -> None:
    assert roles_onward(CAMPAIGN, "preparation") == (COORDINATOR,)  # to close at once is to give up
    assert roles_onward(CAMPAIGN, "cotation") == (MEMBER, MANAGER)
    assert roles_onward(CAMPAIGN, "close") == ()


def test_a_way_back_does_not_help_to_go_further() -> None:
    workflow = a_workflow(
        {"state": "un", "label": "Un", "initial": True, "transitions": [a_passage("deux", COORDINATOR)]},
        {
            "state": "deux",
            "label": "Deux",
            "transitions": [a_passage("un", COORDINATOR), a_passage("fin", MANAGER)],
        },
        {"state": "fin", "label": "Fin", "final": True},
    )
    assert roles_onward(workflow, "deux") == (MANAGER,)


def test_a_passage_that_does_not_exist_is_refused_as_unknown() -> None:
    assert refusal("cotation", "preparation", set(Role), set(GUARDS)) == ("unknown", ())


def test_nothing_leaves_a_final_state() -> None:
    assert refusal("close", "preparation", set(Role), set(GUARDS)) == ("unknown", ())


def test_a_passage_asked_by_another_role_is_refused_for_its_role() -> None:
    assert refusal("preparation", "cotation", {MEMBER, MANAGER}, set(GUARDS)) == ("role", ())


def test_a_passage_asked_by_nobody_in_particular_is_refused_for_its_role() -> None:
    assert refusal("preparation", "cotation", set(), set(GUARDS)) == ("role", ())


def test_a_passage_held_back_names_every_guard_that_does_not_hold() -> None:
    assert refusal("preparation", "cotation", {COORDINATOR}, set()) == (
        "guards",
        ("scope-chosen", "tasks-done"),
    )
    assert refusal("preparation", "cotation", {COORDINATOR}, {"scope-chosen"}) == ("guards", ("tasks-done",))


def test_of_two_passages_to_the_same_state_the_first_that_is_free_is_taken() -> None:
    assert fire(CAMPAIGN, "cotation", "close", {MANAGER}, {"objective-written"}) == Passage(
        "close", ("freeze-scores",)
    )
    assert fire(CAMPAIGN, "cotation", "close", {MANAGER}, set(GUARDS)) == Passage("close", ())


def test_of_two_passages_held_back_the_first_of_ones_own_says_what_is_missing() -> None:
    assert refusal("cotation", "close", {MANAGER}, {"tasks-done", "scope-chosen"}) == (
        "guards",
        ("all-grids-finished",),
    )


def test_the_ways_out_are_those_of_ones_roles_in_the_files_order() -> None:
    def ways(state: str, *roles: Role) -> list[str]:
        return [way.to for way in ways_out(CAMPAIGN, state, roles)]

    assert ways("preparation", COORDINATOR) == ["cotation", "close"]
    assert ways("preparation", MANAGER) == ["close"]
    assert ways("preparation", MEMBER) == []
    assert ways("close", *Role) == []


def test_a_way_out_lists_the_guards_that_do_not_hold() -> None:
    to_rating, to_closed = ways_out(CAMPAIGN, "preparation", [COORDINATOR])
    assert missing_guards(to_rating, {"tasks-done"}) == ("scope-chosen",)
    assert missing_guards(to_closed, set()) == ()


def test_a_state_allows_what_it_lists() -> None:
    assert allows(CAMPAIGN, "cotation", "rate")
    assert not allows(CAMPAIGN, "cotation", "prepare")
    assert not allows(CAMPAIGN, "close", "read-results")


def test_what_a_state_does_not_allow_is_refused_with_both_names() -> None:
    require_ability(CAMPAIGN, "cotation", "rate")
    with pytest.raises(NotPossibleNow) as caught:
        require_ability(CAMPAIGN, "preparation", "rate")
    assert (caught.value.ability, caught.value.state) == ("rate", "preparation")


def test_the_check_list_of_a_state_is_the_files() -> None:
    assert [task.task for task in tasks_of(CAMPAIGN, "preparation")] == ["objectif", "equipe"]
    assert tasks_of(CAMPAIGN, "close") == ()


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("1h", timedelta(hours=1)),
        ("36h", timedelta(days=1, hours=12)),
        ("14d", timedelta(days=14)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_span_counts_hours_days_or_weeks(written: str, length: timedelta) -> None:
    assert span(written) == length


def test_a_span_is_counted_from_the_entry_into_the_state() -> None:
    assert due_at("7d", ENTERED, {}) == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_a_named_date_is_the_subjects_own() -> None:
    ends = datetime(2026, 4, 1, tzinfo=UTC)
    assert due_at("round-end", ENTERED, {"round-end": ends}) == ends


def test_a_named_date_not_set_yet_is_no_due_date() -> None:
    assert due_at("round-end", ENTERED, {}) is None


def test_what_has_no_due_date_is_never_due() -> None:
    assert due_at(None, ENTERED, {"round-end": ENTERED}) is None


NAMES = ["a", "b", "c", "d"]
_passages = st.fixed_dictionaries(
    {"to": st.sampled_from(NAMES), "label": st.just("Passer"), "by": st.lists(
        st.sampled_from([role.value for role in Role]), min_size=1, max_size=3)},
    optional={
        "when": st.lists(st.sampled_from(list(GUARDS)), min_size=1, max_size=3),
        "then": st.lists(st.sampled_from(list(EFFECTS)), min_size=1, max_size=2),
    },
)  # fmt: skip
_states = st.tuples(
    *(
        st.fixed_dictionaries(
            {"state": st.just(name), "label": st.just(name)},
            optional={"transitions": st.lists(_passages, min_size=1, max_size=4)},
        )
        for name in NAMES
    )
)
_somebody = st.frozensets(st.sampled_from(list(Role)), max_size=3)
_held = st.frozensets(st.sampled_from(list(GUARDS)))


@given(_states, st.lists(st.tuples(st.sampled_from([*NAMES, "ailleurs"]), _somebody, _held), max_size=8))
def test_a_subject_never_stands_in_a_state_its_workflow_does_not_know(
    states: tuple[dict[str, Any], ...], wishes: list[tuple[str, frozenset[Role], frozenset[str]]]
) -> None:
    workflow, state = a_workflow(*states), "a"
    for to, roles, held in wishes:
        try:
            granted = fire(workflow, state, to, roles, held)
        except InvalidTransition as refused:
            _check_refusal(workflow, refused, roles, held)
        else:
            _check_passage(workflow, state, granted, roles, held)
            state = granted.to
        assert state in workflow.by_state


def _check_passage(
    workflow: Workflow, state: str, granted: Passage, roles: frozenset[Role], held: frozenset[str]
) -> None:
    assert any(
        way.to == granted.to and (way.then or ()) == granted.effects and set(way.when or ()) <= held
        for way in ways_out(workflow, state, roles)
    )


def _check_refusal(
    workflow: Workflow, refused: InvalidTransition, roles: frozenset[Role], held: frozenset[str]
) -> None:
    there = [way for way in ways_out(workflow, refused.state, EVERYBODY) if way.to == refused.to]
    theirs = [way for way in ways_out(workflow, refused.state, roles) if way.to == refused.to]
    if refused.reason == "unknown":
        assert not there
    elif refused.reason == "role":
        assert there
        assert not theirs
    else:
        assert refused.reason == "guards"
        assert all(missing_guards(way, held) for way in theirs)
        assert refused.guards == missing_guards(theirs[0], held)
