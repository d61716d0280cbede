"""Essential criteria that are not met: each has an action, or a written reason why it has none.

The direction validates an assessment once all of them do (guard ``essentials-answered``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.actions import needs_answer
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.domain.texts import clean_text
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionCriterion, Waiver
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.recorded import answer_of
from aqss.services.editions import load_edition, load_workflow

REASON_LIMIT = 1000


@dataclass(frozen=True)
class AnsweringAction:
    """An action that answers a criterion; ``state``: its label; ``is_over``: closed, with its result."""

    id: int
    number: int
    title: str
    state: str
    is_over: bool


@dataclass(frozen=True)
class Waived:
    """Why a criterion has no action; ``name``: who wrote it."""

    reason: str
    at: datetime
    name: str | None


Place = tuple[str, str]
"""A grid of the assessment and the code of one of its criteria."""


@dataclass(frozen=True)
class Answered:
    """What answers a criterion: actions, those given up left out, or a reason why there is none."""

    actions: tuple[AnsweringAction, ...]
    waived: Waived | None

    @property
    def is_given(self) -> bool:
        return bool(self.actions) or self.waived is not None


@dataclass(frozen=True)
class Answering:
    """What answers the criteria of an assessment."""

    actions: Mapping[Place, tuple[AnsweringAction, ...]]
    waivers: Mapping[Place, Waived]

    def of(self, place: Place) -> Answered:
        return Answered(self.actions.get(place, ()), self.waivers.get(place))


@dataclass(frozen=True)
class UnmetEssential:
    """An essential criterion rated under the whole value, and what answers it."""

    sheet_id: int
    content: EditionContent
    criterion: Criterion
    answered: Answered


def read_answering(session: Session, assessment_id: int) -> Answering:
    """For the team of an assessment, let in by the caller; two queries."""
    return Answering(list_answering_actions(session, assessment_id), _waivers(session, assessment_id))


def read_unmet_essentials(session: Session, assessment: Assessment) -> tuple[UnmetEssential, ...]:
    """Those of the assessment, in the order of its grids; its reader was let in by the caller.

    Three queries, whatever the number of criteria.
    """
    rows = session.execute(
        select(Sheet.edition_id, Sheet.position, *Answer.__table__.c)
        .join(Answer, Answer.sheet_id == Sheet.id)
        .where(Sheet.assessment_id == assessment.id, Answer.kind.in_(("level", "number")))
        .order_by(Sheet.position)
    ).all()
    answering = read_answering(session, assessment.id)
    found = []
    for row in rows:
        content = load_edition(session, row.edition_id)
        criterion = content.criteria_by_code[row.criterion]
        if needs_answer(criterion, content.scale_of(criterion), answer_of(row), assessment.profile):
            answered = answering.of((content.grid.grid, row.criterion))
            rank = row.position, list(content.criteria_by_code).index(row.criterion)
            found.append((rank, UnmetEssential(row.sheet_id, content, criterion, answered)))
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def are_essentials_answered(session: Session, assessment: Assessment) -> bool:
    """The guard ``essentials-answered``."""
    return all(one.answered.is_given for one in read_unmet_essentials(session, assessment))


def get_unmet_essential(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str
) -> tuple[Assessment, UnmetEssential]:
    """One that a reason may be written for, and its assessment; refusals as :func:`waive_essential`."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ACTION_EDIT)
    return assessment, _get_unmet(session, assessment, grid, criterion)


def waive_essential(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    reason: str,
    now: datetime,
) -> None:
    """Write why an unmet essential criterion has no action, by who leads the plan, until the assessment ends.

    An empty reason takes back the one there was. Raises :class:`NotFound` for a criterion that is none of
    these, :class:`NotPossibleNow` once it has ended, :class:`~aqss.domain.errors.InvalidInput` on ``reason``.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ACTION_EDIT, lock=True)
    one = _get_unmet(session, assessment, grid, criterion)
    reason = clean_text("reason", reason, REASON_LIMIT, required=False)
    row = session.get(Waiver, (one.sheet_id, criterion))
    if reason:
        session.merge(
            Waiver(sheet_id=one.sheet_id, criterion=criterion, reason=reason, at=now, by_id=actor.user_id)
        )
    elif row is not None:
        session.delete(row)
    if reason or row is not None:
        verb = "essential-waived" if reason else "essential-unwaived"
        note(session, actor, assessment, verb, {"grid": grid, "criterion": criterion}, now)
    session.flush()


def _get_unmet(session: Session, assessment: Assessment, grid: str, criterion: str) -> UnmetEssential:
    unmet = read_unmet_essentials(session, assessment)
    one = next((u for u in unmet if (u.content.grid.grid, u.criterion.criterion) == (grid, criterion)), None)
    if one is None:
        raise NotFound("criterion", criterion)
    if assessment.ended_at is not None:
        raise NotPossibleNow("waive", assessment.state)
    return one


def list_answering_actions(session: Session, assessment_id: int) -> dict[Place, tuple[AnsweringAction, ...]]:
    """Criterion → the actions that answer it, those given up left out; its reader was let in."""
    rows = session.execute(
        select(Sheet.grid, ActionCriterion.criterion, Action)
        .join(Action, Action.id == ActionCriterion.action_id)
        .join(Sheet, Sheet.id == ActionCriterion.sheet_id)
        .where(Sheet.assessment_id == assessment_id, or_(Action.ended_at.is_(None), Action.result != ""))
        .order_by(Action.number)
    )
    found: dict[Place, tuple[AnsweringAction, ...]] = {}
    for grid, criterion, action in rows:
        state = load_workflow(session, action.workflow_edition_id).by_state[action.state].label
        one = AnsweringAction(action.id, action.number, action.title, state, action.ended_at is not None)
        found[grid, criterion] = (*found.get((grid, criterion), ()), one)
    return found


def _waivers(session: Session, assessment_id: int) -> dict[Place, Waived]:
    rows: Any = session.execute(
        select(Sheet.grid, Waiver, User.name)
        .join(Sheet, and_(Sheet.id == Waiver.sheet_id, Sheet.assessment_id == assessment_id))
        .outerjoin(User, User.id == Waiver.by_id)
    )
    return {
        (row.grid, row.Waiver.criterion): Waived(row.Waiver.reason, row.Waiver.at, row.name) for row in rows
    }
