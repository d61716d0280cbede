"""Confirming what comes from the assessment before: an answer as it stands, or all those of a sheet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.domain.lifecycle import require_ability
from aqss.persistence.assessments import Answer, Sheet
from aqss.services.assessments.finding import checked_code, get_assessment, get_sheet
from aqss.services.assessments.noting import note
from aqss.services.assessments.recorded import journal_code, recorded
from aqss.services.assessments.rounds import BLIND
from aqss.services.editions import load_workflow


def confirm_answer(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str, now: datetime
) -> None:
    """The team says again what it said the time before. Nothing to do for an answer changed meanwhile.

    Whoever is of the team, while the state allows ``rate``. Raises :class:`NotPossibleNow`,
    :class:`NotFound` for a criterion without an answer.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_RATE, lock=True)
    require_ability(load_workflow(session, assessment.workflow_edition_id), assessment.state, "rate")
    if assessment.rating == BLIND:
        raise NotPossibleNow("rate", assessment.state)
    sheet = get_sheet(session, assessment_id, grid)
    row = session.get(Answer, (sheet.id, checked_code("criterion", criterion)))
    if row is None:
        raise NotFound("criterion", criterion)
    if not row.carried:
        return
    row.carried, row.updated_at, row.updated_by_id = False, now, actor.user_id
    code = journal_code(recorded(row))
    facts = {"grid": grid, "criterion": criterion, "from": code, "to": code, "comment": False}
    note(session, actor, assessment, "answer-saved", facts, now)
    session.flush()


def confirm_sheet(session: Session, actor: Actor, sheet: Sheet, now: datetime) -> None:
    """Confirm every answer of the sheet that was carried: who declares it finished has read them."""
    session.execute(
        update(Answer)
        .where(Answer.sheet_id == sheet.id, Answer.carried)
        .values(carried=False, updated_at=now, updated_by_id=actor.user_id)
    )
