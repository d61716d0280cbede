"""What the form of an action offers: people, weak criteria of the latest assessment read, other actions."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotPossibleNow
from aqss.persistence.accounts import Membership
from aqss.services.actions.criteria import Key
from aqss.services.actions.offering import list_linkable, list_others, read_editable, read_offer
from tests.builders import an_action
from tests.services.actions.scene import a_done_action, a_draft, a_started_action, key_of, plan
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_open_assessment,
    rate,
    start,
    statements,
)


def weak(session: Session, scene: Scene, *criteria: Key) -> list[Key]:
    offer = read_offer(session, scene.coordinator, scene.centre.id, criteria)
    return [one.key for one in offer.criteria]


def test_the_weak_criteria_of_the_latest_assessment_that_is_read_are_offered(
    session: Session, scene: Scene
) -> None:
    assert weak(session, scene) == []
    earlier = an_open_assessment(session, scene, "coordination")
    rate(session, scene.member, earlier, "CO-1", "non")
    rate(session, scene.member, earlier, "CO-2", "oui")
    assert weak(session, scene) == [key_of(session, earlier, "CO-1")]
    start(session, scene, a_scope("coordination"))  # not read yet
    assert weak(session, scene) == [key_of(session, earlier, "CO-1")]
    later = an_open_assessment(session, scene, "coordination")
    rate(session, scene.member, later, "CO-2", "partiel")
    assert weak(session, scene) == [key_of(session, later, "CO-2")]


def test_criteria_that_it_answers_come_first_and_once(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "coordination")
    for code in ("CO-1", "CO-2"):
        rate(session, scene.member, assessment, code, "non")
    one, two = key_of(session, assessment, "CO-1"), key_of(session, assessment, "CO-2")
    assert weak(session, scene, two) == [two, one]


def test_nothing_is_offered_while_each_person_rates_alone(session: Session, scene: Scene) -> None:
    people = (scene.member.user_id, scene.colleague.user_id)
    an_open_assessment(session, scene, "coordination", rating="blind", participants=people)
    assert weak(session, scene) == []


def test_the_team_is_offered_and_whoever_the_stored_action_names_that_left_it(
    session: Session, scene: Scene
) -> None:
    team = {scene.coordinator.name, scene.manager.name, scene.member.name, scene.colleague.name}
    offer = read_offer(session, scene.coordinator, scene.centre.id)
    assert {one.name for one in offer.people} == team
    people = [scene.colleague.user_id, scene.coordinator.user_id]
    action = plan(session, scene, a_draft(owner_id=scene.member.user_id, contributors=people))
    gone = (scene.member.user_id, scene.colleague.user_id)
    session.execute(update(Membership).where(Membership.user_id.in_(gone)).values(disabled_at=NOW))
    stored = read_editable(session, scene.coordinator, action.id)
    offer = read_offer(session, scene.coordinator, scene.centre.id, (), stored)
    assert {one.name for one in offer.people} == team
    offer = read_offer(session, scene.coordinator, scene.centre.id)
    assert {one.name for one in offer.people} == {scene.coordinator.name, scene.manager.name}
    ownerless = read_editable(session, scene.coordinator, plan(session, scene, a_draft()).id)
    offer = read_offer(session, scene.coordinator, scene.centre.id, (), ownerless)
    assert {one.name for one in offer.people} == {scene.coordinator.name, scene.manager.name}


def test_only_who_leads_the_plan_is_offered_anything(session: Session, scene: Scene) -> None:
    for actor in (scene.member, scene.stranger):
        with pytest.raises(NotAllowed):
            read_offer(session, actor, scene.centre.id)
    with pytest.raises(NotAllowed):
        read_editable(session, scene.member, plan(session, scene).id)


def test_an_action_is_edited_until_it_is_declared_done_its_effect_until_it_starts(
    session: Session, scene: Scene
) -> None:
    planned, started = plan(session, scene), a_started_action(session, scene)
    assert not read_editable(session, scene.coordinator, planned.id).is_settled
    editable = read_editable(session, scene.coordinator, started.id)
    assert editable.is_settled
    assert editable.draft.title == started.title
    with pytest.raises(NotPossibleNow):
        read_editable(session, scene.coordinator, a_done_action(session, scene).id)


def test_other_actions_are_linked_already_or_may_be_while_they_are_edited(
    session: Session, scene: Scene
) -> None:
    key = key_of(session, an_open_assessment(session, scene, "coordination"), "CO-1")
    linked = an_action(session, scene.centre, criteria=[key])
    running = an_action(session, scene.centre, state="faire")
    done = an_action(session, scene.centre, state="verifier", done_at=NOW)
    others = list_others(session, (linked, running, done), key)
    assert [(one.state, one.is_linked, one.can_link) for one in others] == [
        ("À lancer", True, False),
        ("En cours", False, True),
        ("À vérifier", False, False),
    ]


def test_open_actions_of_other_assessments_on_the_same_criterion_may_be_linked(
    session: Session, scene: Scene
) -> None:
    earlier, latest = (an_open_assessment(session, scene, "coordination") for _ in range(2))
    before, now = key_of(session, earlier, "CO-1"), key_of(session, latest, "CO-1")
    one = an_action(session, scene.centre, criteria=[before])
    an_action(session, scene.centre, criteria=[before, now])
    an_action(session, scene.centre, criteria=[now])
    for state in ("verifier", "close"):
        an_action(session, scene.centre, state=state, criteria=[before])
    two = an_action(session, scene.centre, state="faire", criteria=[before])
    found = list_linkable(session, scene.coordinator, latest)
    assert found == {("coordination", "CO-1"): (one, two)}
    assert list_linkable(session, scene.member, latest) == {}


def test_an_offer_costs_the_same_however_much_is_weak(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "coordination", "hygiene")
    costs = []
    for code in ("CO-1", "CO-2", "HY-1"):
        rate(session, scene.member, assessment, code, "non")
        with statements(session) as sent:
            read_offer(session, scene.coordinator, scene.centre.id)
        costs.append(len(sent))
    assert len(set(costs[1:])) == 1
