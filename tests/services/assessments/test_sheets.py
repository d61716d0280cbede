"""The task list, the page of a grid, and declaring a sheet finished."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.recorded import BLANK, Recorded
from aqss.services.assessments.sheets import (
    SheetStatus,
    finish_sheet,
    read_sheet,
    read_task_list,
    resume_sheet,
)
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_assessment,
    an_open_assessment,
    journal,
    pass_to,
    rate,
    statements,
)

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    people = {"coordination": [scene.member.user_id, scene.colleague.user_id]}
    return an_open_assessment(session, scene, assignments=people)


def lines(session: Session, scene: Scene, assessment: Assessment) -> dict[str, tuple[object, ...]]:
    found = read_task_list(session, scene.member, assessment.id)
    return {line.content.grid.grid: (line.status, line.last) for line in found.lines}


def test_a_sheet_is_not_started_then_started_then_finished_by_somebody(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    assert lines(session, scene, assessment)["hygiene"] == (SheetStatus.NOT_STARTED, None)
    rate(session, scene.member, assessment, "HY-1", "oui")
    rate(session, scene.colleague, assessment, "HY-3", "oui", now=LATER)
    status, last = lines(session, scene, assessment)["hygiene"]
    assert status == SheetStatus.STARTED
    assert (last.name, last.at) == ("Inès Infirmière", LATER)
    finish_sheet(session, scene.manager, assessment_id=assessment.id, grid="hygiene", now=NOW)
    status, last = lines(session, scene, assessment)["hygiene"]
    assert status == SheetStatus.FINISHED
    assert (last.name, last.at) == ("Dominique Direction", NOW)
    assert lines(session, scene, assessment)["coordination"] == (SheetStatus.NOT_STARTED, None)


def test_a_sheet_with_every_answer_is_not_finished_by_itself(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    for code in ("HY-1", "HY-2", "HY-3"):
        rate(session, scene.member, assessment, code, "oui")
    assert lines(session, scene, assessment)["hygiene"][0] == SheetStatus.STARTED


def test_a_sheet_answered_with_words_alone_is_started(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "ME-3", "Des mots.", kind="text")
    assert lines(session, scene, assessment)["mesures"][0] == SheetStatus.STARTED


def test_the_task_list_counts_what_is_answered_out_of_what_applies(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.member, assessment, "CO-2", "", kind="unknown")
    rate(session, scene.member, assessment, "CO-3", "Sans objet.", kind="na")
    rate(session, scene.member, assessment, "CO-4", "oui")
    line = read_task_list(session, scene.member, assessment.id).lines[0]
    assert (line.standing.answered, line.standing.tally.applicable) == (3, 4)


def test_the_task_list_names_who_is_asked_and_tells_mine(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    first, second, third = read_task_list(session, scene.member, assessment.id).lines
    assert [person.name for person in first.assigned] == ["Inès Infirmière", "Mehdi Médecin"]
    assert (first.is_mine, second.is_mine, third.is_mine) == (True, False, False)
    assert second.assigned == ()
    assert not read_task_list(session, scene.manager, assessment.id).lines[0].is_mine


def test_the_task_list_tells_whether_rating_is_open(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    before = read_task_list(session, scene.member, assessment.id)
    assert (before.can_rate, before.state.label) == (False, "Préparation")
    pass_to(session, scene.coordinator, assessment, "cotation")
    assert read_task_list(session, scene.member, assessment.id).can_rate


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
    assert line.last is not None
    assert (line.last.name, line.last.at) == ("Mehdi Médecin", NOW)
    untouched = page.sections[0].lines[0]
    assert (untouched.answer, untouched.version, untouched.last) == (BLANK, 0, None)
    assert (page.standing.answered, page.sections[1].standing.tally.rated) == (1, 1)
    assert [person.name for person in page.assigned] == ["Inès Infirmière", "Mehdi Médecin"]
    assert page.can_rate


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


def test_finishing_is_declared_by_a_person_complete_or_not_and_noted_once(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="hygiene", now=NOW)
    finish_sheet(session, scene.colleague, assessment_id=assessment.id, grid="hygiene", now=LATER)
    finished = read_sheet(session, scene.member, assessment.id, "hygiene", NOW).finished
    assert finished is not None
    assert (finished.name, finished.at) == ("Mehdi Médecin", NOW)
    assert [entry.facts for entry in journal(session, "sheet-finished")] == [{"grid": "hygiene"}]


def test_a_finished_sheet_can_be_resumed(session: Session, scene: Scene, assessment: Assessment) -> None:
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="hygiene", now=NOW)
    resume_sheet(session, scene.colleague, assessment_id=assessment.id, grid="hygiene", now=LATER)
    resume_sheet(session, scene.colleague, assessment_id=assessment.id, grid="hygiene", now=LATER)
    assert read_sheet(session, scene.member, assessment.id, "hygiene", NOW).finished is None
    (entry,) = journal(session, "sheet-resumed")
    assert (entry.user_id, entry.at) == (scene.colleague.user_id, LATER)


def test_sheets_are_finished_only_while_they_are_rated(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    for act in (finish_sheet, resume_sheet):
        with pytest.raises(NotPossibleNow):
            act(session, scene.member, assessment_id=assessment.id, grid="hygiene", now=NOW)


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_a_stranger_to_the_team_finds_no_sheet(
    session: Session, scene: Scene, assessment: Assessment, who: str
) -> None:
    actor = getattr(scene, who)
    with pytest.raises(NotFound):
        read_task_list(session, actor, assessment.id)
    with pytest.raises(NotFound):
        read_sheet(session, actor, assessment.id, "hygiene", NOW)
    for act in (finish_sheet, resume_sheet):
        with pytest.raises(NotFound):
            act(session, actor, assessment_id=assessment.id, grid="hygiene", now=NOW)


@pytest.mark.parametrize("grid", ["inconnue", "", "hygiene\x00", "\ud800", "../hygiene"])
def test_a_grid_the_assessment_does_not_hold_is_not_found(
    session: Session, scene: Scene, assessment: Assessment, grid: str
) -> None:
    with pytest.raises(NotFound):
        read_sheet(session, scene.member, assessment.id, grid, NOW)
    with pytest.raises(NotFound):
        finish_sheet(session, scene.member, assessment_id=assessment.id, grid=grid, now=NOW)


def test_pages_ask_for_the_same_number_of_queries_whatever_is_answered(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    def queries() -> tuple[int, int]:
        session.expunge_all()
        with statements(session) as of_list:
            read_task_list(session, scene.member, assessment.id)
        session.expunge_all()
        with statements(session) as of_sheet:
            read_sheet(session, scene.member, assessment.id, "coordination", NOW)
        return len(of_list), len(of_sheet)

    before = queries()
    for code in ("CO-1", "CO-2", "CO-3", "HY-1", "HY-2"):
        rate(session, scene.colleague, assessment, code, "oui")
    for _ in range(3):
        other = an_open_assessment(session, scene)
        rate(session, scene.member, other, "CO-1", "oui")
    assert queries() == before
    assert max(before) <= 8
