"""Interviews: nobody is named, nothing is recorded without an agreement, and a recording is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow, StaleEdit
from aqss.persistence.dossiers import Dossier, Interview
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.dossiers.interviews import (
    Told,
    add_interview,
    are_consents_noted,
    are_recordings_deleted,
    change_interview,
    get_interview,
    list_interviews,
    remove_interview,
)
from aqss.services.dossiers.sheets import list_sheets
from tests.services.assessments.scene import publish_workflow, read_workflow
from tests.services.dossiers.scene import (
    NOW,
    TODAY,
    Scene,
    a_dossier,
    do_tasks,
    faults_of,
    go,
    journal,
)

MAYOR = Told(TODAY, "Adjointe à la santé, mairie", "oral")


def add(session: Session, scene: Scene, dossier: Dossier, told: Told = MAYOR) -> Interview:
    return add_interview(session, scene.coordinator, dossier_id=dossier.id, told=told, now=NOW)


def alter(
    session: Session, scene: Scene, dossier: Dossier, key: int, told: Told, version: int | None = None
) -> None:
    change_interview(
        session,
        scene.coordinator,
        dossier_id=dossier.id,
        interview_id=key,
        told=told,
        expected_version=dossier.version if version is None else version,
        now=NOW,
    )


def remove(session: Session, scene: Scene, dossier: Dossier, key: int) -> None:
    remove_interview(session, scene.coordinator, dossier_id=dossier.id, interview_id=key, now=NOW)


def test_each_interview_fills_a_sheet_of_its_own(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    add(session, scene, dossier)
    add(session, scene, dossier, Told(date(2026, 2, 1), "Médecin de PMI", "none", wishes_contact=True))
    met = list_interviews(session, dossier)
    assert [one.who for one in met] == ["Médecin de PMI", "Adjointe à la santé, mairie"]  # by date
    titles = [line.title for line in list_sheets(session, dossier)]
    assert titles == ["Entretien n° 1", "Entretien n° 2"]
    assert {one.assessment_id for one in met} == {
        line.assessment_id for line in list_sheets(session, dossier)
    }
    assert journal(session, "interview-added") == [(scene.coordinator.user_id, {})] * 2


def test_the_number_of_one_taken_away_is_taken_again(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    first, _ = add(session, scene, dossier), add(session, scene, dossier)
    remove(session, scene, dossier, first.id)
    for _ in range(2):
        add(session, scene, dossier)
    titles = sorted(line.title[-1] for line in list_sheets(session, dossier))
    assert titles == ["1", "2", "3"]


def test_opening_the_grids_opens_none_of_its_own(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    do_tasks(session, scene, dossier)
    go(session, scene.coordinator, dossier, "entretiens")
    assert list_sheets(session, dossier) == ()


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        (Told(TODAY, "", "oral"), [("who", "required")]),
        (Told(TODAY, "284058812345612", "oral"), [("who", "patient-identifier")]),
        (Told(None, "Préfet", "oral"), [("held_on", "required")]),
        (Told(date(1, 1, 1), "Préfet", "oral"), [("held_on", "date-outside")]),
        (Told(date(2028, 1, 1), "Préfet", "oral"), [("held_on", "date-outside")]),
        (Told(TODAY, "Préfet", "jamais"), [("consent", "unknown-choice")]),
        (Told(TODAY, "Préfet", "none", is_recorded=True), [("is_recorded", "consent-first")]),
        (Told(TODAY, "Préfet", "oral", erased_on=TODAY), [("erased_on", "not-recorded")]),
        (
            Told(TODAY, "Préfet", "oral", is_recorded=True, erased_on=date(2026, 3, 1)),
            [("erased_on", "date-outside")],
        ),
        (
            Told(TODAY, "Préfet", "oral", is_recorded=True, erased_on=date(2026, 3, 3)),
            [("erased_on", "date-outside")],
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, scene: Scene, told: Told, faults: list[tuple[str, str]]
) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    with pytest.raises(InvalidInput) as refusal:
        add(session, scene, dossier, told)
    assert faults_of(refusal.value) == faults
    assert list_interviews(session, dossier) == ()


def test_agreements_are_noted_when_somebody_was_met_and_all_are(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    assert not are_consents_noted(session, dossier)
    add(session, scene, dossier)
    assert are_consents_noted(session, dossier)
    waiting = add(session, scene, dossier, Told(TODAY, "Préfet"))
    assert not are_consents_noted(session, dossier)
    alter(session, scene, dossier, waiting.id, Told(TODAY, "Préfet", "written"))
    assert are_consents_noted(session, dossier)
    assert journal(session, "interview-changed") == [(scene.coordinator.user_id, {})]


def test_recordings_are_deleted_when_each_has_its_day(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    add(session, scene, dossier)
    assert are_recordings_deleted(session, dossier)
    recorded = add(session, scene, dossier, Told(TODAY, "Préfet", "written", is_recorded=True))
    assert not are_recordings_deleted(session, dossier)
    erased = Told(TODAY, "Préfet", "written", is_recorded=True, erased_on=TODAY)
    alter(session, scene, dossier, recorded.id, erased)
    assert are_recordings_deleted(session, dossier)


def test_what_was_recorded_stays_told_until_it_is_erased(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    recorded = Told(TODAY, "Préfet", "written", is_recorded=True)
    met = add(session, scene, dossier, recorded)
    with pytest.raises(InvalidInput) as refusal:
        alter(session, scene, dossier, met.id, replace(recorded, is_recorded=False))
    assert faults_of(refusal.value) == [("is_recorded", "recording-kept")]
    assert not are_recordings_deleted(session, dossier)
    alter(session, scene, dossier, met.id, replace(recorded, erased_on=TODAY))
    alter(session, scene, dossier, met.id, replace(recorded, is_recorded=False))
    assert (met.is_recorded, met.erased_on) == (False, None)


def test_what_somebody_else_told_of_it_meanwhile_is_not_replaced_unseen(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    met = add(session, scene, dossier)
    alter(session, scene, dossier, met.id, replace(MAYOR, consent="written"), version=1)
    with pytest.raises(StaleEdit):
        alter(session, scene, dossier, met.id, replace(MAYOR, who="Préfet"), version=1)
    assert (met.who, met.consent, dossier.version) == (MAYOR.who, "written", 2)


def test_an_interview_is_taken_away_with_its_blank_sheet(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    met = add(session, scene, dossier)
    remove(session, scene, dossier, met.id)
    assert (list_interviews(session, dossier), list_sheets(session, dossier)) == ((), ())
    assert journal(session, "interview-removed") == [(scene.coordinator.user_id, {})]


def test_an_interview_without_a_sheet_is_taken_away_too(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    bare = Interview(dossier_id=dossier.id, held_on=TODAY, who="Préfet")
    session.add(bare)
    session.flush()
    remove(session, scene, dossier, bare.id)
    assert list_interviews(session, dossier) == ()


def test_one_whose_recording_is_kept_or_whose_sheet_is_filled_stays(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    recorded = add(session, scene, dossier, Told(TODAY, "Préfet", "written", is_recorded=True))
    filled = add(session, scene, dossier)
    save_answer(
        session,
        scene.member,
        assessment_id=filled.assessment_id or 0,
        grid="entretien-territorial",
        criterion="D3-01",
        submission=Submission("text", "Le manque de dentistes."),
        expected_version=0,
        now=NOW,
    )
    for key, code in ((recorded.id, "recording-kept"), (filled.id, "sheet-answered")):
        with pytest.raises(InvalidInput) as refusal:
            remove(session, scene, dossier, key)
        assert [fault.code for fault in refusal.value.faults] == [code]


def test_refusals(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "diagnostic-territorial")
    met = add(session, scene, dossier)
    other = a_dossier(session, scene, "diagnostic-territorial", title="Autre")
    for key in (0, 2**40, 999_999):
        with pytest.raises(NotFound):
            get_interview(session, scene.coordinator, dossier.id, key)
    with pytest.raises(NotFound):
        get_interview(session, scene.coordinator, other.id, met.id)
    with pytest.raises(NotAllowed):
        get_interview(session, scene.member, dossier.id, met.id)
    assert get_interview(session, scene.coordinator, dossier.id, met.id) == (dossier, met)
    with pytest.raises(NotPossibleNow):
        add(session, scene, a_dossier(session, scene, "patient-traceur"))


MET = """
workflow: rencontres
version: 1
title: Rencontres
subject: dossier
states:
  - state: debut
    label: Début
    initial: true
    allows: [edit]
    transitions: [{to: fin, label: Finir, by: [coordinator], when: [consents-noted]}]
  - {state: fin, label: Fin, final: true}
"""


def test_a_workflow_of_ones_own_keeps_interviews_without_sheets(session: Session, scene: Scene) -> None:
    publish_workflow(session, read_workflow(MET))
    session.info.clear()
    dossier = a_dossier(session, scene, "rencontres")
    assert add(session, scene, dossier).assessment_id is None
    go(session, scene.coordinator, dossier, "fin")
    assert dossier.ended_at == NOW
