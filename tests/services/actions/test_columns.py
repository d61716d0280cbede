"""What each column of a plan says of an action."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.gateways.tables import text_of
from aqss.persistence.actions import Action, ActionProof
from aqss.persistence.assessments import Assessment
from aqss.persistence.dossiers import Dossier
from aqss.services.actions.columns import PLAN_COLUMNS, origin_of, plan_table
from aqss.services.actions.filters import Filters, View
from aqss.services.editions import current_workflow
from tests.builders import a_proof, an_action
from tests.services.actions.plans import a_step, listed
from tests.services.actions.scene import key_of
from tests.services.assessments.scene import NOW, Scene, an_assessment

EVENING = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
"""1 July in Paris."""


def told(session: Session, scene: Scene) -> dict[str, str]:
    """Heading → what it says of the only action."""
    (row,) = listed(session, scene, Filters(view=View.ALL)).rows
    return {column.heading: text_of(column, row) for column in PLAN_COLUMNS}


def a_whole_action(session: Session, scene: Scene, **more: Any) -> tuple[Action, Assessment]:
    assessment = an_assessment(session, scene)
    keys = [key_of(session, assessment, code) for code in ("CO-1", "CO-5")]
    action = an_action(
        session,
        scene.centre,
        **{
            "title": "Écrire la procédure",
            "owner_id": scene.member.user_id,
            "contributors": [scene.colleague.user_id, scene.manager.user_id],
            "means": "Une demi-journée.",
            "starts_on": date(2026, 3, 1),
            "due_on": date(2026, 6, 30),
            "criticality": 4,
            "feasibility": 3,
            "impact": 2,
            "state": "close",
            "entered_at": EVENING,
            "progress": 50,
            "criteria": keys,
            "assessment_id": assessment.id,
            "effect_sheet_id": keys[0][0],
            "effect_criterion": "CO-1",
            "effect_from": "non",
            "effect_to": "partiel",
            "review_on": date(2026, 12, 15),
            "result": "partiel",
            "result_note": "Vu sur dix dossiers.",
            "closed_by_id": scene.coordinator.user_id,
            **more,
        },
    )
    return action, assessment


def test_every_column_tells_its_part(session: Session, scene: Scene) -> None:
    action, assessment = a_whole_action(session, scene)
    proof = a_proof(session, scene.centre, assessment, "CO-1", title="Procédure signée")
    session.add(ActionProof(action_id=action.id, proof_id=proof.id))
    a_step(session, action, done=True)
    a_step(session, action)
    assert {heading: text.replace("\u00a0", " ") for heading, text in told(session, scene).items()} == {
        "N°": "1",
        "Origine": "Campagne 2026 : CO-1, CO-5",
        "Objectif": "Écrire la procédure",
        "Type": "Corrective",
        "Pilote": "Mehdi Médecin",
        "Contributeurs": "Dominique Direction ; Inès Infirmière",
        "Moyens": "Une demi-journée.",
        "Début": "01/03/2026",
        "Échéance": "30/06/2026",
        "Criticité": "4",
        "Faisabilité": "3",
        "Impact": "2",
        "Priorité": "24",
        "Étape": "Close",
        "Tâches faites": "1 sur 2",
        "Avancement (%)": "50",
        "Effet attendu sur": "CO-1 : Énoncé CO-1.",
        "De": "Non",
        "À": "En partie",
        "Revue le": "15/12/2026",
        "Preuves": "Procédure signée",
        "Résultat": "Partiel",
        "Constat à la clôture": "Vu sur dix dossiers.",
        "Close par": "Camille Coordination",
        "Close le": "01/07/2026",
    }


def test_what_is_not_told_yet_is_empty(session: Session, scene: Scene) -> None:
    an_action(session, scene.centre, effect_measure="Appels perdus", effect_to="20")
    cells = told(session, scene)
    assert (cells["Effet attendu sur"], cells["De"], cells["À"]) == ("Appels perdus", "", "20")
    empty = {heading for heading, text in cells.items() if not text}
    assert {"Pilote", "Contributeurs", "Moyens", "Début", "Échéance", "Tâches faites", "Preuves"} < empty
    assert {"Résultat", "Constat à la clôture", "Close par", "Close le", "Revue le"} < empty
    assert cells["Origine"] == "Hors auto-évaluation"


def test_a_number_expected_has_the_words_of_its_scale(session: Session, scene: Scene) -> None:
    key = key_of(session, an_assessment(session, scene), "ME-1")
    an_action(session, scene.centre, criteria=[key], effect_sheet_id=key[0], effect_criterion="ME-1",
              effect_to="12.5")  # fmt: skip
    cells = told(session, scene)
    assert (cells["De"], cells["À"]) == ("", "12,5\u00a0%")


@pytest.mark.parametrize(
    ("values", "origin"),
    [
        ({"origin": "session"}, "Campagne 2026 : CO-1, CO-5 ; Séance d’accord"),
        ({"origin": "criterion"}, "Campagne 2026 : CO-1, CO-5"),
    ],
)
def test_an_origin_says_what_led_to_the_action(
    session: Session, scene: Scene, values: dict[str, Any], origin: str
) -> None:
    a_whole_action(session, scene, **values)
    assert told(session, scene)["Origine"].replace("\u00a0", " ") == origin


def test_criteria_of_two_assessments_come_each_with_its_own(session: Session, scene: Scene) -> None:
    first = an_assessment(session, scene, "coordination", title="Campagne 2025")
    second = an_assessment(session, scene, "hygiene", title="Campagne 2026")
    keys = [key_of(session, first, "CO-1"), key_of(session, second, "HY-1")]
    an_action(session, scene.centre, criteria=keys)
    (row,) = listed(session, scene).rows
    assert origin_of(row).replace("\u00a0", " ") == "Campagne 2025 : CO-1 ; Campagne 2026 : HY-1"


def test_an_action_of_a_dossier_names_it(session: Session, scene: Scene) -> None:
    dossier = Dossier(
        centre_id=scene.centre.id,
        title="Ouverture du centre",
        workflow="creation-centre",
        workflow_edition_id=current_workflow(session, "action").id,
        state="prevoir",
        entered_at=NOW,
        version=1,
        created_at=NOW,
    )
    session.add(dossier)
    session.flush()
    an_action(session, scene.centre, dossier_id=dossier.id, origin="dossier")
    key = key_of(session, an_assessment(session, scene), "CO-1")
    an_action(session, scene.centre, dossier_id=dossier.id, origin="dossier", criteria=[key])
    origins = [origin_of(row).replace("\u00a0", " ") for row in listed(session, scene).rows]
    assert origins == ["Ouverture du centre", "Campagne 2026 : CO-1 ; Ouverture du centre"]


def test_of_several_centres_each_action_tells_its_own_after_its_number(
    session: Session, scene: Scene
) -> None:
    an_action(session, scene.centre)
    (row,) = listed(session, scene).rows
    table = plan_table([row], has_centres=True)
    assert [column.heading for column in table.columns[:3]] == ["N°", "Centre", "Origine"]
    assert text_of(table.columns[1], row) == "Centre des Lilas"
    assert plan_table([row]).columns == PLAN_COLUMNS
