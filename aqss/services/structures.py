"""Support structures, created, described and closed by an administrator. Their people: :mod:`.people`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.words import STRUCTURE_KINDS
from aqss.domain.errors import NotFound
from aqss.domain.geography import REGIONS
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_choices, clean_line, folded
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Structure
from aqss.services.journal import record
from aqss.services.place_changes import close_place, note_description, reopen_place, require_version

NAME_LIMIT = 160


@dataclass(frozen=True)
class StructureDescription:
    """What is told of a structure: its people look at the centres of ``regions``, for ``modules``."""

    name: str
    kind: str
    regions: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class StructureSeen:
    """A structure as described; ``version`` is what an edit starts from, ``people`` counts active roles."""

    structure_id: int
    description: StructureDescription
    version: int
    created_at: datetime
    closed_at: datetime | None
    people: int


def create_structure(
    session: Session, actor: Actor, catalogue: Catalogue, description: StructureDescription, now: datetime
) -> int:
    """Record a new structure; gives its id. Raises :class:`InvalidInput` with every fault."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    structure = Structure(version=1, created_at=now)
    _write(structure, _read_description(catalogue, description))
    session.add(structure)
    session.flush()
    record(session, structure, "created", by=actor.user_id, at=now)
    session.flush()
    return structure.id


def describe_structure(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    structure_id: int,
    description: StructureDescription,
    version: int,
    now: datetime,
) -> int:
    """Replace the description that stood at ``version``; gives the new version. No change: same version.

    Raises :class:`StaleEdit` when somebody changed it meanwhile, :class:`InvalidInput`, :class:`NotFound`.
    """
    require(actor, Permission.INSTANCE_ADMINISTER)
    structure = _get(session, structure_id)
    require_version(structure, version)
    before = _description_of(structure)
    after = _read_description(catalogue, description)
    _write(structure, after)
    note_description(session, actor, structure, before, after, now)
    return structure.version


def read_structure(session: Session, actor: Actor, structure_id: int) -> StructureSeen:
    """The actor's structure or, for an administrator, any, closed ones included."""
    require(actor, Permission.STRUCTURE_VIEW, structure_id=structure_id)
    seen = _list_seen(session, structure_id)
    if not seen or (seen[0].closed_at is not None and not actor.is_administrator):
        raise NotFound("structure", structure_id)
    return seen[0]


def close_structure(session: Session, actor: Actor, structure_id: int, now: datetime) -> None:
    """Take a structure out of use: its people no longer reach it, its invitations are void."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    close_place(session, actor, _get(session, structure_id), now)


def reopen_structure(session: Session, actor: Actor, structure_id: int, now: datetime) -> None:
    """Put a closed structure back in use, with the people it had."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    reopen_place(session, actor, _get(session, structure_id), now)


def list_structures(session: Session, actor: Actor) -> tuple[StructureSeen, ...]:
    """Every structure, by name, closed ones last: a few dozen, in one statement."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    return _list_seen(session, None)


def _get(session: Session, structure_id: int) -> Structure:
    structure = session.get(Structure, structure_id)
    if structure is None:
        raise NotFound("structure", structure_id)
    return structure


def _list_seen(session: Session, structure_id: int | None) -> tuple[StructureSeen, ...]:
    query = (
        select(Structure, func.count(User.id))
        .outerjoin(
            Membership, and_(Membership.structure_id == Structure.id, Membership.disabled_at.is_(None))
        )
        .outerjoin(User, and_(User.id == Membership.user_id, User.disabled_at.is_(None)))
        .group_by(Structure.id)
    )
    if structure_id is not None:
        query = query.where(Structure.id == structure_id)
    rows = (_seen(structure, people) for structure, people in session.execute(query))
    return tuple(
        sorted(rows, key=lambda s: (s.closed_at is not None, folded(s.description.name), s.structure_id))
    )


def _seen(structure: Structure, people: int) -> StructureSeen:
    return StructureSeen(
        structure_id=structure.id,
        description=_description_of(structure),
        version=structure.version,
        created_at=structure.created_at,
        closed_at=structure.closed_at,
        people=people,
    )


def _read_description(catalogue: Catalogue, typed: StructureDescription) -> StructureDescription:
    intake = Intake()
    read = StructureDescription(
        name=intake.read("", clean_line, "name", typed.name, NAME_LIMIT),
        kind=intake.read("", clean_choice, "kind", typed.kind, STRUCTURE_KINDS),
        regions=intake.read((), clean_choices, "regions", typed.regions, REGIONS, required=True),
        modules=intake.read(
            (), clean_choices, "modules", typed.modules, (m.module for m in catalogue.modules), required=True
        ),
    )
    intake.finish()
    return read


def _write(structure: Structure, read: StructureDescription) -> None:
    structure.name = read.name
    structure.kind = read.kind
    structure.regions = list(read.regions)
    structure.modules = list(read.modules)


def _description_of(structure: Structure) -> StructureDescription:
    return StructureDescription(
        name=structure.name,
        kind=structure.kind,
        regions=tuple(structure.regions),
        modules=tuple(structure.modules),
    )
