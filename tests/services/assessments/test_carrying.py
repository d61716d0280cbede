"""Starting from the last assessment: what is carried, to where, and what stays behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed
from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.consensus import BlindRating, Participant
from aqss.persistence.editions import Edition
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.assessments.carrying import find_latest_closed, find_previous, read_precedent
from aqss.services.assessments.freezing import read_circumstances
from aqss.services.assessments.sheets import SheetStatus, read_task_list
from aqss.services.assessments.starting import start_assessment
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_edition,
    an_open_assessment,
    close,
    faults_of,
    pass_to,
    publish,
    rate,
    stored,
)
from tests.services.assessments.voices import a_blind_assessment, agree, validate

LATER = NOW + timedelta(days=365)


def start_from(
    session: Session, scene: Scene, previous: Assessment | int, *grids: str, **more: Any
) -> Assessment:
    key = previous if isinstance(previous, int) else previous.id
    return start_assessment(
        session,
        scene.coordinator,
        centre_id=scene.centre.id,
        scope=a_scope(*(grids or ("coordination", "hygiene", "mesures")), **more),
        now=LATER,
        previous_id=key,
    )


def a_closed_one(
    session: Session, scene: Scene, answers: Mapping[str, str | tuple[str, str]], *grids: str, **more: Any
) -> Assessment:
    """Closed, with those levels, or (kind, value)."""
    assessment = an_open_assessment(session, scene, *grids, **more)
    for criterion, answer in answers.items():
        kind, value = answer if isinstance(answer, tuple) else ("level", answer)
        grid = "" if not grids else grids[0]
        rate(session, scene.member, assessment, criterion, value, kind=kind, grid=grid, comment="Vu en mars.")
    close(session, scene, assessment)
    return assessment


def carried(session: Session, assessment: Assessment) -> dict[str, tuple[object, ...]]:
    rows = session.scalars(select(Answer).join(Sheet).where(Sheet.assessment_id == assessment.id))
    return {
        row.criterion: (row.kind, row.level or row.number or row.words or row.reason)
        for row in rows
        if row.carried
    }


def test_answers_of_the_team_are_a_starting_point_without_their_comments(
    session: Session, scene: Scene
) -> None:
    previous = a_closed_one(
        session,
        scene,
        {
            "CO-1": "partiel",
            "CO-3": ("na", "Fait ailleurs."),
            "CO-5": ("unknown", ""),
            "ME-1": ("number", "12,5"),
            "ME-3": ("text", "Affiché à l’accueil."),
        },
    )
    now = start_from(session, scene, previous)
    assert carried(session, now) == {
        "CO-1": ("level", "partiel"),
        "CO-3": ("na", "Fait ailleurs."),
        "ME-1": ("number", Decimal("12.5")),
        "ME-3": ("text", "Affiché à l’accueil."),
    }
    row = stored(session, now, "CO-1")
    assert (row.comment, row.version, row.updated_by_id, row.updated_at) == ("", 1, None, LATER)
    assert (now.previous_id, check_scores(session, now.id)) == (previous.id, ())


def test_what_is_carried_is_nobody_s_answer_yet(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"CO-1": "partiel"})
    now = start_from(session, scene, previous)
    page = read_task_list(session, scene.member, now.id)
    assert {line.status for line in page.lines} == {SheetStatus.NOT_STARTED}
    assert {line.last for line in page.lines} == {None}
    assert read_circumstances(session, now).participation.people == 0


VERSION_2 = an_edition(
    "hygiene",
    {
        "mains": [
            {"criterion": "HY-1", "scale": "tiers"},
            {"criterion": "HY-5", "replaces": ["HY-3"]},
            {"criterion": "HY-6"},
        ]
    },
    version=2,
)


def test_a_criterion_takes_the_answer_of_the_one_it_replaces(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"HY-3": "partiel"}, "hygiene")
    publish(session, VERSION_2)
    now = start_from(session, scene, previous, "hygiene")
    assert carried(session, now) == {"HY-5": ("level", "partiel")}


def test_a_level_that_the_scale_no_longer_has_stays_behind(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"HY-1": "oui"}, "hygiene")
    publish(session, VERSION_2)
    assert carried(session, start_from(session, scene, previous, "hygiene")) == {}


@pytest.mark.parametrize(
    ("scale", "expected"),
    [("nombre", {"ME-1": ("number", Decimal("12.5"))}), ("maitrise", {}), ("libre", {})],
)
def test_an_answer_of_another_kind_or_out_of_bounds_stays_behind(
    session: Session, scene: Scene, scale: str, expected: dict[str, object]
) -> None:
    previous = a_closed_one(session, scene, {"ME-1": ("number", "12,5")}, "mesures")
    criteria = [{"criterion": "ME-1", "scale": scale}]
    publish(session, an_edition("mesures", {"suivi": criteria}, module="outils", version=2))
    found = carried(session, start_from(session, scene, previous, "mesures"))
    assert found == ({} if scale == "nombre" else expected)  # « nombre » takes no decimals


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"HY-1": "oui", "HY-3": "oui"}, {"HY-7": ("level", "oui")}),
        ({"HY-1": "oui", "HY-3": "non"}, {}),
        ({"HY-1": "oui"}, {}),
    ],
    ids=["the same", "two answers", "one without"],
)
def test_merged_criteria_carry_only_what_they_all_say(
    session: Session, scene: Scene, answers: dict[str, str], expected: dict[str, object]
) -> None:
    previous = a_closed_one(session, scene, answers, "hygiene")
    merged = [{"criterion": "HY-7", "replaces": ["HY-1", "HY-3"]}]
    publish(session, an_edition("hygiene", {"mains": merged}, version=2))
    assert carried(session, start_from(session, scene, previous, "hygiene")) == expected


def test_the_same_code_comes_before_what_it_replaces(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"HY-1": "oui", "HY-3": "non"}, "hygiene")
    both = [{"criterion": "HY-1", "replaces": ["HY-3"]}]
    publish(session, an_edition("hygiene", {"mains": both}, version=2))
    now = start_from(session, scene, previous, "hygiene")
    assert carried(session, now) == {"HY-1": ("level", "oui")}


def test_a_criterion_that_no_longer_applies_carries_nothing(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"HY-2": "oui", "HY-1": "oui"}, "hygiene")
    scene.centre.flags = ["dentaire"]
    assert carried(session, start_from(session, scene, previous, "hygiene")) == {"HY-1": ("level", "oui")}


def test_a_grid_not_assessed_the_time_before_starts_empty(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"HY-1": "oui"}, "hygiene")
    now = start_from(session, scene, previous, "coordination")
    assert carried(session, now) == {}


def test_what_a_blind_session_agreed_on_is_carried_to_a_team_that_rates_together(
    session: Session, scene: Scene
) -> None:
    previous = a_blind_assessment(session, scene)
    agree(session, previous, "CO-1", "partiel")
    validate(session, scene, previous)
    assert carried(session, start_from(session, scene, previous)) == {"CO-1": ("level", "partiel")}


def test_where_each_rates_alone_first_sheets_start_empty(session: Session, scene: Scene) -> None:
    previous = a_closed_one(session, scene, {"CO-1": "partiel"})
    people = [scene.member.user_id, scene.colleague.user_id]
    now = start_from(session, scene, previous, rating="blind", participants=people)
    assert (carried(session, now), now.previous_id) == ({}, previous.id)
    assert session.scalars(select(BlindRating)).all() == []
    assert set(session.scalars(select(Participant.user_id))) == set(people)


@pytest.mark.parametrize("rating", ["direct", "blind"])
def test_proofs_follow_the_criteria_in_either_rating(session: Session, scene: Scene, rating: str) -> None:
    previous = a_closed_one(session, scene, {"HY-3": "oui"}, "hygiene")
    proof = Proof(
        centre_id=scene.centre.id,
        title="Affiche",
        url="https://a.fr",
        dated_on=date(2026, 3, 1),
        added_at=NOW,
    )
    session.add(proof)
    session.flush()
    session.add(ProofUse(proof_id=proof.id, sheet_id=previous.sheets[0].id, criterion="HY-3"))
    publish(session, VERSION_2)
    now = start_from(session, scene, previous, "hygiene", rating=rating)
    uses = session.scalars(select(ProofUse).where(ProofUse.sheet_id == now.sheets[0].id)).all()
    assert [(use.proof_id, use.criterion, use.is_carried) for use in uses] == [(proof.id, "HY-5", True)]


def test_the_latest_closed_one_is_offered(session: Session, scene: Scene) -> None:
    def offered() -> Assessment | None:
        return find_latest_closed(session, scene.coordinator, scene.centre.id)

    assert offered() is None
    running = an_open_assessment(session, scene)
    assert offered() is None
    first, second = a_closed_one(session, scene, {}, "hygiene"), an_open_assessment(session, scene, "hygiene")
    close(session, scene, second, LATER)
    assert offered() == second
    pass_to(session, scene.coordinator, running, "abandonnee", LATER)
    assert offered() == second
    assert first.closed_at == NOW
    with pytest.raises(NotAllowed):
        find_latest_closed(session, scene.stranger, scene.centre.id)


def test_its_scope_is_offered_as_far_as_it_still_stands(session: Session, scene: Scene) -> None:
    people = {"hygiene": [scene.member.user_id, scene.colleague.user_id], "coordination": []}
    previous = a_closed_one(session, scene, {}, "hygiene", "coordination", assignments=people)
    gone = session.scalars(select(Membership).where(Membership.user_id == scene.colleague.user_id)).one()
    gone.disabled_at = LATER
    session.flush()
    precedent = read_precedent(session, scene.coordinator, scene.centre.id, previous.id)
    scope = precedent.scope
    assert precedent.assessment == previous
    assert (scope.objective, scope.trigger, scope.rating) == ("Situer nos pratiques.", "a-priori", "direct")
    assert scope.assignments == {"coordination": [], "hygiene": [scene.member.user_id]}
    assert (set(scope.grids), scope.participants) == ({"hygiene", "coordination"}, ())


def test_a_grid_withdrawn_from_the_catalogue_is_not_offered_again(session: Session, scene: Scene) -> None:
    withdrawn = an_edition("ancienne", {"une": [{"criterion": "AN-1"}]})
    publish(session, withdrawn)
    people = {"ancienne": [scene.member.user_id]}
    previous = a_closed_one(session, scene, {}, "ancienne", "hygiene", assignments=people)
    for edition in session.scalars(select(Edition).where(Edition.grid == "ancienne")):
        edition.is_current = False
    session.flush()
    scope = read_precedent(session, scene.coordinator, scene.centre.id, previous.id).scope
    assert (scope.grids, scope.assignments) == (("hygiene",), {"hygiene": []})


def test_those_who_rated_alone_are_offered_again(session: Session, scene: Scene) -> None:
    previous = a_blind_assessment(session, scene, 3)
    session.add(Participant(assessment_id=previous.id, user_id=scene.stranger.user_id, added_at=NOW))
    validate(session, scene, previous)
    scope = read_precedent(session, scene.coordinator, scene.centre.id, previous.id).scope
    assert (scope.rating, len(scope.participants)) == ("blind", 3)  # the one who has left is not asked again


@pytest.mark.campaign("B6")
@pytest.mark.parametrize("what", ["elsewhere", "running", "unknown", "absurd", "negative"])
def test_one_starts_from_a_closed_assessment_of_the_same_centre_only(
    session: Session, scene: Scene, what: str
) -> None:
    closed = a_closed_one(session, scene, {"HY-1": "oui"}, "hygiene")
    elsewhere = a_closed_one(session, scene, {}, "hygiene")
    elsewhere.centre_id = scene.stranger.grants[0].centre_id or 0
    session.flush()
    keys: dict[str, int] = {
        "elsewhere": elsewhere.id,
        "running": an_assessment(session, scene).id,
        "unknown": 987_654,
        "absurd": 2**70,
        "negative": -1,
    }
    before: Sequence[int] = session.scalars(select(Assessment.id)).all()
    with pytest.raises(InvalidInput) as refusal:
        start_from(session, scene, keys[what], "hygiene")
    assert faults_of(refusal.value) == [("previous_id", "unknown-choice")]
    assert session.scalars(select(Assessment.id)).all() == before
    assert find_previous(session, scene.centre.id, keys[what]) is None
    assert find_previous(session, scene.centre.id, closed.id) == closed
    assert find_previous(session, scene.centre.id, None) is None
