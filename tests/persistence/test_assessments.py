"""What the database itself holds true of assessments and their answers, whoever writes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Answer, Assessment, Score, Sheet
from aqss.persistence.editions import Edition, WorkflowEdition
from tests.builders import a_centre
from tests.clock import MONDAY_MORNING
from tests.persistence.refusals import is_refused


@pytest.fixture
def sheet(session: Session) -> Sheet:
    """The only one of its assessment."""
    workflow = WorkflowEdition(
        workflow="essai", version=1, hash="a", content="", position=0, published_at=MONDAY_MORNING
    )
    edition = Edition(
        grid="essai",
        version=1,
        module="outils",
        title="Essai",
        hash="a",
        grid_hash="a",
        content="",
        position=0,
        published_at=MONDAY_MORNING,
    )
    session.add_all([workflow, edition])
    session.flush()
    assessment = Assessment(**an_assessment(a_centre(session).id, workflow.id))
    assessment.sheets = [Sheet(edition_id=edition.id, grid="essai", module="outils", position=0)]
    session.add(assessment)
    session.flush()
    return assessment.sheets[0]


def an_assessment(centre_id: int, workflow_edition_id: int) -> dict[str, Any]:
    return {
        "centre_id": centre_id,
        "workflow_edition_id": workflow_edition_id,
        "title": "Essai",
        "profile": [],
        "state": "preparation",
        "entered_at": MONDAY_MORNING,
        "started_on": date(2026, 3, 2),
    }


@pytest.mark.parametrize(("rating", "refused"), [("direct", False), ("blind", False), ("secret", True)])
def test_a_team_rates_together_or_each_alone(
    session: Session, sheet: Sheet, rating: str, refused: bool
) -> None:
    known = sheet.assessment
    row = Assessment(rating=rating, **an_assessment(known.centre_id, known.workflow_edition_id))
    assert is_refused(session, row) is refused


@pytest.mark.parametrize(("grid", "refused"), [("essai", True), ("autre", False)])
def test_an_assessment_has_each_grid_once(session: Session, sheet: Sheet, grid: str, refused: bool) -> None:
    row = Sheet(
        assessment_id=sheet.assessment_id, edition_id=sheet.edition_id, grid=grid, module="outils", position=1
    )
    assert is_refused(session, row) is refused


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"kind": "level", "level": "oui"}, False),
        ({"kind": "number", "number": Decimal("12.5")}, False),
        ({"kind": "number", "number": Decimal(0)}, False),
        ({"kind": "text", "words": "Des mots."}, False),
        ({"kind": "na", "reason": "Sans objet."}, False),
        ({"kind": "unknown"}, False),
        ({"kind": "blank", "comment": "À voir."}, False),
        ({"kind": "autre"}, True),
        ({"kind": "level"}, True),
        ({"kind": "blank", "level": "oui"}, True),
        ({"kind": "number"}, True),
        ({"kind": "level", "level": "oui", "number": Decimal(1)}, True),
        ({"kind": "na"}, True),
    ],
    ids=repr,
)
def test_an_answer_has_the_columns_of_its_kind(
    session: Session, sheet: Sheet, columns: dict[str, Any], refused: bool
) -> None:
    row = Answer(sheet_id=sheet.id, criterion="A-01", updated_at=MONDAY_MORNING, **columns)
    assert is_refused(session, row) is refused


def test_a_criterion_is_answered_once(session: Session, sheet: Sheet) -> None:
    def answer(criterion: str) -> Answer:
        return Answer(sheet_id=sheet.id, criterion=criterion, kind="unknown", updated_at=MONDAY_MORNING)

    session.add(answer("A-01"))
    session.flush()
    session.expunge_all()
    assert is_refused(session, answer("A-01"))
    assert not is_refused(session, answer("A-02"))


@pytest.mark.parametrize(
    ("scope", "refused"), [("section", False), ("grid", False), ("module", False), ("region", True)]
)
def test_a_score_is_a_section_s_a_grid_s_or_a_module_s(
    session: Session, sheet: Sheet, scope: str, refused: bool
) -> None:
    counts = ("applicable", "not_applicable", "rated", "unknown")
    essential = ("essential_failed", "essential_open", "essential_na")
    row = Score(
        assessment_id=sheet.assessment_id,
        module="outils",
        scope=scope,
        earned=Fraction(0),
        possible=Fraction(0),
        completeness=0,
        **dict.fromkeys((*counts, *essential), 0),
    )
    assert is_refused(session, row) is refused
