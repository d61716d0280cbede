"""Changing an action: what is replaced, what no longer changes, what the journal tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow, StaleEdit
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action
from aqss.services.actions.changing import change_action, link_criterion, read_draft
from aqss.services.actions.drafts import MOST_CRITERIA, Draft
from aqss.services.actions.finding import named_dates
from tests.builders import an_action
from tests.services.actions.scene import (
    DUE,
    LATER,
    REVIEW,
    a_done_action,
    a_draft,
    a_started_action,
    columns_of,
    go,
    key_of,
    plan,
)
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    a_scope,
    an_open_assessment,
    faults_of,
    journal,
    rate,
    start,
)


def change(
    session: Session, actor: Actor, action: Action, draft: Draft, version: int | None = None
) -> Action:
    return change_action(
        session,
        actor,
        action_id=action.id,
        draft=draft,
        expected_version=action.version if version is None else version,
        now=LATER,
        links=LINKS,
    )


def an_action_on_a_criterion(session: Session, scene: Scene, *, started: bool) -> Action:
    """From « Non » to « Oui » on CO-1, answered during an assessment still being rated."""
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    key = key_of(session, assessment, "CO-1")
    effect = {"criteria": (key,), "effect_on": key, "effect_to": "oui", "effect_measure": ""}
    draft = a_draft(owner_id=scene.member.user_id, **effect)
    action = plan(session, scene, draft)
    rate(session, scene.member, assessment, "CO-1", "oui")
    return go(session, scene.coordinator, action, "faire", now=NOW) if started else action


def test_words_people_dates_and_marks_are_replaced(session: Session, scene: Scene) -> None:
    key = key_of(session, an_open_assessment(session, scene), "CO-1")
    action = plan(session, scene, a_draft(contributors=[scene.member.user_id]))
    draft = Draft(
        "Autre titre",
        kind="preventive",
        finding="Constat",
        means="Moyens",
        owner_id=scene.colleague.user_id,
        contributors=(scene.manager.user_id,),
        starts_on=date(2026, 4, 1),
        due_on=date(2026, 5, 1),
        criticality=4,
        feasibility=1,
        impact=3,
        criteria=(key,),
        effect_on=key,
        effect_to="oui",
        review_on=date(2026, 9, 1),
    )
    changed = change(session, scene.manager, action, draft)
    assert read_draft(session, changed) == draft
    assert (changed.version, changed.state) == (2, "prevoir")
    (entry,) = journal(session, "action-changed")
    assert entry.facts["changed"] == [
        *("title", "kind", "finding", "means", "owner_id", "starts_on", "due_on"),
        *("criticality", "feasibility", "impact", "effect_measure", "effect_from", "effect_to"),
        *("review_on", "effect_on", "contributors", "criteria"),
    ]


def test_a_change_of_nothing_is_told_nowhere(session: Session, scene: Scene) -> None:
    people = [scene.colleague.user_id, scene.member.user_id]
    action = plan(session, scene, a_draft(contributors=people))
    same = replace(read_draft(session, action), contributors=people[::-1])
    assert change(session, scene.coordinator, action, same).version == 2
    assert journal(session, "action-changed") == []
    assert set(read_draft(session, action).contributors) == {*people}


def test_a_new_due_day_moves_the_state_that_is_due_then(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    assert action.due_at == named_dates(action)["action-due"]
    draft = replace(read_draft(session, action), due_on=DUE + timedelta(days=7))
    moved = change(session, scene.coordinator, action, draft)
    assert moved.due_at == named_dates(action)["action-due"]
    assert moved.due_on == date(2026, 7, 7)


@pytest.mark.parametrize("name", ["owner_id", "due_on", "review_on"])
def test_what_an_action_started_with_changes_and_is_not_taken_away(
    session: Session, scene: Scene, name: str
) -> None:
    action = a_started_action(session, scene)
    draft = replace(read_draft(session, action), **{name: None})
    before = columns_of(session, action)
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, action, draft)
    assert faults_of(refusal.value) == [(name, "required")]
    assert columns_of(session, action) == before
    go(session, scene.coordinator, action, "prevoir")
    assert getattr(change(session, scene.coordinator, action, draft), name) is None


def test_what_an_action_started_without_may_stay_unsaid(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre, state="faire", due_on=DUE)
    draft = replace(read_draft(session, action), title="Autre titre")
    assert change(session, scene.coordinator, action, draft).owner_id is None


def test_an_action_answers_what_the_team_reads_and_keeps_what_it_answers(
    session: Session, scene: Scene
) -> None:
    read, unread = an_open_assessment(session, scene), start(session, scene, a_scope("coordination"))
    one, two = key_of(session, read, "CO-1"), key_of(session, unread, "CO-1")
    action, other = (
        plan(session, scene, a_draft(criteria=[one])),
        an_action(session, scene.centre, criteria=[two]),
    )
    with pytest.raises(NotPossibleNow) as refusal:
        change(session, scene.coordinator, action, a_draft(criteria=[one, two]))
    assert (refusal.value.ability, refusal.value.state) == ("read-results", unread.state)
    with pytest.raises(NotPossibleNow):
        link(session, scene.coordinator, action, unread.id, "CO-1")
    assert read_draft(session, action).criteria == (one,)
    kept = replace(read_draft(session, other), title="Autre titre")
    assert change(session, scene.coordinator, other, kept).title == "Autre titre"


def test_days_once_written_stay_within_reach(session: Session, scene: Scene) -> None:
    action = plan(session, scene, a_draft(starts_on=date(2021, 1, 1)))
    draft = read_draft(session, action)
    kept = change_action(
        session,
        scene.coordinator,
        action_id=action.id,
        draft=replace(draft, title="Plus tard"),
        expected_version=1,
        now=NOW.replace(year=2029),
        links=LINKS,
    )
    assert kept.starts_on == date(2021, 1, 1)


def test_people_who_left_since_stay_and_nobody_else_comes_from_elsewhere(
    session: Session, scene: Scene
) -> None:
    draft = a_draft(owner_id=scene.member.user_id, contributors=[scene.colleague.user_id])
    action, other = plan(session, scene, draft), plan(session, scene, a_draft())
    gone = [scene.member.user_id, scene.colleague.user_id]
    session.execute(update(Membership).where(Membership.user_id.in_(gone)).values(disabled_at=NOW))
    change(session, scene.coordinator, action, replace(draft, title="Autre titre"))
    assert (action.owner_id, action.title) == (gone[0], "Autre titre")
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, other, draft)
    assert faults_of(refusal.value) == [("owner_id", "unknown-choice"), ("contributors", "unknown-choice")]


def test_the_effect_promised_no_longer_changes_but_its_day_does(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    left_out = a_draft(title="Autre titre", effect_measure="", effect_from="", effect_to="")
    left_out = replace(left_out, review_on=REVIEW + timedelta(days=1), owner_id=scene.member.user_id)
    change(session, scene.coordinator, action, left_out)
    assert (action.effect_measure, action.effect_from, action.effect_to) == (
        *("Dossiers complets", "4 sur 10", "8 sur 10"),
    )
    assert (action.title, action.review_on) == ("Autre titre", date(2026, 12, 16))
    same = a_draft(owner_id=scene.member.user_id)
    change(session, scene.coordinator, action, same)  # sent all the same, as it was
    for field, value in (("effect_measure", "Autre"), ("effect_to", "9 sur 10"), ("effect_on", (1, "CO-1"))):
        with pytest.raises(InvalidInput) as refusal:
            change(session, scene.coordinator, action, replace(left_out, **{field: value}))
        assert faults_of(refusal.value) == [(field, "effect-settled")]


def test_the_criterion_of_a_promised_effect_stays_with_the_action(session: Session, scene: Scene) -> None:
    action = an_action_on_a_criterion(session, scene, started=True)
    draft = read_draft(session, action)
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, action, replace(draft, criteria=()))
    assert faults_of(refusal.value) == [("criteria", "effect-settled")]


def test_what_the_team_answered_since_does_not_unmake_the_promise(session: Session, scene: Scene) -> None:
    action = an_action_on_a_criterion(session, scene, started=True)
    draft = replace(read_draft(session, action), title="Autre titre")
    change(session, scene.coordinator, action, draft)
    assert (action.title, action.effect_from, action.effect_to) == ("Autre titre", "non", "oui")
    assert action.effect_criterion == "CO-1"


def test_before_it_starts_the_effect_is_told_from_the_answer_of_now(session: Session, scene: Scene) -> None:
    action = an_action_on_a_criterion(session, scene, started=False)
    draft = read_draft(session, action)
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, action, draft)
    assert faults_of(refusal.value) == [("effect_to", "target-not-better")]
    assert change(session, scene.coordinator, action, replace(draft, effect_to="")).effect_from == "oui"


def test_an_action_changes_in_states_that_allow_it(session: Session, scene: Scene) -> None:
    done = a_done_action(session, scene)
    before = columns_of(session, done)
    with pytest.raises(NotPossibleNow) as refusal:
        change(session, scene.coordinator, done, a_draft())
    assert refusal.value.ability == "edit"
    assert columns_of(session, done) == before


def test_a_page_shown_before_another_change_is_stale(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    change(session, scene.coordinator, action, a_draft(), version=1)
    with pytest.raises(StaleEdit) as refusal:
        change(session, scene.manager, action, a_draft(title="Trop tard"), version=1)
    assert (refusal.value.kind, refusal.value.expected, refusal.value.current) == ("action", 1, 2)
    assert action.title == "Écrire la procédure"


@pytest.mark.parametrize(("who", "refusal"), [("member", NotAllowed), ("stranger", NotFound)])
def test_the_plan_is_changed_by_who_leads_it(
    session: Session, scene: Scene, who: str, refusal: type[Exception]
) -> None:
    action = plan(session, scene)
    with pytest.raises(refusal):
        change(session, getattr(scene, who), action, a_draft())
    with pytest.raises(refusal):
        link(session, getattr(scene, who), action, an_open_assessment(session, scene).id)


def link(
    session: Session, actor: Actor, action: Action, assessment_id: int, criterion: str = "CO-2"
) -> Action:
    return link_criterion(
        session,
        actor,
        action_id=action.id,
        assessment_id=assessment_id,
        grid="coordination",
        criterion=criterion,
        now=LATER,
    )


@pytest.mark.parametrize("started", [False, True])
def test_an_action_answers_one_criterion_more_and_nothing_else_of_it_changes(
    session: Session, scene: Scene, started: bool
) -> None:
    action = an_action_on_a_criterion(session, scene, started=started)
    assert action.assessment_id is not None
    before, version = read_draft(session, action), action.version
    link(session, scene.manager, action, action.assessment_id)
    (key,) = before.criteria
    assert read_draft(session, action) == replace(before, criteria=(key, (key[0], "CO-2")))
    assert action.version == version + 1
    (entry,) = journal(session, "action-changed")
    assert (entry.facts, entry.user_id) == ({"changed": ["criteria"]}, scene.manager.user_id)
    link(session, scene.manager, action, action.assessment_id)
    assert (action.version, len(journal(session, "action-changed"))) == (version + 1, 1)


def test_a_criterion_of_another_centre_is_not_found(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    action = plan(session, scene)
    (assessment.centre_id,) = scene.stranger.centre_ids()
    session.flush()
    for key in (assessment.id, 987):
        with pytest.raises(NotFound):
            link(session, scene.coordinator, action, key)
    assert read_draft(session, action).criteria == ()


def test_an_action_answers_only_so_many_criteria(session: Session, scene: Scene) -> None:
    campaigns = [an_open_assessment(session, scene) for _ in range(MOST_CRITERIA + 1)]
    keys = [key_of(session, one, "CO-1") for one in campaigns[1:]]
    action = an_action(session, scene.centre, criteria=keys)
    with pytest.raises(InvalidInput) as refusal:
        link(session, scene.coordinator, action, campaigns[0].id)
    assert faults_of(refusal.value) == [("criteria", "too-many")]


def test_an_action_that_no_longer_changes_answers_no_more_criteria(session: Session, scene: Scene) -> None:
    done, assessment = a_done_action(session, scene), an_open_assessment(session, scene)
    with pytest.raises(NotPossibleNow):
        link(session, scene.coordinator, done, assessment.id)
