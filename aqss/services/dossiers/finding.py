"""Whose dossier is it: the one asked for, or a refusal that does not tell a stranger that it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, is_allowed, require
from aqss.domain.definitions.words import OWNER
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotAllowed, NotFound, NotPossibleNow
from aqss.domain.lifecycle import require_ability
from aqss.gateways.french import end_of_day
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier, DossierPerson
from aqss.services.dossiers.parts import YEAR_END
from aqss.services.editions import load_workflow
from aqss.services.runs.finding import find_run

_place_of = select(Dossier.centre_id, Dossier.structure_id, Dossier.sent_at).where(
    Dossier.id == bindparam("dossier_id")
)


@dataclass(frozen=True)
class Place:
    """Who a dossier is open to: the team of its centre, and the structure it was sent to, if it was."""

    centre_id: int | None
    structure_id: int | None


def find_place_of(session: Session, dossier_id: int) -> Place:
    """The place of a dossier; nobody's when there is no such dossier."""
    if not 0 < dossier_id <= LARGEST_ID:
        return Place(None, None)
    row = session.execute(_place_of, {"dossier_id": dossier_id}).one_or_none()
    if row is None:
        return Place(None, None)
    return Place(row.centre_id, row.structure_id if row.sent_at else None)


def get_dossier(
    session: Session, actor: Actor, dossier_id: int, permission: Permission, *, lock: bool = False
) -> Dossier:
    """The dossier, for somebody of its team who has ``permission`` there.

    ``lock``: nobody else changes it before the end of the transaction. Raises :class:`NotFound` to who may
    not read the dossiers of that centre, :class:`NotAllowed` to the others.
    """
    dossier = _get(session, dossier_id, lock=lock)
    if not is_allowed(actor, Permission.DOSSIER_READ, centre_id=dossier.centre_id):
        raise NotFound("dossier", dossier_id)
    require(actor, permission, centre_id=dossier.centre_id)
    return dossier


def get_run(
    session: Session, actor: Actor, dossier_id: int, permission: Permission, *, lock: bool = False
) -> tuple[Dossier, Workflow]:
    """:func:`get_dossier`, with the workflow it follows."""
    dossier = get_dossier(session, actor, dossier_id, permission, lock=lock)
    return dossier, load_workflow(session, dossier.workflow_edition_id)


def get_editable(
    session: Session, actor: Actor, dossier_id: int, *, lock: bool = True
) -> tuple[Dossier, Workflow]:
    """The dossier, for who edits it; :class:`NotPossibleNow` unless its state allows ``edit``."""
    dossier, workflow = get_run(session, actor, dossier_id, Permission.DOSSIER_EDIT, lock=lock)
    require_ability(workflow, dossier.state, "edit")
    return dossier, workflow


def get_worked_on(
    session: Session, actor: Actor, dossier_id: int, *, lock: bool = True
) -> tuple[Dossier, Workflow]:
    """The same, also for who is in charge of it and the people who work on it."""
    dossier, workflow = get_run(session, actor, dossier_id, Permission.DOSSIER_READ, lock=lock)
    if not works_on(session, actor, dossier):
        raise NotAllowed(Permission.DOSSIER_EDIT)
    require_ability(workflow, dossier.state, "edit")
    return dossier, workflow


def get_contributed(
    session: Session, actor: Actor, dossier_id: int, *, lock: bool = True
) -> tuple[Dossier, Workflow]:
    """The same, also for the people of the structure it was sent to, who join their answer."""
    dossier, workflow = get_passable(session, actor, dossier_id, lock=lock)
    if Role.STRUCTURE not in roles_of(actor, dossier) and not works_on(session, actor, dossier):
        raise NotAllowed(Permission.DOSSIER_EDIT)
    require_ability(workflow, dossier.state, "edit")
    return dossier, workflow


def get_passable(
    session: Session, actor: Actor, dossier_id: int, *, lock: bool = False
) -> tuple[Dossier, Workflow]:
    """The dossier for whoever reads it: its team, and the structure it was sent to."""
    dossier = _get(session, dossier_id, lock=lock)
    if not is_read_by(actor, dossier):
        raise NotFound("dossier", dossier_id)
    return dossier, load_workflow(session, dossier.workflow_edition_id)


def is_read_by(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor is of its team, or of the structure it was sent to."""
    return is_allowed(
        actor, Permission.DOSSIER_READ, centre_id=dossier.centre_id, structure_id=_sent_to(dossier)
    )


def works_on(session: Session, actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor edits the dossiers of its centre, is in charge of this one, or works on it."""
    if dossier.owner_id == actor.user_id or is_allowed(
        actor, Permission.DOSSIER_EDIT, centre_id=dossier.centre_id
    ):
        return True
    return session.get(DossierPerson, (dossier.id, actor.user_id)) is not None


def roles_of(actor: Actor, dossier: Dossier) -> frozenset[str]:
    """What the actor is for it: roles in its centre, ``owner``; ``structure`` once it was sent to theirs."""
    roles: set[str] = set(actor.roles_in(dossier.centre_id))
    if dossier.owner_id == actor.user_id and roles:
        roles.add(OWNER)
    sent_to = _sent_to(dossier)
    if sent_to is not None and any(grant.structure_id == sent_to for grant in actor.grants):
        roles.add(Role.STRUCTURE)
    return frozenset(roles)


def named_dates(dossier: Dossier) -> dict[str, datetime]:
    """The dates of a dossier that a workflow may name: ``year-end``, when that day ends in Paris."""
    return {} if dossier.year_ends_on is None else {YEAR_END: end_of_day(dossier.year_ends_on)}


def require_running(dossier: Dossier) -> None:
    """Raise :class:`NotPossibleNow` once the dossier has reached an end."""
    if dossier.ended_at is not None:
        raise NotPossibleNow("edit", dossier.state)


def _sent_to(dossier: Dossier) -> int | None:
    return dossier.structure_id if dossier.sent_at is not None else None


def _get(session: Session, dossier_id: int, *, lock: bool) -> Dossier:
    dossier = find_run(session, Dossier, dossier_id, lock=lock)
    if dossier is None:
        raise NotFound("dossier", dossier_id)
    return dossier
