"""What awaits a person in dossiers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.gateways.french import end_of_day
from aqss.persistence.accounts import Membership
from aqss.services.dossiers.awaiting import AwaitedDossier, Errand, what_awaits_in_dossiers
from aqss.services.dossiers.tasks import add_task, assign_task, set_task
from tests.services.assessments.scene import publish_workflow, read_workflow, statements
from tests.services.dossiers.scene import NOW, TODAY, Scene, a_dossier, change, do_tasks, finish_grids, go

LATER = NOW + timedelta(days=60)


def awaits(session: Session, actor: Actor, errand: Errand, now: datetime = NOW) -> list[AwaitedDossier]:
    return [one for one in what_awaits_in_dossiers(session, actor, now) if one.errand is errand]


def test_tasks_given_to_somebody_await_them_until_they_are_done(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    given = {"dossier_id": dossier.id, "owner_id": scene.member.user_id, "now": NOW}
    assign_task(session, scene.coordinator, task="parcours", due_on=None, **given)  # type: ignore[arg-type]
    day = date(2026, 3, 5)
    assign_task(session, scene.coordinator, task="accord", due_on=day, **given)  # type: ignore[arg-type]
    add_task(session, scene.coordinator, label="Réserver", due_on=None, **given)  # type: ignore[arg-type]
    found = {one.task: one.due_at for one in awaits(session, scene.member, Errand.TASK)}
    assert found == {
        "Choisir un parcours qui traverse plusieurs professions": NOW + timedelta(days=14),
        "Informer le patient, recueillir son accord et le noter dans son dossier de soins, pas ici": (
            end_of_day(day)
        ),
        "Réserver": dossier.due_at,
    }
    assert awaits(session, scene.colleague, Errand.TASK) == []
    set_task(session, scene.member, dossier_id=dossier.id, task="parcours", done=True, now=NOW)
    assert len(awaits(session, scene.member, Errand.TASK)) == 2
    do_tasks(session, scene, dossier)
    go(session, scene.coordinator, dossier, "abandonne")
    assert awaits(session, scene.member, Errand.TASK) == []


def test_a_dossier_awaits_who_is_in_charge_a_week_before_it_is_due(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, owner_id=scene.member.user_id)
    assert awaits(session, scene.member, Errand.LEAD) == []
    (one,) = awaits(session, scene.member, Errand.LEAD, NOW + timedelta(days=14))
    assert (one.dossier, one.due_at) == (dossier, dossier.due_at)


def test_those_that_others_are_late_with_are_counted_for_who_leads(session: Session, scene: Scene) -> None:
    a_dossier(session, scene, owner_id=None)
    a_dossier(session, scene, owner_id=scene.member.user_id)
    a_dossier(session, scene, owner_id=scene.coordinator.user_id)
    (one,) = awaits(session, scene.coordinator, Errand.LATE, LATER)
    assert (one.count, one.centre_name, one.dossier) == (2, "Centre des Lilas", None)
    assert awaits(session, scene.coordinator, Errand.LATE, NOW) == []
    assert awaits(session, scene.member, Errand.LATE, LATER) == []


def test_a_dossier_awaits_the_roles_it_takes_to_go_on_when_who_is_in_charge_has_none(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene, "indicateurs-annuels")
    change(session, scene, dossier, period_from=TODAY, period_to=TODAY)
    assert awaits(session, scene.manager, Errand.DECIDE) == []  # its owner may
    for state in ("saisie", "relecture"):
        do_tasks(session, scene, dossier)
        finish_grids(session, scene, dossier)
        go(session, scene.coordinator, dossier, state)
    (one,) = awaits(session, scene.manager, Errand.DECIDE)
    assert (one.dossier, one.task, one.due_at) == (dossier, "Valider et figer", dossier.due_at)
    for actor in (scene.coordinator, scene.member, scene.stranger, scene.helper):
        assert awaits(session, actor, Errand.DECIDE) == []
    change(session, scene, dossier, owner_id=scene.manager.user_id)
    assert awaits(session, scene.manager, Errand.DECIDE) == []  # they are in charge themselves


def test_a_dossier_that_nobody_leads_awaits_who_may_pass_it_on(session: Session, scene: Scene) -> None:
    a_dossier(session, scene, owner_id=None)
    left = a_dossier(session, scene, title="Parti", owner_id=scene.colleague.user_id)
    session.scalars(
        select(Membership).where(Membership.user_id == scene.colleague.user_id)
    ).one().disabled_at = NOW
    assert len(awaits(session, scene.coordinator, Errand.DECIDE)) == 2
    assert awaits(session, scene.member, Errand.DECIDE) == []
    go(session, scene.coordinator, left, "abandonne")
    assert len(awaits(session, scene.coordinator, Errand.DECIDE)) == 1


def test_what_an_owner_may_pass_on_awaits_nobody_else(session: Session, scene: Scene) -> None:
    publish_workflow(session, read_workflow(BY_OWNER))
    session.info.clear()
    a_dossier(session, scene, "suivi", owner_id=scene.member.user_id)
    assert awaits(session, scene.manager, Errand.DECIDE) == []
    a_dossier(session, scene, "suivi", title="Sans personne", owner_id=None)
    assert len(awaits(session, scene.manager, Errand.DECIDE)) == 1


BY_OWNER = """
workflow: suivi
version: 1
title: Suivi
subject: dossier
states:
  - state: debut
    label: Début
    initial: true
    transitions: [{to: fin, label: Finir, by: [owner, manager]}]
  - {state: fin, label: Fin, final: true}
