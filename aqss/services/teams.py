"""The team of a centre: who can be asked and told, and which roles somebody holds there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.persistence.accounts import Membership, User
from aqss.services.places import IS_HELD


def is_of_team(centre_id: int) -> ColumnElement[bool]:
    """The condition for a membership, joined to its account, to be a role held over the centre now."""
    return and_(Membership.centre_id == centre_id, IS_HELD)


def list_team(session: Session, centre_id: int) -> Sequence[User]:
    """Everybody who holds a role over the centre now, by name."""
    return session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(is_of_team(centre_id))
        .order_by(User.name, User.id)
    ).all()


def list_coordinators(session: Session, centre_id: int) -> tuple[str, ...]:
    """The names of those who lead the assessments of the centre now."""
    return tuple(
        session.scalars(
            select(User.name)
            .join(Membership, Membership.user_id == User.id)
            .where(is_of_team(centre_id), Membership.role == Role.COORDINATOR)
            .order_by(User.name, User.id)
        )
    )


def list_held_roles(session: Session, centre_id: int) -> frozenset[Role]:
    """The roles that somebody holds over the centre now."""
    rows = session.scalars(
        select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(is_of_team(centre_id))
        .distinct()
    )
    return frozenset(map(Role, rows))
