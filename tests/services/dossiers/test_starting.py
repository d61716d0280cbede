"""Starting a dossier: what is offered, kept and refused; the next one of a dossier that ended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound
from aqss.persistence.accounts import Membership
from aqss.persistence.dossiers import DossierPerson, IndicatorTarget
from aqss.persistence.editions import WorkflowEdition
from aqss.services.dossiers.starting import find_stop, list_in_creation, propose_title, read_offer
from tests.builders import a_centre
from tests.services.dossiers.scene import NOW, Scene, a_dossier, change, faults_of, go, journal, workflow_of


def test_the_published_workflows_of_dossiers_are_offered_but_those_that_open_a_centre(
    session: Session, scene: Scene
) -> None:
    offer = read_offer(session, scene.coordinator, scene.centre.id)
    assert {one.workflow for one in offer.workflows} == {
        "demande-appui",
        "diagnostic-territorial",
        "indicateurs-annuels",
        "patient-traceur",
    }
    assert offer.previous is None
    assert "Mehdi Médecin" in [name for _, name in offer.team]


def test_a_project_is_offered_its_creation_and_nothing_else(session: Session, scene: Scene) -> None:
    scene.centre.is_project = True
    offer = read_offer(session, scene.coordinator, scene.centre.id)
    assert [one.workflow for one in offer.workflows] == ["creation-centre"]


def test_a_project_is_in_creation_while_its_dossier_runs(session: Session, scene: Scene) -> None:
    scene.centre.is_project = True
    assert list_in_creation(session, scene.coordinator) == frozenset()
    dossier = a_dossier(session, scene, "creation-centre")
    assert list_in_creation(session, scene.coordinator) == {scene.centre.id}
    assert list_in_creation(session, scene.stranger) == frozenset()
    go(session, scene.coordinator, dossier, "abandonne")  # without a direction, the coordinator gives it up
    assert list_in_creation(session, scene.coordinator) == frozenset()


def test_where_a_dossier_would_stop_for_want_of_a_role_is_told(session: Session, scene: Scene) -> None:
    scene.centre.is_project = True
    (creation,) = read_offer(session, scene.coordinator, scene.centre.id).workflows
    assert find_stop(session, scene.centre.id, creation) is None
    session.execute(delete(Membership).where(Membership.role == Role.MANAGER))
    stop = find_stop(session, scene.centre.id, creation)
    assert stop is not None
    assert (stop[0].state, stop[1]) == ("budget", (Role.MANAGER,))


def test_a_dossier_starts_in_the_first_state_with_its_due_date_and_its_people(
    session: Session, scene: Scene
) -> None:
    people = (scene.member.user_id, scene.coordinator.user_id, scene.member.user_id)
    dossier = a_dossier(session, scene, title="  Parcours dentaire ", people=people)
    assert (dossier.state, dossier.version, dossier.title) == ("choix", 1, "Parcours dentaire")
    assert dossier.due_at is not None
    assert (dossier.due_at - NOW).days == 21
    named = session.scalars(select(DossierPerson.user_id).where(DossierPerson.dossier_id == dossier.id))
    assert list(named) == [scene.member.user_id]  # whoever is in charge is not named twice
    facts = {"title": "Parcours dentaire", "workflow": "patient-traceur"}
    assert journal(session, "dossier-started") == [(scene.coordinator.user_id, facts)]


def test_every_fault_of_a_start_is_told_at_once(session: Session, scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        a_dossier(
            session,
            scene,
            "inconnu",
            title=" ",
            purpose="Madame 2 84 05 88 123 456 12",
            owner_id=scene.stranger.user_id,
            people=[scene.stranger.user_id],
        )
    assert faults_of(refusal.value) == [
        ("workflow", "unknown-choice"),
        ("title", "required"),
        ("purpose", "patient-identifier"),
        ("owner", "unknown-choice"),
        ("people", "unknown-choice"),
    ]


def test_without_a_workflow_one_is_asked_for(session: Session, scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        a_dossier(session, scene, "", title="Titre")
    assert faults_of(refusal.value) == [("workflow", "required")]


@pytest.mark.parametrize("who", ["member", "stranger", "helper", "administrator"])
def test_only_who_leads_the_centre_starts_a_dossier(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotAllowed):
        a_dossier(session, scene, actor=getattr(scene, who))


def test_a_closed_centre_starts_none(session: Session, scene: Scene) -> None:
    scene.centre.closed_at = NOW
    with pytest.raises(NotFound):
        a_dossier(session, scene)


def test_a_workflow_withdrawn_is_no_longer_offered(session: Session, scene: Scene) -> None:
    edition = session.scalars(
        select(WorkflowEdition).where(WorkflowEdition.workflow == "patient-traceur")
    ).one()
    edition.is_current = False
    with pytest.raises(InvalidInput):
        a_dossier(session, scene)


def test_a_title_is_proposed_that_no_dossier_has(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, title="Patient traceur 2026")
    workflow = workflow_of(session, scene, dossier)
    assert propose_title(session, scene.centre.id, workflow, NOW) == "Patient traceur 2026 (2)"


def test_the_title_of_the_next_one_is_of_the_year_after_its_period(session: Session, scene: Scene) -> None:
    first = a_dossier(session, scene, "indicateurs-annuels")
    workflow = workflow_of(session, scene, first)
    assert propose_title(session, scene.centre.id, workflow, NOW, first).endswith("l’année 2026")
    change(session, scene, first, period_from=date(2026, 1, 1), period_to=date(2026, 12, 31))
    assert propose_title(session, scene.centre.id, workflow, NOW, first).endswith("l’année 2027")


def test_the_next_one_starts_a_year_later_with_the_same_targets(session: Session, scene: Scene) -> None:
    first = a_dossier(session, scene, "indicateurs-annuels", title="Année 2024")
    change(
        session,
        scene,
        first,
        period_from=date(2024, 2, 29),
        period_to=date(2024, 12, 31),
        year_ends_on=date(2025, 3, 31),
    )
    session.add(IndicatorTarget(dossier_id=first.id, criterion="D1-01", target=Decimal(1200)))
    go(session, scene.coordinator, first, "abandonne")
    following = a_dossier(session, scene, "indicateurs-annuels", title="Année 2025", previous_id=first.id)
    assert (following.period_from, following.period_to) == (date(2025, 2, 28), date(2025, 12, 31))
    assert following.year_ends_on == date(2026, 3, 31)
    target = session.scalars(select(IndicatorTarget).where(IndicatorTarget.dossier_id == following.id)).one()
    assert (target.criterion, target.target) == ("D1-01", Decimal(1200))


def test_the_next_one_of_a_dossier_without_dates_has_none(session: Session, scene: Scene) -> None:
    first = a_dossier(session, scene)
    go(session, scene.coordinator, first, "abandonne")
    following = a_dossier(session, scene, title="Suite", previous_id=first.id)
    assert (following.previous_id, following.period_from) == (first.id, None)


def test_after_a_dossier_only_what_its_workflow_leads_to_is_offered(session: Session, scene: Scene) -> None:
    first = a_dossier(session, scene)
    go(session, scene.coordinator, first, "abandonne")
    offer = read_offer(session, scene.coordinator, scene.centre.id, first.id)
    assert [one.workflow for one in offer.workflows] == ["patient-traceur"]
    assert offer.previous is first


def test_nothing_follows_a_dossier_that_runs_that_is_elsewhere_or_that_is_not_there(
    session: Session, scene: Scene
) -> None:
    running = a_dossier(session, scene)
    other = a_centre(session)
    elsewhere = a_dossier(session, scene)
    go(session, scene.coordinator, elsewhere, "abandonne")
    elsewhere.centre_id = other.id
    for key in (running.id, elsewhere.id, 999_999, 0, 2**40):
        with pytest.raises(NotFound):
            read_offer(session, scene.coordinator, scene.centre.id, key)


def test_a_dossier_is_followed_once(session: Session, scene: Scene) -> None:
    first = a_dossier(session, scene)
    go(session, scene.coordinator, first, "abandonne")
    a_dossier(session, scene, title="Suite", previous_id=first.id)
    with pytest.raises(InvalidInput) as refusal:
        a_dossier(session, scene, title="Autre suite", previous_id=first.id)
    assert faults_of(refusal.value) == [("previous", "already-followed")]
