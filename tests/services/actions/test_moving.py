"""Passing from one state of an action to the next: the shipped life cycle, its guards, who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.domain.errors import InvalidInput, InvalidTransition, NotFound, StaleEdit
from aqss.gateways.french import NBSP
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action
from aqss.persistence.mails import Mail
from aqss.services.actions.announcing import tell_owner
from aqss.services.actions.changing import change_action, read_draft
from aqss.services.actions.finding import named_dates
from aqss.services.actions.moving import (
    EFFECT_ACTIONS,
    GUARD_CHECKS,
    Conclusion,
    available_moves,
)
from aqss.services.actions.progressing import add_step, set_progress, set_step, set_task
from aqss.services.actions.words import RESULTS
from tests.services.actions.scene import (
    LATER,
    WELL_DONE,
    a_done_action,
    a_draft,
    a_started_action,
    columns_of,
    go,
    key_of,
    mails,
    plan,
    read_action_workflow,
    set_plan_scene,
)
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    an_open_assessment,
    count,
    faults_of,
    journal,
)

VERIFIED_TWICE = """
workflow: action
version: 1
title: Essai
subject: action
states:
  - state: debut
    label: Début
    initial: true
    allows: [edit]
    transitions:
      - {to: equipe, label: Déclarer faite, by: [owner]}
  - state: equipe
    label: Vérifiée par l’équipe
    allows: [close]
    checklist:
      - {task: releve, label: Faire le relevé, role: member}
    transitions:
      - {to: direction, label: Transmettre, by: [coordinator], when: [tasks-done]}
      - {to: debut, label: Reprendre, by: [coordinator]}
  - state: direction
    label: Vérifiée par la direction
    allows: [close]
    transitions:
      - {to: fin, label: Clore, by: [manager]}
  - {state: fin, label: Fin, final: true}
