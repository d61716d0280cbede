"""Signing in and out, and who is signed in: what each request of a person starts with.

Signing in takes two transactions, and the password is verified between them. The first counts the attempt as
refused, so that however many come at once, no more are verified than one after the other::

    credentials = claim_sign_in(writing, email, client, now)         # may raise TooManyAttempts; commit
    if verify(credentials.password_hash, password):
        token = open_verified_sign_in(writing, credentials, now)     # the attempt counts no more; commit
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import NotSignedIn
from aqss.domain.texts import folded, is_email
from aqss.persistence.accounts import Membership, SignIn, User
from aqss.persistence.centres import Centre, Structure
from aqss.services.attempts import Attempt, ClaimedAttempt, claim_attempt, settle_attempt
from aqss.services.journal import record
from aqss.services.tokens import new_token, token_hash

IDLE_LIMIT = timedelta(hours=2)
"""Without a request (ASVS 5.0, 7.3.1)."""

ABSOLUTE_LIMIT = timedelta(hours=12)
"""Since signing in (ASVS 5.0, 7.3.2): a day of work."""

TOUCH_EVERY = timedelta(minutes=5)
"""A request writes that the person was seen at most that often."""

SIGN_IN = "sign-in"

_Place = TypeVar("_Place", "CentreRole", "StructureRole")


@dataclass(frozen=True)
class Credentials:
    """What one password is verified against; without account, both are None and the work is the same."""

    user_id: int | None
    password_hash: str | None
    claimed: ClaimedAttempt


@dataclass(frozen=True)
class CentreRole:
    """A role over a centre, with what a menu shows of it; ``is_project``: it has not opened yet."""

    membership_id: int
    centre_id: int
    name: str
    town: str
    role: Role
    professions: tuple[str, ...]
    is_project: bool = False


@dataclass(frozen=True)
class StructureRole:
    """A role over a support structure, with what it looks at."""

    membership_id: int
    structure_id: int
    name: str
    kind: str
    regions: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in: the actor of every service, and what pages show of them. Places by name."""

    sign_in_id: int
    actor: Actor
    email: str
    opened_at: datetime
    seen_at: datetime
    centres: tuple[CentreRole, ...]
    structures: tuple[StructureRole, ...]

    def is_touch_due(self, now: datetime) -> bool:
        """Whether :func:`touch_sign_in` would write something."""
        return now - self.seen_at >= TOUCH_EVERY


def claim_sign_in(session: Session, email: str, client: str, now: datetime) -> Credentials:
    """What to verify one password against, for an address as typed and a client's network address.

    The attempt is counted as refused, until :func:`open_verified_sign_in`: commit before verifying. The same
    statements and the same answer whether the account exists, is disabled or has no password yet. Raises
    :class:`TooManyAttempts`.
    """
    address = email.strip().lower()
    claimed = claim_attempt(session, Attempt(SIGN_IN, address, client), now)
    found = session.execute(
        select(User.id, User.password_hash).where(
            User.email == (address if is_email(address) else ""),
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
        )
    ).one_or_none()
    return Credentials(found.id, found.password_hash, claimed) if found else Credentials(None, None, claimed)


def open_verified_sign_in(
    session: Session, credentials: Credentials, now: datetime, *, renewed_hash: str | None = None
) -> str:
    """The token of a new session, once the password was verified against ``credentials``.

    ``renewed_hash`` replaces the stored hash. Raises :class:`NotSignedIn` without account, or when it was
    disabled or its password changed in between.
    """
    if credentials.user_id is None:
        raise NotSignedIn
    user = session.get(User, credentials.user_id)
    if user is None or user.password_hash != credentials.password_hash:
        raise NotSignedIn
    if renewed_hash is not None:
        user.password_hash = renewed_hash
    settle_attempt(session, credentials.claimed)
    return open_sign_in(session, user.id, now)


def open_sign_in(session: Session, user_id: int, now: datetime) -> str:
    """The token of a new session for somebody whose identity was just proved. Raises :class:`NotSignedIn`."""
    user = session.scalar(select(User).where(User.id == user_id, User.disabled_at.is_(None)))
    if user is None:
        raise NotSignedIn
    token = new_token()
    session.execute(
        insert(SignIn).values(user_id=user_id, token_hash=token_hash(token), created_at=now, seen_at=now)
    )
    record(session, user, "signed-in", by=user_id, at=now)
    return token


