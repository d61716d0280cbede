"""Whose assessment is it: the one asked for, or a refusal that does not tell a stranger that it exists."""

from __future__ import annotations

import re

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotFound
from aqss.domain.lifecycle import require_ability
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier
from aqss.services.editions import load_workflow
from aqss.services.runs.finding import find_run

IS_OVER = Assessment.ended_at.is_not(None)
"""The condition for an assessment to have reached an end of its workflow, closed or given up."""

IS_SELF_ASSESSMENT = Assessment.dossier_id.is_(None)
"""The condition for it to be one of the centre's own: not a sheet that a dossier fills."""

_centre_of = select(Assessment.centre_id).where(Assessment.id == bindparam("assessment_id"))
_dossier_of = (
    select(Dossier.id, Dossier.title)
    .join(Assessment, Assessment.dossier_id == Dossier.id)
    .where(Assessment.id == bindparam("assessment_id"))
)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,79}")


def get_assessment(
    session: Session, actor: Actor, assessment_id: int, permission: Permission, *, lock: bool = False
) -> Assessment:
    """The assessment, for somebody of its team who has ``permission`` there.

    ``lock``: nobody else changes it or its answers before the end of the transaction. Raises
    :class:`NotFound` to who may not read the assessments of that centre, :class:`NotAllowed` to the others.
    """
    assessment = find_run(session, Assessment, assessment_id, lock=lock)
    if assessment is None:
        raise NotFound("assessment", assessment_id)
    require_in_team(actor, permission, assessment_id, assessment.centre_id)
    return assessment


def get_with_results(session: Session, actor: Actor, assessment_id: int) -> tuple[Assessment, Workflow]:
    """The assessment whose results somebody of its team reads, with the workflow it follows.

    Raises :class:`~aqss.domain.errors.NotPossibleNow` unless its state allows ``read-results``, and as
    :func:`get_assessment`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    require_ability(workflow, assessment.state, "read-results")
    return assessment, workflow


def require_in_team(actor: Actor, permission: Permission, assessment_id: int, centre_id: int) -> None:
    """Raise :class:`NotFound` to a stranger to the team, :class:`NotAllowed` to who lacks ``permission``."""
    if not is_allowed(actor, Permission.ASSESSMENT_READ, centre_id=centre_id):
        raise NotFound("assessment", assessment_id)
    require(actor, permission, centre_id=centre_id)


def find_centre_of(session: Session, assessment_id: int) -> int | None:
    """The centre an assessment belongs to; None when there is no such assessment."""
    if not 0 < assessment_id <= LARGEST_ID:
        return None
    return session.connection().execute(_centre_of, {"assessment_id": assessment_id}).scalar()


def find_dossier_of(session: Session, assessment_id: int) -> tuple[int, str] | None:
    """Key and title of the dossier that the assessment is a sheet of; None for a self-assessment."""
    row = session.connection().execute(_dossier_of, {"assessment_id": assessment_id}).one_or_none()
    return None if row is None else (row.id, row.title)


def get_sheet(session: Session, assessment_id: int, grid: str) -> Sheet:
    """The sheet of that grid; :class:`NotFound` when the assessment does not hold it."""
    sheet = session.scalars(
        select(Sheet).where(Sheet.assessment_id == assessment_id, Sheet.grid == checked_code("grid", grid))
    ).one_or_none()
    if sheet is None:
        raise NotFound("grid", grid)
    return sheet


def checked_id(kind: str, key: int) -> int:
    """``key``, or :class:`NotFound` when no database could hold it."""
    if not 0 < key <= LARGEST_ID:
        raise NotFound(kind, key)
    return key


def checked_code(kind: str, code: str) -> str:
    """``code``, or :class:`NotFound` when no definition could be called that."""
    if _CODE.fullmatch(code) is None:
        raise NotFound(kind, code)
    return code