"""


def test_every_guard_and_effect_a_workflow_may_name_is_known_here() -> None:
    assert set(GUARD_CHECKS) == set(GUARDS["action"])
    assert set(EFFECT_ACTIONS) == set(EFFECTS["action"])


def test_the_shortest_path_of_the_shipped_life_cycle(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    go(session, scene.member, action, "faire", now=NOW)
    assert (action.state, action.due_at, action.done_at) == ("faire", named_dates(action)["action-due"], None)
    set_progress(session, scene.member, action_id=action.id, percent=100, now=NOW)
    go(session, scene.member, action, "verifier", reason="Tout est en place.")
    assert (action.state, action.due_at, action.done_at) == (
        *("verifier", named_dates(action)["review"], LATER),
    )
    end = LATER + timedelta(days=200)
    go(session, scene.manager, action, "close", now=end, conclusion=WELL_DONE)
    assert (action.state, action.ended_at, action.due_at, action.done_at) == ("close", end, None, LATER)
    assert (action.result, action.result_note) == ("efficace", "Vu sur dix situations.")
    assert (action.closed_by_id, action.version) == (scene.manager.user_id, 4)
    assert [(entry.facts, entry.user_id) for entry in journal(session, "action-moved")] == [
        ({"from": "prevoir", "to": "faire", "reason": ""}, scene.member.user_id),
        ({"from": "faire", "to": "verifier", "reason": "Tout est en place."}, scene.member.user_id),
        ({"from": "verifier", "to": "close", "reason": ""}, scene.manager.user_id),
    ]


def lacking(**more: Any) -> Callable[[Session, Scene], Action]:
    return lambda session, scene: plan(
        session, scene, replace(a_draft(owner_id=scene.member.user_id), **more)
    )


def half_done(session: Session, scene: Scene) -> Action:
    action = a_started_action(session, scene)
    set_progress(session, scene.member, action_id=action.id, percent=99, now=NOW)
    return action


def with_an_open_step(session: Session, scene: Scene) -> Action:
    action = half_done(session, scene)
    set_progress(session, scene.member, action_id=action.id, percent=100, now=NOW)
    step = add_step(session, scene.member, action_id=action.id, label="Écrire", now=NOW)
    add_step(session, scene.member, action_id=action.id, label="Relire", now=NOW)
    set_step(session, scene.member, action_id=action.id, step=step.id, done=True, now=NOW)
    return action


def owned_by_the_manager(session: Session, scene: Scene) -> Action:
    action = a_started_action(session, scene, owner_id=scene.manager.user_id)
    set_progress(session, scene.manager, action_id=action.id, percent=100, now=NOW)
    return go(session, scene.manager, action, "verifier", now=NOW)


def undone_while_verified(session: Session, scene: Scene) -> Action:
    action = a_done_action(session, scene)
    set_progress(session, scene.member, action_id=action.id, percent=60, now=NOW)
    return action


@pytest.mark.parametrize(
    ("make", "who", "to", "conclusion", "guards"),
    [
        (lacking(owner_id=None), "coordinator", "faire", None, ("owner-named",)),
        (lacking(due_on=None), "member", "faire", None, ("due-written",)),
        (lacking(effect_measure=""), "member", "faire", None, ("effect-expected",)),
        (lacking(effect_to=""), "member", "faire", None, ("effect-expected",)),
        (lacking(review_on=None), "member", "faire", None, ("effect-expected",)),
        (
            lacking(owner_id=None, due_on=None, review_on=None),
            *("coordinator", "faire", None, ("owner-named", "due-written", "effect-expected")),
        ),
        (half_done, "member", "verifier", None, ("steps-done",)),
        (with_an_open_step, "member", "verifier", None, ("steps-done",)),
        (a_done_action, "manager", "close", None, ("result-written",)),
        (owned_by_the_manager, "manager", "close", WELL_DONE, ("closed-by-another",)),
        (undone_while_verified, "manager", "close", WELL_DONE, ("steps-done",)),
    ],
)
def test_each_guard_holds_its_passage_back_and_nothing_changes(
    session: Session,
    scene: Scene,
    make: Callable[[Session, Scene], Action],
    who: str,
    to: str,
    conclusion: Conclusion | None,
    guards: tuple[str, ...],
) -> None:
    action = make(session, scene)
    before, told, moved = columns_of(session, action), count(session, Mail), journal(session, "action-moved")
    with pytest.raises(InvalidTransition) as refusal, session.begin_nested():
        go(session, getattr(scene, who), action, to, conclusion=conclusion)
    assert (refusal.value.reason, refusal.value.guards) == ("guards", guards)
    assert columns_of(session, action) == before
    assert (count(session, Mail), journal(session, "action-moved")) == (told, moved)


def test_an_effect_on_a_criterion_is_an_effect_expected(session: Session, scene: Scene) -> None:
    key = key_of(session, an_open_assessment(session, scene), "CO-1")
    draft = a_draft(owner_id=scene.member.user_id, criteria=(key,), effect_on=key, effect_to="oui")
    action = plan(session, scene, draft)
    assert action.effect_measure == ""
    assert go(session, scene.member, action, "faire").state == "faire"


def test_with_every_step_done_it_is_done_whatever_was_told_before(session: Session, scene: Scene) -> None:
    action = with_an_open_step(session, scene)
    (_, last) = [add_step(session, scene.member, action_id=action.id, label=label, now=NOW) for label in "AB"]
    for step in range(last.id - 2, last.id + 1):
        set_step(session, scene.member, action_id=action.id, step=step, done=True, now=NOW)
    assert go(session, scene.member, action, "verifier").state == "verifier"


def test_no_state_is_skipped_and_nobody_passes_in_another_s_place(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    for to in ("verifier", "close", "nulle-part", "prevoir", ""):
        with pytest.raises(InvalidTransition) as refusal:
            go(session, scene.coordinator, action, to)
        assert refusal.value.reason == "unknown"
    for who, to in (("colleague", "faire"), ("manager", "faire"), ("member", "abandonnee")):
        with pytest.raises(InvalidTransition) as refusal:
            go(session, getattr(scene, who), action, to)
        assert refusal.value.reason == "role"
    assert (action.state, action.version) == ("prevoir", 1)


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_somebody_else_s_action_cannot_be_moved_nor_seen(session: Session, scene: Scene, who: str) -> None:
    action = plan(session, scene)
    with pytest.raises(NotFound):
        go(session, getattr(scene, who), action, "faire")
    with pytest.raises(NotFound):
        available_moves(session, getattr(scene, who), action.id)


def test_a_page_shown_before_another_passage_is_stale(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    go(session, scene.coordinator, action, "faire", version=1)
    with pytest.raises(StaleEdit) as refusal:
        go(session, scene.coordinator, action, "prevoir", version=1)
    assert (refusal.value.kind, refusal.value.expected, refusal.value.current) == ("action", 1, 2)


def test_the_page_is_told_the_ways_out_of_each_person(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)
    offered = {
        who: [(m.transition.to, m.missing, m.is_onward) for m in moves]
        for who in ("coordinator", "manager", "member", "colleague")
        if (moves := available_moves(session, getattr(scene, who), action.id)) or who == "colleague"
    }
    assert offered == {
        "coordinator": [("close", ("result-written",), True), ("faire", (), False)],
        "manager": [("close", ("result-written",), True)],
        "member": [("faire", (), False)],
        "colleague": [],
    }


def test_the_page_is_told_that_nobody_could_go_on(session: Session, scene: Scene) -> None:
    action = half_done(session, scene)
    set_progress(session, scene.member, action_id=action.id, percent=100, now=NOW)
    leads = [scene.coordinator.user_id, scene.manager.user_id]
    session.execute(update(Membership).where(Membership.user_id.in_(leads)).values(disabled_at=NOW))
    (onward,) = available_moves(session, scene.member, action.id)
    assert (onward.transition.to, onward.lacking) == ("verifier", (Role.COORDINATOR, Role.MANAGER))
    go(session, scene.member, action, "verifier")
    (back,) = available_moves(session, scene.member, action.id)
    assert (back.transition.to, back.lacking) == ("faire", ())  # the owner goes on, whatever their role


def test_a_conclusion_is_one_of_three_and_says_why(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)
    assert set(RESULTS) == {"efficace", "partiel", "inefficace"}
    for result, note, expected in (
        ("", "", [("result", "required"), ("result_note", "required")]),
        ("parfait", "Oui.", [("result", "unknown-choice")]),
        ("pas-encore-mesurable", "Oui.", [("result", "unknown-choice")]),
        ("partiel", "a" * 2001, [("result_note", "too-long")]),
    ):
        before = columns_of(session, action)
        with pytest.raises(InvalidInput) as refusal:
            go(session, scene.manager, action, "close", conclusion=Conclusion(result, note))
        assert faults_of(refusal.value) == expected
        assert columns_of(session, action) == before


def test_a_conclusion_is_written_where_the_action_ends_alone(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)
    go(session, scene.coordinator, action, "faire", conclusion=WELL_DONE)
    assert (action.result, action.closed_by_id) == ("", None)
    go(session, scene.coordinator, action, "abandonnee", conclusion=WELL_DONE)
    assert (action.result, action.closed_by_id) == ("", scene.coordinator.user_id)


def test_an_action_taken_up_again_is_no_longer_declared_done(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)
    go(session, scene.member, action, "faire")
    assert (action.done_at, action.done_by_id) == (None, None)
    assert (action.ended_at, action.closed_by_id) == (None, None)
    go(session, scene.member, action, "verifier", now=LATER)
    assert action.done_at == LATER


def test_it_is_declared_done_when_it_is_first_handed_over(session: Session) -> None:
    scene = set_plan_scene(session, read_action_workflow(VERIFIED_TWICE))
    action = plan(session, scene)
    go(session, scene.member, action, "equipe", now=NOW)
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, action, "direction")
    assert refusal.value.guards == ("tasks-done",)
    set_task(session, scene.colleague, action_id=action.id, task="releve", done=True, now=NOW)
    go(session, scene.coordinator, action, "direction")
    assert action.done_at == NOW
    go(session, scene.manager, action, "fin")
    assert (action.done_at, action.result) == (NOW, "")


def test_a_reason_holds_no_social_security_number(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        go(session, scene.coordinator, action, "faire", reason="Pour 185057800608491")
    assert faults_of(refusal.value) == [("reason", "patient-identifier")]
    assert (action.state, mails(session)) == ("prevoir", [])


def test_the_owner_is_told_once_that_the_action_is_theirs(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene, finding="Deux incidents en janvier.")
    go(session, scene.coordinator, action, "prevoir")
    go(session, scene.coordinator, action, "faire")
    (mail,) = mails(session)
    assert (mail.user_id, mail.centre_id) == (scene.member.user_id, scene.centre.id)
    assert (mail.subject, mail.expires_at) == (
        *(f"Une action vous est confiée{NBSP}: Écrire la procédure", None),
    )
    for text in (mail.body_text, mail.body_html):
        assert f"https://aqss.example/actions/{action.id}" in text
        assert "mardi 30 juin 2026" in text
        assert "Deux incidents en janvier." in text
        assert f"L’action n°{NBSP}1 du plan de «{NBSP}Centre des Lilas{NBSP}» vous est confiée" in text
    assert LINKS.action(action.id) in mail.body_html


def test_whoever_takes_the_action_over_is_told_too(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    go(session, scene.coordinator, action, "prevoir")
    hand_over(session, scene.coordinator, action, scene.colleague)
    go(session, scene.coordinator, action, "faire")
    assert [mail.user_id for mail in mails(session)] == [scene.member.user_id, scene.colleague.user_id]


def test_whoever_takes_it_over_while_it_is_under_way_is_told_at_once(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    hand_over(session, scene.coordinator, action, scene.colleague)
    assert [mail.user_id for mail in mails(session)] == [scene.member.user_id, scene.colleague.user_id]


def test_who_gave_themselves_the_action_is_not_told(session: Session, scene: Scene) -> None:
    go(session, scene.member, plan(session, scene), "faire")
    theirs = plan(session, scene, a_draft(owner_id=scene.coordinator.user_id))
    lead = replace(scene.colleague, grants=scene.coordinator.grants)
    go(session, lead, theirs, "faire")
    assert mails(session) == []


def test_somebody_who_left_the_team_is_not_told(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    session.execute(delete(Mail))
    leave(session, scene.member)
    tell_owner(session, scene.coordinator, action, LINKS, NOW)
    assert mails(session) == []


def test_an_action_starts_with_somebody_of_the_team_of_now(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    leave(session, scene.member)
    (way, _) = available_moves(session, scene.coordinator, action.id)
    assert (way.transition.to, way.missing) == ("faire", ("owner-named",))
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, action, "faire")
    assert refusal.value.guards == ("owner-named",)


def leave(session: Session, actor: Actor) -> None:
    """Their role is closed."""
    session.execute(update(Membership).where(Membership.user_id == actor.user_id).values(disabled_at=NOW))


@pytest.mark.parametrize("heir", ["manager", "colleague"])
def test_whoever_declared_it_done_does_not_close_it_even_once_it_is_another_s(
    session: Session, scene: Scene, heir: str
) -> None:
    action = a_started_action(session, scene, owner_id=scene.coordinator.user_id)
    hand_over(session, scene.coordinator, action, getattr(scene, heir))
    set_progress(session, scene.coordinator, action_id=action.id, percent=100, now=NOW)
    go(session, scene.coordinator, action, "verifier")
    assert action.done_by_id == scene.coordinator.user_id
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, action, "close", conclusion=WELL_DONE)
    assert refusal.value.guards == ("closed-by-another",)
    if heir == "colleague":
        assert go(session, scene.manager, action, "close", conclusion=WELL_DONE).state == "close"
        assert action.done_by_id == scene.coordinator.user_id
    else:
        with pytest.raises(InvalidTransition):
            go(session, scene.manager, action, "close", conclusion=WELL_DONE)


def hand_over(session: Session, actor: Actor, action: Action, to: Actor) -> None:
    """Put somebody else in charge."""
    draft = replace(read_draft(session, action), owner_id=to.user_id)
    version = action.version
    change_action(
        session, actor, action_id=action.id, draft=draft, expected_version=version, now=NOW, links=LINKS
    )
