"""Lists of dossiers: of a centre, of all of a person's places, filtered, a page at a time; the board."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.editions import canonical_json, workflow_hash
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotAllowed
from aqss.gateways.french import end_of_day, start_of_day
from aqss.persistence.editions import WorkflowEdition
from aqss.services.dossiers import boards, listing
from aqss.services.dossiers.boards import read_board, read_own_board
from aqss.services.dossiers.listing import Filters, list_dossiers, list_own_dossiers
from aqss.services.editions import load_workflow
from tests.builders import a_member, a_user, actor_of
from tests.services.assessments.scene import statements
from tests.services.dossiers.scene import NOW, Scene, a_dossier, change, do_tasks, go

LATER = NOW + timedelta(days=60)


def titles(session: Session, scene: Scene, **filters: str) -> list[str]:
    found = list_dossiers(session, scene.member, scene.centre.id, Filters(**filters), LATER)
    return [line.dossier.title for line in found.lines]


def some(session: Session, scene: Scene) -> None:
    """Two traceurs, one given up; the indicators of a year, whose step is due later."""
    a_dossier(session, scene, title="Traceur")
    over = a_dossier(session, scene, title="Traceur abandonné")
    go(session, scene.coordinator, over, "abandonne")
    a_dossier(session, scene, "indicateurs-annuels", title="Année", owner_id=None, now=LATER)


def test_what_runs_comes_first_the_soonest_due_first(session: Session, scene: Scene) -> None:
    some(session, scene)
    assert titles(session, scene, which="tous") == ["Traceur", "Année", "Traceur abandonné"]
    assert titles(session, scene) == ["Traceur", "Année"]
    assert titles(session, scene, which="en-retard") == ["Traceur"]
    assert titles(session, scene, which="termines") == ["Traceur abandonné"]


def test_a_workflow_and_a_state_are_chosen(session: Session, scene: Scene) -> None:
    some(session, scene)
    assert titles(session, scene, which="tous", workflow="patient-traceur") == [
        "Traceur",
        "Traceur abandonné",
    ]
    assert titles(session, scene, which="tous", workflow="patient-traceur", state="abandonne") == [
        "Traceur abandonné"
    ]
    everything = titles(session, scene, which="tous")
    for absurd in ("inconnu", "\x00", "a" * 5000):
        assert titles(session, scene, which="tous", workflow=absurd, state=absurd) == everything
        chosen = titles(session, scene, which="tous", workflow="patient-traceur", state=absurd)
        assert chosen == ["Traceur", "Traceur abandonné"]
    found = list_dossiers(session, scene.member, scene.centre.id, Filters(workflow="patient-traceur"), LATER)
    assert found.workflows == {
        "indicateurs-annuels": "Indicateurs de l’année",
        "patient-traceur": "Patient traceur",
    }
    assert found.states["choix"] == "Choix du parcours"


def test_a_line_tells_where_it_stands_who_and_whether_it_is_late(session: Session, scene: Scene) -> None:
    some(session, scene)
    first, second = list_dossiers(session, scene.member, scene.centre.id, Filters(), LATER).lines
    assert (first.owner, first.is_late, first.state.label) == (
        "Camille Coordination",
        True,
        "Choix du parcours",
    )
    assert (second.owner, second.is_late, second.centre_name) == (None, False, "Centre des Lilas")


def test_a_dossier_is_late_from_the_day_after_its_last_one_in_paris(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    assert dossier.due_at is not None
    last = dossier.due_at.date()
    for day, is_late in ((last, False), (last + timedelta(days=1), True)):
        for now in (start_of_day(day), end_of_day(day) - timedelta(seconds=1)):
            found = list_dossiers(session, scene.member, scene.centre.id, Filters(which="en-retard"), now)
            assert [line.is_late for line in found.lines] == [True] * is_late
            (line,) = list_dossiers(session, scene.member, scene.centre.id, Filters(), now).lines
            assert line.is_late is is_late


def test_the_list_of_a_centre_is_for_its_team(session: Session, scene: Scene) -> None:
    for actor in (scene.stranger, scene.helper, scene.administrator):
        with pytest.raises(NotAllowed):
            list_dossiers(session, actor, scene.centre.id, Filters(), NOW)
        with pytest.raises(NotAllowed):
            read_board(session, actor, scene.centre.id, "", NOW)


def test_ones_own_list_joins_centres_and_what_was_sent_to_ones_structures(
    session: Session, scene: Scene
) -> None:
    a_dossier(session, scene, title="Du centre")
    request = a_dossier(session, scene, "demande-appui", title="Demande")
    change(session, scene, request, purpose="Aide ?", structure_id=scene.structure.id)
    assert own(session, scene.helper) == []
    do_tasks(session, scene, request)
    go(session, scene.coordinator, request, "envoyee")
    assert own(session, scene.helper) == ["Demande"]
    assert sorted(own(session, scene.member)) == ["Demande", "Du centre"]
    assert own(session, scene.stranger) == []
    (line,) = list_own_dossiers(session, scene.helper, Filters(), NOW).lines
    assert line.owner is None  # nobody of the centre is named to a structure


def own(session: Session, actor: Actor) -> list[str]:
    return [line.dossier.title for line in list_own_dossiers(session, actor, Filters(), NOW).lines]


def test_somebody_without_a_place_has_an_empty_list(session: Session, scene: Scene) -> None:
    a_dossier(session, scene)
    nobody = actor_of(session, a_user(session))
    assert list_own_dossiers(session, nobody, Filters(), NOW).lines == ()


def test_lists_have_pages_and_the_same_queries_whatever_the_number(session: Session, scene: Scene) -> None:
    a_dossier(session, scene)
    with statements(session) as few:
        list_dossiers(session, scene.member, scene.centre.id, Filters(), NOW)
        read_board(session, scene.member, scene.centre.id, "", NOW)
    for number in range(listing.PAGE_SIZE + 4):
        a_dossier(session, scene, title=f"Traceur {number}")
    with statements(session) as many:
        found = list_dossiers(session, scene.member, scene.centre.id, Filters(), NOW, page=7)
        read_board(session, scene.member, scene.centre.id, "", NOW)
    assert (found.number, found.count, found.total, len(found.lines)) == (2, 2, listing.PAGE_SIZE + 5, 5)
    assert len(many) == len(few)


def test_the_board_has_a_column_a_state(session: Session, scene: Scene) -> None:
    some(session, scene)
    board = read_board(session, scene.member, scene.centre.id, "patient-traceur", LATER)
    assert [column.state for column in board.columns] == [
        "choix",
        "recueil",
        "analyse",
        "termine",
        "abandonne",
    ]
    (card,) = board.columns[0].cards
    assert (card.dossier.title, card.owner, card.is_late) == ("Traceur", "Camille Coordination", True)
    assert [column.total for column in board.columns] == [1, 0, 0, 0, 1]
    assert board.workflows["indicateurs-annuels"] == "Indicateurs de l’année"


def test_the_board_of_all_ones_centres_joins_them_and_no_other(session: Session, scene: Scene) -> None:
    some(session, scene)
    board = read_own_board(session, scene.member, "patient-traceur", LATER)
    assert [column.total for column in board.columns] == [1, 0, 0, 0, 1]
    assert board.columns[0].cards[0].centre_name == "Centre des Lilas"
    for actor in (scene.stranger, scene.helper, scene.administrator):
        assert read_own_board(session, actor, "patient-traceur", LATER).columns == ()


def test_without_a_choice_the_board_is_of_the_latest_dossier_and_empty_without_any(
    session: Session, scene: Scene
) -> None:
    assert read_board(session, scene.member, scene.centre.id, "", NOW).columns == ()
    some(session, scene)
    assert (
        read_board(session, scene.member, scene.centre.id, "inconnu", NOW).workflow == "indicateurs-annuels"
    )


def test_a_column_shows_so_many_cards_and_counts_all(session: Session, scene: Scene) -> None:
    for number in range(boards.MOST_CARDS + 3):
        a_dossier(session, scene, title=f"Traceur {number}")
    column = read_board(session, scene.member, scene.centre.id, "", NOW).columns[0]
    assert (len(column.cards), column.total) == (boards.MOST_CARDS, boards.MOST_CARDS + 3)


def test_a_dossier_of_an_older_version_keeps_its_column(session: Session, scene: Scene) -> None:
    old = a_dossier(session, scene, title="Ancien")
    edition = session.get_one(WorkflowEdition, old.workflow_edition_id)
    workflow = load_workflow(session, edition.id)
    renamed = [
        one.model_copy(update={"state": "preparation"}) if one.initial else one for one in workflow.states
    ]
    newer = publish_next(
        session, edition, workflow.model_copy(update={"version": 2, "states": tuple(renamed)})
    )
    new = a_dossier(session, scene, title="Nouveau")
    assert new.workflow_edition_id == newer.id
    board = read_board(session, scene.member, scene.centre.id, "patient-traceur", NOW)
    assert {column.state: column.total for column in board.columns if column.total} == {
        "preparation": 1,
        "choix": 1,
    }


def publish_next(session: Session, edition: WorkflowEdition, workflow: Workflow) -> WorkflowEdition:
    edition.is_current = False
    session.flush()
    newer = WorkflowEdition(
        workflow=edition.workflow,
        version=2,
        hash=workflow_hash(workflow),
        content=canonical_json(workflow),
        published_at=NOW,
        position=edition.position,
    )
    session.add(newer)
    session.flush()
    session.info.clear()
    return newer


def test_a_person_of_two_places_is_of_the_team_where_they_are(session: Session, scene: Scene) -> None:
    both = a_user(session, name="Deux casquettes")
    a_member(session, scene.centre, user=both)
    a_member(session, scene.structure, user=both)
    a_dossier(session, scene, title="Du centre")
    (line,) = list_own_dossiers(session, actor_of(session, both), Filters(), NOW).lines
    assert line.owner == "Camille Coordination"
