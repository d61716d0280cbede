"""The task list, and declaring a sheet finished."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.counting import Progress
from aqss.services.assessments.sheet_page import read_sheet
from aqss.services.assessments.sheets import SheetStatus, finish_sheet, read_task_list, resume_sheet
from tests.services.assessments.scene import (
    DENTAL,
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    journal,
    pass_to,
    publish,
    rate,
    start,
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


def test_the_task_list_counts_what_is_rated_out_of_what_is_concerned(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.member, assessment, "CO-2", "", kind="unknown")
    rate(session, scene.member, assessment, "CO-3", "Sans objet.", kind="na")
    rate(session, scene.member, assessment, "CO-4", "oui")
    line = read_task_list(session, scene.member, assessment.id).lines[0]
    assert line.progress == Progress(done=1, whole=3, unknown=1, blank=1, is_scored=True)


def test_the_task_list_adds_its_grids_up(session: Session, scene: Scene, assessment: Assessment) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.member, assessment, "HY-1", "", kind="unknown")
    page = read_task_list(session, scene.member, assessment.id)
    assert (page.progress.done, page.progress.unknown) == (1, 1)
    assert page.progress.whole == sum(line.progress.whole for line in page.lines)


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
    for act in (finish_sheet, resume_sheet):
        with pytest.raises(NotFound):
            act(session, actor, assessment_id=assessment.id, grid="hygiene", now=NOW)


def test_the_task_list_takes_the_same_number_of_queries_whatever_is_answered(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    def queries() -> int:
        session.expunge_all()
        with statements(session) as found:
            read_task_list(session, scene.member, assessment.id)
        return len(found)

    before = queries()
    for code in ("CO-1", "CO-2", "CO-3", "HY-1", "HY-2"):
        rate(session, scene.colleague, assessment, code, "oui")
    for _ in range(3):
        other = an_open_assessment(session, scene)
        rate(session, scene.member, other, "CO-1", "oui")
    assert queries() == before
    assert before <= 8


def test_a_grid_that_asks_the_centre_nothing_is_empty_and_not_unfinished(
    session: Session, scene: Scene
) -> None:
    publish(session, DENTAL)
    scope = a_scope("hygiene", "fauteuil", "coordination")
    found = read_task_list(session, scene.member, start(session, scene, scope).id)
    status = {line.content.grid.grid: line.status for line in found.lines}
    assert status["fauteuil"] == SheetStatus.EMPTY
    assert {line.content.grid.grid for line in found.unfinished} == {"hygiene", "coordination"}


def test_the_task_list_tells_the_grids_that_nobody_is_asked_for(session: Session, scene: Scene) -> None:
    scope = a_scope("hygiene", "coordination", assignments={"hygiene": (scene.member.user_id,)})
    found = read_task_list(session, scene.member, start(session, scene, scope).id)
    assert [line.content.grid.grid for line in found.unassigned] == ["coordination"]