"""


def test_what_a_structure_is_to_say_awaits_nobody_of_the_centre(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui", owner_id=None)
    change(session, scene, dossier, purpose="Aide ?", structure_id=scene.structure.id)
    do_tasks(session, scene, dossier)
    assert len(awaits(session, scene.coordinator, Errand.DECIDE)) == 1
    go(session, scene.coordinator, dossier, "envoyee")
    assert awaits(session, scene.coordinator, Errand.DECIDE) == []


def test_a_request_awaits_the_structure_while_it_is_its_turn(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    change(session, scene, dossier, purpose="Aide ?", structure_id=scene.structure.id)
    do_tasks(session, scene, dossier)
    assert awaits(session, scene.helper, Errand.ANSWER) == []
    go(session, scene.coordinator, dossier, "envoyee")
    (one,) = awaits(session, scene.helper, Errand.ANSWER)
    assert one.dossier is dossier
    assert awaits(session, scene.coordinator, Errand.LEAD, LATER) == []
    (one,) = awaits(session, scene.coordinator, Errand.FOLLOW, LATER)  # late, but not theirs to pass on
    assert one.dossier is dossier
    go(session, scene.coordinator, dossier, "redaction")
    assert awaits(session, scene.helper, Errand.ANSWER) == []
    assert what_awaits_in_dossiers(session, scene.stranger, LATER) == ()


def test_a_closed_centre_awaits_nobody(session: Session, scene: Scene) -> None:
    a_dossier(session, scene)
    a_dossier(session, scene, owner_id=None)
    scene.centre.closed_at = NOW
    session.flush()
    assert what_awaits_in_dossiers(session, scene.coordinator, LATER) == ()


def test_it_takes_the_same_queries_whatever_the_number(session: Session, scene: Scene) -> None:
    a_dossier(session, scene)
    what_awaits_in_dossiers(session, scene.coordinator, LATER)
    with statements(session) as few:
        what_awaits_in_dossiers(session, scene.coordinator, LATER)
    for _ in range(5):
        a_dossier(session, scene)
    with statements(session) as many:
        what_awaits_in_dossiers(session, scene.coordinator, LATER)
    assert len(many) == len(few)
