"""Changing several actions at once: each by the rules of a single change, whole or not at all, and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import (
    InvalidInput,
    InvalidTransition,
    NotAllowed,
    NotPossibleNow,
    StaleEdit,
)
from aqss.persistence.actions import Action
from aqss.persistence.journal import JournalEntry
from aqss.services.actions.bulk import MOST_ACTIONS, Change, Gesture, Outcome, change_together, list_chosen
from tests.builders import a_centre, an_action
from tests.services.actions.scene import (
    DUE,
    LATER,
    TODAY,
    a_done_action,
    a_draft,
    a_started_action,
    key_of,
    mails,
    plan,
    read_action_workflow,
    set_plan_scene,
)
from tests.services.assessments.scene import LINKS, Scene, an_open_assessment, faults_of, statements


def change(
    session: Session,
    scene: Scene,
    wanted: Change,
    *actions: Action,
    actor: Actor | None = None,
    versions: Mapping[int, int | None] | None = None,
) -> tuple[Outcome, ...]:
    return change_together(
        session,
        actor or scene.coordinator,
        centre_id=scene.centre.id,
        versions=versions if versions is not None else dict.fromkeys(one.id for one in actions),
        change=wanted,
        now=LATER,
        links=LINKS,
    )


def test_the_owner_of_several_changes_each_with_its_version_and_its_entry(
    session: Session, scene: Scene
) -> None:
    one, two = plan(session, scene), plan(session, scene)
    wanted = Change(Gesture.OWNER, owner_id=scene.colleague.user_id)
    outcomes = change(session, scene, wanted, one, two)
    assert [(done.number, done.before, done.after, done.refusal) for done in outcomes] == [
        (1, "Mehdi Médecin", "Inès Infirmière", None),
        (2, "Mehdi Médecin", "Inès Infirmière", None),
    ]
    assert [(action.owner_id, action.version) for action in (one, two)] == [(scene.colleague.user_id, 2)] * 2
    noted = session.scalars(select(JournalEntry).where(JournalEntry.verb == "action-changed")).all()
    assert [(entry.subject_id, entry.facts["changed"], entry.user_id) for entry in noted] == [
        (action.id, ["owner_id"], scene.coordinator.user_id) for action in (one, two)
    ]


def test_an_action_that_was_started_stays_somebody_s_and_due(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    for wanted, name in ((Change(Gesture.OWNER), "owner_id"), (Change(Gesture.DUE), "due_on")):
        (done,) = change(session, scene, wanted, action)
        assert isinstance(done.refusal, InvalidInput)
        assert faults_of(done.refusal) == [(name, "required")]
    assert (action.owner_id, action.due_on) == (scene.member.user_id, DUE)


@pytest.mark.parametrize("wanted", [Change(Gesture.SHIFT, weeks=1), Change(Gesture.DUE, due_on=DUE)])
def test_changing_many_costs_what_changing_two_does(session: Session, scene: Scene, wanted: Change) -> None:
    key = key_of(session, an_open_assessment(session, scene), "CO-1")
    drafts = [a_draft(owner_id=scene.member.user_id, criteria=[key], title=f"{n}") for n in range(30)]
    actions = [plan(session, scene, draft) for draft in drafts]
    costs = []
    for chosen in (actions[:2], actions):
        session.flush()
        with statements(session) as sent:
            change(session, scene, wanted, *chosen)
        costs.append([one for one in sent if not one.startswith("INSERT INTO journal")])
    assert len(costs[0]) == len(costs[1]) < 12


def test_starting_goes_where_work_is_told_whatever_else_leads_onward(session: Session) -> None:
    scene = set_plan_scene(session, read_action_workflow(PUT_OFF_FIRST))
    action = plan(session, scene)
    change(session, scene, Change(Gesture.START), action)
    assert action.state == "faire"


def test_nothing_starts_where_no_passage_leads_to_work(session: Session) -> None:
    scene = set_plan_scene(session, read_action_workflow(PUT_OFF_FIRST.replace("[progress]", "[close]")))
    (done,) = change(session, scene, Change(Gesture.START), plan(session, scene))
    assert isinstance(done.refusal, NotPossibleNow)


PUT_OFF_FIRST = """
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
      - {to: attente, label: Mettre en attente, by: [coordinator]}
      - {to: faire, label: Lancer, by: [coordinator]}
  - state: attente
    label: En attente
    transitions:
      - {to: fin, label: Abandonner, by: [coordinator]}
  - state: faire
    label: En cours
    allows: [progress]
    transitions:
      - {to: fin, label: Finir, by: [coordinator]}
  - {state: fin, label: Fin, final: true}
