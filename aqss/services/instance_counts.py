"""How many places and people an instance holds: what its administrator sees first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Centre, Structure
from aqss.services.places import IS_COORDINATOR


@dataclass(frozen=True)
class InstanceCounts:
    """Open centres, those of them nobody coordinates, open structures, and accounts that can sign in."""

    centres: int
    centres_without_coordinator: int
    structures: int
    accounts: int


def count_instance(session: Session, actor: Actor) -> InstanceCounts:
    """The counts, in one statement. Raises :class:`~aqss.domain.errors.NotAllowed`."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    is_coordinated = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.centre_id == Centre.id, IS_COORDINATOR)
        .exists()
    )
    centres = select(func.count()).select_from(Centre).where(Centre.closed_at.is_(None))
    row = session.execute(
        select(
            centres.scalar_subquery(),
            centres.where(~is_coordinated).scalar_subquery(),
            select(func.count())
            .select_from(Structure)
            .where(Structure.closed_at.is_(None))
            .scalar_subquery(),
            select(func.count()).select_from(User).where(User.disabled_at.is_(None)).scalar_subquery(),
        )
    ).one()
    return InstanceCounts(*row)
