"""What awaits a person in the plans of their centres: theirs, steps given to them, what they lead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.gateways.french import end_of_day
from aqss.services.actions.awaiting import MOST, AwaitedAction, Errand, Need, what_awaits_in_plans
from aqss.services.actions.progressing import add_step, assign_task, set_step, set_task
from tests.builders import an_action
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
    read_action_workflow,
    set_plan_scene,
)
from tests.services.assessments.scene import WORKFLOWS, Scene, statements

EVE = end_of_day(DUE) - timedelta(hours=1)
AFTER = end_of_day(DUE) + timedelta(days=3)


def awaited(session: Session, actor: Actor, now: datetime, errand: Errand) -> list[AwaitedAction]:
    return [one for one in what_awaits_in_plans(session, actor, now) if one.errand is errand]


def test_who_is_in_charge_is_waited_for_as_soon_as_it_is_launched(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    (one,) = awaited(session, scene.member, NOW, Errand.DO)
    assert (one.action, one.due_at, one.centre_name) == (action, end_of_day(DUE), scene.centre.name)
    assert awaited(session, scene.colleague, EVE, Errand.DO) == []


def test_an_action_to_launch_is_due_when_it_is_itself_however_long_it_waits(
    session: Session, scene: Scene
) -> None:
    action, undated = plan(session, scene), plan(session, scene, a_draft(owner_id=scene.member.user_id))
    undated.due_on = None
    session.flush()
    long_after = NOW + timedelta(weeks=9)
    assert action.due_at is not None
    assert action.due_at < long_after
    found = awaited(session, scene.member, long_after, Errand.START)
    assert [(one.action, one.due_at) for one in found] == [(action, end_of_day(DUE)), (undated, None)]
    assert awaited(session, scene.member, long_after, Errand.DO) == []


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
    action.owner_id, action.done_by_id = scene.member.user_id, scene.manager.user_id
    session.flush()
    assert awaited(session, scene.manager, NOW, Errand.VERIFY) == []
    assert [one.action for one in awaited(session, scene.coordinator, NOW, Errand.VERIFY)] == [action]


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


def test_their_own_late_ones_are_told_once_by_themselves(session: Session, scene: Scene) -> None:
    mine = a_started_action(session, scene, owner_id=scene.coordinator.user_id)
    assert awaited(session, scene.coordinator, AFTER, Errand.LATE) == []
    assert [one.action for one in awaited(session, scene.coordinator, AFTER, Errand.DO)] == [mine]
    for owner_id in (scene.member.user_id, None):
        an_action(session, scene.centre, state="faire", due_on=DUE, owner_id=owner_id)
    (late,) = awaited(session, scene.coordinator, AFTER, Errand.LATE)
    assert (late.count, late.besides) == (2, True)
    (late,) = awaited(session, scene.manager, AFTER, Errand.LATE)
    assert (late.count, late.besides) == (3, False)


def test_what_stays_too_long_in_a_state_awaits_the_roles_of_its_check_list_one_line_a_centre(
    session: Session, scene: Scene
) -> None:
    first, _, theirs, given = (plan(session, scene) for _ in range(4))
    theirs.owner_id = scene.coordinator.user_id
    waits = an_action(session, scene.centre, state="verifier", review_on=DUE)
    session.flush()
    assert awaited(session, scene.coordinator, NOW, Errand.CHECK) == []
    late = NOW + timedelta(weeks=5)
    told = {"action_id": given.id, "task": "cause", "owner_id": scene.member.user_id, "due_on": None}
    assign_task(session, scene.coordinator, now=NOW, **told)
    (one,) = awaited(session, scene.coordinator, late, Errand.CHECK)
    assert (one.count, one.needs, one.due_at) == (2, {Need.START: 2}, first.due_at)
    assert one.state == "prevoir"
    (one,) = awaited(session, scene.manager, late, Errand.CHECK)
    assert (one.count, one.needs) == (4, {Need.START: 4})
    set_task(session, scene.manager, action_id=given.id, task="moyens", done=True, now=NOW)
    assert [one.count for one in awaited(session, scene.manager, late, Errand.CHECK)] == [3]
    assert awaited(session, scene.colleague, late, Errand.CHECK) == []
    (one,) = awaited(session, scene.colleague, AFTER, Errand.CHECK)
    assert (one.count, one.needs, one.due_at) == (1, {Need.VERIFY: 1}, waits.due_at)
    assert [one.needs for one in awaited(session, scene.coordinator, AFTER, Errand.CHECK)] == [
        {Need.START: 2}
    ]


def test_a_state_of_a_workflow_of_one_s_own_may_last_too_long_too(session: Session) -> None:
    shipped = (WORKFLOWS / "action.yaml").read_text(encoding="utf-8")
    tasks = "checklist: [{task: relire, label: Relire, role: coordinator}]\n    due: action-due"
    workflow = read_action_workflow(shipped.replace("due: action-due", tasks, 1))
    scene = set_plan_scene(session, workflow)
    a_started_action(session, scene)
    (one,) = awaited(session, scene.coordinator, AFTER, Errand.CHECK)
    assert (one.needs, one.state) == ({Need.GO_ON: 1}, "faire")
    plan(session, scene)
    (one,) = awaited(session, scene.coordinator, AFTER, Errand.CHECK)
    assert (one.count, one.needs, one.state) == (2, {Need.GO_ON: 1, Need.START: 1}, "")


def test_another_centre_and_a_closed_one_await_nobody(session: Session, scene: Scene) -> None:
    a_started_action(session, scene)
    assert what_awaits_in_plans(session, scene.stranger, AFTER) == ()
    scene.centre.closed_at = NOW
    session.flush()
    assert what_awaits_in_plans(session, scene.coordinator, AFTER) == ()
    assert what_awaits_in_plans(session, scene.member, AFTER) == ()


@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_it_costs_six_queries_and_tells_so_many_at_most(session: Session, scene: Scene, who: str) -> None:
    for _ in range(MOST + 1):
        a_started_action(session, scene)
        plan(session, scene, a_draft())
    session.expire_all()
    with statements(session) as asked:
        found = what_awaits_in_plans(session, getattr(scene, who), AFTER)
    assert (len(found), len(asked)) == (MOST if who == "member" else 2, 6)
