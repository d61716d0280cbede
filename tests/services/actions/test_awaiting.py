"""What awaits a person in the plans of their centres: theirs, steps given to them, what they lead."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.actions import SOON
from aqss.gateways.french import end_of_day
from aqss.services.actions.awaiting import MOST, AwaitedAction, Errand, what_awaits_in_plans
from aqss.services.actions.progressing import add_step, set_step
from tests.services.actions.scene import (
    DUE,
    NOW,
    REVIEW,
    WELL_DONE,
    a_done_action,
    a_draft,
    a_started_action,
    go,
    plan,
)
from tests.services.assessments.scene import Scene, statements

EVE = end_of_day(DUE) - timedelta(hours=1)
AFTER = end_of_day(DUE) + timedelta(days=3)


def awaited(session: Session, actor: Actor, now: datetime, errand: Errand) -> list[AwaitedAction]:
    return [one for one in what_awaits_in_plans(session, actor, now) if one.errand is errand]


def test_who_is_in_charge_is_waited_for_from_a_week_before_the_end(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    early = end_of_day(DUE - SOON) - timedelta(days=2)
    assert awaited(session, scene.member, early, Errand.DO) == []
    (one,) = awaited(session, scene.member, EVE, Errand.DO)
    assert (one.action, one.due_at, one.centre_name) == (action, end_of_day(DUE), scene.centre.name)
    assert awaited(session, scene.colleague, EVE, Errand.DO) == []


def test_an_action_of_which_nothing_says_when_it_is_due_awaits_its_owner(
    session: Session, scene: Scene
) -> None:
    action = plan(session, scene)
    action.due_at = None
    session.flush()
    assert [one.action for one in awaited(session, scene.member, NOW, Errand.DO)] == [action]


def test_a_step_awaits_who_it_is_given_to_until_it_is_done(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    given = {"action_id": action.id, "owner_id": scene.colleague.user_id, "now": NOW}
    step = add_step(session, scene.member, label="Relire", **given)
    add_step(session, scene.member, label="Afficher", due_on=DUE - timedelta(days=20), **given)
    found = awaited(session, scene.colleague, NOW, Errand.STEP)
    assert [(one.step, one.due_at) for one in found] == [
        ("Afficher", end_of_day(DUE - timedelta(days=20))),
        ("Relire", end_of_day(DUE)),
    ]
    set_step(session, scene.colleague, action_id=action.id, step=step.id, done=True, now=NOW)
    assert [one.step for one in awaited(session, scene.colleague, NOW, Errand.STEP)] == ["Afficher"]
    assert awaited(session, scene.coordinator, NOW, Errand.STEP) == []


def test_what_is_done_awaits_those_who_lead_from_the_day_it_is_looked_at(
    session: Session, scene: Scene
) -> None:
    action = a_done_action(session, scene)
    on_review = end_of_day(REVIEW) - timedelta(hours=12)
    assert awaited(session, scene.coordinator, AFTER, Errand.VERIFY) == []
    for leader in (scene.coordinator, scene.manager):
        assert [one.action for one in awaited(session, leader, on_review, Errand.VERIFY)] == [action]
    assert awaited(session, scene.member, on_review, Errand.VERIFY) == []
    go(session, scene.coordinator, action, "close", conclusion=WELL_DONE)
    assert awaited(session, scene.manager, on_review, Errand.VERIFY) == []


def test_who_did_it_is_not_asked_to_judge_it(session: Session, scene: Scene) -> None:
    action = plan(session, scene, a_draft(owner_id=scene.coordinator.user_id))
    action.state, action.done_at, action.review_on = "verifier", NOW, None
    session.flush()
    assert awaited(session, scene.coordinator, NOW, Errand.VERIFY) == []
    assert [one.action for one in awaited(session, scene.manager, NOW, Errand.VERIFY)] == [action]


def test_those_who_lead_are_told_how_many_are_late(session: Session, scene: Scene) -> None:
    for days in (0, 9):
        a_started_action(session, scene, due_on=DUE + timedelta(days=days))
    a_done_action(session, scene)
    (late,) = awaited(session, scene.coordinator, AFTER, Errand.LATE)
    assert (late.count, late.due_at, late.centre_id, late.action) == (
        1,
        end_of_day(DUE),
        scene.centre.id,
        None,
    )
    assert awaited(session, scene.member, AFTER, Errand.LATE) == []
    assert awaited(session, scene.coordinator, EVE, Errand.LATE) == []


def test_another_centre_and_a_closed_one_await_nobody(session: Session, scene: Scene) -> None:
    a_started_action(session, scene)
    assert what_awaits_in_plans(session, scene.stranger, AFTER) == ()
    scene.centre.closed_at = NOW
    session.flush()
    assert what_awaits_in_plans(session, scene.coordinator, AFTER) == ()
    assert what_awaits_in_plans(session, scene.member, AFTER) == ()


def test_it_costs_four_queries_and_tells_so_many_at_most(session: Session, scene: Scene) -> None:
    for _ in range(MOST + 1):
        a_started_action(session, scene)
    session.expire_all()
    with statements(session) as asked:
        found = what_awaits_in_plans(session, scene.member, AFTER)
    assert (len(found), len(asked)) == (MOST, 4)
