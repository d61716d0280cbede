"""The sheet « Accord » of the workbook: the figures of the synthesis, and nothing that a sum could tell."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.synthesis import read_synthesis
from aqss.services.exports.results import results_xlsx
from aqss.services.reports.assessment import document_html
from aqss.services.wording import support_fr
from tests.services.assessments.scene import Scene, set_scene
from tests.services.assessments.voices import (
    a_blind_assessment,
    a_second_round,
    a_sitting,
    agree,
    say,
    validate,
)
from tests.services.reports.story import a_rated_assessment, report_of

FEW = "Motif d’une seule personne."


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)


@pytest.fixture
def blind(session: Session, scene: Scene) -> Assessment:
    """Five of nine on CO-1, three on CO-2, a second round on CO-3, « non concerné » on CO-5; HY-1 not yet."""
    blind = a_blind_assessment(session, scene, 9, "coordination", "hygiene")
    say(session, blind, "CO-1", *["partiel"] * 5, *["oui"] * 4)
    say(session, blind, "CO-2", "oui", "non", "non", ("na", FEW))
    say(session, blind, "CO-3", *["oui"] * 5, *["non"] * 4)
    say(session, blind, "CO-3", *["oui"] * 6, "non", round=2)
    a_second_round(session, blind, "CO-3", a_sitting(session, blind))
    say(session, blind, "CO-5", *["a"] * 4, ("na", "Ici."), ("na", "Là."), ("unknown", ""))
    agree(session, blind, "CO-1", "partiel", reason="Relu.", has_dissent=True, is_ratified=True)
    agree(session, blind, "CO-2", "non", note="=1+1")
    agree(session, blind, "CO-3", "oui", is_ratified=True)
    agree(session, blind, "CO-5", ("na", "Fait ailleurs."))
    return blind


def rows_of(session: Session, scene: Scene, catalogue: Catalogue, blind: Assessment) -> list[dict[str, Any]]:
    workbook = load_workbook(BytesIO(results_xlsx(report_of(session, scene.member, catalogue, blind))))
    head, *rows = workbook["Accord"].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_each_row_has_the_figures_of_the_synthesis_before_and_after_closing(
    session: Session, scene: Scene, catalogue: Catalogue, blind: Assessment
) -> None:
    rows = rows_of(session, scene, catalogue, blind)
    counts = [(row["Code"], row["Même réponse"], row["Voix exprimées"], row["Tour"]) for row in rows]
    assert counts == [("CO-1", 5, 9, 1), ("CO-2", None, None, 1), ("CO-3", 6, 7, 2), ("CO-5", 2, 4, 1)]
    asides = [(row["Ne sait pas"], row["Non concerné"]) for row in rows]
    assert asides == [(0, 0), (None, None), (0, 0), (1, 2)]
    assert [row["Reste en désaccord"] for row in rows] == ["oui", "non", "non", "non"]
    assert [row["Accepté d’emblée"] for row in rows] == ["oui", "non", "non", "non"], (
        "CO-3: on its second round"
    )
    assert (rows[0]["Pourquoi cette réponse"], rows[0]["Réponse de l’équipe"]) == ("Relu.", "En partie")
    synthesis = read_synthesis(session, scene.member, blind.id)
    told = [
        support_fr(x.answer, x.agreement.support)
        for x in synthesis.lines
        if x.agreement and x.agreement.support
    ]
    assert [row["Voix"] for row in rows] == told
    validate(session, scene, blind)
    assert rows_of(session, scene, catalogue, blind) == rows


def test_nothing_of_the_workbook_nor_of_the_report_tells_what_fewer_than_four_said(
    session: Session, scene: Scene, catalogue: Catalogue, blind: Assessment
) -> None:
    content = report_of(session, scene.member, catalogue, blind)
    workbook = load_workbook(BytesIO(results_xlsx(content)))
    assert workbook.sheetnames == ["Synthèse", "Critères", "Accord"]
    cells = [str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row]
    assert FEW not in cells
    assert "moins de 4\u00a0voix" in cells
    assert not any(
        "voix" in str(cell.value) for sheet in workbook.worksheets[:2] for row in sheet for cell in row
    )
    document = document_html(content)
    assert FEW not in document
    assert "moins de 4\u00a0voix" in document
    assert "6\u00a0voix sur 7, 2e\u00a0tour</span>" in document
    assert "5\u00a0voix sur 9, accepté d’emblée" in document
    assert ", dont 1 d’emblée" in document


def test_what_was_rated_together_has_no_such_sheet(
    session: Session, scene: Scene, catalogue: Catalogue
) -> None:
    content = report_of(session, scene.member, catalogue, a_rated_assessment(session, scene))
    assert load_workbook(BytesIO(results_xlsx(content))).sheetnames == ["Synthèse", "Critères"]
    assert "Accord de l’équipe" not in document_html(content)
