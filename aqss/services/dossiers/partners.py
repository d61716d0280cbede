"""The directory of a centre: the organisations it works with, and how to reach them at work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.errors import Fault, InvalidInput, NotFound, StaleEdit
from aqss.domain.intake import Intake
from aqss.domain.texts import EMAIL_LIMIT, clean_email, clean_line, clean_text, folded
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Partner
from aqss.services.journal import record
from aqss.services.paging import nearest_page

PAGE_SIZE = 50
MOST_PARTNERS = 1000
NAME_LIMIT, KIND_LIMIT, PHONE_LIMIT, TEXT_LIMIT = 160, 80, 40, 2000


@dataclass(frozen=True)
class Described:
    """What is told of a partner; all but the name may be empty."""

    name: str
    kind: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    note: str = ""


@dataclass(frozen=True)
class PartnersPage:
    """One page of ``total`` partners found, by name; pages are numbered from 1 and there is always one."""

    centre_name: str
    lines: tuple[Partner, ...]
    number: int
    count: int
    total: int


def list_partners(
    session: Session, actor: Actor, centre_id: int, *, search: str = "", page: int = 1
) -> PartnersPage:
    """Those with each word of ``search`` in their name, kind, contact, address or note, for the team."""
    require(actor, Permission.DOSSIER_READ, centre_id=centre_id)
    words = folded(search).split()
    rows = session.scalars(select(Partner).where(Partner.centre_id == centre_id)).all()
    found = sorted((one for one in rows if _has_all(words, one)), key=lambda one: (folded(one.name), one.id))
    at = nearest_page(page, total=len(found), size=PAGE_SIZE)
    lines = tuple(found[at.first : at.first + PAGE_SIZE])
    return PartnersPage(_get_centre(session, centre_id).name, lines, at.number, at.count, len(found))


def get_partner(
    session: Session, actor: Actor, centre_id: int, partner_id: int, *, lock: bool = False
) -> Partner:
    """The partner, to be changed, by who edits the dossiers of the centre.

    ``lock``: nobody else changes it before the end of the transaction. Raises :class:`NotFound`.
    """
    require(actor, Permission.DOSSIER_EDIT, centre_id=centre_id)
    query = select(Partner).where(Partner.id == partner_id, Partner.centre_id == centre_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    partner = session.scalars(query).one_or_none() if 0 < partner_id <= LARGEST_ID else None
    if partner is None:
        raise NotFound("partner", partner_id)
    return partner


def add_partner(
    session: Session, actor: Actor, *, centre_id: int, described: Described, now: datetime
) -> Partner:
    """Add a partner, by who edits the dossiers of the centre.

    Raises :class:`InvalidInput` under the names of the fields, :class:`~aqss.domain.errors.NotAllowed`.
    """
    require(actor, Permission.DOSSIER_EDIT, centre_id=centre_id)
    described = _check(described)
    if (session.scalar(select(func.count()).where(Partner.centre_id == centre_id)) or 0) >= MOST_PARTNERS:
        raise InvalidInput((Fault("name", "too-many", (MOST_PARTNERS,)),))
    partner = Partner(centre_id=centre_id, updated_at=now, **vars(described))
    session.add(partner)
    _note(session, actor, partner, "partner-added", now)
    return partner


def change_partner(
    session: Session,
    actor: Actor,
    *,
    centre_id: int,
    partner_id: int,
    described: Described,
    expected_version: int,
    now: datetime,
) -> None:
    """Replace what is told of a partner, as it stood at ``expected_version``.

    Refusals as :func:`add_partner`, :class:`NotFound` and :class:`StaleEdit`.
    """
    partner = get_partner(session, actor, centre_id, partner_id, lock=True)
    if partner.version != expected_version:
        raise StaleEdit("partner", partner.id, expected_version, partner.version)
    for name, value in vars(_check(described)).items():
        setattr(partner, name, value)
    partner.version, partner.updated_at = partner.version + 1, now
    _note(session, actor, partner, "partner-changed", now)


def remove_partner(session: Session, actor: Actor, *, centre_id: int, partner_id: int, now: datetime) -> None:
    """Take a partner out of the directory. Refusals as :func:`change_partner`."""
    partner = get_partner(session, actor, centre_id, partner_id)
    _note(session, actor, partner, "partner-removed", now)
    session.delete(partner)
    session.flush()


def _check(typed: Described) -> Described:
    intake = Intake()
    read = Described(
        name=intake.read("", clean_line, "name", typed.name, NAME_LIMIT),
        kind=intake.read("", clean_line, "kind", typed.kind, KIND_LIMIT, required=False),
        contact=intake.read("", clean_line, "contact", typed.contact, NAME_LIMIT, required=False),
        phone=intake.read("", clean_line, "phone", typed.phone, PHONE_LIMIT, required=False),
        email=intake.read("", _clean_email, typed.email),
        address=intake.read("", clean_text, "address", typed.address, TEXT_LIMIT, required=False),
        note=intake.read("", clean_text, "note", typed.note, TEXT_LIMIT, required=False),
    )
    intake.finish()
    return read


def _clean_email(typed: str) -> str:
    """An address, or nothing; like any other text, it holds no patient's number."""
    address = clean_email("email", typed) if typed.strip() else ""
    return clean_line("email", address, EMAIL_LIMIT, required=False)


def _note(session: Session, actor: Actor, partner: Partner, verb: str, now: datetime) -> None:
    centre = _get_centre(session, partner.centre_id)
    record(session, centre, verb, by=actor.user_id, at=now, facts={"name": partner.name})
    session.flush()


def _get_centre(session: Session, centre_id: int) -> Centre:
    return session.get_one(Centre, centre_id)


def _has_all(words: Sequence[str], partner: Partner) -> bool:
    searched = folded(" ".join((partner.name, partner.kind, partner.contact, partner.address, partner.note)))
    return all(word in searched for word in words)
