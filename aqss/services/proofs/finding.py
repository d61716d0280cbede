"""Which criterion a proof is for, which file is asked for, and whether the person may."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.domain.lifecycle import allows
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.proofs import Proof
from aqss.services.assessments.finding import get_assessment, get_sheet, require_in_team
from aqss.services.editions import load_edition, load_workflow

ABILITIES = ("rate", "agree")
"""While the state allows one of these, proofs may be given and taken back."""

_centre_of = select(Proof.centre_id).where(Proof.id == bindparam("proof_id"))

Key = tuple[int, str, str]
"""An assessment, a grid, a criterion."""


@dataclass(frozen=True)
class Spot:
    """A criterion of an assessment; ``is_open``: its proofs may change now."""

    assessment: Assessment
    sheet: Sheet
    content: EditionContent
    criterion: Criterion
    is_open: bool


def get_spot(session: Session, actor: Actor, key: Key, permission: Permission, *, lock: bool = False) -> Spot:
    """The criterion under ``key``, for who has ``permission`` in its team; refuses as ``get_assessment``."""
    assessment_id, grid, code = key
    assessment = get_assessment(session, actor, assessment_id, permission, lock=lock)
    sheet = get_sheet(session, assessment_id, grid)
    content = load_edition(session, sheet.edition_id)
    criterion = content.criteria_by_code.get(code)
    if criterion is None:
        raise NotFound("criterion", code)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    is_open = any(allows(workflow, assessment.state, ability) for ability in ABILITIES)
    return Spot(assessment, sheet, content, criterion, is_open)


def get_open_spot(session: Session, actor: Actor, key: Key, *, lock: bool = False) -> Spot:
    """The criterion, to change its proofs; raises :class:`NotPossibleNow` unless the state allows it."""
    spot = get_spot(session, actor, key, Permission.ASSESSMENT_RATE, lock=lock)
    if not spot.is_open:
        raise NotPossibleNow(ABILITIES[0], spot.assessment.state)
    return spot


def get_stored_proof(session: Session, actor: Actor, proof_id: int) -> Proof:
    """A proof that is a file, for the team of its centre; :class:`NotFound` for anybody and anything else."""
    proof = session.get(Proof, proof_id) if 0 < proof_id <= LARGEST_ID else None
    if proof is None or proof.sha256 is None:
        raise NotFound("proof", proof_id)
    require_in_team(actor, Permission.ASSESSMENT_READ, proof_id, proof.centre_id)
    return proof


def find_centre_of_proof(session: Session, proof_id: int) -> int | None:
    """The centre a proof belongs to; None when there is no such proof."""
    if not 0 < proof_id <= LARGEST_ID:
        return None
    return session.execute(_centre_of, {"proof_id": proof_id}).scalar()
