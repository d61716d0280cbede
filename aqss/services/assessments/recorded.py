"""Answers as they are kept: the columns, what they mean for scoring, the code the journal keeps of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.scoring import Answer as Answered
from aqss.domain.scoring import NotApplicable, Rated, Unknown
from aqss.persistence.assessments import Answer

KINDS = ("level", "number", "text", "na", "unknown", "blank")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The columns of an answer that a person decides; see :class:`aqss.persistence.assessments.Answer`."""

    kind: str = "blank"
    level: str | None = None
    number: Decimal | None = None
    words: str = ""
    reason: str = ""
    comment: str = ""


BLANK = Recorded()
"""What stands where nobody has answered."""


def recorded(row: Any) -> Recorded:
    """The answer of a row that carries its columns; :data:`BLANK` when an outer join found none."""
    if row.kind is None:
        return BLANK
    return Recorded(row.kind, row.level, row.number, row.words, row.reason, row.comment)


def answer_of(row: Any) -> Answered | None:
    """What the row (or :class:`Recorded`) says, for scoring; None when blank."""
    match row.kind:
        case "level":
            return Rated(row.level)
        case "number":
            return Rated(row.number)
        case "text":
            return Rated(row.words)
        case "na":
            return NotApplicable(row.reason)
        case "unknown":
            return Unknown()
    return None


def journal_code(answer: Recorded) -> str:
    """The answer as the journal keeps it: a level, a number or a kind; no text of a person."""
    if answer.kind == "level":
        return answer.level or ""
    return f"{answer.number:f}" if answer.number is not None else answer.kind


def read_answers(session: Session, sheet_ids: Collection[int]) -> dict[int, dict[str, Recorded]]:
    """Sheet → criterion → the team's answer; a sheet without any is left out. Its reader was let in."""
    found: dict[int, dict[str, Recorded]] = {}
    for row in session.execute(select(*Answer.__table__.c).where(Answer.sheet_id.in_(sheet_ids))):
        found.setdefault(row.sheet_id, {})[row.criterion] = recorded(row)
    return found