"""


def test_nobody_may_be_in_charge(session: Session, scene: Scene) -> None:
    (done,) = change(session, scene, Change(Gesture.OWNER), plan(session, scene))
    assert (done.before, done.after) == ("Mehdi Médecin", None)


def test_a_due_day_is_set_or_moved_by_weeks(session: Session, scene: Scene) -> None:
    one = plan(session, scene)
    (done,) = change(session, scene, Change(Gesture.SHIFT, weeks=2), one)
    assert (done.before, one.due_on) == (DUE, DUE + timedelta(weeks=2))
    change(session, scene, Change(Gesture.SHIFT, weeks=-3), one)
    assert one.due_on == DUE - timedelta(weeks=1)
    (done,) = change(session, scene, Change(Gesture.DUE, due_on=DUE), one)
    assert done.after == one.due_on == DUE


def test_starting_passes_to_the_next_state_and_tells_the_owner(session: Session, scene: Scene) -> None:
    (done,) = change(session, scene, Change(Gesture.START), plan(session, scene))
    assert (done.before, done.after) == ("À lancer", "En cours")
    assert len(mails(session)) == 1


def test_what_cannot_change_stays_whole_says_why_and_holds_back_no_other(
    session: Session, scene: Scene
) -> None:
    fine, done = plan(session, scene), a_done_action(session, scene)
    without = plan(session, scene, a_draft(due_on=None, review_on=None))
    first, second, third = change(session, scene, Change(Gesture.SHIFT, weeks=1), fine, done, without)
    assert first.refusal is None
    assert isinstance(second.refusal, NotPossibleNow)
    assert isinstance(third.refusal, InvalidInput)
    assert [(one.field, one.code) for one in third.refusal.faults] == [("due_on", "required")]
    assert (second.before, second.after) == (DUE, DUE)
    assert (done.due_on, fine.due_on) == (DUE, DUE + timedelta(weeks=1))


def test_starting_is_held_back_by_guards_and_by_a_start_already_made(session: Session, scene: Scene) -> None:
    nobody, started = plan(session, scene, a_draft()), a_done_action(session, scene)
    first, second = change(session, scene, Change(Gesture.START), nobody, started)
    assert isinstance(first.refusal, InvalidTransition)
    assert first.refusal.guards == ("owner-named",)
    assert isinstance(second.refusal, NotPossibleNow)
    assert (nobody.state, first.after, mails(session)[0].kind) == ("prevoir", "À lancer", "action-given")


def test_a_version_somebody_else_has_passed_is_stale(session: Session, scene: Scene) -> None:
    one, two = plan(session, scene), plan(session, scene)
    wanted = Change(Gesture.DUE, due_on=DUE + timedelta(days=1))
    stale, fresh = change(session, scene, wanted, versions={one.id: 7, two.id: two.version})
    assert isinstance(stale.refusal, StaleEdit)
    assert (one.due_on, fresh.refusal, two.due_on) == (DUE, None, DUE + timedelta(days=1))


def test_a_day_that_no_plan_covers_is_told_for_each(session: Session, scene: Scene) -> None:
    wanted = Change(Gesture.DUE, due_on=TODAY + timedelta(days=9000))
    (done,) = change(session, scene, wanted, plan(session, scene))
    assert isinstance(done.refusal, InvalidInput)
    assert done.refusal.faults[0].code == "date-outside"


def test_somebody_of_another_team_is_not_put_in_charge(session: Session, scene: Scene) -> None:
    one = plan(session, scene)
    (done,) = change(session, scene, Change(Gesture.OWNER, owner_id=scene.stranger.user_id), one)
    assert isinstance(done.refusal, InvalidInput)
    assert one.owner_id == scene.member.user_id


def test_actions_of_another_centre_are_left_out(session: Session, scene: Scene) -> None:
    mine, theirs = plan(session, scene), an_action(session, a_centre(session))
    outcomes = change(session, scene, Change(Gesture.DUE, due_on=DUE), mine, theirs)
    assert [one.action_id for one in outcomes] == [mine.id]
    assert [
        one.id for one in list_chosen(session, scene.coordinator, scene.centre.id, (mine.id, theirs.id))
    ] == [mine.id]


@pytest.mark.parametrize(
    ("wanted", "versions", "field", "code"),
    [
        (Change(Gesture.DUE, due_on=DUE), {}, "actions", "at-least-one"),
        (Change(Gesture.DUE, due_on=DUE), {987_654: None}, "actions", "at-least-one"),
        (
            Change(Gesture.DUE, due_on=DUE),
            dict.fromkeys(range(1, MOST_ACTIONS + 2)),
            "actions",
            "too-many",
        ),
        (Change(Gesture.SHIFT, weeks=0), {1: None}, "weeks", "number-range"),
        (Change(Gesture.SHIFT, weeks=-105), {1: None}, "weeks", "number-range"),
    ],
)
def test_a_change_of_nothing_of_too_much_or_of_no_week_is_refused(
    session: Session, scene: Scene, wanted: Change, versions: dict[int, None], field: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(session, scene, wanted, versions=versions)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]


def test_only_who_leads_the_plan_changes_several(session: Session, scene: Scene) -> None:
    one = plan(session, scene)
    for actor in (scene.member, scene.stranger, scene.administrator):
        with pytest.raises(NotAllowed):
            change(session, scene, Change(Gesture.START), one, actor=actor)
        with pytest.raises(NotAllowed):
            list_chosen(session, actor, scene.centre.id, (one.id,))
    change(session, scene, Change(Gesture.START), one, actor=scene.manager)
