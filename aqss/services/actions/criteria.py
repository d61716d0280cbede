"""The criteria that actions answer, each with what the team answered there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import Scale
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.domain.lifecycle import allows
from aqss.persistence.actions import ActionCriterion
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.base import LARGEST_ID
from aqss.services.assessments.finding import checked_id, get_sheet
from aqss.services.assessments.recorded import BLANK, Recorded, recorded
from aqss.services.assessments.rounds import is_round_open
from aqss.services.editions import load_edition, load_workflow

Key = tuple[int, str]
"""A sheet and the code of a criterion."""


@dataclass(frozen=True)
class AnsweredCriterion:
    """A criterion of an assessment; ``answer``: the team's, blank while each person rates alone.

    ``is_read``: whether the team reads its answers now, in the state ``state``.
    """

    sheet_id: int
    assessment_id: int
    assessment_title: str
    grid: str
    profile: tuple[str, ...]
    content: EditionContent
    criterion: Criterion
    answer: Recorded
    state: str
    is_read: bool

    @property
    def key(self) -> Key:
        return self.sheet_id, self.criterion.criterion

    @property
    def scale(self) -> Scale:
        return self.content.scale_of(self.criterion)


def find_key(session: Session, assessment_id: int, grid: str, criterion: str) -> Key:
    """The criterion as actions name it; raises :class:`NotFound` when the assessment does not hold it."""
    sheet = get_sheet(session, checked_id("assessment", assessment_id), grid)
    if criterion not in load_edition(session, sheet.edition_id).criteria_by_code:
        raise NotFound("criterion", criterion)
    return sheet.id, criterion


def require_read(criteria: Iterable[AnsweredCriterion]) -> None:
    """Raise :class:`NotPossibleNow` where each person rates alone, or before the rating opens: there is no
    answer of the team for an action to answer yet.
    """
    for one in criteria:
        if not one.is_read:
            raise NotPossibleNow("read-results", one.state)


def load_criteria(session: Session, centre_id: int, keys: Collection[Key]) -> dict[Key, AnsweredCriterion]:
    """Those criteria of the centre's assessments, in the order of ``keys``; what is not there is left out."""
    sheets = _sheets(session, centre_id, {sheet_id for sheet_id, _ in keys if 0 < sheet_id <= LARGEST_ID})
    asked = [
        (sheet_id, code)
        for sheet_id, code in dict.fromkeys(keys)
        if sheet_id in sheets and code in _content(session, sheets[sheet_id]).criteria_by_code
    ]
    answers = _answers(session, asked)
    return {
        (sheet_id, code): _criterion(session, sheets[sheet_id], code, answers.get((sheet_id, code), BLANK))
        for sheet_id, code in asked
    }


def load_criteria_of(
    session: Session, action_ids: Collection[int]
) -> dict[int, tuple[AnsweredCriterion, ...]]:
    """Action → the criteria it answers, in the order of their grids; one query however many there are."""
    is_answer = and_(Answer.sheet_id == Sheet.id, Answer.criterion == ActionCriterion.criterion)
    rows = session.execute(
        select(*_SHEET, *_ANSWER, ActionCriterion.action_id, ActionCriterion.criterion.label("code"))
        .join(ActionCriterion, ActionCriterion.sheet_id == Sheet.id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .outerjoin(Answer, is_answer)
        .where(ActionCriterion.action_id.in_(action_ids))
        .order_by(Sheet.assessment_id, Sheet.position, ActionCriterion.criterion)
    ).all()
    found: dict[int, tuple[AnsweredCriterion, ...]] = dict.fromkeys(action_ids, ())
    for row in rows:
        one = _criterion(session, row, row.code, recorded(row))
        found[row.action_id] = (*found[row.action_id], one)
    return found


_SHEET = (
    Sheet.id.label("sheet_id"),
    Sheet.assessment_id,
    Sheet.edition_id,
    Sheet.grid,
    Assessment.title.label("assessment_title"),
    Assessment.profile,
    Assessment.rating,
    Assessment.state,
    Assessment.revealed_at,
    Assessment.workflow_edition_id,
)
_ANSWER = (Answer.kind, Answer.level, Answer.number, Answer.words, Answer.reason, Answer.comment)


def _sheets(session: Session, centre_id: int, sheet_ids: Collection[int]) -> dict[int, Any]:
    """Those of the centre, each with its assessment."""
    if not sheet_ids:
        return {}
    rows = session.execute(
        select(*_SHEET)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(Sheet.id.in_(sheet_ids), Assessment.centre_id == centre_id)
    )
    return {row.sheet_id: row for row in rows}


def _answers(session: Session, keys: Collection[Key]) -> dict[Key, Recorded]:
    if not keys:
        return {}
    rows = session.execute(
        select(Answer.sheet_id, Answer.criterion, *_ANSWER).where(
            Answer.sheet_id.in_({sheet_id for sheet_id, _ in keys}),
            Answer.criterion.in_({code for _, code in keys}),
        )
    )
    return {(row.sheet_id, row.criterion): recorded(row) for row in rows}


def _content(session: Session, sheet: Any) -> EditionContent:
    return load_edition(session, sheet.edition_id)


def _criterion(session: Session, sheet: Any, code: str, answer: Recorded) -> AnsweredCriterion:
    """The team's answer is shown to nobody while each person rates alone: there is none yet."""
    workflow, content = load_workflow(session, sheet.workflow_edition_id), _content(session, sheet)
    is_alone = is_round_open(workflow, sheet)
    return AnsweredCriterion(
        sheet_id=sheet.sheet_id,
        assessment_id=sheet.assessment_id,
        assessment_title=sheet.assessment_title,
        grid=sheet.grid,
        profile=tuple(sheet.profile),
        content=content,
        criterion=content.criteria_by_code[code],
        answer=BLANK if is_alone else answer,
        state=sheet.state,
        is_read=not is_alone and allows(workflow, sheet.state, "read-results"),
    )
