"""The assessments of a centre, and what awaits each person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import NotAllowed
from aqss.persistence.assessments import Sheet
from aqss.services.assessments.listing import Task, list_assessments, list_own_assessments, what_awaits
from aqss.services.assessments.sheets import finish_sheet
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    close,
    finish_every_sheet,
    pass_to,
    rate,
    start,
    statements,
)


def tasks(session: Session, actor: Actor) -> list[tuple[Task, str]]:
    return [(one.task, one.assessment.title) for one in what_awaits(session, actor)]


def test_a_centre_s_assessments_are_listed_the_latest_first_with_where_they_stand(
    session: Session, scene: Scene
) -> None:
    old = start(session, scene, a_scope("mesures", "hygiene"), NOW - timedelta(days=400))
    recent = an_open_assessment(session, scene)
    rate(session, scene.member, recent, "CO-1", "oui")
    finish_sheet(session, scene.member, assessment_id=recent.id, grid="hygiene", now=NOW)
    first, second = list_assessments(session, scene.member, scene.centre.id)
    assert (first.assessment.id, first.state.label) == (recent.id, "Cotation")
    assert (first.sheets, first.finished) == (3, 1)
    assert list(first.modules) == ["soins", "outils"]
    assert first.modules["soins"].score == 100
    assert (second.assessment.id, second.state.label, second.finished) == (old.id, "Préparation", 0)
    assert list(second.modules) == ["soins", "outils"]


def test_modules_are_listed_in_the_order_of_the_sheets(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", "mesures")
    for sheet in assessment.sheets:
        sheet.position = 1 - sheet.position
    session.flush()
    (line,) = list_assessments(session, scene.member, scene.centre.id)
    assert list(line.modules) == ["outils", "soins"]


def test_an_assessment_without_a_grid_is_listed_too(session: Session, scene: Scene) -> None:
    start(session, scene, a_scope())
    (line,) = list_assessments(session, scene.member, scene.centre.id)
    assert (line.sheets, line.finished, dict(line.modules)) == (0, 0, {})


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_only_the_team_lists_the_assessments_of_its_centre(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotAllowed):
        list_assessments(session, getattr(scene, who), scene.centre.id)


def test_a_person_s_own_list_gathers_their_centres_and_no_other(session: Session, scene: Scene) -> None:
    first = start(session, scene, a_scope("hygiene"), NOW - timedelta(days=1))
    second = an_assessment(session, scene)
    (place,) = scene.stranger.centre_ids()
    second.centre_id = place
    session.flush()
    both = Actor(
        scene.member.user_id,
        scene.member.name,
        (*scene.member.grants, Grant(Role.MEMBER, centre_id=place)),
    )

    def listed(actor: Actor) -> list[int]:
        return [line.assessment.id for line in list_own_assessments(session, actor)]

    assert listed(both) == [second.id, first.id]
    assert listed(scene.member) == [first.id]
    assert listed(scene.stranger) == [second.id]
    assert listed(scene.administrator) == []


def test_a_person_is_awaited_for_the_sheets_they_are_asked_for_until_finished(
    session: Session, scene: Scene
) -> None:
    people = {"coordination": [scene.member.user_id], "hygiene": [scene.member.user_id]}
    assessment = an_open_assessment(session, scene, assignments=people, round_ends_on=date(2026, 3, 28))
    rate(session, scene.member, assessment, "CO-1", "oui")
    first, second = what_awaits(session, scene.member)
    assert first.content is not None
    assert first.standing is not None
    assert (first.task, first.content.grid.grid, first.standing.answered) == (Task.RATE, "coordination", 1)
    assert first.due_at == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert first.centre_name == "Centre des Lilas"
    assert second.task == Task.RATE
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="coordination", now=NOW)
    assert len(what_awaits(session, scene.member)) == 1
    assert what_awaits(session, scene.colleague) == ()


def test_nobody_is_awaited_for_a_rating_before_it_opens(session: Session, scene: Scene) -> None:
    an_assessment(session, scene, assignments={"hygiene": [scene.member.user_id]})
    assert what_awaits(session, scene.member) == ()


def test_without_an_end_of_round_a_rating_is_due_with_its_state(session: Session, scene: Scene) -> None:
    an_open_assessment(session, scene, assignments={"hygiene": [scene.member.user_id]})
    (awaiting,) = what_awaits(session, scene.member)
    assert awaiting.due_at == NOW + timedelta(weeks=4)


def test_who_leads_is_awaited_at_each_step_in_turn(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    assert tasks(session, scene.coordinator) == [(Task.PREPARE, "Campagne 2026")]
    assert tasks(session, scene.manager) == []
    assert what_awaits(session, scene.coordinator)[0].due_at == NOW + timedelta(weeks=3)
    pass_to(session, scene.coordinator, assessment, "cotation")
    assert tasks(session, scene.coordinator) == []
    finish_every_sheet(session, scene.member, assessment)
    assert tasks(session, scene.coordinator) == [(Task.CONCLUDE, "Campagne 2026")]
    assert tasks(session, scene.manager) == []
    pass_to(session, scene.coordinator, assessment, "accord")
    assert tasks(session, scene.coordinator) == [(Task.AGREE, "Campagne 2026")]
    assert tasks(session, scene.manager) == []
    pass_to(session, scene.coordinator, assessment, "validation")
    assert tasks(session, scene.coordinator) == []
    assert tasks(session, scene.manager) == [(Task.VALIDATE, "Campagne 2026")]
    pass_to(session, scene.manager, assessment, "close")
    assert [tasks(session, actor) for actor in (scene.coordinator, scene.manager)] == [[], []]


def test_an_assessment_given_up_awaits_nobody(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, assignments={"hygiene": [scene.manager.user_id]})
    pass_to(session, scene.coordinator, assessment, "abandonnee")
    for actor in (scene.coordinator, scene.manager, scene.member):
        assert what_awaits(session, actor) == ()


def test_a_rating_without_a_single_sheet_is_not_over(session: Session, scene: Scene) -> None:
    an_open_assessment(session, scene)
    session.execute(delete(Sheet))
    assert tasks(session, scene.coordinator) == []


def test_a_member_is_not_awaited_for_what_others_lead(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    assert tasks(session, scene.member) == []
    pass_to(session, scene.coordinator, assessment, "cotation")
    finish_every_sheet(session, scene.member, assessment)
    pass_to(session, scene.coordinator, assessment, "accord")
    assert tasks(session, scene.member) == []


def test_the_most_urgent_comes_first(session: Session, scene: Scene) -> None:
    mine = {"hygiene": [scene.member.user_id]}
    for title, day in (("Loin", date(2026, 6, 1)), ("Près", date(2026, 3, 9)), ("Entre", date(2026, 4, 1))):
        an_open_assessment(session, scene, "hygiene", title=title, assignments=mine, round_ends_on=day)
    assert [title for _, title in tasks(session, scene.member)] == ["Près", "Entre", "Loin"]


def test_a_closed_centre_and_other_people_s_centres_await_nobody(session: Session, scene: Scene) -> None:
    an_assessment(session, scene)
    assert tasks(session, scene.stranger) == []
    assert tasks(session, scene.administrator) == []
    both = Actor(
        scene.stranger.user_id,
        scene.stranger.name,
        (*scene.stranger.grants, Grant(Role.COORDINATOR, centre_id=scene.centre.id)),
    )
    assert len(tasks(session, both)) == 1
    scene.centre.closed_at = NOW
    session.flush()
    assert tasks(session, both) == []


def test_lists_ask_for_the_same_number_of_queries_whatever_the_number_of_assessments(
    session: Session, scene: Scene
) -> None:
    mine = {"hygiene": [scene.member.user_id]}

    def queries() -> tuple[int, int]:
        session.expunge_all()
        with statements(session) as of_list:
            list_assessments(session, scene.member, scene.centre.id)
        session.expunge_all()
        with statements(session) as of_home:
            what_awaits(session, scene.member)
        return len(of_list), len(of_home)

    an_open_assessment(session, scene, assignments=mine)
    before = queries()
    for _ in range(4):
        close(session, scene, an_open_assessment(session, scene, assignments=mine))
        an_open_assessment(session, scene, assignments=mine)
    assert queries() == before
    assert before == (3, 2)
