"""A person's own account: name and password; and the accounts an administrator closes or opens again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.errors import Fault, InvalidInput, NotFound, NotSignedIn
from aqss.domain.texts import clean_line
from aqss.persistence.accounts import User
from aqss.services.attempts import Attempt, claim_attempt, purge_attempts, settle_attempt
from aqss.services.journal import record
from aqss.services.password_resets import purge_resets, void_resets
from aqss.services.sign_ins import SIGN_IN, Credentials, close_all_sign_ins, purge_sign_ins

NAME_LIMIT = 120
"""Characters of a person's name."""


def rename(session: Session, actor: Actor, name: str, now: datetime) -> None:
    """Change one's own name. Raises :class:`InvalidInput`."""
    require(actor, Permission.USE_ACCOUNT)
    user = _get_user(session, actor.user_id)
    name = clean_line("name", name, NAME_LIMIT)
    if name != user.name:
        facts = {"before": user.name, "after": name}
        user.name = name
        record(session, user, "renamed", by=actor.user_id, at=now, facts=facts)
        session.flush()


def claim_own_credentials(session: Session, actor: Actor, client: str, now: datetime) -> Credentials:
    """What one's present password is verified against, once, before it is changed; raises TooManyAttempts.

    Counted as a refused sign-in until :func:`change_password`: commit before verifying. When the new password
    is what is wrong: :func:`aqss.services.attempts.give_back_attempt`.
    """
    user = _get_user(session, actor.user_id)
    claimed = claim_attempt(session, Attempt(SIGN_IN, user.email, client), now)
    return Credentials(user.id, user.password_hash, claimed)


def change_password(
    session: Session,
    actor: Actor,
    credentials: Credentials,
    new_hash: str,
    now: datetime,
    *,
    but: int,
) -> None:
    """Replace one's own password, once the present one was verified against ``credentials``.

    Every other session than ``but`` ends and open reset links are void. Raises :class:`NotSignedIn` when the
    password was changed in between.
    """
    require(actor, Permission.USE_ACCOUNT)
    user = _get_user(session, actor.user_id)
    if credentials.user_id != user.id or credentials.password_hash != user.password_hash:
        raise NotSignedIn
    user.password_hash = new_hash
    settle_attempt(session, credentials.claimed)
    close_all_sign_ins(session, user.id, but=but)
    void_resets(session, user.id, now)
    record(session, user, "password-changed", by=actor.user_id, at=now)
    session.flush()


def disable_account(session: Session, actor: Actor, user_id: int, now: datetime) -> bool:
    """Close a person's account everywhere and end their sessions; False when it was closed already."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    user = _get_user(session, user_id)
    if user.id == actor.user_id:
        raise InvalidInput((Fault("account", "own-membership"),))
    is_open = user.disabled_at is None
    if is_open:
        user.disabled_at = now
        void_resets(session, user.id, now)
        record(session, user, "disabled", by=actor.user_id, at=now, facts={"name": user.name})
    close_all_sign_ins(session, user.id)
    session.flush()
    return is_open


def enable_account(session: Session, actor: Actor, user_id: int, now: datetime) -> bool:
    """Open a closed account again, with the roles it had; False when it is not closed."""
    require(actor, Permission.INSTANCE_ADMINISTER)
    user = _get_user(session, user_id)
    if user.disabled_at is None:
        return False
    user.disabled_at = None
    record(session, user, "enabled", by=actor.user_id, at=now, facts={"name": user.name})
    session.flush()
    return True


def withdraw_administration(session: Session, actor: Actor, user_id: int, now: datetime) -> bool:
    """Take the administrator's role from somebody, who keeps the account and every other role.

    Nobody takes their own, so that one administrator always stays. False when they are no administrator.
    """
    require(actor, Permission.INSTANCE_ADMINISTER)
    user = _get_user(session, user_id)
    if user.id == actor.user_id:
        raise InvalidInput((Fault("account", "own-membership"),))
    if not user.is_administrator:
        return False
    user.is_administrator = False
    record(session, user, "withdrawn", by=actor.user_id, at=now, facts={"name": user.name})
    session.flush()
    return True


def purge_accounts(session: Session, now: datetime) -> None:
    """Delete ended sessions, attempts that no longer count and dead reset links."""
    purge_sign_ins(session, now)
    purge_attempts(session, now)
    purge_resets(session, now)


def _get_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("account", user_id)
    return user