def find_actor(session: Session, token: str, now: datetime) -> SignedIn:
    """Who holds ``token``, with their present roles: one statement.

    Disabled roles and closed places are left out. Raises :class:`NotSignedIn` for an unknown token, past the
    idle or the absolute limit, or when the account is disabled.
    """
    rows = session.connection().execute(_HOLDER, {"token_hash": token_hash(token)}).all()
    if not rows or _is_over(rows[0], now):
        raise NotSignedIn
    return _signed_in(rows)


def touch_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    """Note that the person is still there; writes nothing when that was noted less than 5 minutes ago."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id, SignIn.seen_at <= now - TOUCH_EVERY).values(seen_at=now)
    )


def close_sign_in(session: Session, token: str, now: datetime) -> None:
    """Sign out: the token opens nothing any more. An unknown one is no fault."""
    closed = delete(SignIn).where(SignIn.token_hash == token_hash(token)).returning(SignIn.user_id)
    user_id = session.scalar(closed)
    if user_id is not None:
        record(session, session.get_one(User, user_id), "signed-out", by=user_id, at=now)


def close_all_sign_ins(session: Session, user_id: int, *, but: int | None = None) -> None:
    """End every session of a person, or every other one than ``but``."""
    statement = delete(SignIn).where(SignIn.user_id == user_id)
    session.execute(statement if but is None else statement.where(SignIn.id != but))


def purge_sign_ins(session: Session, now: datetime) -> None:
    """Delete the sessions that have reached a limit."""
    over = or_(SignIn.seen_at <= now - IDLE_LIMIT, SignIn.created_at <= now - ABSOLUTE_LIMIT)
    session.execute(delete(SignIn).where(over))


_HOLDER = (
    select(
        SignIn.id.label("sign_in_id"),
        SignIn.created_at,
        SignIn.seen_at,
        User.id.label("user_id"),
        User.name,
        User.email,
        User.is_administrator,
        Membership.id.label("membership_id"),
        Membership.role,
        Membership.professions,
        Centre.id.label("centre_id"),
        Centre.name.label("centre_name"),
        Centre.town,
        Centre.is_project,
        Structure.id.label("structure_id"),
        Structure.name.label("structure_name"),
        Structure.kind,
        Structure.regions,
        Structure.modules,
    )
    .join(User, User.id == SignIn.user_id)
    .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.disabled_at.is_(None)))
    .outerjoin(Centre, and_(Centre.id == Membership.centre_id, Centre.closed_at.is_(None)))
    .outerjoin(Structure, and_(Structure.id == Membership.structure_id, Structure.closed_at.is_(None)))
    .where(SignIn.token_hash == bindparam("token_hash"), User.disabled_at.is_(None))
)


def _is_over(row: Row[*tuple[Any, ...]], now: datetime) -> bool:
    return bool(now - row.seen_at >= IDLE_LIMIT or now - row.created_at >= ABSOLUTE_LIMIT)


def _signed_in(rows: Sequence[Row[*tuple[Any, ...]]]) -> SignedIn:
    first = rows[0]
    centres = _by_name(_centre_role(row) for row in rows if row.centre_id is not None)
    structures = _by_name(_structure_role(row) for row in rows if row.structure_id is not None)
    grants = (
        *((Grant(Role.ADMINISTRATOR),) if first.is_administrator else ()),
        *(Grant(place.role, centre_id=place.centre_id) for place in centres),
        *(Grant(Role.STRUCTURE, structure_id=place.structure_id) for place in structures),
    )
    return SignedIn(
        sign_in_id=first.sign_in_id,
        actor=Actor(first.user_id, first.name, grants),
        email=first.email,
        opened_at=first.created_at,
        seen_at=first.seen_at,
        centres=centres,
        structures=structures,
    )


def _centre_role(row: Row[*tuple[Any, ...]]) -> CentreRole:
    return CentreRole(
        membership_id=row.membership_id,
        centre_id=row.centre_id,
        name=row.centre_name,
        town=row.town,
        role=Role(row.role),
        professions=tuple(row.professions),
        is_project=row.is_project,
    )


def _structure_role(row: Row[*tuple[Any, ...]]) -> StructureRole:
    return StructureRole(
        membership_id=row.membership_id,
        structure_id=row.structure_id,
        name=row.structure_name,
        kind=row.kind,
        regions=tuple(row.regions),
        modules=tuple(row.modules),
    )


def _by_name(places: Iterable[_Place]) -> tuple[_Place, ...]:
    return tuple(sorted(places, key=lambda place: (folded(place.name), place.membership_id)))
