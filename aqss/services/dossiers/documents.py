"""The documents of a dossier: proofs of its centre, each one of those its workflow expects, or another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.intake import Intake
from aqss.persistence.dossiers import Dossier, DossierProof
from aqss.persistence.proofs import Proof
from aqss.services.dossiers.finding import get_contributed, get_passable, get_worked_on
from aqss.services.dossiers.noting import note
from aqss.services.proof_uses import ShownProof, forget_unused, shown
from aqss.services.proofs import listing
from aqss.services.proofs.adding import (
    NOTHING_DESCRIBED,
    Description,
    StoredFile,
    check_description,
    check_link,
    get_offered,
    proof_described,
    refuse_twice,
)

MOST_DOCUMENTS = 60
"""Documents of one dossier."""


@dataclass(frozen=True)
class DocumentLine:
    """A document of a dossier; ``document``: which one of those expected it is, empty for another."""

    proof: ShownProof
    document: str


def expected_documents(workflow: Workflow) -> tuple[str, ...]:
    """Every document that some state of the workflow expects, in its order."""
    return tuple(dict.fromkeys(one for state in workflow.states for one in state.documents or ()))


def list_documents(session: Session, dossier: Dossier) -> tuple[DocumentLine, ...]:
    """Those attached, the first added first."""
    rows = session.execute(
        select(Proof, DossierProof.document)
        .join(DossierProof, DossierProof.proof_id == Proof.id)
        .where(DossierProof.dossier_id == dossier.id)
        .order_by(Proof.added_at, Proof.id)
    )
    return tuple(DocumentLine(shown(row.Proof), row.document) for row in rows)


def list_offered(session: Session, dossier: Dossier) -> tuple[ShownProof, ...]:
    """The other proofs of the centre, for its team to choose among."""
    here = select(DossierProof.proof_id).where(DossierProof.dossier_id == dossier.id)
    return listing.list_offered(session, dossier.centre_id, session.scalars(here).all())


def require_open(session: Session, actor: Actor, dossier_id: int) -> None:
    """Raise as adding a document would, before a file is taken in."""
    get_contributed(session, actor, dossier_id, lock=False)


def add_file(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    document: str,
    description: Description,
    file: StoredFile,
    now: datetime,
) -> Proof:
    """Attach a stored file, by who edits the dossier, who works on it and the people of the structure it was
    sent to, while its state allows ``edit``.

    ``document``: one of :func:`expected_documents`, or empty. Raises :class:`InvalidInput` (``proof-here``
    for a file that is there already), :class:`~aqss.domain.errors.NotPossibleNow`, :class:`NotFound`,
    :class:`~aqss.domain.errors.NotAllowed`.
    """
    described = check_description(description, now)
    dossier, workflow = get_contributed(session, actor, dossier_id)
    _check(session, dossier, workflow, document, "file", Proof.sha256 == file.sha256)
    proof = Proof(file_name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256)
    return _add(session, actor, dossier, proof_described(proof, described), document, now)


def add_link(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    document: str,
    description: Description,
    url: str,
    now: datetime,
) -> Proof:
    """Attach an address; nothing is ever asked of it. Refusals as :func:`add_file`."""
    intake = Intake()
    address = intake.read("", check_link, url)
    described = intake.read(NOTHING_DESCRIBED, check_description, description, now)
    intake.finish()
    dossier, workflow = get_contributed(session, actor, dossier_id)
    _check(session, dossier, workflow, document, "url", Proof.url == address)
    return _add(session, actor, dossier, proof_described(Proof(url=address), described), document, now)


def add_again(
    session: Session, actor: Actor, *, dossier_id: int, document: str, proof_id: int, now: datetime
) -> Proof:
    """Attach a proof that the centre has already, by its team. Refusals as :func:`add_file`."""
    dossier, workflow = get_worked_on(session, actor, dossier_id)
    proof = get_offered(session, dossier.centre_id, proof_id)
    _check(session, dossier, workflow, document, "proof", Proof.id == proof.id)
    return _use(session, actor, dossier, proof, document, now)


def remove_document(
    session: Session, actor: Actor, *, dossier_id: int, proof_id: int, now: datetime
) -> str | None:
    """Attach the proof no more; shown nowhere else, it is forgotten.

    Returns the hash of its stored file, None for a link. Refusals as :func:`add_file`.
    """
    dossier, _ = get_worked_on(session, actor, dossier_id)
    use, proof = _get_use(session, dossier, proof_id)
    note(session, actor, dossier, "dossier-document-removed", now, {"title": proof.title})
    session.delete(use)
    session.flush()
    forget_unused(session, [proof.id])
    return proof.sha256


def get_removable(session: Session, actor: Actor, dossier_id: int, proof_id: int) -> tuple[Dossier, Proof]:
    """The document, to be taken away; refusals as taking it away."""
    dossier, _ = get_worked_on(session, actor, dossier_id, lock=False)
    return dossier, _get_use(session, dossier, proof_id)[1]


def get_document_file(session: Session, actor: Actor, dossier_id: int, proof_id: int) -> Proof:
    """A document that is a file, for whoever reads the dossier: its team, the structure it was sent to.

    Raises :class:`NotFound` for anybody and anything else.
    """
    dossier, _ = get_passable(session, actor, dossier_id)
    proof = _get_use(session, dossier, proof_id)[1]
    if proof.sha256 is None:
        raise NotFound("proof", proof_id)
    return proof


def _check(
    session: Session,
    dossier: Dossier,
    workflow: Workflow,
    document: str,
    field: str,
    is_same: ColumnElement[bool],
) -> None:
    """One line a document, not too many of them, and none that nobody expects."""
    if document and document not in expected_documents(workflow):
        raise InvalidInput((Fault("document", "unknown-choice"),))
    here = (
        select(Proof.title)
        .join(DossierProof, DossierProof.proof_id == Proof.id)
        .where(DossierProof.dossier_id == dossier.id)
    )
    refuse_twice(session, here, is_same, field=field, most=MOST_DOCUMENTS, whole="document")


def _add(
    session: Session, actor: Actor, dossier: Dossier, proof: Proof, document: str, now: datetime
) -> Proof:
    proof.centre_id, proof.added_at, proof.added_by_id = dossier.centre_id, now, actor.user_id
    session.add(proof)
    session.flush()
    return _use(session, actor, dossier, proof, document, now)


def _use(
    session: Session, actor: Actor, dossier: Dossier, proof: Proof, document: str, now: datetime
) -> Proof:
    session.add(DossierProof(dossier_id=dossier.id, proof_id=proof.id, document=document))
    facts = {"title": proof.title, "document": document}
    note(session, actor, dossier, "dossier-document-added", now, facts)
    session.flush()
    return proof


def _get_use(session: Session, dossier: Dossier, proof_id: int) -> tuple[DossierProof, Proof]:
    row = session.execute(
        select(DossierProof, Proof)
        .join(Proof, Proof.id == DossierProof.proof_id)
        .where(DossierProof.dossier_id == dossier.id, DossierProof.proof_id == proof_id)
    ).one_or_none()
    if row is None:
        raise NotFound("proof", proof_id)
    return row.DossierProof, row.Proof
