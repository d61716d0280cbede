"""Where each centre of a person stands: what runs, and the latest score of each module."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.services.assessments.overviews import CentreOverview, read_overviews
from tests.builders import a_centre
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    close,
    pass_to,
    rate,
    records_loaded,
    start,
    statements,
)


def overview(session: Session, scene: Scene, actor: Actor | None = None) -> CentreOverview:
    return read_overviews(session, actor or scene.member)[scene.centre.id]


def a_closed_one(session: Session, scene: Scene, grid: str, code: str, level: str, days: int) -> int:
    """An assessment of one grid, closed ``days`` after the scene began; its id."""
    assessment = an_open_assessment(session, scene, grid)
    rate(session, scene.member, assessment, code, level)
    close(session, scene, assessment, NOW + timedelta(days=days))
    return assessment.id


def test_a_centre_that_has_done_nothing_yet_is_there_and_empty(session: Session, scene: Scene) -> None:
    assert read_overviews(session, scene.member) == {scene.centre.id: CentreOverview()}


@pytest.mark.parametrize("end", [None, "close", "abandonnee"])
def test_a_centre_has_begun_with_its_first_assessment_even_one_given_up(
    session: Session, scene: Scene, end: str | None
) -> None:
    assert not overview(session, scene).has_begun
    an_assessment(session, scene).state = end or "cotation"
    assert overview(session, scene).has_begun


def test_what_runs_pools_the_grids_of_the_assessment(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "coordination", "mesures")
    rate(session, scene.member, assessment, "CO-1", "oui")
    (running,) = overview(session, scene).running
    assert running.line.assessment is assessment
    assert (running.progress.done, running.progress.whole) == (1, 5)  # 4 of coordination, one of mesures


def test_an_assessment_being_prepared_runs_and_one_given_up_does_not(session: Session, scene: Scene) -> None:
    prepared = an_assessment(session, scene)
    pass_to(session, scene.coordinator, an_assessment(session, scene), "abandonnee")
    found = overview(session, scene)
    assert [one.line.assessment.id for one in found.running] == [prepared.id]
    assert found.latest == ()


def test_an_assessment_without_a_grid_runs_with_nothing_to_count(session: Session, scene: Scene) -> None:
    start(session, scene, a_scope())
    (running,) = overview(session, scene).running
    assert (running.progress.whole, running.progress.is_scored) == (0, False)


def test_each_module_keeps_the_score_of_the_assessment_closed_last(session: Session, scene: Scene) -> None:
    a_closed_one(session, scene, "coordination", "CO-1", "oui", days=3)
    last = a_closed_one(session, scene, "coordination", "CO-1", "non", days=4)
    a_closed_one(session, scene, "coordination", "CO-1", "oui", days=2)
    (score,) = overview(session, scene).latest
    assert (score.assessment.id, score.standing.tally.score) == (last, 0)
    assert score.standing.band is not None
    assert score.standing.band.label == "À traiter"
    assert (score.content.grid.module, score.content.module_title) == ("soins", "Soins")


def test_modules_assessed_apart_are_both_kept(session: Session, scene: Scene) -> None:
    care = a_closed_one(session, scene, "hygiene", "HY-1", "oui", days=1)
    assessment = an_open_assessment(session, scene, "mesures")
    rate(session, scene.member, assessment, "ME-1", "5", kind="number")
    close(session, scene, assessment, NOW + timedelta(days=2))
    found = {score.content.grid.module: score.assessment.id for score in overview(session, scene).latest}
    assert found == {"outils": assessment.id, "soins": care}


def test_a_closed_assessment_without_a_score_does_not_hide_an_earlier_one(
    session: Session, scene: Scene
) -> None:
    scored = a_closed_one(session, scene, "coordination", "CO-1", "oui", days=1)
    close(session, scene, an_open_assessment(session, scene, "coordination"), NOW + timedelta(days=2))
    (score,) = overview(session, scene).latest
    assert score.assessment.id == scored


def test_a_score_says_how_many_grids_of_its_module_were_assessed(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "coordination", "hygiene", "mesures")
    rate(session, scene.member, assessment, "CO-1", "oui")
    close(session, scene, assessment)
    (score,) = overview(session, scene).latest
    assert (score.content.grid.module, score.grids) == ("soins", 2)


def test_every_centre_of_the_person_is_told_and_no_other(session: Session, scene: Scene) -> None:
    elsewhere = a_centre(session)
    mine = an_assessment(session, scene)
    theirs = an_assessment(session, scene)
    theirs.centre_id = elsewhere.id
    session.flush()
    grants = (*scene.member.grants, Grant(Role.COORDINATOR, centre_id=elsewhere.id))
    both = Actor(scene.member.user_id, scene.member.name, grants)
    found = read_overviews(session, both)
    running = {key: [one.line.assessment.id for one in place.running] for key, place in found.items()}
    assert running == {scene.centre.id: [mine.id], elsewhere.id: [theirs.id]}
    assert list(read_overviews(session, scene.member)) == [scene.centre.id]
    assert read_overviews(session, scene.administrator) == {}


def test_the_number_of_queries_does_not_grow_with_centres_or_assessments(
    session: Session, scene: Scene
) -> None:
    grants = list(scene.member.grants)

    def queries() -> int:
        actor = Actor(scene.member.user_id, scene.member.name, tuple(grants))
        read_overviews(session, actor)  # definitions are read once by a process
        session.expunge_all()
        with statements(session) as seen:
            read_overviews(session, actor)
        return len(seen)

    a_closed_one(session, scene, "coordination", "CO-1", "oui", days=1)
    before = queries()
    for day in range(2, 5):
        centre = a_centre(session)
        grants.append(Grant(Role.MEMBER, centre_id=centre.id))
        key = a_closed_one(session, scene, "coordination", "CO-1", "oui", days=day)
        moved = an_open_assessment(session, scene)
        for one in read_overviews(session, scene.member)[scene.centre.id].latest:
            assert one.assessment.id == key
            one.assessment.centre_id = centre.id
        moved.centre_id = centre.id
        session.flush()
    assert queries() == before == 8


def test_what_was_assessed_before_the_latest_score_is_not_loaded(session: Session, scene: Scene) -> None:
    def loaded() -> int:
        with records_loaded(session) as seen:
            read_overviews(session, scene.member)
        return len(seen)

    a_closed_one(session, scene, "coordination", "CO-1", "oui", days=1)
    before = loaded()
    for day in range(2, 6):
        a_closed_one(session, scene, "coordination", "CO-1", "oui", days=day)
    pass_to(session, scene.coordinator, an_assessment(session, scene), "abandonnee")
    assert loaded() == before == 1
