"""Changing the preparation: what is asked, of whom, until when, and what may no longer change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import (
    Fault,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPossibleNow,
    StaleEdit,
)
from aqss.persistence.accounts import User
from aqss.persistence.actions import Waiver
from aqss.persistence.assessments import Answer, Assessment, Assignment, Score, Sheet
from aqss.persistence.mails import Mail
from aqss.services.assessments.offers import read_preparation
from aqss.services.assessments.preparing import change_preparation
from aqss.services.assessments.scope import Scope
from tests.builders import a_member, an_action
from tests.score_rows import check_scores
from tests.services.actions.scene import key_of, read_action_workflow
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_edition,
    an_open_assessment,
    count,
    faults_of,
    finish_every_sheet,
    journal,
    pass_to,
    publish,
    publish_workflow,
    rate,
    read_workflow,
    set_scene,
    start,
    stored,
)

PREPARE_WHILE_RATING = """
workflow: auto-evaluation
version: 1
title: Essai
subject: assessment
states:
  - state: tout
    label: Tout
    initial: true
    allows: [prepare, rate]
    transitions:
      - {to: fin, label: Finir, by: [coordinator]}
  - {state: fin, label: Fin, final: true, allows: [read-results]}
"""


def change(
    session: Session, actor: Actor, assessment: Assessment, scope: Scope, version: int | None = None
) -> Assessment:
    return change_preparation(
        session,
        actor,
        assessment_id=assessment.id,
        scope=scope,
        expected_version=assessment.version if version is None else version,
        now=NOW,
        links=LINKS,
    )


def grids_of(session: Session, assessment: Assessment) -> list[str]:
    query = select(Sheet.grid).where(Sheet.assessment_id == assessment.id).order_by(Sheet.position)
    return list(session.scalars(query))


def test_words_people_and_end_are_replaced(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", assignments={"hygiene": [scene.member.user_id]})
    scope = Scope(
        "Autre titre",
        "Autre objectif.",
        "plainte",
        "Reçue en février.",
        ["hygiene"],
        {"hygiene": [scene.colleague.user_id]},
        date(2026, 4, 1),
    )
    changed = change(session, scene.coordinator, assessment, scope)
    assert (changed.title, changed.objective, changed.trigger, changed.trigger_note) == (
        "Autre titre",
        "Autre objectif.",
        "plainte",
        "Reçue en février.",
    )
    assert (changed.round_ends_on, changed.version) == (date(2026, 4, 1), 2)
    assert list(session.scalars(select(Assignment.user_id))) == [scene.colleague.user_id]


def test_grids_come_and_go_with_their_score_rows(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", assignments={"hygiene": [scene.member.user_id]})
    change(session, scene.coordinator, assessment, a_scope("mesures", "coordination"))
    assert grids_of(session, assessment) == ["coordination", "mesures"]
    assert set(session.scalars(select(Score.grid))) == {"", "coordination", "mesures"}
    assert check_scores(session, assessment.id) == ()
    assert count(session, Assignment) == 0
    assert [sheet.grid for sheet in assessment.sheets] == ["coordination", "mesures"]


def test_the_journal_tells_what_changed(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", "mesures")
    scope = a_scope("coordination", "mesures", objective="Autre.", round_ends_on=date(2026, 4, 1))
    change(session, scene.coordinator, assessment, scope)
    (entry,) = journal(session, "assessment-prepared")
    assert entry.facts == {
        "changed": ["objective", "round_ends_on"],
        "added": ["coordination"],
        "removed": ["hygiene"],
    }


def test_a_grid_kept_keeps_its_edition_and_a_grid_added_takes_the_current_one(
    session: Session, scene: Scene
) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    kept = assessment.sheets[0].edition_id
    publish(
        session,
        an_edition("hygiene", {"mains": [{"criterion": "HY-9"}]}, version=2),
        an_edition("coordination", {"fonction": [{"criterion": "CO-9"}]}, version=2),
    )
    change(session, scene.coordinator, assessment, a_scope("hygiene", "coordination"))
    rows = session.execute(select(Sheet.grid, Sheet.edition_id).where(Sheet.assessment_id == assessment.id))
    editions = {row.grid: row.edition_id for row in rows}
    assert editions["hygiene"] == kept
    score = session.scalars(select(Score).where(Score.grid == "coordination", Score.section == "")).one()
    assert score.applicable == 1


def test_two_people_preparing_do_not_overwrite_one_another(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    change(session, scene.coordinator, assessment, a_scope("hygiene", title="Le premier"), 1)
    with pytest.raises(StaleEdit) as refusal:
        change(session, scene.coordinator, assessment, a_scope("hygiene", title="Le second"), 1)
    assert (refusal.value.expected, refusal.value.current) == (1, 2)
    assert assessment.title == "Le premier"


def test_an_end_already_past_may_stay_as_it_is(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", round_ends_on=NOW.date())
    assessment.round_ends_on = date(2026, 2, 1)
    session.flush()
    changed = change(
        session, scene.coordinator, assessment, a_scope("hygiene", round_ends_on=date(2026, 2, 1))
    )
    assert changed.round_ends_on == date(2026, 2, 1)
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, assessment, a_scope("hygiene", round_ends_on=date(2026, 1, 31)))
    assert faults_of(refusal.value) == [("round_ends_on", "date-outside")]


@pytest.mark.parametrize("step", ["cotation", "accord"])
def test_while_the_team_rates_the_preparation_is_corrected(session: Session, scene: Scene, step: str) -> None:
    assessment = an_open_assessment(
        session, scene, "hygiene", assignments={"hygiene": [scene.member.user_id]}
    )
    rate(session, scene.member, assessment, "HY-1", "oui")
    if step == "accord":
        pass_to(session, scene.coordinator, assessment, step)
    people = {"hygiene": [scene.colleague.user_id], "mesures": [scene.member.user_id]}
    later = date(2026, 6, 30)
    scope = a_scope("hygiene", "mesures", assignments=people, round_ends_on=later)
    change(session, scene.coordinator, assessment, scope)
    prepared = read_preparation(session, scene.coordinator, assessment.id)
    assert prepared.can_rate
    assert prepared.scope.grids == ("hygiene", "mesures")
    assert prepared.scope.assignments == people
    assert (assessment.state, assessment.round_ends_on) == (step, later)
    assert stored(session, assessment, "HY-1").level == "oui"
    assert check_scores(session, assessment.id) == ()
    rate(session, scene.member, assessment, "ME-1", "5", kind="number")


def test_a_grid_nobody_has_answered_can_still_be_withdrawn_while_the_team_rates(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene", "mesures")
    change(session, scene.coordinator, assessment, a_scope("hygiene"))
    assert grids_of(session, assessment) == ["hygiene"]
    assert set(session.scalars(select(Score.grid))) == {"", "hygiene"}


def test_correcting_the_preparation_does_not_change_how_the_team_rates(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    change(session, scene.coordinator, assessment, a_scope("hygiene", "mesures"))
    assert assessment.rating == "direct"


@pytest.mark.parametrize(
    ("emptied", "fault"),
    [
        ({"objective": " "}, ("objective", "required")),
        ({"trigger": ""}, ("trigger", "required")),
        ({"grids": ()}, ("grids", "at-least-one")),
    ],
)
def test_what_the_team_was_given_is_not_emptied_while_it_rates(
    session: Session, scene: Scene, emptied: dict[str, Any], fault: tuple[str, str]
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, assessment, replace(a_scope("hygiene"), **emptied))
    assert faults_of(refusal.value) == [fault]


def test_before_the_rating_opens_anything_can_be_emptied(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    change(session, scene.coordinator, assessment, Scope("Sans rien"))
    assert (assessment.objective, assessment.trigger, grids_of(session, assessment)) == ("", "", [])


def test_what_was_never_written_may_stay_so(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    assessment = start(session, scene, Scope("Sans rien"))
    change(session, scene.coordinator, assessment, Scope("Toujours rien"))
    assert assessment.title == "Toujours rien"


@pytest.mark.parametrize("step", ["validation", "close"])
def test_nothing_is_prepared_any_more_once_validation_is_asked_for(
    session: Session, scene: Scene, step: str
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    finish_every_sheet(session, scene.member, assessment)
    for to in ("accord", "validation"):
        pass_to(session, scene.coordinator, assessment, to)
    if step == "close":
        pass_to(session, scene.manager, assessment, step)
    with pytest.raises(NotPossibleNow):
        change(session, scene.coordinator, assessment, a_scope("mesures"))
    with pytest.raises(NotPossibleNow):
        read_preparation(session, scene.coordinator, assessment.id)
    assert grids_of(session, assessment) == ["hygiene"]


def told(session: Session) -> list[int | None]:
    """Who has a « cotation ouverte », in the order they were told."""
    query = select(Mail.user_id).where(Mail.kind == "rating-open").order_by(Mail.id)
    return list(session.scalars(query))


def a_newcomer(session: Session, scene: Scene) -> int:
    """Somebody who joins the team once everybody was told."""
    return a_member(session, scene.centre, name="Zoé Nouvelle").id


def test_whoever_is_newly_asked_while_the_team_rates_is_told_once_and_nobody_else_again(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene", "mesures", round_ends_on=date(2026, 3, 28))
    first = told(session)
    newcomer = a_newcomer(session, scene)
    assert len(first) == 4
    people = {"hygiene": [newcomer, scene.member.user_id]}
    scope = a_scope("hygiene", "mesures", assignments=people, round_ends_on=date(2026, 4, 30))
    change(session, scene.coordinator, assessment, scope)
    assert told(session) == [*first, newcomer]
    mail = session.scalars(select(Mail).where(Mail.user_id == newcomer)).one()
    assert "jeudi 30 avril 2026" in mail.body_text
    assert mail.expires_at == datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
    for again in ({"mesures": [newcomer]}, {}, {"hygiene": [newcomer]}):
        change(session, scene.coordinator, assessment, replace(scope, assignments=again))
    assert told(session) == [*first, newcomer]


def test_who_was_told_is_not_told_again_at_another_address(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    session.get_one(User, scene.member.user_id).email = "mehdi.autre@exemple.fr"
    before = told(session)
    change(
        session,
        scene.coordinator,
        assessment,
        a_scope("hygiene", assignments={"hygiene": [scene.member.user_id]}),
    )
    assert told(session) == before


def test_joining_the_team_alone_tells_nothing(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    newcomer = a_newcomer(session, scene)
    change(session, scene.coordinator, assessment, a_scope("hygiene", title="Autre"))
    assert newcomer not in told(session)


def test_being_asked_before_the_rating_opens_tells_nothing_yet(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    change(
        session,
        scene.coordinator,
        assessment,
        a_scope("hygiene", assignments={"hygiene": [scene.member.user_id]}),
    )
    assert told(session) == []


def test_nobody_is_told_of_a_round_that_is_over(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    assessment.round_ends_on = past = NOW.date() - timedelta(days=1)
    session.flush()
    newcomer = a_newcomer(session, scene)
    scope = a_scope("hygiene", assignments={"hygiene": [newcomer]}, round_ends_on=past)
    change(session, scene.coordinator, assessment, scope)
    assert newcomer not in told(session)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("member", NotAllowed), ("manager", NotAllowed), ("stranger", NotFound), ("administrator", NotFound)],
)
def test_only_the_centre_s_coordinator_prepares(
    session: Session, scene: Scene, who: str, refusal: type[Exception]
) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    with pytest.raises(refusal):
        change(session, getattr(scene, who), assessment, a_scope("mesures"))


def test_a_grid_that_holds_answers_cannot_be_left_out(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    assessment = an_assessment(session, scene, "hygiene", "coordination")
    rate(session, scene.member, assessment, "HY-1", "oui")
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, assessment, a_scope("coordination"))
    assert refusal.value.faults == (Fault("grids", "grid-answered", ("Grille hygiene",)),)


def test_a_grid_that_holds_a_comment_alone_cannot_be_left_out(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    assessment = an_assessment(session, scene, "hygiene", "coordination")
    rate(session, scene.member, assessment, "HY-1", "", kind="blank", comment="À voir.")
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, assessment, a_scope("coordination"))
    assert faults_of(refusal.value) == [("grids", "grid-answered")]


def test_a_grid_that_an_action_answers_cannot_be_left_out(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    publish_workflow(session, read_action_workflow())
    assessment = an_assessment(session, scene, "hygiene", "coordination", "mesures")
    keys = [key_of(session, assessment, code) for code in ("HY-1", "CO-1")]
    an_action(session, scene.centre, criteria=keys)
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene.coordinator, assessment, a_scope("mesures"))
    assert refusal.value.faults == (
        Fault("grids", "grid-in-plan", ("Grille coordination",)),
        Fault("grids", "grid-in-plan", ("Grille hygiene",)),
    )
    change(session, scene.coordinator, assessment, a_scope("hygiene", "coordination"))


def test_a_reason_written_for_a_criterion_goes_with_its_grid(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    assessment = an_assessment(session, scene, "hygiene", "coordination")
    sheet_id, code = key_of(session, assessment, "HY-1")
    session.add(Waiver(sheet_id=sheet_id, criterion=code, reason="Travaux en juin.", at=NOW))
    session.flush()
    change(session, scene.coordinator, assessment, a_scope("coordination"))
    assert count(session, Waiver) == 0


def test_a_grid_whose_answers_were_all_taken_back_can_be_left_out(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    assessment = an_assessment(session, scene, "hygiene", "coordination")
    rate(session, scene.member, assessment, "HY-1", "oui")
    rate(session, scene.member, assessment, "HY-1", "", kind="blank")
    change(session, scene.coordinator, assessment, a_scope("coordination"))
    assert count(session, Answer) == 0
    assert grids_of(session, assessment) == ["coordination"]


def test_changing_the_preparation_keeps_the_answers_and_their_scores(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(PREPARE_WHILE_RATING))
    assessment = an_assessment(session, scene, "hygiene")
    rate(session, scene.member, assessment, "HY-1", "oui")
    change(session, scene.coordinator, assessment, a_scope("hygiene", "coordination"))
    assert stored(session, assessment, "HY-1").level == "oui"
    assert check_scores(session, assessment.id) == ()
    score = session.scalars(select(Score).where(Score.grid == "hygiene", Score.section == "")).one()
    assert score.rated == 1
