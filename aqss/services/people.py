"""Who has a role in a centre or a structure: seen and changed by those who manage its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, defer

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.texts import clean_choice, clean_choices, folded
from aqss.persistence.accounts import Invitation, Membership, User
from aqss.persistence.mails import Mail
from aqss.services.invitations import revoke_open_invitations
from aqss.services.journal import record
from aqss.services.mails import TroubledMail, carries, is_troubled, tell_trouble
from aqss.services.places import IS_COORDINATOR, Place, get_open_place, require_people_of
from aqss.services.sign_ins import close_all_sign_ins


@dataclass(frozen=True)
class Person:
    """Somebody with a role in the place; ``is_active`` unless the role or the whole account is disabled."""

    membership_id: int
    user_id: int
    name: str
    email: str
    role: Role
    professions: tuple[str, ...]
    since: datetime
    is_active: bool
    is_account_disabled: bool


@dataclass(frozen=True)
class PendingInvitation:
    """An invitation neither accepted nor revoked; an expired one can be sent again.

    ``trouble``: why its mail has not left, when that is to be told.
    """

    invitation_id: int
    email: str
    name: str
    role: Role
    professions: tuple[str, ...]
    inviter: str | None
    sent_at: datetime
    expires_at: datetime
    is_expired: bool
    trouble: TroubledMail | None


@dataclass(frozen=True)
class People:
    """People by name, those put out last; invitations, the latest first."""

    persons: tuple[Person, ...]
    invitations: tuple[PendingInvitation, ...]


def list_people(
    session: Session,
    actor: Actor,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
    now: datetime,
) -> People:
    """Everybody with a role in a centre or a structure, and who was invited: three statements."""
    require_people_of(actor, centre_id=centre_id, structure_id=structure_id)
    place = get_open_place(session, centre_id=centre_id, structure_id=structure_id)
    memberships = session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(place.holds(Membership))
    )
    invitations = session.execute(
        select(Invitation, User.name, Mail)
        .outerjoin(User, User.id == Invitation.invited_by_id)
        .outerjoin(Mail, carries(Invitation) & is_troubled(now))
        .options(defer(Mail.body_text), defer(Mail.body_html))
        .where(place.holds(Invitation), Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    persons = sorted(map(_person, memberships), key=lambda p: (not p.is_active, folded(p.name), p.user_id))
    return People(tuple(persons), tuple(_pending(*row, now) for row in invitations))


def change_role(
    session: Session,
    actor: Actor,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
    membership_id: int,
    role: str,
    now: datetime,
) -> None:
    """Give somebody another role of the place. Nobody changes their own, nor the last coordinator's.

    Raises :class:`InvalidInput` (``own-membership``, ``last-coordinator``, ``unknown-choice``) and
    :class:`NotFound` when the membership is not of that place.
    """
    place, membership = _get_membership(session, actor, centre_id, structure_id, membership_id)
    role = clean_choice("role", role, place.roles)
    if role == membership.role:
        return
    _refuse_own(actor, membership, "role")
    _refuse_last_coordinator(session, membership, "role")
    facts = {"name": membership.user.name, "before": membership.role, "after": role}
    membership.role = role
    record(session, membership, "role-changed", by=actor.user_id, at=now, facts=facts)
    session.flush()


def change_professions(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
    membership_id: int,
    professions: Iterable[str],
    now: datetime,
) -> None:
    """Say what somebody, or oneself, does in the place: which criteria they are shown first."""
    _, membership = _get_membership(session, actor, centre_id, structure_id, membership_id)
    wanted = list(clean_choices("professions", professions, catalogue.profession_labels))
    if wanted != membership.professions:
        facts = {"name": membership.user.name, "before": membership.professions, "after": wanted}
        membership.professions = wanted
        record(session, membership, "professions-changed", by=actor.user_id, at=now, facts=facts)
        session.flush()


def disable_membership(
    session: Session,
    actor: Actor,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
    membership_id: int,
    now: datetime,
) -> None:
    """Put somebody out of the place: their sessions end and the invitations they hold to it are void.

    Nobody puts themselves out, nor the last coordinator of a centre. Raises as :func:`change_role`.
    """
    place, membership = _get_membership(session, actor, centre_id, structure_id, membership_id)
    if membership.disabled_at is not None:
        return
    _refuse_own(actor, membership, "membership")
    _refuse_last_coordinator(session, membership, "membership")
    membership.disabled_at = now
    close_all_sign_ins(session, membership.user_id)
    held = (Invitation.email == membership.user.email) & place.holds(Invitation)
    revoke_open_invitations(session, held, now)
    record(session, membership, "disabled", by=actor.user_id, at=now, facts={"name": membership.user.name})
    session.flush()


def enable_membership(
    session: Session,
    actor: Actor,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
    membership_id: int,
    now: datetime,
) -> None:
    """Let somebody in again, with the role they had."""
    _, membership = _get_membership(session, actor, centre_id, structure_id, membership_id)
    if membership.disabled_at is not None:
        membership.disabled_at = None
        record(session, membership, "enabled", by=actor.user_id, at=now, facts={"name": membership.user.name})
        session.flush()


def _get_membership(
    session: Session,
    actor: Actor,
    centre_id: int | None,
    structure_id: int | None,
    membership_id: int,
) -> tuple[Place, Membership]:
    """A membership of that very place, and the place."""
    require_people_of(actor, centre_id=centre_id, structure_id=structure_id)
    place = get_open_place(session, centre_id=centre_id, structure_id=structure_id)
    membership = session.scalar(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(Membership.id == membership_id, place.holds(Membership))
    )
    if membership is None:
        raise NotFound("membership", membership_id)
    return place, membership


def _refuse_own(actor: Actor, membership: Membership, field: str) -> None:
    if membership.user_id == actor.user_id:
        raise InvalidInput((Fault(field, "own-membership"),))


def _refuse_last_coordinator(session: Session, membership: Membership, field: str) -> None:
    """Refuse when no other coordinator could sign in to the centre."""
    if membership.role != Role.COORDINATOR or membership.disabled_at is not None:
        return
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.centre_id == membership.centre_id,
            Membership.id != membership.id,
            IS_COORDINATOR,
        )
    )
    if not others:
        raise InvalidInput((Fault(field, "last-coordinator"),))


def _person(membership: Membership) -> Person:
    user = membership.user
    return Person(
        membership_id=membership.id,
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=Role(membership.role),
        professions=tuple(membership.professions),
        since=membership.created_at,
        is_active=membership.disabled_at is None and user.disabled_at is None,
        is_account_disabled=user.disabled_at is not None,
    )


def _pending(
    invitation: Invitation, inviter: str | None, mail: Mail | None, now: datetime
) -> PendingInvitation:
    return PendingInvitation(
        invitation_id=invitation.id,
        email=invitation.email,
        name=invitation.name,
        role=Role(invitation.role),
        professions=tuple(invitation.professions),
        inviter=inviter,
        sent_at=invitation.created_at,
        expires_at=invitation.expires_at,
        is_expired=invitation.expires_at <= now,
        trouble=None if mail is None else tell_trouble(mail, now),
    )
