"""Each shipped workflow of dossiers, from its start to its end by the shortest path, with its real guards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.domain.errors import InvalidTransition, NotPossibleNow
from aqss.persistence.dossiers import Dossier
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.dossiers.interviews import Told, add_interview, change_interview
from aqss.services.dossiers.moving import EFFECT_ACTIONS, GUARD_CHECKS
from tests.services.dossiers.scene import (
    NOW,
    TODAY,
    Scene,
    a_dossier,
    change,
    do_tasks,
    finish_grids,
    give_documents,
    go,
    journal,
)


def test_guards_and_effects_are_those_that_files_may_name() -> None:
    assert set(GUARD_CHECKS) == set(GUARDS["dossier"])
    assert set(EFFECT_ACTIONS) == set(EFFECTS["dossier"])


def refused(session: Session, scene: Scene, dossier: Dossier, to: str, **more: object) -> tuple[str, ...]:
    """The guards that hold the passage back."""
    actor = more.get("actor", scene.coordinator)
    with pytest.raises(InvalidTransition) as refusal:
        go(session, actor, dossier, to)  # type: ignore[arg-type]
    assert refusal.value.reason == "guards"
    return refusal.value.guards


def step(session: Session, scene: Scene, dossier: Dossier, to: str, **more: object) -> None:
    """Do what the state asks, and pass on."""
    do_tasks(session, scene, dossier)
    go(session, more.get("actor", scene.coordinator), dossier, to)  # type: ignore[arg-type]


def test_a_patient_traceur(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "patient-traceur")
    assert refused(session, scene, dossier, "recueil") == ("tasks-done",)
    step(session, scene, dossier, "recueil")
    assert refused(session, scene, dossier, "analyse") == ("grids-finished",)
    finish_grids(session, scene, dossier)
    go(session, scene.coordinator, dossier, "analyse")
    step(session, scene, dossier, "termine")
    assert dossier.ended_at == NOW


def test_the_indicators_of_a_year(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "indicateurs-annuels")
    assert "period-chosen" in refused(session, scene, dossier, "saisie")
    change(
        session,
        scene,
        dossier,
        period_from=TODAY.replace(month=1, day=1),
        period_to=TODAY.replace(month=12, day=31),
        year_ends_on=TODAY.replace(month=6, day=30),
    )
    step(session, scene, dossier, "saisie")
    assert refused(session, scene, dossier, "relecture") == ("grids-finished",)
    finish_grids(session, scene, dossier)
    step(session, scene, dossier, "relecture")
    step(session, scene, dossier, "figee", actor=scene.manager)
    assert dossier.ended_at == NOW


def tell(session: Session, scene: Scene, dossier: Dossier, key: int, told: Told) -> None:
    version, named = dossier.version, {"dossier_id": dossier.id, "interview_id": key, "told": told}
    change_interview(session, scene.coordinator, expected_version=version, now=NOW, **named)


def test_a_territorial_diagnosis(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    step(session, scene, dossier, "entretiens")
    assert refused(session, scene, dossier, "transcription") == ("consents-noted",)
    told = Told(TODAY, "Adjointe à la santé", "written", is_recorded=True)
    met = add_interview(session, scene.coordinator, dossier_id=dossier.id, told=told, now=NOW)
    step(session, scene, dossier, "transcription")
    do_tasks(session, scene, dossier)
    assert refused(session, scene, dossier, "synthese") == ("recordings-deleted",)
    erased = Told(TODAY, "Adjointe à la santé", "written", is_recorded=True, erased_on=TODAY)
    tell(session, scene, dossier, met.id, erased)
    go(session, scene.coordinator, dossier, "synthese")
    do_tasks(session, scene, dossier)
    assert refused(session, scene, dossier, "termine") == ("documents-given",)
    give_documents(session, scene, dossier)
    go(session, scene.coordinator, dossier, "termine")
    assert dossier.ended_at == NOW


@pytest.mark.parametrize(
    ("steps", "end"), [(0, "abandonne"), (1, "abandonne"), (2, "abandonne"), (3, "termine")]
)
def test_a_territorial_diagnosis_ends_nowhere_with_a_recording(
    session: Session, scene: Scene, steps: int, end: str
) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    kept = Told(TODAY, "Adjointe à la santé", "oral")
    met = add_interview(session, scene.coordinator, dossier_id=dossier.id, told=kept, now=NOW)
    for state in ("entretiens", "transcription", "synthese")[:steps]:
        step(session, scene, dossier, state)
    do_tasks(session, scene, dossier)
    give_documents(session, scene, dossier)
    kept = replace(kept, is_recorded=True)
    tell(session, scene, dossier, met.id, kept)
    assert refused(session, scene, dossier, end) == ("recordings-deleted",)
    kept = replace(kept, erased_on=TODAY)
    tell(session, scene, dossier, met.id, kept)
    assert go(session, scene.coordinator, dossier, end).ended_at == NOW


def test_the_creation_of_a_centre(session: Session, scene: Scene) -> None:
    scene.centre.is_project = True
    scene.centre.flags = []
    dossier = a_dossier(session, scene, "creation-centre")
    for state in ("projet", "budget", "recrutement", "installation"):
        do_tasks(session, scene, dossier)
        give_documents(session, scene, dossier)
        go(session, scene.manager, dossier, state)
    do_tasks(session, scene, dossier)
    assert refused(session, scene, dossier, "ouverture", actor=scene.manager) == ("centre-described",)
    scene.centre.flags = ["mt"]
    version = scene.centre.version
    go(session, scene.manager, dossier, "ouverture")
    assert (scene.centre.is_project, scene.centre.version) == (False, version + 1)
    assert journal(session, "opened") == [(scene.manager.user_id, {})]
    step(session, scene, dossier, "termine", actor=scene.manager)
    assert dossier.ended_at == NOW


def test_a_centre_that_is_open_already_stays_so(session: Session, scene: Scene) -> None:
    scene.centre.is_project = True
    dossier = a_dossier(session, scene, "creation-centre")
    scene.centre.is_project = False
    for state in ("projet", "budget", "recrutement", "installation", "ouverture"):
        do_tasks(session, scene, dossier)
        give_documents(session, scene, dossier)
        go(session, scene.manager, dossier, state)
    assert journal(session, "opened") == []


@pytest.mark.parametrize("lacking", ["finess", "town", "flags"])
def test_a_centre_opens_once_it_is_described(session: Session, scene: Scene, lacking: str) -> None:
    scene.centre.is_project = True
    dossier = a_dossier(session, scene, "creation-centre")
    for state in ("projet", "budget", "recrutement", "installation"):
        do_tasks(session, scene, dossier)
        give_documents(session, scene, dossier)
        go(session, scene.manager, dossier, state)
    do_tasks(session, scene, dossier)
    setattr(scene.centre, lacking, {"finess": None, "town": "", "flags": []}[lacking])
    session.flush()
    assert refused(session, scene, dossier, "ouverture", actor=scene.manager) == ("centre-described",)


def test_a_project_starts_no_self_assessment(session: Session, scene: Scene) -> None:
    scene.centre.is_project = True
    scope = Scope("Auto-évaluation", grids=("coordination",))
    with pytest.raises(NotPossibleNow):
        start_assessment(session, scene.coordinator, centre_id=scene.centre.id, scope=scope, now=NOW)


def test_a_support_request(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    assert "question-written" in refused(session, scene, dossier, "envoyee")
    change(session, scene, dossier, purpose="Comment tracer ?", structure_id=scene.structure.id)
    step(session, scene, dossier, "envoyee")
    go(session, scene.helper, dossier, "en-cours")
    go(session, scene.helper, dossier, "terminee")
    assert dossier.ended_at == NOW
