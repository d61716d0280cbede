"""Reopening a closed assessment: the manager says why, the figures of that closing are kept, answers open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.errors import InvalidTransition, NotPossibleNow
from aqss.domain.texts import clean_text
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.assessments.closings import keep_closing
from aqss.services.assessments.finding import IS_OVER, IS_SELF_ASSESSMENT, get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.scope import named_dates
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import REASON_LIMIT, enter, require_version


@dataclass(frozen=True)
class Reopening:
    """What reopening would do: ``back`` is the state it leads to; ``held_by`` holds it back, if anything."""

    assessment: Assessment
    state: State
    back: State
    held_by: Assessment | None


def read_reopening(session: Session, actor: Actor, assessment_id: int) -> Reopening:
    """For the page that asks why. Raises as :func:`reopen_assessment`, but for what ``held_by`` tells."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_VALIDATE)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    back = _way_back(workflow, assessment)
    return Reopening(
        assessment, workflow.by_state[assessment.state], back, _find_follower(session, assessment)
    )


def reopen_assessment(
    session: Session, actor: Actor, *, assessment_id: int, reason: str, expected_version: int, now: datetime
) -> Assessment:
    """Take a closed assessment back to the state it closed from; its figures until then are kept for ever.

    One given up stays so: it was closed for nobody. Nor is one reopened that a later closed one of the centre
    is compared with, or that another one started from: what those say of it never changes again.

    Raises NotAllowed, NotFound, StaleEdit, :class:`NotPossibleNow` (not closed), :class:`InvalidTransition`
    (``followed``), and :class:`~aqss.domain.errors.InvalidInput` without a reason.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_VALIDATE, lock=True)
    require_version(assessment, "assessment", expected_version)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    back, closed_as = _way_back(workflow, assessment), assessment.state
    if _find_follower(session, assessment) is not None:
        raise InvalidTransition(workflow.workflow, closed_as, back.state, "followed")
    reason = clean_text("reason", reason, REASON_LIMIT)
    keep_closing(session, actor, assessment, reason, now)
    enter(assessment, workflow, back.state, now, named_dates(assessment))
    assessment.closed_at = assessment.closed_from = assessment.frozen = None
    assessment.version += 1
    facts = {"from": closed_as, "to": back.state, "reason": reason}
    note(session, actor, assessment, "assessment-reopened", facts, now)
    session.flush()
    return assessment


def _way_back(workflow: Workflow, assessment: Assessment) -> State:
    """The state it closed from; of one that closed before this was noted, the first that leads to its end."""
    is_sheet = assessment.dossier_id is not None  # its dossier closed it, for good
    if is_sheet or assessment.closed_at is None or not workflow.by_state[assessment.state].final:
        raise NotPossibleNow("reopen", assessment.state)
    if assessment.closed_from is not None:
        return workflow.by_state[assessment.closed_from]
    return next(
        state
        for state in workflow.states
        if any(transition.to == assessment.state for transition in state.transitions or ())
    )


def _find_follower(session: Session, assessment: Assessment) -> Assessment | None:
    """An assessment whose figures or answers rest on this closing; the earliest."""
    own, other = aliased(Sheet), aliased(Sheet)
    shares_a_grid = (
        select(other.id)
        .join(own, and_(own.grid == other.grid, own.assessment_id == assessment.id))
        .where(other.assessment_id == Assessment.id)
        .exists()
    )
    is_compared_with_it = and_(
        Assessment.closed_at >= assessment.closed_at,
        tuple_(Assessment.started_on, Assessment.id) > (assessment.started_on, assessment.id),
        shares_a_grid,
    )
    is_given_up = and_(IS_OVER, Assessment.closed_at.is_(None))
    started_from_it = and_(Assessment.previous_id == assessment.id, ~is_given_up)
    return session.scalars(
        select(Assessment)
        .where(
            Assessment.centre_id == assessment.centre_id,
            IS_SELF_ASSESSMENT,
            or_(is_compared_with_it, started_from_it),
        )
        .order_by(Assessment.started_on, Assessment.id)
        .limit(1)
    ).one_or_none()
