"""The page of a grid: what applies, what the team answered, where to resume, who else is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.recorded import BLANK, Recorded
from aqss.services.assessments.sheet_page import read_sheet
from tests.services.assessments.scene import NOW, Scene, an_open_assessment, rate, statements


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return an_open_assessment(session, scene)


def test_the_page_of_a_grid_shows_the_criteria_that_apply_by_section_with_their_answers(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-3", "partiel", comment="À revoir.")
    rate(session, scene.member, assessment, "CO-4", "oui")
    page = read_sheet(session, scene.member, assessment.id, "coordination", NOW)
    shown = {
        section.section.section: [line.criterion.criterion for line in section.lines]
        for section in page.sections
    }
    assert shown == {"fonction": ["CO-1", "CO-2"], "concertation": ["CO-3", "CO-5"]}
    line = page.sections[1].lines[0]
    assert line.answer == Recorded("level", level="partiel", comment="À revoir.")
    assert (line.version, line.scale.scale) == (1, "maitrise")
    assert line.saved_at == NOW
    untouched = page.sections[0].lines[0]
    assert (untouched.answer, untouched.version, untouched.saved_at) == (BLANK, 0, None)
    assert page.standing.tally.rated == 1
    assert (page.title, page.state.state, page.can_rate) == (assessment.title, "cotation", True)
    assert page.to_confirm == 0


def test_a_section_where_nothing_applies_is_left_out(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    page = read_sheet(session, scene.member, assessment.id, "hygiene", NOW)
    assert [section.section.section for section in page.sections] == ["mains"]


def test_criteria_of_the_person_s_professions_are_marked(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    def mine(actor: str) -> list[str]:
        page = read_sheet(session, getattr(scene, actor), assessment.id, "coordination", NOW)
        found = [line for section in page.sections for line in section.lines]
        return [line.criterion.criterion for line in found if line.is_mine]

    assert mine("member") == ["CO-1", "CO-2", "CO-3", "CO-5"]
    assert mine("coordinator") == ["CO-1", "CO-3", "CO-5"]
    assert mine("colleague") == ["CO-3"]


def test_one_resumes_at_the_first_blank_of_one_s_own_then_at_the_others(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    def resume_at() -> str | None:
        return read_sheet(session, scene.colleague, assessment.id, "coordination", NOW).resume_at

    assert resume_at() == "CO-3"
    rate(session, scene.colleague, assessment, "CO-3", "oui")
    assert resume_at() == "CO-1"
    for code, value in (("CO-1", "oui"), ("CO-2", "oui"), ("CO-5", "a")):
        rate(session, scene.colleague, assessment, code, value)
    assert resume_at() is None


def test_others_who_answered_in_the_last_ten_minutes_are_shown_and_not_oneself(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.manager, assessment, "CO-1", "oui", now=NOW - timedelta(minutes=10))
    rate(session, scene.colleague, assessment, "CO-2", "oui", now=NOW - timedelta(minutes=9))
    rate(session, scene.colleague, assessment, "CO-5", "a", now=NOW - timedelta(minutes=4))
    rate(session, scene.member, assessment, "CO-3", "oui", now=NOW)
    active = read_sheet(session, scene.member, assessment.id, "coordination", NOW).active
    assert [(one.name, one.at) for one in active] == [("Inès Infirmière", NOW - timedelta(minutes=4))]


@pytest.mark.parametrize("grid", ["inconnue", "", "hygiene\x00", "\ud800", "../hygiene"])
def test_a_grid_the_assessment_does_not_hold_is_not_found(
    session: Session, scene: Scene, assessment: Assessment, grid: str
) -> None:
    with pytest.raises(NotFound) as refusal:
        read_sheet(session, scene.member, assessment.id, grid, NOW)
    assert refusal.value.kind == "grid"


def test_a_stranger_is_told_that_there_is_no_assessment_whatever_the_grid(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    for actor in (scene.stranger, scene.administrator):
        for grid in ("hygiene", "inconnue"):
            with pytest.raises(NotFound) as refusal:
                read_sheet(session, actor, assessment.id, grid, NOW)
            assert refusal.value.kind == "assessment"


def test_the_page_takes_the_same_two_queries_whatever_is_answered(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    def queries() -> int:
        with statements(session) as found:
            read_sheet(session, scene.member, assessment.id, "coordination", NOW)
        return len(found)

    queries()  # the definitions are parsed once
    before = queries()
    for code in ("CO-1", "CO-2", "CO-3"):
        rate(session, scene.colleague, assessment, code, "oui")
    assert queries() == before == 2
