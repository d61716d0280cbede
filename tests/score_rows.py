"""Whether the score rows of an assessment are what its answers give: the oracle of the tests that rate."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.scoring import Tally, score_grid
from aqss.persistence.assessments import Answer, Assessment, Score, Sheet
from aqss.services.assessments.recorded import answer_of, recorded
from aqss.services.assessments.scores import TALLY, ScoreKey, tallies_of, tally_of
from aqss.services.editions import load_edition


def check_scores(
    session: Session, assessment_id: int
) -> tuple[tuple[ScoreKey, Tally | None, Tally | None], ...]:
    """(key, kept, expected) of each row that differs; None on the side where it does not exist."""
    kept, expected = _kept(session, assessment_id), _expected(session, assessment_id)
    return tuple(
        (key, kept.get(key), expected.get(key))
        for key in sorted({*kept, *expected})
        if kept.get(key) != expected.get(key)
    )


def _kept(session: Session, assessment_id: int) -> dict[ScoreKey, Tally]:
    query = select(Score.module, Score.grid, Score.section, *TALLY)
    rows = session.execute(query.where(Score.assessment_id == assessment_id))
    return {(row.module, row.grid, row.section): tally_of(row) for row in rows}


def _expected(session: Session, assessment_id: int) -> dict[ScoreKey, Tally]:
    profile = session.scalars(select(Assessment.profile).where(Assessment.id == assessment_id)).one()
    sheets = session.execute(
        select(Sheet.id, Sheet.module, Sheet.edition_id).where(Sheet.assessment_id == assessment_id)
    )
    scores = []
    for sheet in sheets.all():
        rows = session.execute(select(*Answer.__table__.c).where(Answer.sheet_id == sheet.id))
        given = {row.criterion: answer_of(recorded(row)) for row in rows}
        answers = {code: answer for code, answer in given.items() if answer is not None}
        scores.append((sheet.module, score_grid(load_edition(session, sheet.edition_id), answers, profile)))
    return tallies_of(scores)
