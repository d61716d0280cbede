"""The proofs of an action: a file, a link, or one that the centre has already; who adds and takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.errors import NotFound
from aqss.domain.intake import Intake
from aqss.persistence.actions import Action, ActionProof
from aqss.persistence.proofs import Proof
from aqss.services.actions.finding import get_action
from aqss.services.actions.noting import note
from aqss.services.actions.progressing import can_work_on, get_worked_on
from aqss.services.actions.reading import list_proof_rows
from aqss.services.proof_uses import ShownProof, forget_unused, shown
from aqss.services.proofs.adding import (
    NOTHING_DESCRIBED,
    Described,
    Description,
    StoredFile,
    check_description,
    check_link,
    get_offered,
    proof_described,
    refuse_twice,
)
from aqss.services.proofs.listing import list_offered


@dataclass(frozen=True)
class ActionProofs:
    """The proofs of an action, the latest dated first; ``removable``: the keys of those one may take back.

    ``can_add``: the person works on it, in a state that lets it be worked on. ``offered``: others of the
    centre.
    """

    action: Action
    can_add: bool
    proofs: tuple[ShownProof, ...]
    removable: frozenset[int]
    offered: tuple[ShownProof, ...]


def read_action_proofs(session: Session, actor: Actor, action_id: int) -> ActionProofs:
    """For the team; raises as :func:`~.finding.get_action`."""
    action = get_action(session, actor, action_id, Permission.ACTION_READ)
    rows = list_proof_rows(session, action_id)
    can_add = can_work_on(session, actor, action)
    here = [proof.id for proof in rows]
    return ActionProofs(
        action=action,
        can_add=can_add,
        proofs=tuple(map(shown, rows)),
        removable=frozenset(proof.id for proof in rows if can_add and _is_theirs(actor, proof)),
        offered=list_offered(session, action.centre_id, here) if can_add else (),
    )


def read_removable_proof(
    session: Session, actor: Actor, action_id: int, proof_id: int
) -> tuple[Action, ShownProof]:
    """The action, and of its proofs the one to be taken back; refusals as :func:`remove_proof`."""
    action = get_worked_on(session, actor, action_id, lock=False)
    return action, shown(_get_removable(session, actor, action, proof_id))


def require_room(session: Session, actor: Actor, action_id: int) -> None:
    """Refuse, before a file is judged and stored, who may not add one; as :func:`add_file`."""
    get_worked_on(session, actor, action_id, lock=False)


def add_file(
    session: Session, actor: Actor, action_id: int, description: Description, file: StoredFile, now: datetime
) -> Proof:
    """Show a stored file for the action, by who works on it, in a state that lets it be worked on.

    Raises :class:`~aqss.domain.errors.InvalidInput`, :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.NotAllowed`, and as :func:`~.finding.get_action`.
    """
    described = check_description(description, now)
    action = get_worked_on(session, actor, action_id)
    _refuse_twice(session, action_id, "file", Proof.sha256 == file.sha256)
    proof = Proof(file_name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256)
    return _add(session, actor, action, proof, described, now)


def add_link(
    session: Session, actor: Actor, action_id: int, description: Description, url: str, now: datetime
) -> Proof:
    """Show an address for the action; nothing is ever asked of it. Refusals as :func:`add_file`."""
    intake = Intake()
    address = intake.read("", check_link, url)
    described = intake.read(NOTHING_DESCRIBED, check_description, description, now)
    intake.finish()
    action = get_worked_on(session, actor, action_id)
    _refuse_twice(session, action_id, "url", Proof.url == address)
    return _add(session, actor, action, Proof(url=address), described, now)


def add_again(session: Session, actor: Actor, action_id: int, proof_id: int, now: datetime) -> Proof:
    """Show for the action a proof that the centre shows elsewhere. Refusals as :func:`add_file`."""
    action = get_worked_on(session, actor, action_id)
    proof = get_offered(session, action.centre_id, proof_id)
    _refuse_twice(session, action_id, "proof", Proof.id == proof.id)
    _use(session, actor, action, proof, now)
    return proof


def remove_proof(session: Session, actor: Actor, action_id: int, proof_id: int, now: datetime) -> str | None:
    """Show the proof no more for that action; shown nowhere else, it is forgotten.

    By whoever added it, and by who leads the plan. Returns the hash of its stored file, None for a link: the
    file goes once that is committed, if nothing else shows it. Raises :class:`NotFound`, and as
    :func:`add_file`.
    """
    action = get_worked_on(session, actor, action_id)
    proof = _get_removable(session, actor, action, proof_id)
    session.delete(session.get_one(ActionProof, (action_id, proof_id)))
    note(session, actor, action, "action-proof-removed", {"title": proof.title}, now)
    session.flush()
    forget_unused(session, [proof.id])
    return proof.sha256


def _get_removable(session: Session, actor: Actor, action: Action, proof_id: int) -> Proof:
    proof = next((one for one in list_proof_rows(session, action.id) if one.id == proof_id), None)
    if proof is None:
        raise NotFound("proof", proof_id)
    if not _is_theirs(actor, proof):
        require(actor, Permission.ACTION_EDIT, centre_id=action.centre_id)
    return proof


def _is_theirs(actor: Actor, proof: Proof) -> bool:
    """Whether they added it, or lead the plan."""
    leads = is_allowed(actor, Permission.ACTION_EDIT, centre_id=proof.centre_id)
    return leads or proof.added_by_id == actor.user_id


def _refuse_twice(session: Session, action_id: int, field: str, is_same: ColumnElement[bool]) -> None:
    here = (
        select(Proof.title)
        .join(ActionProof, ActionProof.proof_id == Proof.id)
        .where(ActionProof.action_id == action_id)
    )
    refuse_twice(session, here, is_same, field=field)


def _add(
    session: Session, actor: Actor, action: Action, proof: Proof, described: Described, now: datetime
) -> Proof:
    proof_described(proof, described).centre_id = action.centre_id
    proof.added_at, proof.added_by_id = now, actor.user_id
    session.add(proof)
    session.flush()
    _use(session, actor, action, proof, now)
    return proof


def _use(session: Session, actor: Actor, action: Action, proof: Proof, now: datetime) -> None:
    session.add(ActionProof(action_id=action.id, proof_id=proof.id))
    note(session, actor, action, "action-proof-added", {"title": proof.title}, now)
    session.flush()
