"""What the team said last time of a criterion, followed across versions of its grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.scales import Scale
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.consensus import Consensus
from aqss.services.assessments.following import follow
from aqss.services.assessments.recorded import Recorded, recorded
from aqss.services.consensus.sittings import Point
from aqss.services.editions import load_edition


@dataclass(frozen=True, slots=True)
class PreviousAnswer:
    """The team's answer to a criterion whose history the current one continues, on the scale of then."""

    code: str
    scale: Scale
    answer: Recorded
    has_dissent: bool


@dataclass(frozen=True, slots=True)
class Previous:
    """The latest closed assessment of the centre over that grid, and what it says of the criterion."""

    assessment_id: int
    title: str
    closed_at: datetime
    answers: tuple[PreviousAnswer, ...]


def find_previous(session: Session, assessment: Assessment, point: Point) -> Previous | None:
    """None when no closed assessment of the centre answered it.

    Two queries; a third where versions may stand between the two of the grid, whatever their number. Each
    edition is read once more, the first time a process meets it.
    """
    found = _find_sheet(session, assessment, point.grid)
    if found is None:
        return None
    then = load_edition(session, found.edition_id)
    codes = follow(session, point.content, then)[point.code]
    answers = [
        PreviousAnswer(
            row.criterion,
            then.scale_of(then.criteria_by_code[row.criterion]),
            recorded(row),
            bool(row.has_dissent),
        )
        for row in _answers(session, found.sheet_id, codes)
    ]
    return Previous(found.id, found.title, found.closed_at, tuple(answers)) if answers else None


def _find_sheet(session: Session, assessment: Assessment, grid: str) -> Any:
    """The one it started from first, else the latest closed."""
    return session.execute(
        select(
            Assessment.id,
            Assessment.title,
            Assessment.closed_at,
            Sheet.id.label("sheet_id"),
            Sheet.edition_id,
        )
        .join(Sheet, Sheet.assessment_id == Assessment.id)
        .where(
            Assessment.centre_id == assessment.centre_id,
            Assessment.id != assessment.id,
            Assessment.closed_at.is_not(None),
            Sheet.grid == grid,
        )
        .order_by(
            (Assessment.id == assessment.previous_id).desc(),
            Assessment.closed_at.desc(),
            Assessment.id.desc(),
        )
        .limit(1)
    ).one_or_none()


def _answers(session: Session, sheet_id: int, codes: tuple[str, ...]) -> Any:
    return session.execute(
        select(*Answer.__table__.c, Consensus.has_dissent)
        .outerjoin(
            Consensus, and_(Consensus.sheet_id == Answer.sheet_id, Consensus.criterion == Answer.criterion)
        )
        .where(Answer.sheet_id == sheet_id, Answer.criterion.in_(codes), Answer.kind != "blank")
        .order_by(Answer.criterion)
    ).all()
