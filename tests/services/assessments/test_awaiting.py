"""What awaits each person in the assessments of their centres."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Sheet
from aqss.services.assessments.awaiting import Task, what_awaits
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.consensus.own_sheets import finish_rating
from tests.services.assessments.alone import a_blind_scope, an_open_round, rate_alone
from tests.services.assessments.scene import (
    DENTAL,
    NOW,
    Scene,
    an_assessment,
    an_edition,
    an_open_assessment,
    close,
    finish_every_sheet,
    pass_to,
    publish,
    rate,
    records_loaded,
    start,
    statements,
)


def tasks(session: Session, actor: Actor) -> list[tuple[Task, str]]:
    return [(one.task, one.assessment.title) for one in what_awaits(session, actor)]


def test_a_person_is_awaited_for_the_sheets_they_are_asked_for_until_finished(
    session: Session, scene: Scene
) -> None:
    people = {"coordination": [scene.member.user_id], "hygiene": [scene.member.user_id]}
    assessment = an_open_assessment(session, scene, assignments=people, round_ends_on=date(2026, 3, 28))
    rate(session, scene.member, assessment, "CO-1", "oui")
    first, second = what_awaits(session, scene.member)
    assert first.sheet is not None
    assert (first.task, first.sheet.content.grid.grid) == (Task.RATE, "coordination")
    assert (first.sheet.progress.done, first.sheet.progress.whole, first.sheet.is_started) == (1, 4, True)
    assert second.sheet is not None
    assert (second.sheet.progress.done, second.sheet.is_started) == (0, False)
    assert first.due_at == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert first.centre_name == "Centre des Lilas"
    assert second.task == Task.RATE
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="coordination", now=NOW)
    assert len(what_awaits(session, scene.member)) == 1
    assert what_awaits(session, scene.colleague) == ()


def test_nobody_is_awaited_for_a_rating_before_it_opens(session: Session, scene: Scene) -> None:
    an_assessment(session, scene, assignments={"hygiene": [scene.member.user_id]})
    assert what_awaits(session, scene.member) == ()


def test_without_an_end_of_round_a_rating_has_no_date(session: Session, scene: Scene) -> None:
    an_open_assessment(session, scene, assignments={"hygiene": [scene.member.user_id]})
    (awaiting,) = what_awaits(session, scene.member)
    assert awaiting.due_at is None


def test_concluding_the_rating_is_due_when_the_round_ends(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, round_ends_on=date(2027, 3, 31))
    finish_every_sheet(session, scene.member, assessment)
    (awaiting,) = what_awaits(session, scene.coordinator)
    assert (awaiting.task, awaiting.due_at) == (Task.CONCLUDE, datetime(2027, 3, 31, 22, 0, tzinfo=UTC))


def test_what_is_left_to_rate_once_the_team_agrees_is_due_with_that_step(
    session: Session, scene: Scene
) -> None:
    people = {"hygiene": [scene.member.user_id]}
    assessment = an_open_assessment(session, scene, assignments=people, round_ends_on=NOW.date())
    pass_to(session, scene.coordinator, assessment, "accord")
    (awaiting,) = what_awaits(session, scene.member)
    assert (awaiting.task, awaiting.due_at) == (Task.RATE, NOW + timedelta(weeks=3))


def test_a_grid_of_figures_is_started_by_its_first_answer(session: Session, scene: Scene) -> None:
    codes = [{"criterion": "SU-1"}, {"criterion": "SU-2"}]
    publish(session, an_edition("suivi", {"chiffres": codes}, module="outils", scale="nombre"))
    assessment = an_open_assessment(session, scene, "suivi", assignments={"suivi": [scene.member.user_id]})

    def told() -> tuple[int, int, bool]:
        (awaiting,) = what_awaits(session, scene.member)
        assert awaiting.sheet is not None
        return awaiting.sheet.progress.done, awaiting.sheet.progress.whole, awaiting.sheet.is_started

    assert told() == (0, 2, False)
    rate(session, scene.member, assessment, "SU-1", "12", kind="number", grid="suivi")
    assert told() == (1, 2, True)


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


def test_what_awaits_costs_the_same_number_of_queries_whatever_the_number_of_assessments(
    session: Session, scene: Scene
) -> None:
    mine = {"hygiene": [scene.member.user_id]}

    def cost() -> int:
        session.expunge_all()
        with statements(session) as seen:
            what_awaits(session, scene.member)
        return len(seen)

    an_open_assessment(session, scene, assignments=mine)
    before = cost()
    for _ in range(3):
        an_open_assessment(session, scene, assignments=mine)
    assert cost() == before == 3


def test_what_awaits_loads_nothing_of_what_is_over(session: Session, scene: Scene) -> None:
    def loaded() -> int:
        with records_loaded(session) as seen:
            what_awaits(session, scene.member)
        return len(seen)

    an_open_assessment(session, scene)
    before = loaded()
    close(session, scene, an_open_assessment(session, scene))
    pass_to(session, scene.coordinator, an_open_assessment(session, scene), "abandonnee")
    assert loaded() == before == 4  # the assessment and its three sheets


def test_a_grid_that_asks_the_centre_nothing_awaits_nobody(session: Session, scene: Scene) -> None:
    publish(session, DENTAL)
    assessment = an_open_assessment(
        session, scene, "hygiene", "fauteuil", assignments={"fauteuil": (scene.member.user_id,)}
    )
    assert what_awaits(session, scene.member) == ()
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="hygiene", now=NOW)
    (awaited,) = what_awaits(session, scene.coordinator)
    assert awaited.task == Task.CONCLUDE


def test_a_person_is_awaited_once_for_all_that_they_rate_alone_until_they_have_finished(
    session: Session, scene: Scene
) -> None:
    people = [scene.member, scene.colleague]
    assessment = an_open_round(session, scene, "coordination", "hygiene", people=people)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    rate_alone(session, scene.colleague, assessment, "CO-1", "oui")
    rate_alone(session, scene.colleague, assessment, "CO-3", "oui")
    (awaiting,) = what_awaits(session, scene.member)
    assert awaiting.own is not None
    assert (awaiting.task, awaiting.own.done, awaiting.own.whole) == (Task.RATE_ALONE, 1, 7)
    assert what_awaits(session, scene.coordinator) == what_awaits(session, scene.manager) == ()
    finish_rating(session, scene.member, assessment_id=assessment.id, now=NOW)
    assert what_awaits(session, scene.member) == ()


def test_who_leads_is_told_when_everybody_still_there_has_finished_rating_alone(
    session: Session, scene: Scene
) -> None:
    people = [scene.member, scene.colleague, scene.manager]
    assessment = an_open_round(session, scene, people=people)
    for actor in (scene.member, scene.colleague):
        finish_rating(session, actor, assessment_id=assessment.id, now=NOW)
    assert what_awaits(session, scene.coordinator) == ()
    gone = update(Membership).where(Membership.user_id == scene.manager.user_id).values(disabled_at=NOW)
    session.execute(gone)
    assert tasks(session, scene.coordinator) == [(Task.CONCLUDE, "Campagne 2026")]


def test_nobody_is_awaited_alone_before_the_round_opens_nor_after(session: Session, scene: Scene) -> None:
    before = start(session, scene, a_blind_scope(scene))
    after = an_open_round(session, scene)
    pass_to(session, scene.coordinator, after, "accord")
    assert what_awaits(session, scene.member) == ()
    assert tasks(session, scene.coordinator) == [
        (Task.PREPARE, before.title),
        (Task.AGREE, after.title),
    ]
    after.state, after.revealed_at = "cotation", NOW  # opened again: what was rated alone stands
    session.flush()
    assert what_awaits(session, scene.member) == ()


def test_rating_alone_in_several_assessments_is_the_same_queries(session: Session, scene: Scene) -> None:
    def ran() -> int:
        what_awaits(session, scene.member)
        with statements(session) as seen:
            what_awaits(session, scene.member)
        return len(seen)

    an_open_round(session, scene)
    few = ran()
    for _ in range(3):
        an_open_round(session, scene, "coordination", "hygiene")
    assert ran() == few
