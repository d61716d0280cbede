"""Following a change of the centre's profile: what it adds to an assessment and takes from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.assessments import Score
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
