"""Forgotten passwords: a link sent to the address of the account, valid one hour, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from aqss.domain.errors import LinkRefused
from aqss.domain.texts import clean_email
from aqss.gateways.links import Links
from aqss.gateways.rendering import render_mail
from aqss.persistence.accounts import PasswordReset, User
from aqss.services.attempts import Attempt, claim_attempt, forget_attempts
from aqss.services.journal import record
from aqss.services.mails import record_mail
from aqss.services.sign_ins import SIGN_IN, close_all_sign_ins
from aqss.services.tokens import new_token, token_hash

VALID_FOR = timedelta(hours=1)

KEPT_FOR = timedelta(days=7)
"""How long a dead link is remembered, to say that it expired or was used rather than that it is unknown."""

RESET = "password-reset"


@dataclass(frozen=True)
class ResetOffer:
    """Whose password the link changes: what judging the new one needs."""

    email: str
    name: str


def ask_reset(session: Session, email: str, client: str, now: datetime, links: Links) -> None:
    """Send a link to choose a new password, if the address has an open account; earlier links are void.

    Nothing tells whether it has one. Each request counts, by address and by client. Raises
    :class:`InvalidInput` (not an address) and :class:`TooManyAttempts`.
    """
    address = clean_email("email", email)
    claim_attempt(session, Attempt(RESET, address, client), now)
    token = new_token()
    context = {"link": links.password_reset(token), "expires_at": now + VALID_FOR}
    user = session.scalar(select(User).where(User.email == address, User.disabled_at.is_(None)))
    if user is None:
        render_mail(RESET, context | {"name": ""})  # the same work as for an account
        return
    void_resets(session, user.id, now)
    reset = PasswordReset(
        user_id=user.id, token_hash=token_hash(token), created_at=now, expires_at=now + VALID_FOR
    )
    session.add(reset)
    session.flush()
    record_mail(
        session,
        kind=RESET,
        slot=str(reset.id),
        address=user.email,
        context=context | {"name": user.name},
        now=now,
        user_id=user.id,
        expires_at=reset.expires_at,
    )
    record(session, user, "password-reset-asked", by=None, at=now, facts={"name": user.name})
    session.flush()


def read_reset(session: Session, token: str, now: datetime) -> ResetOffer:
    """Whose link this is. Raises :class:`LinkRefused`."""
    found = session.execute(
        select(User.email, User.name)
        .join(PasswordReset, PasswordReset.user_id == User.id)
        .where(*_can_be_used(token, now))
    ).one_or_none()
    if found is None:
        raise _refusal(session, token)
    return ResetOffer(found.email, found.name)


def use_reset(session: Session, token: str, password_hash: str, now: datetime) -> int:
    """Store the new password, end every session of the person, void their other links; gives their user id.

    Of two uses at once, one is refused. Raises :class:`LinkRefused`.
    """
    claim = update(PasswordReset).where(*_can_be_used(token, now)).values(used_at=now)
    user_id = session.scalar(claim.returning(PasswordReset.user_id))
    if user_id is None:
        raise _refusal(session, token)
    user = session.get_one(User, user_id)
    user.password_hash = password_hash
    void_resets(session, user.id, now)
    close_all_sign_ins(session, user.id)
    forget_attempts(session, Attempt(SIGN_IN, user.email, ""))
    record(session, user, "password-reset", by=user.id, at=now)
    session.flush()
    return user.id


def void_resets(session: Session, user_id: int, now: datetime) -> None:
    """Let the open links of a person expire now."""
    session.execute(
        update(PasswordReset)
        .where(
            PasswordReset.user_id == user_id,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
        .values(expires_at=now)
    )


def purge_resets(session: Session, now: datetime) -> None:
    """Delete links dead for a week."""
    session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now - KEPT_FOR))


def _can_be_used(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PasswordReset.token_hash == token_hash(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
        PasswordReset.user_id.in_(select(User.id).where(User.disabled_at.is_(None))),
    )


def _refusal(session: Session, token: str) -> LinkRefused:
    """Why a link that cannot be used cannot."""
    found = session.execute(
        select(PasswordReset.used_at).where(PasswordReset.token_hash == token_hash(token))
    ).one_or_none()
    if found is None:
        return LinkRefused(RESET, "unknown")
    return LinkRefused(RESET, "used" if found.used_at is not None else "expired")
