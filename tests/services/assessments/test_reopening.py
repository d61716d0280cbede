"""Reopening a closed assessment: who may, from where, why; what is kept of the earlier closing."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import (
    InvalidInput,
    InvalidTransition,
    NotAllowed,
    NotFound,
    NotPossibleNow,
    StaleEdit,
)
from aqss.persistence.assessments import Assessment, Closing
from aqss.services.assessments.closings import read_closings, tallies_then
from aqss.services.assessments.reopening import read_reopening, reopen_assessment
from aqss.services.assessments.results import read_results
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    close,
    count,
    faults_of,
    journal,
    pass_to,
    rate,
    start,
    statements,
)
from tests.services.assessments.voices import a_blind_assessment, validate

LATER = NOW + timedelta(days=9)
REASON = "Le critère CO-1 a été lu de travers."


def reopen(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    reason: str = REASON,
    *,
    version: int | None = None,
    now: object = LATER,
) -> Assessment:
    expected = assessment.version if version is None else version
    return reopen_assessment(
        session, actor, assessment_id=assessment.id, reason=reason, expected_version=expected, now=now
    )


@pytest.fixture
def closed(session: Session, scene: Scene) -> Assessment:
    assessment = an_open_assessment(session, scene, "coordination", "mesures")
    rate(session, scene.member, assessment, "CO-1", "partiel")
    close(session, scene, assessment)
    return assessment


def test_the_direction_reopens_it_where_it_closed_from(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    version = closed.version
    reopen(session, scene.manager, closed, "  Une erreur.  ")
    assert (closed.state, closed.entered_at, closed.version) == ("validation", LATER, version + 1)
    assert (closed.closed_at, closed.closed_from, closed.frozen) == (None, None, None)
    (entry,) = journal(session, "assessment-reopened")
    assert entry.facts == {"from": "close", "to": "validation", "reason": "Une erreur."}
    assert (entry.user_id, entry.centre_id, entry.at) == (scene.manager.user_id, scene.centre.id, LATER)


def test_the_figures_of_that_closing_are_kept_to_the_last_one(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    frozen, closed_at = closed.frozen, closed.closed_at
    reopen(session, scene.manager, closed)
    kept = session.scalars(select(Closing)).one()
    assert (kept.rank, kept.closed_at, kept.reopened_at, kept.reopened_by_id) == (
        1,
        closed_at,
        LATER,
        scene.manager.user_id,
    )
    assert (kept.frozen, kept.reason) == (frozen, REASON)
    tallies = tallies_then(kept.scores)
    assert tallies["soins", "coordination", "fonction"].score == Fraction(50)
    pass_to(session, scene.manager, closed, "accord", LATER)
    rate(session, scene.member, closed, "CO-1", "oui")
    assert check_scores(session, closed.id) == ()
    (past,) = read_results(session, scene.member, closed.id).closings
    assert [(one.module, one.title, one.tally.score) for one in past.modules] == [
        ("soins", "Soins", Fraction(50)),
        ("outils", "Outils", None),
    ]
    assert tallies == tallies_then(session.scalars(select(Closing.scores)).one())


def test_it_may_be_closed_and_reopened_again_each_closing_under_its_rank(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    reopen(session, scene.manager, closed)
    pass_to(session, scene.manager, closed, "close", LATER)
    assert (closed.closed_at, closed.closed_from) == (LATER, "validation")
    assert closed.frozen is not None
    reopen(session, scene.manager, closed, "Encore.", now=LATER + timedelta(days=1))
    found = read_closings(session, [closed.id])[closed.id]
    assert [(one.rank, one.closed_at, one.reason) for one in found] == [
        (1, NOW, REASON),
        (2, LATER, "Encore."),
    ]


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("who", ["coordinator", "member", "colleague"])
def test_nobody_of_the_team_but_the_direction_reopens(
    session: Session, scene: Scene, closed: Assessment, who: str
) -> None:
    with pytest.raises(NotAllowed):
        reopen(session, getattr(scene, who), closed)
    with pytest.raises(NotAllowed):
        read_reopening(session, getattr(scene, who), closed.id)
    assert (closed.state, count(session, Closing)) == ("close", 0)


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_it_does_not_exist_for_who_is_not_of_the_team(
    session: Session, scene: Scene, closed: Assessment, who: str
) -> None:
    with pytest.raises(NotFound):
        reopen(session, getattr(scene, who), closed)
    assert closed.state == "close"


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("state", ["preparation", "cotation", "accord", "validation"])
def test_what_is_not_closed_is_not_reopened(session: Session, scene: Scene, state: str) -> None:
    assessment = an_assessment(session, scene)
    assessment.state = state
    with pytest.raises(NotPossibleNow):
        reopen(session, scene.manager, assessment)
    assert count(session, Closing) == 0


@pytest.mark.campaign("B13")
def test_what_is_given_up_is_not_reopened(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "abandonnee")
    with pytest.raises(NotPossibleNow):
        reopen(session, scene.manager, assessment)


@pytest.mark.campaign("B13")
def test_reopening_twice_is_refused(session: Session, scene: Scene, closed: Assessment) -> None:
    version = closed.version
    reopen(session, scene.manager, closed)
    with pytest.raises(StaleEdit):
        reopen(session, scene.manager, closed, version=version)
    with pytest.raises(NotPossibleNow):
        reopen(session, scene.manager, closed)
    assert count(session, Closing) == 1


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("actor", ["coordinator", "member"])
def test_once_reopened_only_the_direction_closes_again(
    session: Session, scene: Scene, closed: Assessment, actor: str
) -> None:
    reopen(session, scene.manager, closed)
    with pytest.raises(InvalidTransition) as refusal:
        pass_to(session, getattr(scene, actor), closed, "close")
    assert refusal.value.reason == "role"


@pytest.mark.campaign("B13")
def test_once_reopened_no_step_is_skipped(session: Session, scene: Scene, closed: Assessment) -> None:
    reopen(session, scene.manager, closed)
    with pytest.raises(NotPossibleNow):  # answers open again in the session of the team, not before
        rate(session, scene.member, closed, "CO-1", "oui")
    with pytest.raises(InvalidTransition):
        pass_to(session, scene.coordinator, closed, "cotation")


@pytest.mark.campaign("B13")
def test_a_blind_rating_reopened_does_not_go_back_to_rating_alone(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene)
    validate(session, scene, blind)
    reopen(session, scene.manager, blind)
    pass_to(session, scene.coordinator, blind, "accord")
    with pytest.raises(InvalidTransition) as refusal:
        pass_to(session, scene.coordinator, blind, "cotation")
    assert (refusal.value.reason, refusal.value.guards) == ("guards", ("spread-unseen",))


@pytest.mark.parametrize(
    ("reason", "code"), [("", "required"), (" \n ", "required"), ("x" * 2001, "too-long")]
)
def test_a_reason_is_asked_for(
    session: Session, scene: Scene, closed: Assessment, reason: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        reopen(session, scene.manager, closed, reason)
    assert faults_of(refusal.value) == [("reason", code)]
    assert (closed.state, count(session, Closing)) == ("close", 0)


def test_one_that_closed_before_its_origin_was_noted_goes_back_to_the_first_state_that_leads_there(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    closed.closed_from = None
    assert read_reopening(session, scene.manager, closed.id).back.state == "validation"
    assert reopen(session, scene.manager, closed).state == "validation"


def test_one_that_a_later_closed_one_is_compared_with_stays_closed(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    later = start(session, scene, a_scope("coordination", title="2027"), LATER)
    assert read_reopening(session, scene.manager, closed.id).held_by is None  # it still runs
    pass_to(session, scene.coordinator, later, "cotation", LATER)
    close(session, scene, later, LATER)
    assert read_reopening(session, scene.manager, closed.id).held_by == later
    with pytest.raises(InvalidTransition) as refusal:
        reopen(session, scene.manager, closed)
    assert refusal.value.reason == "followed"
    assert reopen(session, scene.manager, later).state == "validation"
    assert reopen(session, scene.manager, closed).state == "validation"  # nothing rests on it any more


def test_a_later_one_without_a_common_grid_or_elsewhere_holds_nothing_back(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    other = start(session, scene, a_scope("hygiene"), LATER)
    pass_to(session, scene.coordinator, other, "cotation", LATER)
    close(session, scene, other, LATER)
    assert read_reopening(session, scene.manager, closed.id).held_by is None


def test_one_closed_first_is_not_compared_with_what_closed_after(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    earlier = start(session, scene, a_scope("coordination"), NOW - timedelta(days=30))
    pass_to(session, scene.coordinator, earlier, "cotation")
    close(session, scene, earlier, LATER)
    assert read_reopening(session, scene.manager, earlier.id).held_by is None


def test_one_that_another_started_from_stays_closed_until_that_one_is_given_up(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    child = start(session, scene, a_scope("hygiene"), LATER)
    child.previous_id = closed.id
    session.flush()
    assert read_reopening(session, scene.manager, closed.id).held_by == child
    with pytest.raises(InvalidTransition):
        reopen(session, scene.manager, closed)
    pass_to(session, scene.coordinator, child, "abandonnee", LATER)
    assert reopen(session, scene.manager, closed).state == "validation"


def test_earlier_closings_of_a_list_take_one_query(
    session: Session, scene: Scene, closed: Assessment
) -> None:
    reopen(session, scene.manager, closed)
    other = an_assessment(session, scene)
    with statements(session) as seen:
        found = read_closings(session, [closed.id, other.id])
    assert (len(seen), len(found[closed.id]), found[other.id]) == (1, 1, ())
