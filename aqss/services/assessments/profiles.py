"""Following a change of the centre's profile: what it would add to an assessment or take from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain import profile
from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.grids import Criterion
from aqss.domain.lifecycle import allows, require_ability
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.services.assessments.agreed import follow_profile
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import load_edition, load_workflow


@dataclass(frozen=True)
class ProfileChange:
    """From the assessment's profile to the centre's: flags, and the criteria that would come and go."""

    flags_added: tuple[str, ...]
    flags_removed: tuple[str, ...]
    criteria_added: tuple[Criterion, ...]
    criteria_removed: tuple[Criterion, ...]

    @property
    def is_empty(self) -> bool:
        return not self.flags_added and not self.flags_removed


def preview_profile(session: Session, actor: Actor, assessment_id: int) -> ProfileChange:
    """What :func:`apply_profile` would change; empty when the centre's profile is still the one copied.

    Same refusals.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE)
    _require_open(session, assessment)
    return _plan_change(session, assessment)


def apply_profile(session: Session, actor: Actor, *, assessment_id: int, now: datetime) -> ProfileChange:
    """Give the assessment the centre's profile of today and score it again; answers are all kept.

    Rated individually, its grids are finished when all that applies now is agreed on.
    While the state allows ``prepare`` or ``rate``. Raises :class:`NotPossibleNow`, :class:`NotFound`,
    :class:`NotAllowed`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE, lock=True)
    _require_open(session, assessment)
    change = _plan_change(session, assessment)
    if change.is_empty:
        return change
    centre = session.get_one(Centre, assessment.centre_id)
    assessment.profile = list(centre.flags)
    assessment.version += 1
    session.flush()
    if assessment.rating == BLIND:
        follow_profile(session, assessment, now)
    rewrite_scores(session, assessment_id)
    facts = {"added": list(change.flags_added), "removed": list(change.flags_removed)}
    note(session, actor, assessment, "assessment-profile-applied", facts, now)
    session.flush()
    return change


def _require_open(session: Session, assessment: Assessment) -> None:
    workflow = load_workflow(session, assessment.workflow_edition_id)
    if not allows(workflow, assessment.state, "rate"):
        require_ability(workflow, assessment.state, "prepare")


def _plan_change(session: Session, assessment: Assessment) -> ProfileChange:
    before = frozenset(assessment.profile)
    after = frozenset(session.scalars(select(Centre.flags).where(Centre.id == assessment.centre_id)).one())
    editions = session.scalars(
        select(Sheet.edition_id).where(Sheet.assessment_id == assessment.id).order_by(Sheet.position)
    )
    grids = [load_edition(session, edition_id).grid for edition_id in editions.all()]
    changes = profile.preview_profile(grids, before, after)
    return ProfileChange(
        flags_added=tuple(sorted(after - before)),
        flags_removed=tuple(sorted(before - after)),
        criteria_added=tuple(criterion for change in changes for criterion in change.added),
        criteria_removed=tuple(criterion for change in changes for criterion in change.removed),
    )
