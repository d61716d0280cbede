"""Confirming what comes from the assessment before: one answer, or all those of a sheet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.confirming import confirm_answer
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.sheet_page import SheetLine, read_sheet
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.assessments.starting import start_assessment
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    close,
    journal,
    pass_to,
    rate,
    stored,
)
from tests.services.assessments.voices import a_blind_assessment

LATER = NOW + timedelta(days=365)


@pytest.fixture
def again(session: Session, scene: Scene) -> Assessment:
    """Being rated, started from one where CO-1 and CO-3 were answered."""
    previous = an_open_assessment(session, scene, "coordination", title="L’an dernier")
    rate(session, scene.member, previous, "CO-1", "partiel")
    rate(session, scene.member, previous, "CO-3", "oui")
    close(session, scene, previous)
    scope = a_scope("coordination")
    assessment = start_assessment(
        session,
        scene.coordinator,
        centre_id=scene.centre.id,
        scope=scope,
        now=LATER,
        previous_id=previous.id,
    )
    pass_to(session, scene.coordinator, assessment, "cotation", LATER)
    return assessment


def confirm(session: Session, scene: Scene, assessment: Assessment, criterion: str) -> None:
    confirm_answer(
        session,
        scene.member,
        assessment_id=assessment.id,
        grid="coordination",
        criterion=criterion,
        now=LATER,
    )


def lines(session: Session, scene: Scene, assessment: Assessment) -> dict[str, SheetLine]:
    page = read_sheet(session, scene.member, assessment.id, "coordination", LATER)
    return {line.criterion.criterion: line for section in page.sections for line in section.lines}


def test_the_page_says_what_is_carried_from_where_and_resumes_there(
    session: Session, scene: Scene, again: Assessment
) -> None:
    page = read_sheet(session, scene.member, again.id, "coordination", LATER)
    found = lines(session, scene, again)
    assert (page.carried_from, page.is_started) == ("L’an dernier", False)
    assert page.resume_at == "CO-1"  # carried is not answered
    assert [code for code, line in found.items() if line.is_carried] == ["CO-1", "CO-3"]
    assert (found["CO-1"].saved_at, found["CO-1"].answer.level) == (None, "partiel")


def test_a_confirmed_answer_is_the_team_s_as_it_stands(
    session: Session, scene: Scene, again: Assessment
) -> None:
    confirm(session, scene, again, "CO-1")
    row = stored(session, again, "CO-1")
    assert (row.carried, row.level, row.version) == (False, "partiel", 1)
    assert (row.updated_by_id, row.updated_at) == (scene.member.user_id, LATER)
    assert check_scores(session, again.id) == ()
    assert journal(session, "answer-saved")[-1].facts == {
        "grid": "coordination",
        "criterion": "CO-1",
        "from": "partiel",
        "to": "partiel",
        "comment": False,
    }
    assert stored(session, again, "CO-3").carried


def test_confirming_twice_or_what_was_changed_meanwhile_does_nothing(
    session: Session, scene: Scene, again: Assessment
) -> None:
    confirm(session, scene, again, "CO-1")
    count = len(journal(session, "answer-saved"))
    confirm(session, scene, again, "CO-1")
    assert len(journal(session, "answer-saved")) == count


def test_a_changed_answer_is_no_longer_carried(session: Session, scene: Scene, again: Assessment) -> None:
    save_answer(
        session,
        scene.member,
        assessment_id=again.id,
        grid="coordination",
        criterion="CO-1",
        submission=Submission("level", "oui"),
        expected_version=1,
        now=LATER,
    )
    assert stored(session, again, "CO-1").carried is False
    assert not lines(session, scene, again)["CO-1"].is_carried


def test_finishing_a_grid_confirms_its_answers(session: Session, scene: Scene, again: Assessment) -> None:
    finish_sheet(session, scene.member, assessment_id=again.id, grid="coordination", now=LATER)
    for criterion in ("CO-1", "CO-3"):
        row = stored(session, again, criterion)
        assert (row.carried, row.updated_by_id) == (False, scene.member.user_id)


def test_there_is_nothing_to_confirm_without_an_answer(
    session: Session, scene: Scene, again: Assessment
) -> None:
    for criterion in ("CO-2", "CO-99", "../CO"):
        with pytest.raises(NotFound):
            confirm(session, scene, again, criterion)


def test_nothing_is_confirmed_before_the_rating_nor_where_each_rates_alone(
    session: Session, scene: Scene
) -> None:
    with pytest.raises(NotPossibleNow):
        confirm(session, scene, an_assessment(session, scene), "CO-1")
    blind = a_blind_assessment(session, scene)
    blind.state = "cotation"
    with pytest.raises(NotPossibleNow):
        confirm(session, scene, blind, "CO-1")
