"""The lists of assessments: what runs, and what is over, a little at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import NotAllowed
from aqss.persistence.accounts import Membership
from aqss.services.assessments.listing import (
    LATEST,
    PAGE_SIZE,
    AssessmentLine,
    list_assessments,
    list_own_assessments,
    list_running,
)
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.consensus.own_sheets import finish_rating
from aqss.services.runs.passing import enter
from tests.builders import a_centre
from tests.services.assessments.alone import an_open_round
from tests.services.assessments.scene import (
    DENTAL,
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    close,
    finish_every_sheet,
    pass_to,
    publish,
    publish_workflow,
    rate,
    read_workflow,
    records_loaded,
    start,
    statements,
)

ANOTHER_LIFE_CYCLE = """
workflow: auto-evaluation
version: 2
title: Essai
subject: assessment
states:
  - state: close
    label: On commence
    initial: true
    allows: [prepare]
    transitions:
      - {to: fini, label: Finir, by: [coordinator]}
  - {state: fini, label: Fini, final: true, allows: [read-results]}
"""


def ids(lines: tuple[AssessmentLine, ...]) -> list[int]:
    return [line.assessment.id for line in lines]


def given_up(session: Session, scene: Scene, now: datetime = NOW) -> int:
    """An assessment begun ``now`` and given up at once."""
    assessment = start(session, scene, a_scope("hygiene"), now)
    pass_to(session, scene.coordinator, assessment, "abandonnee")
    return assessment.id


def test_what_runs_in_a_centre_is_listed_the_latest_first_with_where_it_stands(
    session: Session, scene: Scene
) -> None:
    old = start(session, scene, a_scope("mesures", "hygiene"), NOW - timedelta(days=400))
    recent = an_open_assessment(session, scene)
    rate(session, scene.member, recent, "CO-1", "oui")
    finish_sheet(session, scene.member, assessment_id=recent.id, grid="hygiene", now=NOW)
    first, second = list_assessments(session, scene.member, scene.centre.id).running
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
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert list(line.modules) == ["outils", "soins"]


def test_an_assessment_without_a_grid_is_listed_too(session: Session, scene: Scene) -> None:
    start(session, scene, a_scope())
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert (line.sheets, line.finished, dict(line.modules)) == (0, 0, {})


def test_what_was_closed_or_given_up_is_listed_apart(session: Session, scene: Scene) -> None:
    closed = an_open_assessment(session, scene, "hygiene")
    rate(session, scene.member, closed, "HY-1", "oui")
    close(session, scene, closed)
    abandoned = given_up(session, scene, NOW - timedelta(days=1))
    running = an_assessment(session, scene)
    found = list_assessments(session, scene.member, scene.centre.id)
    assert (ids(found.running), ids(found.over)) == ([running.id], [closed.id, abandoned])
    assert [line.state.label for line in found.over] == ["Clôturée", "Abandonnée"]
    assert found.over[0].modules["soins"].score == 100
    assert (found.total, found.number, found.count) == (2, 1, 1)


def test_a_centre_without_assessment_has_one_empty_page(session: Session, scene: Scene) -> None:
    found = list_assessments(session, scene.member, scene.centre.id, page=3)
    assert (found.running, found.over, found.total, found.number, found.count) == ((), (), 0, 1, 1)


def test_what_is_over_comes_a_page_at_a_time_the_latest_first(session: Session, scene: Scene) -> None:
    begun = [given_up(session, scene, NOW - timedelta(days=day)) for day in range(PAGE_SIZE + 2)]

    def page(number: int) -> tuple[list[int], int]:
        found = list_assessments(session, scene.member, scene.centre.id, number)
        assert (found.total, found.count) == (PAGE_SIZE + 2, 2)
        return ids(found.over), found.number

    assert page(1) == (begun[:PAGE_SIZE], 1)
    assert page(2) == (begun[PAGE_SIZE:], 2)
    assert page(0) == page(-5) == page(1)
    assert page(3) == page(10**30) == page(2)


def test_whether_an_assessment_is_over_is_told_by_its_end_whatever_version_it_follows(
    session: Session, scene: Scene
) -> None:
    other = read_workflow(ANOTHER_LIFE_CYCLE).model_copy(update={"workflow": "autre"})
    publish_workflow(session, other)
    first = an_open_assessment(session, scene, "hygiene")
    close(session, scene, first)
    second = an_assessment(session, scene, "hygiene")
    second.workflow_edition_id += 1
    enter(second, other, "close", NOW, {})  # where the other version begins
    session.flush()
    found = list_assessments(session, scene.member, scene.centre.id)
    assert (ids(found.running), ids(found.over)) == ([second.id], [first.id])
    enter(second, other, "fini", NOW, {})
    session.flush()
    found = list_assessments(session, scene.member, scene.centre.id)
    assert (ids(found.running), ids(found.over)) == ([], [second.id, first.id])


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
    both = replace(scene.member, grants=(*scene.member.grants, Grant(Role.MEMBER, centre_id=place)))

    def listed(actor: Actor) -> dict[int, list[int]]:
        found = list_own_assessments(session, actor)
        return {centre_id: ids(place.running) for centre_id, place in found.items()}

    assert listed(both) == {scene.centre.id: [first.id], place: [second.id]}
    assert listed(scene.member) == {scene.centre.id: [first.id]}
    assert listed(scene.stranger) == {place: [second.id]}
    assert listed(scene.administrator) == {}
    assert ids(list_running(session, both)) == [second.id, first.id]


def test_a_person_s_own_list_keeps_the_latest_that_are_over_in_each_centre(
    session: Session, scene: Scene
) -> None:
    elsewhere = a_centre(session)
    begun = [given_up(session, scene, NOW - timedelta(days=day)) for day in range(LATEST + 2)]
    theirs = an_assessment(session, scene, "hygiene")
    pass_to(session, scene.coordinator, theirs, "abandonnee")
    theirs.centre_id, theirs.started_on = elsewhere.id, theirs.started_on - timedelta(days=900)
    session.flush()
    grants = (*scene.member.grants, Grant(Role.MEMBER, centre_id=elsewhere.id))
    found = list_own_assessments(session, replace(scene.member, grants=grants))
    assert ids(found[scene.centre.id].over) == begun[:LATEST]
    assert (found[scene.centre.id].total, found[scene.centre.id].running) == (LATEST + 2, ())
    assert (ids(found[elsewhere.id].over), found[elsewhere.id].total) == ([theirs.id], 1)


def test_lists_ask_for_the_same_number_of_queries_and_load_no_more_whatever_was_assessed_before(
    session: Session, scene: Scene
) -> None:
    def cost() -> tuple[int, int, int, int]:
        with records_loaded(session) as in_list, statements(session) as of_list:
            list_assessments(session, scene.member, scene.centre.id)
        with records_loaded(session) as in_own, statements(session) as of_own:
            list_own_assessments(session, scene.member)
        return len(of_list), len(in_list), len(of_own), len(in_own)

    for day in range(PAGE_SIZE):
        given_up(session, scene, NOW - timedelta(days=day))
    an_open_assessment(session, scene)
    before = cost()
    for day in range(5):
        given_up(session, scene, NOW - timedelta(days=day))
    assert cost() == before == (7, PAGE_SIZE + 1, 7, LATEST + 1)


def test_a_grid_that_asks_the_centre_nothing_is_not_counted(session: Session, scene: Scene) -> None:
    publish(session, DENTAL)
    assessment = an_open_assessment(session, scene, "hygiene", "fauteuil")
    finish_every_sheet(session, scene.member, assessment)
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert (line.sheets, line.finished) == (1, 1)


def test_while_each_person_rates_alone_a_list_tells_how_many_have_finished(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    finish_rating(session, scene.member, assessment_id=assessment.id, now=NOW)
    gone = update(Membership).where(Membership.user_id == scene.colleague.user_id).values(disabled_at=NOW)
    session.execute(gone)
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert (line.raters, line.raters_finished) == (2, 1)
    pass_to(session, scene.coordinator, assessment, "accord")
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert (line.raters, line.raters_finished) == (None, 0)
    assessment.state, assessment.revealed_at = "cotation", NOW  # opened again: nobody rates alone any more
    session.flush()
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert line.raters is None


def test_where_the_team_rates_together_a_list_tells_of_no_rater(session: Session, scene: Scene) -> None:
    an_open_assessment(session, scene)
    (line,) = list_assessments(session, scene.member, scene.centre.id).running
    assert line.raters is None
