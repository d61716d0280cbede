"""Giving a proof for a criterion: a file, a link, or one that the centre has already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_line
from aqss.gateways.french import paris
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.assessments.noting import note
from aqss.services.consensus.sittings import touch_screens
from aqss.services.proofs.finding import Key, Spot, get_open_spot

TITLE_LIMIT = 200
URL_LIMIT = 2000
MOST_PROOFS = 30
"""Proofs of one criterion."""

EARLIEST = date(1950, 1, 1)
"""No proof is older."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a person writes of a proof: its title, its date, its last day of validity (None: without end)."""

    title: str
    dated_on: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Described:
    """A :class:`Description` that breaks no rule."""

    title: str
    dated_on: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file already stored under ``sha256``; ``name`` is what whoever downloads it reads."""

    name: str
    media_type: str
    size: int
    sha256: str


def check_description(description: Description, now: datetime) -> Described:
    """The description made canonical; raises :class:`InvalidInput`, fields as those of :class:`Description`.

    Its date is no later than today in Paris, its last day no earlier than its date.
    """
    intake, today = Intake(), paris(now).date()
    title = intake.read("", clean_line, "title", description.title, TITLE_LIMIT)
    dated_on, until = description.dated_on, description.valid_until
    if dated_on is None:
        intake.fault("dated_on", "required")
    elif not EARLIEST <= dated_on <= today:
        intake.fault("dated_on", "date-outside", EARLIEST, today)
    elif until is not None and until < dated_on:
        intake.fault("valid_until", "before-date", dated_on, "dated_on")
    intake.finish()
    return Described(title, dated_on or today, until)


def check_link(url: str) -> str:
    """An address that a page may link to: http or https, a host, no password; raises ``link`` and others."""
    address = clean_line("url", url, URL_LIMIT)
    if not _is_link(address):
        raise InvalidInput((Fault("url", "link"),))
    return address


def add_file(
    session: Session, actor: Actor, key: Key, description: Description, file: StoredFile, now: datetime
) -> Proof:
    """Show a stored file for the criterion, by anybody of the team while the state allows rating or agreeing.

    Raises :class:`InvalidInput`, ``proof-here`` for a file already shown there among its faults;
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.NotFound`.
    """
    described = check_description(description, now)
    spot = get_open_spot(session, actor, key, lock=True)
    _refuse_twice(session, spot, "file", Proof.sha256 == file.sha256)
    proof = Proof(file_name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256)
    return _add(session, actor, spot, proof, described, now)


def add_link(
    session: Session, actor: Actor, key: Key, description: Description, url: str, now: datetime
) -> Proof:
    """Show an address for the criterion; nothing is ever asked of it. Refusals as :func:`add_file`."""
    intake = Intake()
    address = intake.read("", check_link, url)
    described = intake.read(NOTHING_DESCRIBED, check_description, description, now)
    intake.finish()
    spot = get_open_spot(session, actor, key, lock=True)
    _refuse_twice(session, spot, "url", Proof.url == address)
    return _add(session, actor, spot, Proof(url=address), described, now)


def add_again(session: Session, actor: Actor, key: Key, proof_id: int, now: datetime) -> Proof:
    """Show for the criterion a proof that the centre shows elsewhere. Refusals as :func:`add_file`."""
    spot = get_open_spot(session, actor, key, lock=True)
    proof = get_offered(session, spot.assessment.centre_id, proof_id)
    _refuse_twice(session, spot, "proof", Proof.id == proof.id)
    _use(session, actor, spot, proof, now)
    return proof


def proof_described(proof: Proof, described: Described) -> Proof:
    """The proof, with what it is called and its dates."""
    proof.title, proof.dated_on, proof.valid_until = (
        described.title,
        described.dated_on,
        described.valid_until,
    )
    return proof


def refuse_twice(
    session: Session,
    here: Select[str],
    is_same: ColumnElement[bool],
    *,
    field: str,
    most: int = MOST_PROOFS,
    whole: str = "proofs",
) -> None:
    """One line a proof, and not too many of them: a page is read by people.

    ``here``: the titles of those already shown there. Raises :class:`InvalidInput`: ``proof-here`` on
    ``field``, ``too-many`` on ``whole``.
    """
    title = session.scalars(here.where(is_same).limit(1)).first()
    if title is not None:
        raise InvalidInput((Fault(field, "proof-here", (title,)),))
    if (session.scalar(select(func.count()).select_from(here.subquery())) or 0) >= most:
        raise InvalidInput((Fault(whole, "too-many", (most,)),))


def get_offered(session: Session, centre_id: int, proof_id: int) -> Proof:
    """A proof that the centre has already; raises :class:`InvalidInput` on ``proof`` for any other."""
    proof = session.get(Proof, proof_id) if 0 < proof_id <= LARGEST_ID else None
    if proof is None or proof.centre_id != centre_id:
        raise InvalidInput((Fault("proof", "unknown-choice"),))
    return proof


NOTHING_DESCRIBED = Described("", EARLIEST, None)
"""Stands for a description that breaks a rule, until all its faults are told."""


def _is_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
        has_port = parts.port != 0
    except ValueError:
        return False
    is_plain = not any(character.isspace() or character in '\\<>"' for character in address)
    is_safe = parts.scheme in ("http", "https") and parts.username is None and parts.password is None
    return bool(is_plain and is_safe and has_port and parts.hostname)


def _refuse_twice(session: Session, spot: Spot, field: str, is_same: ColumnElement[bool]) -> None:
    here = (
        select(Proof.title)
        .join(ProofUse, ProofUse.proof_id == Proof.id)
        .where(ProofUse.sheet_id == spot.sheet.id, ProofUse.criterion == spot.criterion.criterion)
    )
    refuse_twice(session, here, is_same, field=field)


def _add(
    session: Session, actor: Actor, spot: Spot, proof: Proof, described: Described, now: datetime
) -> Proof:
    proof_described(proof, described).centre_id = spot.assessment.centre_id
    proof.added_at, proof.added_by_id = now, actor.user_id
    session.add(proof)
    session.flush()
    _use(session, actor, spot, proof, now)
    return proof


def _use(session: Session, actor: Actor, spot: Spot, proof: Proof, now: datetime) -> None:
    code = spot.criterion.criterion
    session.add(ProofUse(proof_id=proof.id, sheet_id=spot.sheet.id, criterion=code))
    facts = {"grid": spot.sheet.grid, "criterion": code, "title": proof.title}
    note(session, actor, spot.assessment, "proof-added", facts, now)
    touch_screens(session, spot.assessment.id)
    session.flush()
