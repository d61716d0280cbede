"""The sheets of a dossier: opened with their grids, rated by the team, frozen; none of the centre's own."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Permission
from aqss.domain.errors import (
    InvalidInput,
    InvalidTransition,
    NotAllowed,
    NotFound,
    NotPossibleNow,
)
from aqss.gateways.links import Links
from aqss.persistence.actions import Action, Waiver
from aqss.persistence.assessments import Assessment, Score, Sheet
from aqss.persistence.dossiers import Dossier
from aqss.persistence.editions import Edition
from aqss.services.assessments.carrying import find_latest_closed
from aqss.services.assessments.evolution import read_evolution
from aqss.services.assessments.finding import find_dossier_of, get_assessment
from aqss.services.assessments.listing import list_assessments, list_own_assessments, list_running
from aqss.services.assessments.moving import available_moves, move
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.reopening import reopen_assessment
from aqss.services.dossiers import sheets
from aqss.services.dossiers.sheets import add_sheet, are_finished, list_sheets, remove_sheet
from tests.builders import a_proof
from tests.services.assessments.scene import statements
from tests.services.dossiers.scene import (
    NOW,
    Scene,
    a_dossier,
    do_tasks,
    faults_of,
    finish_grids,
    go,
    journal,
)


def a_filled(session: Session, scene: Scene) -> Dossier:
    """A patient traceur whose first sheet is open."""
    dossier = a_dossier(session, scene)
    do_tasks(session, scene, dossier)
    return go(session, scene.coordinator, dossier, "recueil")


def sheet_of(session: Session, dossier: Dossier) -> Assessment:
    return session.scalars(
        select(Assessment).where(Assessment.dossier_id == dossier.id).order_by(Assessment.id)
    ).first()  # type: ignore[return-value]


def rate(session: Session, scene: Scene, dossier: Dossier, criterion: str = "D2-01") -> None:
    save_answer(
        session,
        scene.member,
        assessment_id=sheet_of(session, dossier).id,
        grid="patient-traceur",
        criterion=criterion,
        submission=Submission("level", "oui"),
        expected_version=0,
        now=NOW,
    )


def add(session: Session, scene: Scene, dossier: Dossier, title: str = "Parcours n° 2") -> Assessment:
    return add_sheet(session, scene.coordinator, dossier_id=dossier.id, title=title, now=NOW)


def remove(session: Session, scene: Scene, dossier: Dossier, key: int) -> None:
    remove_sheet(session, scene.coordinator, dossier_id=dossier.id, assessment_id=key, now=NOW)


def test_opening_the_grids_makes_one_sheet_with_the_profile_of_the_centre(
    session: Session, scene: Scene
) -> None:
    dossier = a_filled(session, scene)
    (line,) = list_sheets(session, dossier)
    assert (line.title, line.is_open, line.is_blank) == ("Fiche n° 1", True, True)
    assert [grid.grid for grid in line.grids] == ["patient-traceur"]
    sheet = sheet_of(session, dossier)
    assert (sheet.profile, sheet.rating, sheet.state) == (["mt", "dentaire"], "direct", "saisie")
    assert find_dossier_of(session, sheet.id) == (dossier.id, dossier.title)
    assert journal(session, "dossier-sheet-opened") == [(scene.coordinator.user_id, {"title": "Fiche n° 1"})]


def test_coming_back_to_the_state_opens_no_other(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    finish_grids(session, scene, dossier)
    go(session, scene.coordinator, dossier, "analyse")
    go(session, scene.coordinator, dossier, "recueil")
    assert len(list_sheets(session, dossier)) == 1


def test_the_team_rates_it_and_strangers_do_not_see_it(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    rate(session, scene, dossier)
    (line,) = list_sheets(session, dossier)
    assert not line.is_blank
    assert line.grids[0].progress.done == 1
    with pytest.raises(NotFound):
        get_assessment(session, scene.stranger, sheet_of(session, dossier).id, Permission.ASSESSMENT_READ)


def test_it_is_in_no_list_no_evolution_and_no_start_of_the_centre(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    rate(session, scene, dossier)
    actor, centre_id = scene.coordinator, scene.centre.id
    for _ in range(2):  # open, then frozen
        found = list_assessments(session, actor, centre_id)
        assert (found.running, found.over, found.total) == ((), (), 0)
        own = list_own_assessments(session, actor)[centre_id]
        assert (own.running, own.over, own.total) == ((), (), 0)
        assert list_running(session, actor) == ()
        assert find_latest_closed(session, actor, centre_id) is None
        assert read_evolution(session, actor, centre_id).total == 0
        if dossier.ended_at is None:
            go(session, scene.coordinator, dossier, "abandonne")


def test_sheets_are_added_and_finished_one_by_one(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    assert not are_finished(session, dossier)
    finish_grids(session, scene, dossier)
    assert are_finished(session, dossier)
    add(session, scene, dossier)
    assert not are_finished(session, dossier)
    assert [line.title for line in list_sheets(session, dossier)] == ["Fiche n° 1", "Parcours n° 2"]


def test_a_dossier_without_a_sheet_has_nothing_finished(session: Session, scene: Scene) -> None:
    assert not are_finished(session, a_dossier(session, scene))


def test_a_second_sheet_keeps_the_edition_of_the_first(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    first = session.scalars(select(Edition).where(Edition.grid == "patient-traceur")).one()
    columns = {c.name: getattr(first, c.name) for c in Edition.__table__.c if c.name != "id"}
    first.is_current = False
    session.flush()
    session.add(Edition(**{**columns, "version": 2, "hash": "b" * 64, "is_current": True}))
    session.flush()
    add(session, scene, dossier)
    editions = session.scalars(
        select(Sheet.edition_id).join(Assessment).where(Assessment.dossier_id == dossier.id)
    )
    assert set(editions) == {first.id}


def test_a_grid_withdrawn_since_is_still_filled_by_a_dossier_that_asks_for_it(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene)
    session.scalars(select(Edition).where(Edition.grid == "patient-traceur")).one().is_current = False
    do_tasks(session, scene, dossier)
    go(session, scene.coordinator, dossier, "recueil")
    assert [grid.grid for line in list_sheets(session, dossier) for grid in line.grids] == ["patient-traceur"]


def test_a_sheet_is_added_once_the_first_is_open_and_where_people_may(session: Session, scene: Scene) -> None:
    early = a_dossier(session, scene)
    with pytest.raises(NotPossibleNow):
        add(session, scene, early)
    without = a_dossier(session, scene, "demande-appui")
    with pytest.raises(NotPossibleNow):
        add(session, scene, without)
    dossier = a_filled(session, scene)
    with pytest.raises(NotAllowed):
        add_sheet(session, scene.member, dossier_id=dossier.id, title="Autre", now=NOW)
    for title, code in (("", "required"), ("284058812345612", "patient-identifier")):
        with pytest.raises(InvalidInput) as refusal:
            add(session, scene, dossier, title)
        assert faults_of(refusal.value) == [("title", code)]


def test_there_is_a_limit(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    for number in range(2, sheets.MOST_SHEETS + 1):
        add(session, scene, dossier, f"Parcours n° {number}")
    with pytest.raises(InvalidInput) as refusal:
        add(session, scene, dossier)
    assert faults_of(refusal.value) == [("title", "too-many")]


def test_a_blank_sheet_is_taken_away_but_the_last(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    key = add(session, scene, dossier).id
    remove(session, scene, dossier, key)
    assert [line.title for line in list_sheets(session, dossier)] == ["Fiche n° 1"]
    assert session.scalar(select(func.count()).select_from(Score).where(Score.assessment_id == key)) == 0
    with pytest.raises(InvalidInput) as refusal:
        remove(session, scene, dossier, sheet_of(session, dossier).id)
    assert faults_of(refusal.value) == [("sheet", "last-sheet")]
    facts = {"title": "Parcours n° 2"}
    assert journal(session, "dossier-sheet-removed") == [(scene.coordinator.user_id, facts)]


@pytest.mark.parametrize("what", ["answer", "proof", "action", "waiver"])
def test_a_sheet_that_holds_something_stays(session: Session, scene: Scene, what: str) -> None:
    dossier = a_filled(session, scene)
    first = sheet_of(session, dossier)
    add(session, scene, dossier)
    if what == "answer":
        rate(session, scene, dossier)
    if what == "proof":
        a_proof(session, scene.centre, first, "D2-01")
    if what == "action":
        session.add(an_action(scene, first))
    if what == "waiver":
        session.add(Waiver(sheet_id=first.sheets[0].id, criterion="D2-01", reason="Rien à faire.", at=NOW))
    with pytest.raises(InvalidInput) as refusal:
        remove(session, scene, dossier, first.id)
    assert faults_of(refusal.value) == [("sheet", "sheet-answered")]


def an_action(scene: Scene, sheet: Assessment) -> Action:
    return Action(
        centre_id=scene.centre.id,
        workflow_edition_id=sheet.workflow_edition_id,
        state="prevoir",
        entered_at=NOW,
        number=1,
        title="Agir",
        kind="corrective",
        criticality=1,
        feasibility=1,
        impact=1,
        assessment_id=sheet.id,
        created_at=NOW,
    )


def test_a_sheet_of_another_dossier_or_kind_of_dossier_is_not_taken_away(
    session: Session, scene: Scene
) -> None:
    dossier, other = a_filled(session, scene), a_filled(session, scene)
    with pytest.raises(NotFound):
        remove(session, scene, dossier, sheet_of(session, other).id)
    with pytest.raises(NotPossibleNow):
        remove(session, scene, a_dossier(session, scene, "demande-appui"), sheet_of(session, other).id)


def test_at_an_end_answers_and_scores_are_frozen_whatever_the_end(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    rate(session, scene, dossier)
    go(session, scene.coordinator, dossier, "abandonne")
    sheet = sheet_of(session, dossier)
    assert (sheet.state, sheet.closed_at, sheet.ended_at) == ("figee", NOW, NOW)
    assert sheet.frozen is not None
    assert sheet.closed_from is None
    assert not list_sheets(session, dossier)[0].is_open
    with pytest.raises(NotPossibleNow):
        rate(session, scene, dossier, "D2-02")


def test_nobody_passes_or_reopens_a_sheet_but_its_dossier(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    sheet = sheet_of(session, dossier)
    assert available_moves(session, scene.coordinator, sheet.id) == ()
    with pytest.raises(InvalidTransition):
        move(
            session,
            scene.coordinator,
            assessment_id=sheet.id,
            to="figee",
            expected_version=sheet.version,
            now=NOW,
            links=Links("https://aqss.example"),
        )
    go(session, scene.coordinator, dossier, "abandonne")
    with pytest.raises(NotPossibleNow):
        reopen_assessment(
            session,
            scene.manager,
            assessment_id=sheet.id,
            reason="Une erreur.",
            expected_version=sheet.version,
            now=NOW,
        )


def test_reading_sheets_takes_the_same_queries_whatever_their_number(session: Session, scene: Scene) -> None:
    dossier = a_filled(session, scene)
    list_sheets(session, dossier)
    with statements(session) as one:
        list_sheets(session, dossier)
    for number in range(2, 8):
        add(session, scene, dossier, f"Parcours n° {number}")
    with statements(session) as many:
        list_sheets(session, dossier)
    assert len(many) == len(one)
