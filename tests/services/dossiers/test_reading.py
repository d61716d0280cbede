"""The page of a dossier: everything it holds, to who may see it, in a constant number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.errors import NotFound
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.interviews import Told, add_interview
from aqss.services.dossiers.notes import add_note
from aqss.services.dossiers.reading import read_dossier
from aqss.services.editions import current_workflow
from tests.services.assessments.scene import statements
from tests.services.dossiers.scene import (
    NOW,
    TODAY,
    Scene,
    a_dossier,
    attach,
    change,
    do_tasks,
    go,
)

LATER = NOW + timedelta(days=60)


def an_action(session: Session, scene: Scene, dossier: Dossier, number: int, **more: object) -> None:
    workflow = current_workflow(session, "action")
    session.add(
        Action(
            **{
                "centre_id": scene.centre.id,
                "workflow_edition_id": workflow.id,
                "state": workflow.content.initial.state,
                "entered_at": NOW,
                "number": number,
                "title": f"Action {number}",
                "kind": "corrective",
                "criticality": 1,
                "feasibility": 1,
                "impact": 1,
                "dossier_id": dossier.id,
                "created_at": NOW,
                **more,
            }
        )
    )
    session.flush()


def test_it_tells_where_it_stands_who_and_what_is_to_be_done(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, people=[scene.member.user_id])
    page = read_dossier(session, scene.coordinator, dossier.id, NOW)
    assert (page.state.state, page.centre_name, page.is_late) == ("choix", "Centre des Lilas", False)
    assert (page.people.owner, page.people.others) == ("Camille Coordination", ("Mehdi Médecin",))
    assert [line.line.task for line in page.tasks if line.line] == ["parcours", "accord", "equipe"]
    assert page.missing_documents == ("Note d’information des patients (modèle, sans nom)",)
    assert [one.transition.to for one in page.moves] == ["recueil", "abandonne"]
    assert (page.leads, page.can_edit, page.can_work, page.is_over) == (True, True, True, False)
    assert (page.structure, page.figures, page.interviews, page.actions) == (None, (), (), ())
    assert [entry.verb for entry in page.history] == ["dossier-started"]
    assert read_dossier(session, scene.coordinator, dossier.id, LATER).is_late


def test_what_each_person_may_do_is_told(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, people=[scene.member.user_id])
    working = read_dossier(session, scene.member, dossier.id, NOW)
    assert (working.leads, working.can_edit, working.can_work, working.moves) == (False, False, True, ())
    looking = read_dossier(session, scene.colleague, dossier.id, NOW)
    assert (looking.can_edit, looking.can_work) == (False, False)
    go(session, scene.coordinator, dossier, "abandonne")
    over = read_dossier(session, scene.coordinator, dossier.id, NOW)
    assert (over.leads, over.can_edit, over.can_work, over.is_over) == (True, False, False, True)
    for actor in (scene.stranger, scene.helper, scene.administrator):
        with pytest.raises(NotFound):
            read_dossier(session, actor, dossier.id, NOW)


def test_the_parts_of_its_workflow_are_there(session: Session, scene: Scene) -> None:
    year = a_dossier(session, scene, "indicateurs-annuels")
    assert read_dossier(session, scene.member, year.id, NOW).figures
    diagnosis = a_dossier(session, scene, "diagnostic-territorial")
    told = Told(TODAY, "Adjointe à la santé", "oral")
    add_interview(session, scene.coordinator, dossier_id=diagnosis.id, told=told, now=NOW)
    page = read_dossier(session, scene.member, diagnosis.id, NOW)
    assert [one.who for one in page.interviews] == ["Adjointe à la santé"]
    assert len(page.sheets) == 1
    request = a_dossier(session, scene, "demande-appui")
    change(session, scene, request, structure_id=scene.structure.id)
    assert read_dossier(session, scene.member, request.id, NOW).structure == "CPias des Trois-Rives"


def test_the_one_before_the_one_after_and_what_comes_next(session: Session, scene: Scene) -> None:
    first = a_dossier(session, scene, title="Un")
    assert read_dossier(session, scene.member, first.id, NOW).neighbours.next_workflow is None
    go(session, scene.coordinator, first, "abandonne")
    assert read_dossier(session, scene.member, first.id, NOW).neighbours.next_workflow == "patient-traceur"
    second = a_dossier(session, scene, title="Deux", previous_id=first.id)
    found = read_dossier(session, scene.member, first.id, NOW).neighbours
    assert (found.following, found.next_workflow) == ((second.id, "Deux"), None)
    assert read_dossier(session, scene.member, second.id, NOW).neighbours.previous == (first.id, "Un")


def test_actions_that_come_from_it_are_listed(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    past = {"due_on": TODAY - timedelta(days=1)}
    an_action(session, scene, dossier, 1, owner_id=scene.member.user_id, **past)
    an_action(session, scene, dossier, 2, ended_at=NOW, state="abandonnee", **past)
    an_action(session, scene, dossier, 3, due_at=NOW - timedelta(days=9))
    an_action(session, scene, dossier, 4, due_on=TODAY)
    an_action(session, scene, dossier, 5, done_at=NOW, **past)
    lines = read_dossier(session, scene.member, dossier.id, NOW).actions
    assert [(one.number, one.owner, one.is_over, one.is_late) for one in lines] == [
        (1, "Mehdi Médecin", False, True),
        (2, None, True, False),
        (3, None, False, False),
        (4, None, False, False),
        (5, None, False, False),
    ]
    assert lines[1].state == "Abandonnée"


def test_a_role_that_nobody_holds_and_that_it_takes_to_go_on_is_told(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    session.execute(delete(Membership).where(Membership.role == Role.COORDINATOR))
    page = read_dossier(session, scene.member, dossier.id, NOW)
    assert page.lacking == (Role.COORDINATOR,)


def test_it_takes_the_same_queries_whatever_it_holds(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    an_action(session, scene, dossier, 1)
    attach(session, scene, dossier)
    read_dossier(session, scene.member, dossier.id, NOW)
    with statements(session) as few:
        read_dossier(session, scene.member, dossier.id, NOW)
    for number in range(2, 8):
        an_action(session, scene, dossier, number)
        attach(session, scene, dossier)
        add_note(session, scene.member, dossier_id=dossier.id, text=f"Note {number}", now=NOW)
    do_tasks(session, scene, dossier)
    with statements(session) as many:
        read_dossier(session, scene.member, dossier.id, NOW)
    assert len(many) == len(few)
