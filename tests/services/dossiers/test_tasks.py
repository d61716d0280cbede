"""The check-list of a dossier, and the tasks that people add to it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.tasks import add_task, assign_task, read_tasks, remove_task, set_task
from aqss.services.runs.tasks import TaskLine
from tests.services.dossiers.scene import (
    NOW,
    Scene,
    a_dossier,
    change,
    do_tasks,
    faults_of,
    go,
    journal,
    workflow_of,
)


def lines(session: Session, scene: Scene, dossier: Dossier) -> dict[str, TaskLine]:
    found = read_tasks(session, scene.coordinator, dossier, workflow_of(session, scene, dossier))
    return {line.line.task if line.line else line.label: line for line in found}


def add(session: Session, actor: Actor, dossier: Dossier, label: str = "Réserver la salle", **more: object):  # type: ignore[no-untyped-def]
    known = {"owner_id": None, "due_on": None, **more}
    return add_task(session, actor, dossier_id=dossier.id, label=label, now=NOW, **known)  # type: ignore[arg-type]


def tick(session: Session, actor: Actor, dossier: Dossier, task: str, *, done: bool = True) -> None:
    set_task(session, actor, dossier_id=dossier.id, task=task, done=done, now=NOW)


def test_a_line_is_declared_done_then_open_again(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    tick(session, scene.coordinator, dossier, "parcours")
    line = lines(session, scene, dossier)["parcours"]
    assert (line.done_at, line.done_by) == (NOW, "Camille Coordination")
    tick(session, scene.coordinator, dossier, "parcours")  # twice is once
    tick(session, scene.coordinator, dossier, "parcours", done=False)
    assert lines(session, scene, dossier)["parcours"].done_at is None
    facts = {"state": "choix", "task": "parcours"}
    assert journal(session, "dossier-task-done") == [(scene.coordinator.user_id, facts)]
    assert journal(session, "dossier-task-reopened") == [(scene.coordinator.user_id, facts)]


def test_a_line_is_declared_done_by_its_role_its_owner_and_who_is_in_charge(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene, owner_id=scene.colleague.user_id)
    with pytest.raises(NotAllowed):
        tick(session, scene.member, dossier, "parcours")
    tick(session, scene.colleague, dossier, "parcours")
    assign_task(
        session,
        scene.coordinator,
        dossier_id=dossier.id,
        task="accord",
        owner_id=scene.member.user_id,
        due_on=None,
        now=NOW,
    )
    tick(session, scene.member, dossier, "accord")
    with pytest.raises(NotFound):
        tick(session, scene.stranger, dossier, "accord")


def test_a_line_is_given_to_somebody_for_a_day(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    for _ in range(2):  # the same again tells nothing
        assign_task(
            session,
            scene.manager,
            dossier_id=dossier.id,
            task="parcours",
            owner_id=scene.member.user_id,
            due_on=date(2026, 3, 10),
            now=NOW,
        )
    line = lines(session, scene, dossier)["parcours"]
    assert (line.owner_name, line.due_on) == ("Mehdi Médecin", date(2026, 3, 10))
    assert line.due_at is not None
    assert line.due_at.isoformat() == "2026-03-10T23:00:00+00:00"
    facts = {"state": "choix", "task": "parcours"}
    assert journal(session, "dossier-task-assigned") == [(scene.manager.user_id, facts)]


def test_a_task_that_people_add_is_waited_for_like_the_others(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    row = add(session, scene.manager, dossier, owner_id=scene.member.user_id, due_on=date(2026, 3, 9))
    for code in ("parcours", "accord", "equipe"):
        tick(session, scene.coordinator, dossier, code)
    with pytest.raises(InvalidTransition):
        go(session, scene.coordinator, dossier, "recueil")
    tick(session, scene.member, dossier, str(row.id))
    go(session, scene.coordinator, dossier, "recueil")
    assert "Réserver la salle" not in lines(session, scene, dossier)
    facts = {"label": "Réserver la salle"}
    assert journal(session, "dossier-task-added") == [(scene.manager.user_id, facts)]
    assert journal(session, "dossier-task-done")[-1] == (scene.member.user_id, facts)


def test_a_task_that_people_added_is_taken_away_a_line_of_the_list_is_not(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene)
    row = add(session, scene.coordinator, dossier)
    remove_task(session, scene.coordinator, dossier_id=dossier.id, task=str(row.id), now=NOW)
    assert "Réserver la salle" not in lines(session, scene, dossier)
    for task in ("parcours", "999999", str(2**40), "٣", "12345678901"):
        with pytest.raises(NotFound):
            remove_task(session, scene.coordinator, dossier_id=dossier.id, task=task, now=NOW)


def test_a_task_of_another_dossier_or_state_is_not_found(session: Session, scene: Scene) -> None:
    dossier, other = a_dossier(session, scene), a_dossier(session, scene)
    row = add(session, scene.coordinator, other)
    for task in (str(row.id), "patient", "inconnu", "²"):
        with pytest.raises(NotFound):
            tick(session, scene.coordinator, dossier, task)


def test_a_task_left_open_in_a_step_that_is_past_is_not_touched_any_more(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    change(session, scene, dossier, purpose="Aide ?", structure_id=scene.structure.id)
    row = add(session, scene.coordinator, dossier)
    go(session, scene.coordinator, dossier, "envoyee")
    key, task = dossier.id, str(row.id)
    with pytest.raises(NotFound):
        tick(session, scene.coordinator, dossier, task)
    given = {"owner_id": None, "due_on": None}
    with pytest.raises(NotFound):
        assign_task(session, scene.coordinator, dossier_id=key, task=task, now=NOW, **given)
    with pytest.raises(NotFound):
        remove_task(session, scene.coordinator, dossier_id=key, task=task, now=NOW)
    go(session, scene.coordinator, dossier, "redaction")
    tick(session, scene.coordinator, dossier, str(row.id))
    assert row.done_at == NOW


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"label": ""}, [("label", "required")]),
        ({"label": "NIR 284058812345612"}, [("label", "patient-identifier")]),
        ({"owner_id": 999_999}, [("owner", "unknown-choice")]),
        ({"due_on": date(9999, 12, 31)}, [("due_on", "date-outside")]),
        ({"due_on": date(1, 1, 1)}, [("due_on", "date-outside")]),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, scene: Scene, more: dict[str, object], faults: list[tuple[str, str]]
) -> None:
    dossier = a_dossier(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        add(session, scene.coordinator, dossier, **{"label": "Tâche", **more})  # type: ignore[arg-type]
    assert faults_of(refusal.value) == faults


def test_who_does_not_lead_adds_none_and_an_ended_dossier_takes_none(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    with pytest.raises(NotAllowed):
        add(session, scene.member, dossier)
    do_tasks(session, scene, dossier)
    go(session, scene.coordinator, dossier, "abandonne")
    with pytest.raises(NotPossibleNow):
        add(session, scene.coordinator, dossier)
    with pytest.raises(NotPossibleNow):
        tick(session, scene.coordinator, dossier, "parcours")
