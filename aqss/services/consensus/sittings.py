"""Where a gesture in a sitting lands: its assessment, the sitting that is open, the criteria to agree on.

Every gesture takes the assessment's lock first: two people who lead never write from the same reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import Scale
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.domain.lifecycle import require_ability
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import ConsensusSession
from aqss.services.assessments.finding import checked_code, get_assessment
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.spreads import Key
from aqss.services.editions import load_edition, load_workflow


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion that the team agrees on: it applies to the centre, answered or not."""

    sheet_id: int
    grid: str
    content: EditionContent
    criterion: Criterion
    scale: Scale

    @property
    def key(self) -> Key:
        return self.sheet_id, self.criterion.criterion

    @property
    def code(self) -> str:
        return self.criterion.criterion


@dataclass(frozen=True, slots=True)
class Sitting:
    """An assessment rated individually, and its sitting that is open."""

    assessment: Assessment
    row: ConsensusSession


def get_blind_assessment(
    session: Session, actor: Actor, assessment_id: int, permission: Permission, *, lock: bool = False
) -> Assessment:
    """The assessment; :class:`NotFound` for one that is rated together, and as :func:`get_assessment`."""
    assessment = get_assessment(session, actor, assessment_id, permission, lock=lock)
    if assessment.rating != BLIND:
        raise NotFound("session", assessment_id)
    return assessment


def require_agreeing(session: Session, assessment: Assessment) -> None:
    """Raise :class:`NotPossibleNow` unless the assessment's state allows ``agree``."""
    require_ability(load_workflow(session, assessment.workflow_edition_id), assessment.state, "agree")


def open_sitting(session: Session, actor: Actor, assessment_id: int, permission: Permission) -> Sitting:
    """The sitting, locked, to change something in it.

    Raises :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`, and :class:`NotPossibleNow` when the
    state does not allow ``agree`` or no sitting is open (it has just ended).
    """
    assessment = get_blind_assessment(session, actor, assessment_id, permission, lock=True)
    require_agreeing(session, assessment)
    row = find_sitting(session, assessment_id)
    if row is None:
        raise NotPossibleNow("sitting", assessment.state)
    return Sitting(assessment, row)


def find_sitting(session: Session, assessment_id: int) -> ConsensusSession | None:
    """The open sitting of the assessment; None without one."""
    return session.scalars(
        select(ConsensusSession)
        .where(ConsensusSession.assessment_id == assessment_id, ConsensusSession.ended_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()


def list_points(session: Session, assessment: Assessment) -> tuple[Point, ...]:
    """Every criterion that applies, in the order of the grids. Two queries at most."""
    sheets = session.scalars(
        select(Sheet).where(Sheet.assessment_id == assessment.id).order_by(Sheet.position)
    ).all()
    return tuple(point for sheet in sheets for point in _points_of(session, sheet, assessment.profile))


def get_point(points: Iterable[Point], grid: str, criterion: str) -> Point:
    """The one of that grid and that code. Raises :class:`NotFound`."""
    checked_code("grid", grid)
    checked_code("criterion", criterion)
    for point in points:
        if (point.grid, point.code) == (grid, criterion):
            return point
    raise NotFound("criterion", criterion)


def touch(sitting: Sitting) -> None:
    """Tell the screens that something they show has changed."""
    sitting.row.version += 1


def touch_screens(session: Session, assessment_id: int) -> None:
    """The same from outside a sitting, by whoever changes what they show; without an open one, nothing."""
    session.execute(
        update(ConsensusSession)
        .where(ConsensusSession.assessment_id == assessment_id, ConsensusSession.ended_at.is_(None))
        .values(version=ConsensusSession.version + 1)
    )


def _points_of(session: Session, sheet: Sheet, profile: list[str]) -> Iterable[Point]:
    content = load_edition(session, sheet.edition_id)
    return (
        Point(sheet.id, sheet.grid, content, criterion, content.scale_of(criterion))
        for criterion in content.grid.criteria
        if criterion.applies(profile)
    )
