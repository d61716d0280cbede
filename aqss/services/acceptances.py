"""Coming into aqss: what the link of an invitation offers, and accepting it once, account or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.errors import LinkRefused, NotFound, NotSignedIn
from aqss.domain.texts import clean_line
from aqss.persistence.accounts import Invitation, Membership, User
from aqss.services.accounts import NAME_LIMIT
from aqss.services.invitations import INVITATION
from aqss.services.journal import record
from aqss.services.places import Place, get_open_place
from aqss.services.tokens import token_hash


@dataclass(frozen=True)
class InvitationOffer:
    """What the holder of a link is told. Who has an account signs in and joins (:func:`join`).

    ``is_closed``: the account of the address is, so that nobody can accept before it is opened again.
    """

    email: str
    name: str
    role: Role
    professions: tuple[str, ...]
    place: Place
    inviter: str | None
    expires_at: datetime
    has_account: bool
    is_closed: bool


@dataclass(frozen=True)
class Accepted:
    """Who has come in, and where."""

    user_id: int
    centre_id: int | None
    structure_id: int | None


def read_invitation(session: Session, token: str, now: datetime) -> InvitationOffer:
    """What the link offers. Raises :class:`LinkRefused`."""
    found = session.execute(
        select(Invitation, User.name)
        .outerjoin(User, User.id == Invitation.invited_by_id)
        .where(*_can_be_accepted(token, now))
    ).one_or_none()
    if found is None:
        raise _refusal(session, token)
    invitation, inviter = found
    account = session.scalar(select(User).where(User.email == invitation.email))
    return InvitationOffer(
        email=invitation.email,
        name=invitation.name,
        role=Role(invitation.role),
        professions=tuple(invitation.professions),
        place=_place_of(session, invitation),
        inviter=inviter,
        expires_at=invitation.expires_at,
        has_account=account is not None and account.password_hash is not None,
        is_closed=account is not None and account.disabled_at is not None,
    )


def accept(session: Session, token: str, name: str, password_hash: str, now: datetime) -> Accepted:
    """Open an account with that name and password, and give it the role offered.

    Of two acceptances at once one is refused. Raises :class:`LinkRefused`, :class:`InvalidInput` (the name),
    and :class:`NotSignedIn` when the address already has an account: an invitation changes nobody's password,
    its person signs in and joins.
    """
    name = clean_line("name", name, NAME_LIMIT)
    invitation, place = _claim(session, token, now)
    user = _account_to_open(session, invitation, name, now)
    user.name = name
    user.password_hash = password_hash
    return _let_in(session, user, invitation, place, now)


def join(session: Session, actor: Actor, token: str, now: datetime) -> Accepted:
    """Give the role offered to the person signed in, if the invitation was sent to their own address.

    Raises :class:`LinkRefused`, with the reason ``other-account`` when it was sent to another.
    """
    invitation, place = _claim(session, token, now)
    user = session.get_one(User, actor.user_id)
    if user.email != invitation.email:
        raise LinkRefused(INVITATION, "other-account")
    return _let_in(session, user, invitation, place, now)


def _can_be_accepted(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.token_hash == token_hash(token),
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )


def _refusal(session: Session, token: str) -> LinkRefused:
    """Why a link that cannot be accepted cannot."""
    accepted = select(Invitation.accepted_at).where(Invitation.token_hash == token_hash(token))
    found = session.execute(accepted).one_or_none()
    if found is None:
        return LinkRefused(INVITATION, "unknown")
    return LinkRefused(INVITATION, "expired" if found.accepted_at is None else "used")


def _claim(session: Session, token: str, now: datetime) -> tuple[Invitation, Place]:
    """The invitation, marked as accepted, and its place: one caller at most gets past this."""
    claim = update(Invitation).where(*_can_be_accepted(token, now)).values(accepted_at=now)
    key = session.scalar(claim.returning(Invitation.id))
    if key is None:
        raise _refusal(session, token)
    invitation = session.get_one(Invitation, key)
    return invitation, _place_of(session, invitation)


def _place_of(session: Session, invitation: Invitation) -> Place:
    try:
        return get_open_place(session, centre_id=invitation.centre_id, structure_id=invitation.structure_id)
    except NotFound as refusal:  # closed since
        raise LinkRefused(INVITATION, "expired") from refusal


def _account_to_open(session: Session, invitation: Invitation, name: str, now: datetime) -> User:
    """The account of the address, without a password yet; made if there is none."""
    user = session.scalar(select(User).where(User.email == invitation.email))
    if user is None:
        user = User(email=invitation.email, name=name, is_administrator=False, created_at=now)
        session.add(user)
        session.flush()
    if user.disabled_at is not None:
        raise LinkRefused(INVITATION, "expired")
    if user.password_hash is not None:
        raise NotSignedIn
    return user


def _let_in(session: Session, user: User, invitation: Invitation, place: Place, now: datetime) -> Accepted:
    if place.kind == "instance":
        user.is_administrator = True
    else:
        _add_membership(session, user, invitation, place, now)
    record(session, invitation, "accepted", by=user.id, at=now, facts={"role": invitation.role})
    session.flush()
    return Accepted(user.id, place.centre_id, place.structure_id)


def _add_membership(
    session: Session, user: User, invitation: Invitation, place: Place, now: datetime
) -> None:
    held = select(Membership.id).where(Membership.user_id == user.id, place.holds(Membership))
    if session.scalar(held) is not None:  # let in through another link
        raise LinkRefused(INVITATION, "used")
    session.add(
        Membership(
            user_id=user.id,
            role=invitation.role,
            centre_id=invitation.centre_id,
            structure_id=invitation.structure_id,
            professions=list(invitation.professions),
            created_at=now,
        )
    )
