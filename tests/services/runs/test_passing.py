"""Passing from one state of a run to the next: states, due dates, versions, what is offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.definitions.workflows import Transition
from aqss.domain.errors import InvalidTransition, NotFound, StaleEdit
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action
from aqss.services.runs.passing import (
    Asked,
    Check,
    Move,
    begin,
    enter,
    find_move,
    list_moves,
    pass_to,
    redate,
    require_version,
    roles_lacking,
)
from tests.builders import an_action
from tests.services.assessments.scene import NOW, Scene, read_workflow, statements

WORKFLOW = read_workflow(
    """
workflow: action
version: 1
title: Essai
subject: action
states:
  - state: debut
    label: Début
    initial: true
    due: 2w
    transitions:
      - {to: suite, label: Suivre, by: [coordinator], when: [owner-named, due-written]}
      - {to: suite, label: Suivre autrement, by: [member], when: [result-written]}
      - {to: fin, label: Finir, by: [owner]}
  - state: suite
    label: Suite
    due: action-due
    transitions:
      - {to: fin, label: Finir, by: [manager], then: [tell-owner]}
      - {to: debut, label: Revenir, by: [member]}
  - {state: fin, label: Fin, final: true}
"""
)
DAY = datetime(2026, 5, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


def at(session: Session, scene: Scene, state: str = "debut") -> Action:
    """An action that stands there in the life cycle above."""
    action = an_action(session, scene.centre)
    enter(action, WORKFLOW, state, NOW, {})
    session.flush()
    return action


def checks(*held: str, asked: list[str] | None = None) -> dict[str, Check[Action]]:
    """Guards of which only these hold; what is asked about is noted."""

    def check(name: str) -> Check[Action]:
        def holds(question: Asked[Action]) -> bool:
            if asked is not None:
                asked.append(name)
            return name in held and question.workflow is WORKFLOW

        return holds

    return {name: check(name) for name in ("owner-named", "due-written", "result-written")}


def test_a_run_begins_in_the_first_state_of_the_current_version(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre, state="faire", version=7)
    workflow = begin(session, action, "action", LATER)
    assert (workflow.workflow, action.state, action.version) == ("action", "prevoir", 1)
    assert (action.entered_at, action.due_at, action.ended_at) == (LATER, LATER + timedelta(weeks=4), None)
    with pytest.raises(NotFound):
        begin(session, action, "inconnu", NOW)


def test_a_state_is_due_after_a_span_or_on_a_named_date(session: Session, scene: Scene) -> None:
    action = at(session, scene)
    assert (action.due_at, action.ended_at) == (NOW + timedelta(weeks=2), None)
    enter(action, WORKFLOW, "suite", LATER, {})
    assert (action.entered_at, action.due_at) == (LATER, None)
    redate(action, WORKFLOW, {"action-due": DAY})
    assert action.due_at == DAY
    enter(action, WORKFLOW, "fin", LATER, {"action-due": DAY})
    assert (action.due_at, action.ended_at) == (None, LATER)
    enter(action, WORKFLOW, "debut", LATER, {})
    assert action.ended_at is None


def test_a_passage_tells_its_effects_and_makes_a_new_version(session: Session, scene: Scene) -> None:
    action = at(session, scene, "suite")
    passage = pass_to(
        session, action, WORKFLOW, scene.manager, ["manager"], checks(), to="fin", now=LATER, dates={}
    )
    assert (passage.to, passage.effects) == ("fin", ("tell-owner",))
    assert (action.state, action.ended_at, action.version) == ("fin", LATER, 2)


def test_a_refused_passage_changes_nothing(session: Session, scene: Scene) -> None:
    action = at(session, scene)
    for roles, to, reason, guards in (
        (["coordinator"], "suite", "guards", ("due-written",)),
        (["manager"], "suite", "role", ()),
        (["coordinator"], "ailleurs", "unknown", ()),
    ):
        with pytest.raises(InvalidTransition) as refusal:
            pass_to(
                session, action, WORKFLOW, scene.coordinator, roles, checks("owner-named"),
                to=to, now=LATER, dates={},
            )  # fmt: skip
        assert (refusal.value.reason, refusal.value.guards) == (reason, guards)
    assert (action.state, action.entered_at, action.version) == ("debut", NOW, 1)


def test_only_the_guards_of_the_present_state_are_asked_about_once_each(
    session: Session, scene: Scene
) -> None:
    asked: list[str] = []
    action = at(session, scene)
    moves = list_moves(
        session, action, WORKFLOW, scene.coordinator, ["coordinator", "owner"], checks(asked=asked)
    )
    assert [(move.transition.label, move.missing, move.is_onward, move.is_lost) for move in moves] == [
        ("Suivre", ("owner-named", "due-written"), True, False),
        ("Finir", (), True, False),
    ]
    assert sorted(asked) == ["due-written", "owner-named", "result-written"]


def test_moves_cost_the_same_number_of_queries_however_many_there_are(session: Session, scene: Scene) -> None:
    def cost(state: str, *roles: str) -> int:
        action = at(session, scene, state)
        with statements(session) as seen:
            list_moves(session, action, WORKFLOW, scene.coordinator, roles, checks())
        return len(seen)

    assert cost("debut", "coordinator", "owner", "member") == cost("suite", "manager") == cost("fin") == 1


def test_who_could_go_on_from_there_is_told_when_nobody_could(session: Session, scene: Scene) -> None:
    action = at(session, scene)
    session.execute(
        update(Membership).where(Membership.user_id == scene.manager.user_id).values(disabled_at=NOW)
    )
    (onward,) = list_moves(session, action, WORKFLOW, scene.coordinator, ["coordinator"], checks())
    assert onward.lacking == (Role.MANAGER,)
    assert roles_lacking(WORKFLOW, "suite", [Role.MANAGER]) == ()
    assert roles_lacking(WORKFLOW, "debut", []) == (Role.COORDINATOR, Role.MEMBER)  # to end is to give up
    assert roles_lacking(WORKFLOW, "fin", []) == ()


def test_a_change_starts_from_the_version_that_stands(session: Session, scene: Scene) -> None:
    action = at(session, scene)
    require_version(action, "action", 1)
    with pytest.raises(StaleEdit) as refusal:
        require_version(action, "action", 2)
    assert (refusal.value.kind, refusal.value.expected, refusal.value.current) == ("action", 2, 1)


def test_the_way_to_a_state_is_one_that_nothing_holds_back_if_there_is_one() -> None:
    held, free, back = (
        Move(Transition(to=to, label=label, by=("coordinator",)), missing, True, ())
        for to, label, missing in (
            ("fin", "Attendre", ("tasks-done",)),
            ("fin", "Finir", ()),
            ("debut", "Revenir", ("tasks-done",)),
        )
    )
    assert find_move((held, free, back), "fin") is free
    assert find_move((held, free, back), "debut") is back
    with pytest.raises(NotFound):
        find_move((held, free, back), "ailleurs")
