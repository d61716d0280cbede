"""Starting an assessment: who may, what is copied for good, and what a scope may not hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import Fault, InvalidInput, NotAllowed, NotFound
from aqss.persistence.assessments import Assessment, Assignment, Score, Sheet
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import propose_title, start_assessment
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    COORDINATION,
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_edition,
    an_open_assessment,
    count,
    faults_of,
    journal,
    publish,
    rate,
)


def test_it_starts_in_the_first_state_with_the_centre_s_profile_on_the_day_it_is_in_paris(
    session: Session, scene: Scene
) -> None:
    scene.centre.flags = ["dentaire", "froid"]
    session.flush()
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assessment = start_assessment(
        session, scene.coordinator, centre_id=scene.centre.id, scope=a_scope("coordination"), now=late
    )
    assert (assessment.state, assessment.version, assessment.rating) == ("preparation", 1, "direct")
    assert assessment.profile == ["dentaire", "froid"]
    assert assessment.started_on == date(2026, 4, 1)
    assert (assessment.entered_at, assessment.closed_at) == (late, None)
    assert assessment.created_by_id == scene.coordinator.user_id
    assert (assessment.objective, assessment.trigger) == ("Situer nos pratiques.", "a-priori")


def test_a_title_is_proposed_that_the_centre_has_not_taken(session: Session, scene: Scene) -> None:
    def proposed() -> str:
        return propose_title(session, scene.coordinator, scene.centre.id, "Bilan")

    assert proposed() == "Bilan"
    an_assessment(session, scene, "mesures").title = "Bilan"
    session.flush()
    assert proposed() == "Bilan (2)"
    an_assessment(session, scene, "mesures").title = "Bilan (2)"
    session.flush()
    assert proposed() == "Bilan (3)"
    with pytest.raises(NotAllowed):
        propose_title(session, scene.member, scene.centre.id, "Bilan")


def test_its_sheets_follow_the_catalogue_s_order_whatever_the_order_chosen(
    session: Session, scene: Scene
) -> None:
    assessment = an_assessment(session, scene, "mesures", "coordination", "mesures")
    sheets = session.scalars(
        select(Sheet).where(Sheet.assessment_id == assessment.id).order_by(Sheet.position)
    )
    assert [(sheet.grid, sheet.module, sheet.position) for sheet in sheets] == [
        ("coordination", "soins", 0),
        ("mesures", "outils", 1),
    ]


def test_its_score_rows_are_there_before_any_answer(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    rows = {
        (row.scope, row.grid, row.section): (row.applicable, row.score, row.completeness)
        for row in session.scalars(select(Score).where(Score.module == "soins"))
    }
    assert rows == {
        ("module", "", ""): (7, None, 0),
        ("grid", "coordination", ""): (4, None, 0),
        ("section", "coordination", "fonction"): (2, None, 0),
        ("section", "coordination", "concertation"): (2, None, 0),
        ("grid", "hygiene", ""): (3, None, 0),
        ("section", "hygiene", "mains"): (3, None, 0),
        ("section", "hygiene", "fauteuil"): (0, None, 1),
    }
    assert check_scores(session, assessment.id) == ()


def test_an_assessment_may_start_with_its_title_alone(session: Session, scene: Scene) -> None:
    assessment = start_assessment(
        session, scene.coordinator, centre_id=scene.centre.id, scope=Scope(" Campagne "), now=NOW
    )
    assert (assessment.title, assessment.objective, assessment.trigger) == ("Campagne", "", "")
    assert count(session, Sheet) == 0
    assert count(session, Score) == 0


def test_people_are_asked_for_sheets_once_each(session: Session, scene: Scene) -> None:
    member, colleague = scene.member.user_id, scene.colleague.user_id
    an_assessment(
        session,
        scene,
        "coordination",
        "hygiene",
        assignments={"coordination": [member, colleague, member], "hygiene": []},
    )
    rows = session.execute(select(Sheet.grid, Assignment.user_id).join(Sheet)).all()
    assert sorted(map(tuple, rows)) == sorted([("coordination", member), ("coordination", colleague)])


def test_the_start_is_in_the_journal(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    (entry,) = journal(session, "assessment-started")
    assert entry.facts == {"title": "Campagne 2026", "grids": ["hygiene"]}
    assert (entry.user_id, entry.centre_id) == (scene.coordinator.user_id, scene.centre.id)
    assert (entry.subject_kind, entry.subject_id, entry.at) == ("assessment", assessment.id, NOW)


@pytest.mark.parametrize("who", ["member", "manager", "stranger", "administrator"])
def test_only_the_centre_s_coordinator_starts_one(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotAllowed):
        start_assessment(session, getattr(scene, who), centre_id=scene.centre.id, scope=a_scope(), now=NOW)
    assert count(session, Assessment) == 0


def test_a_closed_centre_starts_nothing(session: Session, scene: Scene) -> None:
    scene.centre.closed_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        an_assessment(session, scene)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"title": " "}, Fault("title", "required")),
        ({"title": "a" * 161}, Fault("title", "too-long", (160,))),
        ({"title": "Deux\nlignes"}, Fault("title", "bad-character")),
        ({"title": "NIR 185057800608491"}, Fault("title", "patient-identifier")),
        ({"objective": "a" * 2001}, Fault("objective", "too-long", (2000,))),
        ({"objective": "NIR 185057800608491"}, Fault("objective", "patient-identifier")),
        ({"trigger": "envie"}, Fault("trigger", "unknown-choice")),
        ({"trigger_note": "Plainte de 185057800608491"}, Fault("trigger_note", "patient-identifier")),
        ({"grids": ["inconnue"]}, Fault("grids", "unknown-choice")),
        ({"grids": ["coordination", "\x00"]}, Fault("grids", "unknown-choice")),
        ({"assignments": {"hygiene": []}}, Fault("assignments", "unknown-choice")),
        ({"assignments": {"coordination": [10**12]}}, Fault("assignments", "unknown-choice")),
        (
            {"round_ends_on": date(2026, 3, 1)},
            Fault("round_ends_on", "date-outside", (date(2026, 3, 2), date(2028, 3, 1))),
        ),
        (
            {"round_ends_on": date.max},
            Fault("round_ends_on", "date-outside", (date(2026, 3, 2), date(2028, 3, 1))),
        ),
    ],
)
def test_a_scope_that_breaks_a_rule_starts_nothing(
    session: Session, scene: Scene, more: dict[str, Any], fault: Fault
) -> None:
    written = {"title": "Campagne", "grids": ["coordination"], **more}
    with pytest.raises(InvalidInput) as refusal:
        start_assessment(
            session, scene.coordinator, centre_id=scene.centre.id, scope=Scope(**written), now=NOW
        )
    assert refusal.value.faults == (fault,)
    assert count(session, Assessment) == 0


def test_every_fault_of_a_scope_is_told_at_once(session: Session, scene: Scene) -> None:
    scope = Scope("", "é" * 3000, "envie", grids=["x"], round_ends_on=date(2020, 1, 1))
    with pytest.raises(InvalidInput) as refusal:
        start_assessment(session, scene.coordinator, centre_id=scene.centre.id, scope=scope, now=NOW)
    assert {field for field, _ in faults_of(refusal.value)} == {
        "title",
        "objective",
        "trigger",
        "grids",
        "round_ends_on",
    }


def test_only_people_with_a_role_in_the_centre_now_are_asked(session: Session, scene: Scene) -> None:
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(InvalidInput) as refusal:
            an_assessment(session, scene, "hygiene", assignments={"hygiene": [actor.user_id]})
        assert faults_of(refusal.value) == [("assignments", "unknown-choice")]


def test_the_round_may_end_today_or_within_two_years(session: Session, scene: Scene) -> None:
    for day in (NOW.date(), NOW.date() + timedelta(days=730)):
        assert an_assessment(session, scene, round_ends_on=day).round_ends_on == day


def test_a_grid_changed_in_the_catalogue_changes_nothing_in_what_has_started(
    session: Session, scene: Scene
) -> None:
    """The answers and the score of an assessment under way keep the edition it started with."""
    assessment = an_open_assessment(session, scene, "coordination")
    before = rate(session, scene.member, assessment, "CO-3", "partiel")
    rate(session, scene.member, assessment, "CO-1", "oui")
    changed = an_edition(
        "coordination", {"autre": [{"criterion": "CO-3", "weight": 50}, {"criterion": "CO-9"}]}, version=2
    )
    publish(session, changed)
    after = rate(session, scene.member, assessment, "CO-2", "non")
    assert after.grid.tally.possible == before.grid.tally.possible + 2
    assert after.grid.tally.applicable == 4
    assert check_scores(session, assessment.id) == ()
    newer = an_assessment(session, scene, "coordination")
    (sheet,) = newer.sheets
    assert sheet.edition_id != assessment.sheets[0].edition_id
    assert COORDINATION.grid.version == 1
