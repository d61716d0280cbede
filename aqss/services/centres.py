"""Health centres: created and closed by an administrator, described by who leads them, seen by their team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, require
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import NotFound
from aqss.domain.geography import DEPARTMENTS
from aqss.domain.profile import GridChange, preview_profile
from aqss.domain.texts import folded
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Centre
from aqss.services.centre_descriptions import (
    CentreDescription,
    description_of,
    read_description,
    write_description,
)
from aqss.services.journal import record
from aqss.services.paging import nearest_page
from aqss.services.place_changes import close_place, note_description, reopen_place, require_version
from aqss.services.places import IS_COORDINATOR, IS_HELD

PAGE_SIZE = 50


@dataclass(frozen=True)
class CentreSeen:
    """A centre and its description; ``version`` is what an edit starts from.

    ``is_project``: it has not opened yet.
    """

    centre_id: int
    description: CentreDescription
    version: int
    created_at: datetime
    closed_at: datetime | None
    is_project: bool = False


@dataclass(frozen=True)
class CentreLine:
    """A centre in a list; ``people`` counts active roles.

    ``is_led``: one of them is a coordinator's; ``is_managed``: one is a manager's, who can validate.
    """

    centre_id: int
    name: str
    kind: str
    finess: str
    region: str
    department: str
    town: str
    closed_at: datetime | None
    people: int
    is_led: bool
    is_managed: bool
    is_project: bool = False


@dataclass(frozen=True)
class CentresPage:
    """One page of ``total`` centres, by name; pages are numbered from 1 and there is always one."""

    lines: tuple[CentreLine, ...]
    number: int
    count: int
    total: int


def create_centre(
    session: Session, actor: Actor, catalogue: Catalogue, description: CentreDescription, now: datetime
) -> int:
    """Record a new centre; gives its id. Raises :class:`InvalidInput` with every fault."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    return _create(session, actor, catalogue, description, now, is_project=False)


def create_project(
    session: Session, actor: Actor, catalogue: Catalogue, description: CentreDescription, now: datetime
) -> int:
    """Record a centre that is being created; the dossier of its creation opens it. Gives its id.

    By who leads a centre, and coordinates the project from then on; or by an administrator, who invites its
    coordination. Raises :class:`InvalidInput` with every fault.
    """
    require(actor, Permission.CENTRE_DESCRIBE)
    centre_id = _create(session, actor, catalogue, description, now, is_project=True)
    if not actor.is_administrator:
        session.add(
            Membership(
                user_id=actor.user_id,
                role=Role.COORDINATOR,
                centre_id=centre_id,
                professions=[],
                created_at=now,
            )
        )
        session.flush()
    return centre_id


def _create(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    description: CentreDescription,
    now: datetime,
    *,
    is_project: bool,
) -> int:
    read = read_description(session, catalogue, description, but=None)
    centre = Centre(version=1, created_at=now, is_project=is_project)
    write_description(centre, read)
    session.add(centre)
    session.flush()
    record(session, centre, "created", by=actor.user_id, at=now)
    session.flush()
    return centre.id


def describe_centre(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    centre_id: int,
    description: CentreDescription,
    version: int,
    now: datetime,
) -> tuple[GridChange, ...]:
    """Replace the description that stood at ``version``; gives the grids of today that its profile changes.

    Raises :class:`StaleEdit` when somebody changed it meanwhile, :class:`InvalidInput`, :class:`NotFound`.
    """
    require(actor, Permission.CENTRE_DESCRIBE, centre_id=centre_id)
    centre = _get(session, actor, centre_id)
    require_version(centre, version)
    before = description_of(centre)
    after = read_description(session, catalogue, description, but=centre_id)
    write_description(centre, after)
    note_description(session, actor, centre, before, after, now)
    return preview_profile(catalogue.grids.values(), before.flags, after.flags)


def read_centre(session: Session, actor: Actor, centre_id: int) -> CentreSeen:
    """A centre the actor belongs to or, for an administrator, any centre, closed ones included."""
    require(actor, Permission.CENTRE_VIEW, centre_id=centre_id)
    centre = _get(session, actor, centre_id)
    return CentreSeen(
        centre_id=centre.id,
        description=description_of(centre),
        version=centre.version,
        created_at=centre.created_at,
        closed_at=centre.closed_at,
        is_project=centre.is_project,
    )


def close_centre(session: Session, actor: Actor, centre_id: int, now: datetime) -> None:
    """Take a centre out of use: its people no longer reach it, its invitations are void, its records stay."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    close_place(session, actor, _get(session, actor, centre_id), now)


def reopen_centre(session: Session, actor: Actor, centre_id: int, now: datetime) -> None:
    """Put a closed centre back in use, with the people it had."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    reopen_place(session, actor, _get(session, actor, centre_id), now)


def list_centres(session: Session, actor: Actor, *, search: str = "", page: int = 1) -> CentresPage:
    """Every centre with each word of ``search`` in its name, town, FINESS or department, accents aside.

    By name, 50 a page, closed ones included; a page out of range is the nearest one. Two statements.
    """
    require(actor, Permission.INSTANCE_ADMINISTER)
    words = folded(search).split()
    rows = session.execute(select(Centre.id, Centre.name, Centre.town, Centre.finess, Centre.department))
    found = [
        (folded(name), key)
        for key, name, town, finess, department in rows
        if _has_all(words, name, town, finess or "", department, DEPARTMENTS[department])
    ]
    found.sort()
    at = nearest_page(page, total=len(found), size=PAGE_SIZE)
    shown = [key for _, key in found[at.first : at.first + PAGE_SIZE]]
    return CentresPage(_lines(session, shown), at.number, at.count, len(found))


def _get(session: Session, actor: Actor, centre_id: int) -> Centre:
    """The centre; a closed one is for administrators only."""
    centre = session.get(Centre, centre_id)
    if centre is None or (centre.closed_at is not None and not actor.is_administrator):
        raise NotFound("centre", centre_id)
    return centre


def _has_all(words: Sequence[str], *texts: str) -> bool:
    searched = folded(" ".join(texts))
    return all(word in searched for word in words)


def _lines(session: Session, centre_ids: Sequence[int]) -> tuple[CentreLine, ...]:
    """Those centres in that order, with their people counted: one statement."""
    people = func.count(User.id).filter(IS_HELD)
    coordinators = func.count(User.id).filter(IS_COORDINATOR)
    managers = func.count(User.id).filter(IS_HELD, Membership.role == Role.MANAGER)
    rows = session.execute(
        select(Centre, people, coordinators, managers)
        .outerjoin(Membership, Membership.centre_id == Centre.id)
        .outerjoin(User, User.id == Membership.user_id)
        .where(Centre.id.in_(centre_ids))
        .group_by(Centre.id)
    )
    lines = {centre.id: _line(centre, *counts) for centre, *counts in rows}
    return tuple(lines[key] for key in centre_ids)


def _line(centre: Centre, people: int, leads: int, managers: int) -> CentreLine:
    return CentreLine(
        centre_id=centre.id,
        name=centre.name,
        kind=centre.kind,
        finess=centre.finess or "",
        region=centre.region,
        department=centre.department,
        town=centre.town,
        closed_at=centre.closed_at,
        people=people,
        is_led=leads > 0,
        is_managed=managers > 0,
        is_project=centre.is_project,
    )
