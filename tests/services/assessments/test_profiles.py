"""Following a change of the centre's profile: what it adds to an assessment and takes from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.assessments import Score, Sheet
from aqss.services.assessments.agreed import list_open_rounds
from aqss.services.assessments.profiles import apply_profile, preview_profile
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_assessment,
    an_open_assessment,
    journal,
    pass_to,
    rate,
    read_workflow,
    set_scene,
    stored,
)
from tests.services.consensus.room import Room, a_room

RATE_WITHOUT_PREPARING = """
workflow: auto-evaluation
version: 1
title: Essai
subject: assessment
states:
  - state: preparation
    label: Préparation
    initial: true
    allows: [prepare]
    transitions:
      - {to: cotation, label: Ouvrir, by: [coordinator]}
  - state: cotation
    label: Cotation
    allows: [rate]
    transitions:
      - {to: fin, label: Finir, by: [coordinator]}
  - {state: fin, label: Fin, final: true, allows: [read-results]}
"""


def flag(session: Session, scene: Scene, *flags: str) -> None:
    """Make these the flags of the centre, as of today."""
    scene.centre.flags = list(flags)
    session.flush()


def test_a_profile_that_did_not_change_offers_nothing(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    assert preview_profile(session, scene.coordinator, assessment.id).is_empty
    assert apply_profile(session, scene.coordinator, assessment_id=assessment.id, now=NOW).is_empty
    assert assessment.version == 1
    assert journal(session, "assessment-profile-applied") == []


def test_a_change_of_profile_is_offered_with_the_criteria_it_adds_and_removes(
    session: Session, scene: Scene
) -> None:
    flag(session, scene, "dentaire")
    assessment = an_assessment(session, scene)
    flag(session, scene, "froid")
    found = preview_profile(session, scene.coordinator, assessment.id)
    assert (found.flags_added, found.flags_removed) == (("froid",), ("dentaire",))
    assert [one.criterion for one in found.criteria_added] == ["HY-2"]
    assert [one.criterion for one in found.criteria_removed] == ["CO-4", "HY-4"]
    assert assessment.profile == ["dentaire"]


def test_applying_the_profile_scores_again_and_keeps_every_answer(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-4", "non")
    rate(session, scene.member, assessment, "HY-2", "oui")
    flag(session, scene, "dentaire")
    version = assessment.version
    apply_profile(session, scene.coordinator, assessment_id=assessment.id, now=NOW)
    rows = {row.grid: row for row in session.scalars(select(Score).where(Score.scope == "grid"))}
    assert (rows["coordination"].applicable, rows["coordination"].rated) == (5, 1)
    assert (rows["hygiene"].applicable, rows["hygiene"].rated) == (3, 0)
    assert (stored(session, assessment, "CO-4").level, stored(session, assessment, "HY-2").level) == (
        "non",
        "oui",
    )
    assert (assessment.profile, assessment.version) == (["dentaire"], version + 1)
    assert check_scores(session, assessment.id) == ()
    (entry,) = journal(session, "assessment-profile-applied")
    assert entry.facts == {"added": ["dentaire"], "removed": []}


def test_the_profile_is_not_applied_once_the_rating_is_over(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    pass_to(session, scene.coordinator, assessment, "abandonnee")
    flag(session, scene, "dentaire")
    with pytest.raises(NotPossibleNow):
        preview_profile(session, scene.coordinator, assessment.id)
    with pytest.raises(NotPossibleNow):
        apply_profile(session, scene.coordinator, assessment_id=assessment.id, now=NOW)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("member", NotAllowed), ("manager", NotAllowed), ("stranger", NotFound), ("administrator", NotFound)],
)
def test_only_the_centre_s_coordinator_follows_the_profile(
    session: Session, scene: Scene, who: str, refusal: type[Exception]
) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    with pytest.raises(refusal):
        preview_profile(session, getattr(scene, who), assessment.id)
    with pytest.raises(refusal):
        apply_profile(session, getattr(scene, who), assessment_id=assessment.id, now=NOW)


@pytest.mark.parametrize("step", ["preparation", "cotation"])
def test_the_profile_is_followed_while_it_is_prepared_or_rated(session: Session, step: str) -> None:
    scene = set_scene(session, workflow=read_workflow(RATE_WITHOUT_PREPARING))
    assessment = an_assessment(session, scene, "hygiene")
    if step == "cotation":
        pass_to(session, scene.coordinator, assessment, step)
    flag(session, scene, "dentaire")
    change = preview_profile(session, scene.coordinator, assessment.id)
    assert apply_profile(session, scene.coordinator, assessment_id=assessment.id, now=NOW) == change
    assert assessment.profile == ["dentaire"]


def test_a_flag_that_decides_of_no_criterion_is_followed_too(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    flag(session, scene, "froid")
    change = preview_profile(session, scene.coordinator, assessment.id)
    assert not change.is_empty
    assert (change.criteria_added, change.criteria_removed) == ((), ())


def test_a_flag_taken_from_the_centre_is_taken_from_the_assessment(session: Session, scene: Scene) -> None:
    flag(session, scene, "dentaire")
    assessment = an_assessment(session, scene)
    flag(session, scene)
    assert not preview_profile(session, scene.coordinator, assessment.id).is_empty
    apply_profile(session, scene.coordinator, assessment_id=assessment.id, now=NOW)
    assert assessment.profile == []


def test_an_assessment_that_does_not_exist_is_not_found(session: Session, scene: Scene) -> None:
    for key in (0, 12345, 2**40):
        with pytest.raises(NotFound):
            preview_profile(session, scene.coordinator, key)


def test_an_actor_whose_roles_were_taken_away_finds_nothing(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    with pytest.raises(NotFound):
        preview_profile(session, replace(scene.coordinator, grants=()), assessment.id)


def rated_alone(session: Session, scene: Scene, *flags: str) -> Room:
    """A session of a centre with those flags, begun, everybody there."""
    flag(session, scene, *flags)
    room = a_room(session, scene)
    room.begin()
    room.join(*room.people)
    return room


def agree_on(room: Room, *codes: str) -> None:
    for code in codes:
        room.agree(code, kind="na", value="Sans objet ici")


def follow(room: Room, scene: Scene, *flags: str) -> None:
    flag(room.session, scene, *flags)
    apply_profile(room.session, scene.coordinator, assessment_id=room.key, now=NOW)


def is_finished(room: Room) -> bool:
    found = select(Sheet.finished_at).where(Sheet.assessment_id == room.key)
    return room.session.scalars(found).one() is not None


def test_a_criterion_that_no_longer_applies_does_not_hold_up_what_the_team_agreed_on(
    session: Session, scene: Scene
) -> None:
    room = rated_alone(session, scene, "dentaire")
    agree_on(room, "CO-1", "CO-2", "CO-3", "CO-5")
    assert not is_finished(room)
    follow(room, scene)
    assert is_finished(room)


def test_a_criterion_that_now_applies_is_still_to_be_agreed_on(session: Session, scene: Scene) -> None:
    room = rated_alone(session, scene)
    agree_on(room, "CO-1", "CO-2", "CO-3", "CO-5")
    assert is_finished(room)
    follow(room, scene, "dentaire")
    assert not is_finished(room)
    agree_on(room, "CO-4")
    assert is_finished(room)


def test_a_criterion_that_no_longer_applies_is_no_longer_voted_on(session: Session, scene: Scene) -> None:
    room = rated_alone(session, scene, "dentaire")
    agree_on(room, "CO-4")
    room.go("CO-4")
    room.open_round("CO-4")
    assert room.consensus("CO-4") is None
    follow(room, scene)
    assert room.consensus("CO-4") is not None
    assert stored(session, room.assessment, "CO-4").kind == "na"
    assert list_open_rounds(session, room.key) == ()
    room.go("CO-1")
    room.agree("CO-1", "partiel")
    assert check_scores(session, room.key) == ()
