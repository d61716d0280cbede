"""Roles offered by mail, the only way into aqss, by a link valid seven days; accepted in acceptances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import NotAllowed, NotFound
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_choices, clean_email, clean_line
from aqss.gateways.links import Links
from aqss.persistence.accounts import Invitation, Membership, User
from aqss.services.accounts import NAME_LIMIT
from aqss.services.journal import record
from aqss.services.mails import INVITATION_MAIL, record_mail
from aqss.services.places import Place, get_open_place, require_people_of
from aqss.services.tokens import new_token, token_hash

VALID_FOR = timedelta(days=7)

KEPT_FOR = timedelta(days=90)
"""How long an invitation nobody accepted is remembered, with the address it holds."""

INVITATION = "invitation"


@dataclass(frozen=True)
class InvitationMade:
    """What was recorded. ``link`` is the mail’s secret: shown to who runs the command, to nobody else."""

    invitation_id: int
    email: str
    role: Role
    link: str
    expires_at: datetime


def invite(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    *,
    email: str,
    name: str,
    role: str,
    centre_id: int | None = None,
    structure_id: int | None = None,
    professions: Iterable[str] = (),
    now: datetime,
    links: Links,
) -> InvitationMade:
    """Offer a role over a centre, a structure, or (neither) the instance to an address, and send the link.

    An open invitation of the address to the same place is replaced. A coordinator or a manager offers any
    role over their centre; the rest is the administrator's. Nothing tells whether the address has an account.
    Raises :class:`InvalidInput`: ``already-member``, ``member-disabled``, or a rule of a value.
    """
    require_people_of(actor, centre_id=centre_id, structure_id=structure_id)
    place = get_open_place(session, centre_id=centre_id, structure_id=structure_id)
    invitation = _read_invitation(session, catalogue, place, email, name, role, professions)
    return _send(session, invitation, place, actor, now, links)


def invite_from_command(
    session: Session,
    *,
    email: str,
    role: str,
    centre_id: int | None = None,
    structure_id: int | None = None,
    now: datetime,
    links: Links,
) -> InvitationMade:
    """:func:`invite` by whoever runs the instance's commands: any role, also the first administrator's."""
    place = get_open_place(session, centre_id=centre_id, structure_id=structure_id)
    invitation = _read_invitation(session, None, place, email, "", role, ())
    return _send(session, invitation, place, None, now, links)


def revoke_invitation(session: Session, actor: Actor, invitation_id: int, now: datetime) -> None:
    """Make the link void. One that was accepted or revoked stays as it is.

    Raises :class:`NotFound` when there is none in a place whose people the actor manages.
    """
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound(INVITATION, invitation_id)
    try:
        require_people_of(actor, centre_id=invitation.centre_id, structure_id=invitation.structure_id)
    except NotAllowed as refusal:
        raise NotFound(INVITATION, invitation_id) from refusal
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
        record(session, invitation, "revoked", by=actor.user_id, at=now, facts={"email": invitation.email})
        session.flush()


def revoke_open_invitations(session: Session, condition: ColumnElement[bool], now: datetime) -> None:
    """Void the open invitations that meet ``condition``: a place closes, a person is replaced or put out."""
    session.execute(
        update(Invitation)
        .where(condition, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def purge_invitations(session: Session, now: datetime) -> None:
    """Delete invitations that nobody accepted and that expired 90 days ago."""
    dead = Invitation.accepted_at.is_(None) & (Invitation.expires_at <= now - KEPT_FOR)
    session.execute(delete(Invitation).where(dead))


def _read_invitation(
    session: Session,
    catalogue: Catalogue | None,
    place: Place,
    email: str,
    name: str,
    role: str,
    professions: Iterable[str],
) -> Invitation:
    known = () if catalogue is None else catalogue.profession_labels
    intake = Intake()
    invitation = Invitation(
        email=intake.read("", clean_email, "email", email),
        name=intake.read("", clean_line, "name", name, NAME_LIMIT, required=False),
        role=intake.read("", clean_choice, "role", role, place.roles),
        professions=list(intake.read((), clean_choices, "professions", professions, known)),
        centre_id=place.centre_id,
        structure_id=place.structure_id,
    )
    code = _standing_of(session, invitation.email, place)
    if code is not None:
        intake.fault("email", code)
    intake.finish()
    return invitation


def _standing_of(session: Session, email: str, place: Place) -> str | None:
    """The fault of inviting somebody who has, or had, a role in the place."""
    if place.kind == "instance":
        administrators = select(User.id).where(User.email == email, User.is_administrator)
        return None if session.scalar(administrators) is None else "already-member"
    membership = session.scalar(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, place.holds(Membership))
    )
    if membership is None:
        return None
    return "already-member" if membership.disabled_at is None else "member-disabled"


def _send(
    session: Session, invitation: Invitation, place: Place, actor: Actor | None, now: datetime, links: Links
) -> InvitationMade:
    revoke_open_invitations(session, (Invitation.email == invitation.email) & place.holds(Invitation), now)
    token = new_token()
    invitation.token_hash = token_hash(token)
    invitation.invited_by_id = actor.user_id if actor else None
    invitation.created_at = now
    invitation.expires_at = now + VALID_FOR
    session.add(invitation)
    session.flush()
    link = links.invitation(token)
    _record_mail(session, invitation, place, actor, link)
    facts = {"email": invitation.email, "role": invitation.role}
    record(session, invitation, "invited", by=invitation.invited_by_id, at=now, facts=facts)
    session.flush()
    return InvitationMade(invitation.id, invitation.email, Role(invitation.role), link, invitation.expires_at)


def _record_mail(
    session: Session, invitation: Invitation, place: Place, actor: Actor | None, link: str
) -> None:
    record_mail(
        session,
        kind=INVITATION_MAIL,
        slot=str(invitation.id),
        address=invitation.email,
        context={
            "name": invitation.name,
            "inviter": actor.name if actor else None,
            "place": place.name or None,
            "place_kind": place.kind,
            "role": invitation.role,
            "link": link,
            "expires_at": invitation.expires_at,
        },
        now=invitation.created_at,
        centre_id=place.centre_id,
        expires_at=invitation.expires_at,
    )
