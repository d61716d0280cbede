"""What the pages of proofs show: those of a criterion, those of a centre. Who added them is not told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.gateways.french import paris
from aqss.persistence.actions import Action, ActionProof
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier, DossierProof
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.editions import load_edition
from aqss.services.paging import nearest_page
from aqss.services.proof_uses import ShownProof, shown
from aqss.services.proofs.finding import Key, get_open_spot, get_spot
from aqss.services.proofs.removing import can_remove, get_use

PAGE_SIZE = 50

MOST_OFFERED = 200
"""Proofs of the centre to choose among; the latest added first."""


@dataclass(frozen=True)
class CriterionProofs:
    """The proofs of a criterion, the latest dated first; ``removable``: the keys of those one may take back.

    ``title``: the assessment's. ``offered``: proofs that the centre shows elsewhere, to be shown here too.
    """

    assessment_id: int
    title: str
    content: EditionContent
    criterion: Criterion
    is_open: bool
    proofs: tuple[ShownProof, ...]
    removable: frozenset[int]
    offered: tuple[ShownProof, ...]


@dataclass(frozen=True)
class Place:
    """Where a proof is shown."""

    assessment_id: int
    title: str
    started_on: date
    grid: str
    grid_title: str
    criterion: str


@dataclass(frozen=True)
class ActionPlace:
    """An action that a proof is shown for."""

    action_id: int
    number: int
    title: str


@dataclass(frozen=True)
class DossierPlace:
    """A dossier that a proof is a document of."""

    dossier_id: int
    title: str


@dataclass(frozen=True)
class PlacedProof:
    """A proof of a centre, and where it is shown: the latest assessment first, then actions and dossiers."""

    proof: ShownProof
    places: tuple[Place, ...]
    actions: tuple[ActionPlace, ...]
    dossiers: tuple[DossierPlace, ...]


@dataclass(frozen=True)
class CentreProofs:
    """One page of the proofs of a centre; ``total``: of every page. ``outdated``: out of date, all told."""

    centre_id: int
    centre_name: str
    lines: tuple[PlacedProof, ...]
    number: int
    count: int
    total: int
    outdated: int


def read_criterion_proofs(session: Session, actor: Actor, key: Key) -> CriterionProofs:
    """For the team. Raises :class:`~aqss.domain.errors.NotFound` for what is not there, or to a stranger."""
    spot = get_spot(session, actor, key, Permission.ASSESSMENT_READ)
    rows = session.execute(
        select(Proof, ProofUse.is_carried)
        .join(ProofUse, ProofUse.proof_id == Proof.id)
        .where(ProofUse.sheet_id == spot.sheet.id, ProofUse.criterion == spot.criterion.criterion)
        .order_by(Proof.dated_on.desc(), Proof.id.desc())
    ).all()
    proofs = [row.Proof for row in rows]
    here = [proof.id for proof in proofs]
    return CriterionProofs(
        assessment_id=spot.assessment.id,
        title=spot.assessment.title,
        content=spot.content,
        criterion=spot.criterion,
        is_open=spot.is_open,
        proofs=tuple(shown(row.Proof, is_carried=row.is_carried) for row in rows),
        removable=frozenset(proof.id for proof in proofs if spot.is_open and can_remove(actor, proof)),
        offered=list_offered(session, spot.assessment.centre_id, here) if spot.is_open else (),
    )


def read_removable_proof(
    session: Session, actor: Actor, key: Key, proof_id: int
) -> tuple[CriterionProofs, ShownProof]:
    """The page of the criterion, and of its proofs the one to be taken back; refusals as removing it."""
    page = read_criterion_proofs(session, actor, key)
    use, proof = get_use(session, get_spot(session, actor, key, Permission.ASSESSMENT_RATE), proof_id)
    if not can_remove(actor, proof):
        require(actor, Permission.ASSESSMENT_PREPARE, centre_id=proof.centre_id)
    get_open_spot(session, actor, key)
    return page, shown(proof, is_carried=use.is_carried)


def read_centre_proofs(
    session: Session, actor: Actor, centre_id: int, now: datetime, *, page: int = 1
) -> CentreProofs:
    """Those out of date, then those that will be, the soonest first; then those without an end.

    For the team. A page out of range is the nearest one.
    """
    require(actor, Permission.ASSESSMENT_READ, centre_id=centre_id)
    mine = Proof.centre_id == centre_id
    total = session.scalar(select(func.count()).where(mine)) or 0
    is_over = Proof.valid_until < paris(now).date()
    outdated = session.scalar(select(func.count()).where(mine, is_over)) or 0
    at = nearest_page(page, total=total, size=PAGE_SIZE)
    proofs = session.scalars(
        select(Proof)
        .where(mine)
        .order_by(Proof.valid_until.is_(None), Proof.valid_until, Proof.dated_on.desc(), Proof.id.desc())
        .limit(PAGE_SIZE)
        .offset(at.first)
    ).all()
    keys = [proof.id for proof in proofs]
    places, actions = _places(session, keys), _action_places(session, keys)
    dossiers = _dossier_places(session, keys)
    return CentreProofs(
        centre_id=centre_id,
        centre_name=session.get_one(Centre, centre_id).name,
        lines=tuple(
            PlacedProof(
                shown(proof),
                places.get(proof.id, ()),
                actions.get(proof.id, ()),
                dossiers.get(proof.id, ()),
            )
            for proof in proofs
        ),
        number=at.number,
        count=at.count,
        total=total,
        outdated=outdated,
    )


def list_offered(session: Session, centre_id: int, here: Collection[int]) -> tuple[ShownProof, ...]:
    """Proofs of the centre but those shown ``here``; whoever asks was let in by the caller."""
    proofs = session.scalars(
        select(Proof)
        .where(Proof.centre_id == centre_id, Proof.id.not_in(here))
        .order_by(Proof.id.desc())
        .limit(MOST_OFFERED)
    )
    return tuple(shown(proof) for proof in proofs)


def _places(session: Session, proof_ids: Collection[int]) -> dict[int, tuple[Place, ...]]:
    rows = session.execute(
        select(ProofUse.proof_id, ProofUse.criterion, Sheet.grid, Sheet.edition_id, Assessment)
        .join(Sheet, Sheet.id == ProofUse.sheet_id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(ProofUse.proof_id.in_(proof_ids))
        .order_by(Assessment.started_on.desc(), Assessment.id.desc(), Sheet.position, ProofUse.criterion)
    )
    places: dict[int, tuple[Place, ...]] = {}
    for proof_id, criterion, grid, edition_id, assessment in rows:
        grid_title = load_edition(session, edition_id).grid.title
        place = Place(assessment.id, assessment.title, assessment.started_on, grid, grid_title, criterion)
        places[proof_id] = (*places.get(proof_id, ()), place)
    return places


def _action_places(session: Session, proof_ids: Collection[int]) -> dict[int, tuple[ActionPlace, ...]]:
    rows = session.execute(
        select(ActionProof.proof_id, Action.id, Action.number, Action.title)
        .join(Action, Action.id == ActionProof.action_id)
        .where(ActionProof.proof_id.in_(proof_ids))
        .order_by(Action.number)
    )
    places: dict[int, tuple[ActionPlace, ...]] = {}
    for proof_id, action_id, number, title in rows:
        places[proof_id] = (*places.get(proof_id, ()), ActionPlace(action_id, number, title))
    return places


def _dossier_places(session: Session, proof_ids: Collection[int]) -> dict[int, tuple[DossierPlace, ...]]:
    rows = session.execute(
        select(DossierProof.proof_id, Dossier.id, Dossier.title)
        .join(Dossier, Dossier.id == DossierProof.dossier_id)
        .where(DossierProof.proof_id.in_(proof_ids))
        .order_by(Dossier.id)
    )
    places: dict[int, tuple[DossierPlace, ...]] = {}
    for proof_id, dossier_id, title in rows:
        places[proof_id] = (*places.get(proof_id, ()), DossierPlace(dossier_id, title))
    return places
