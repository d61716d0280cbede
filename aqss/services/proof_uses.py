"""Which proofs are shown for which criteria: rows of uses, read, carried and dropped, whoever asks.

Who may see or change them is decided by the services that call these: :mod:`aqss.services.proofs`, and those
of assessments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from aqss.persistence.actions import ActionProof
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.dossiers import DossierProof
from aqss.persistence.proofs import Proof, ProofUse

CriterionKey = tuple[int, str]
"""The key of a sheet, and the code of a criterion on it."""

_uses = cast(Table, ProofUse.__table__)
_sheets = cast(Table, Sheet.__table__)

HAS_PROOFS: ColumnElement[bool] = (
    select(_uses.c.sheet_id).where(_uses.c.sheet_id == _sheets.c.id).correlate(_sheets).exists()
)
"""Whether a proof is shown on the sheet, for a statement that reads sheets."""

# The page of a grid runs it: built once, when the module is imported.
_counts = (
    select(_uses.c.criterion, func.count().label("shown"))
    .select_from(_uses.join(_sheets, _sheets.c.id == _uses.c.sheet_id))
    .where(_sheets.c.assessment_id == bindparam("assessment_id"), _sheets.c.grid == bindparam("grid"))
    .group_by(_uses.c.criterion)
)


@dataclass(frozen=True, slots=True)
class ShownProof:
    """A proof as a page shows it: a link (``url``) or a file (name, media type, size in bytes); no person.

    ``valid_until`` is its last day; ``is_carried``: it comes from the assessment before.
    """

    id: int
    title: str
    url: str | None
    file_name: str | None
    media_type: str | None
    size: int | None
    dated_on: date
    valid_until: date | None
    is_carried: bool = False

    def is_out_of_date(self, today: date) -> bool:
        """From the day after its last one."""
        return self.valid_until is not None and self.valid_until < today


def list_proofs_of(
    session: Session, sheet_ids: Collection[int]
) -> dict[CriterionKey, tuple[ShownProof, ...]]:
    """Sheet and criterion → the proofs shown there, the latest dated first; those without any are left out.

    One query, whatever their number. Whose sheets they are is checked by who asks.
    """
    rows = session.execute(
        select(ProofUse, Proof)
        .join(Proof, Proof.id == ProofUse.proof_id)
        .where(ProofUse.sheet_id.in_(sheet_ids))
        .order_by(Proof.dated_on.desc(), Proof.id.desc())
    )
    found: dict[CriterionKey, tuple[ShownProof, ...]] = {}
    for use, proof in rows:
        key = (use.sheet_id, use.criterion)
        found[key] = (*found.get(key, ()), shown(proof, is_carried=use.is_carried))
    return found


def count_proofs(session: Session, assessment_id: int, grid: str) -> dict[str, int]:
    """Criterion → how many proofs are shown for it on that grid; those without any are left out."""
    rows = session.connection().execute(_counts, {"assessment_id": assessment_id, "grid": grid})
    return {row.criterion: row.shown for row in rows}


def carry_proofs(
    session: Session,
    from_assessment: Assessment,
    to_assessment: Assessment,
    follow: Mapping[tuple[str, str], Collection[str]],
) -> int:
    """Show in ``to_assessment`` the proofs of ``from_assessment``, out of date ones too: a page says so.

    ``follow``: grid and criterion there → the codes of the criteria here whose history it continues. Returns
    how many uses were made; a proof already shown for the criterion is left as it is.
    """
    rows = session.execute(
        select(ProofUse.criterion, ProofUse.proof_id)
        .join(Sheet, Sheet.id == ProofUse.sheet_id)
        .where(Sheet.assessment_id == from_assessment.id)
        .order_by(ProofUse.proof_id)
    ).all()
    targets = {
        row.grid: row.id
        for row in session.execute(
            select(Sheet.grid, Sheet.id).where(Sheet.assessment_id == to_assessment.id)
        )
    }
    wanted = {
        (proof_id, targets[grid], criterion): None
        for (grid, criterion), earlier in follow.items()
        if grid in targets
        for code, proof_id in rows
        if code in earlier
    }
    there = _keys_on(session, targets.values())
    made = [key for key in wanted if key not in there]
    if made:
        names = ("proof_id", "sheet_id", "criterion")
        session.execute(
            insert(ProofUse), [{**dict(zip(names, key, strict=True)), "is_carried": True} for key in made]
        )
    return len(made)


def drop_proofs(session: Session, sheet_ids: Collection[int]) -> None:
    """Show no proof for these sheets any more; a proof shown nowhere else is forgotten.

    Its file goes with the next housekeeping.
    """
    ids = session.scalars(
        delete(ProofUse).where(ProofUse.sheet_id.in_(sheet_ids)).returning(ProofUse.proof_id)
    ).all()
    forget_unused(session, ids)


def forget_unused(session: Session, proof_ids: Collection[int]) -> None:
    """Delete those of the proofs that no criterion, dossier or action shows any more."""
    is_used = or_(
        *(exists().where(table.proof_id == Proof.id) for table in (ProofUse, DossierProof, ActionProof))
    )
    session.execute(
        delete(Proof).where(Proof.id.in_(proof_ids), ~is_used).execution_options(synchronize_session=False)
    )


def shown(proof: Proof, *, is_carried: bool = False) -> ShownProof:
    """The proof without the person who added it."""
    return ShownProof(
        proof.id,
        proof.title,
        proof.url,
        proof.file_name,
        proof.media_type,
        proof.size,
        proof.dated_on,
        proof.valid_until,
        is_carried,
    )


def _keys_on(session: Session, sheet_ids: Collection[int]) -> set[tuple[int, int, str]]:
    rows = session.execute(
        select(ProofUse.proof_id, ProofUse.sheet_id, ProofUse.criterion).where(
            ProofUse.sheet_id.in_(sheet_ids)
        )
    )
    return {(proof_id, sheet_id, criterion) for proof_id, sheet_id, criterion in rows}
