"""The sheet that a page and its saves read: one row, found by its assessment and its grid."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound
from aqss.persistence.assessments import Sheet
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.services.assessments.one_sheet import SOURCE, key_of, select_sheet, sheets
from tests.services.assessments.scene import Scene, an_assessment


def test_a_sheet_is_found_with_its_assessment_and_the_editions_both_follow(
    session: Session, scene: Scene
) -> None:
    an_assessment(session, scene, "hygiene", "mesures")
    assessment = an_assessment(session, scene, "hygiene", "mesures")
    row = session.execute(
        select_sheet(sheets.c.position, source=SOURCE), key_of(assessment.id, "mesures")
    ).one()
    sheet = session.scalars(
        select(Sheet).where(Sheet.assessment_id == assessment.id, Sheet.grid == "mesures")
    ).one()
    assert (row.sheet_id, row.edition_id, row.position) == (sheet.id, sheet.edition_id, 1)
    assert (row.centre_id, row.state) == (scene.centre.id, "preparation")
    assert row.edition_hash == session.get_one(Edition, sheet.edition_id).hash
    assert row.workflow_hash == session.get_one(WorkflowEdition, assessment.workflow_edition_id).hash


def test_a_grid_that_the_assessment_does_not_have_has_no_sheet(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    found = session.execute(select_sheet(source=SOURCE), key_of(assessment.id, "mesures"))
    assert found.one_or_none() is None


@pytest.mark.parametrize(
    ("assessment_id", "grid"), [(0, "hygiene"), (-1, "hygiene"), (2**63, "hygiene"), (1, ""), (1, "\x00")]
)
def test_what_cannot_name_a_sheet_is_not_found_before_any_statement(assessment_id: int, grid: str) -> None:
    with pytest.raises(NotFound):
        key_of(assessment_id, grid)
