"""Accounts as an administrator sees them: who administers the instance, and the roles one account holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, require
from aqss.domain.errors import NotFound
from aqss.domain.texts import folded
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Centre, Structure


@dataclass(frozen=True)
class RoleHeld:
    """A role of an account in a centre or a structure, open or not; ``place`` is its name."""

    place: str
    role: Role
    is_active: bool


@dataclass(frozen=True)
class AccountSeen:
    """An account, open or closed everywhere; ``roles`` by name of place, open ones first."""

    user_id: int
    name: str
    email: str
    is_administrator: bool
    created_at: datetime
    disabled_at: datetime | None
    roles: tuple[RoleHeld, ...] = ()


def list_administrators(session: Session, actor: Actor) -> tuple[AccountSeen, ...]:
    """Who administers the instance, by name, closed accounts last; without their other roles."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    seen = (_seen(user) for user in session.scalars(select(User).where(User.is_administrator)))
    return tuple(sorted(seen, key=lambda a: (a.disabled_at is not None, folded(a.name), a.user_id)))


def read_account(session: Session, actor: Actor, user_id: int) -> AccountSeen:
    """One account with every role it holds, in closed places too. Raises :class:`NotFound`."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("account", user_id)
    closed_at = func.coalesce(Centre.closed_at, Structure.closed_at)
    rows = session.execute(
        select(func.coalesce(Centre.name, Structure.name), Membership.role, Membership.disabled_at, closed_at)
        .select_from(Membership)
        .outerjoin(Centre, Centre.id == Membership.centre_id)
        .outerjoin(Structure, Structure.id == Membership.structure_id)
        .where(Membership.user_id == user_id)
    )
    roles = [RoleHeld(place, Role(role), not (disabled or closed)) for place, role, disabled, closed in rows]
    return _seen(user, tuple(sorted(roles, key=lambda held: (not held.is_active, folded(held.place)))))


def _seen(user: User, roles: tuple[RoleHeld, ...] = ()) -> AccountSeen:
    return AccountSeen(
        user_id=user.id,
        name=user.name,
        email=user.email,
        is_administrator=user.is_administrator,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        roles=roles,
    )
