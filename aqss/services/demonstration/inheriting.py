"""An assessment that starts from the closed one before it: the site's own service carries what it would."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from aqss.persistence.assessments import Answer, Assessment
from aqss.services.assessments.carrying import carry
from aqss.services.demonstration.rated_sheets import RatedSheet
from aqss.services.demonstration.rows import Writer

Key = tuple[int, str]
"""The number of a sheet, and the code of a criterion on it."""


def inherit(
    writer: Writer,
    assessment_id: int,
    previous_id: int | None,
    sheets: Collection[RatedSheet],
    started_at: datetime,
) -> frozenset[Key]:
    """Carry the answers and proofs of ``previous_id``; which of them the team has given again since.

    Those make way: who calls writes what ``sheets`` answer. What was gathered so far is written first.
    """
    if previous_id is None:
        return frozenset()
    writer.flush()
    session = writer.session
    assessment, previous = (session.get_one(Assessment, key) for key in (assessment_id, previous_id))
    carry(session, assessment, previous, started_at)
    again = set()
    for row, sheet in zip(assessment.sheets, sheets, strict=True):
        given = [rating.criterion for rating in sheet.ratings]
        of_sheet = Answer.sheet_id == row.id, Answer.criterion.in_(given)
        again |= {(row.id, code) for code in session.scalars(select(Answer.criterion).where(*of_sheet))}
        session.execute(delete(Answer).where(*of_sheet))
    return frozenset(again)
