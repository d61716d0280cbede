"""Where a role is held: a centre, a support structure, or the instance; and who may manage its people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from aqss.domain.access import CENTRE_ROLES, Actor, Permission, Role, require
from aqss.domain.errors import NotFound
from aqss.persistence.accounts import Invitation, Membership, User
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre, Structure


@dataclass(frozen=True)
class Place:
    """At most one of ``centre_id`` and ``structure_id``; neither: the instance, whose name is empty."""

    centre_id: int | None
    structure_id: int | None
    name: str

    @property
    def kind(self) -> str:
        """``centre``, ``structure`` or ``instance``."""
        if self.centre_id is not None:
            return "centre"
        return "instance" if self.structure_id is None else "structure"

    @property
    def roles(self) -> tuple[Role, ...]:
        """Roles that can be held there."""
        return _ROLES[self.kind]

    def holds(self, table: type[Membership] | type[Invitation]) -> ColumnElement[bool]:
        """The condition for a membership or an invitation to be of this place."""
        return (table.centre_id == self.centre_id) & (table.structure_id == self.structure_id)


IS_HELD = and_(Membership.disabled_at.is_(None), User.disabled_at.is_(None))
"""The condition for a membership, joined to its account, to be a role that somebody holds now."""

IS_COORDINATOR = and_(IS_HELD, Membership.role == Role.COORDINATOR)
"""The same for a coordinator of a centre."""

_ROLES: dict[str, tuple[Role, ...]] = {
    "centre": CENTRE_ROLES,
    "structure": (Role.STRUCTURE,),
    "instance": (Role.ADMINISTRATOR,),
}


def require_people_of(actor: Actor, *, centre_id: int | None, structure_id: int | None) -> None:
    """Raise :class:`NotAllowed` unless the actor may manage the people of that place."""
    if centre_id is not None:
        require(actor, Permission.CENTRE_MANAGE_PEOPLE, centre_id=centre_id)
    if structure_id is not None:
        require(actor, Permission.STRUCTURE_MANAGE_PEOPLE, structure_id=structure_id)
    if centre_id is None and structure_id is None:
        require(actor, Permission.INSTANCE_ADMINISTER)


def get_open_place(session: Session, *, centre_id: int | None, structure_id: int | None) -> Place:
    """The place, unless it is unknown or closed: :class:`NotFound`."""
    if centre_id is not None and structure_id is not None:
        raise NotFound("place", centre_id)
    if centre_id is not None:
        return Place(centre_id, None, _open_name(session, Centre, "centre", centre_id))
    if structure_id is not None:
        return Place(None, structure_id, _open_name(session, Structure, "structure", structure_id))
    return Place(None, None, "")


def _open_name(session: Session, table: type[Centre] | type[Structure], kind: str, key: int) -> str:
    is_open = (table.id == key) & table.closed_at.is_(None)
    name = session.scalar(select(table.name).where(is_open)) if abs(key) <= LARGEST_ID else None
    if name is None:
        raise NotFound(kind, key)
    return name
