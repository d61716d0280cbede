"""Taking a proof back from a criterion."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.errors import NotFound
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.assessments.noting import note
from aqss.services.consensus.sittings import touch_screens
from aqss.services.proof_uses import forget_unused
from aqss.services.proofs.finding import Key, Spot, get_open_spot


def remove_proof(session: Session, actor: Actor, key: Key, proof_id: int, now: datetime) -> str | None:
    """Show the proof no more for that criterion; shown nowhere else, it is forgotten.

    By whoever added it, and by the coordinator, while the state allows rating or agreeing. Returns the hash
    of its stored file, None for a link: the file goes once that is committed, if nothing else shows it.
    Raises :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`,
    :class:`~aqss.domain.errors.NotPossibleNow`.
    """
    spot = get_open_spot(session, actor, key, lock=True)
    use, proof = get_use(session, spot, proof_id)
    if not can_remove(actor, proof):
        require(actor, Permission.ASSESSMENT_PREPARE, centre_id=proof.centre_id)
    facts = {"grid": spot.sheet.grid, "criterion": use.criterion, "title": proof.title}
    note(session, actor, spot.assessment, "proof-removed", facts, now)
    session.delete(use)
    touch_screens(session, spot.assessment.id)
    session.flush()
    forget_unused(session, [proof.id])
    return proof.sha256


def get_use(session: Session, spot: Spot, proof_id: int) -> tuple[ProofUse, Proof]:
    """The proof as shown for that criterion; :class:`NotFound` when it is not."""
    row = session.execute(
        select(ProofUse, Proof)
        .join(Proof, Proof.id == ProofUse.proof_id)
        .where(
            ProofUse.proof_id == proof_id,
            ProofUse.sheet_id == spot.sheet.id,
            ProofUse.criterion == spot.criterion.criterion,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("proof", proof_id)
    return row.ProofUse, row.Proof


def can_remove(actor: Actor, proof: Proof) -> bool:
    """Whether it is theirs, or they coordinate the centre."""
    return proof.added_by_id == actor.user_id or is_allowed(
        actor, Permission.ASSESSMENT_PREPARE, centre_id=proof.centre_id
    )
