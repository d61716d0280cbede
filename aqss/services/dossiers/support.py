"""Asking a support structure: which ones a centre may ask, and what they and the centre are told by mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.definitions.workflows import Workflow
from aqss.gateways.links import Links
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.dossiers import Dossier
from aqss.services.mails import record_mail
from aqss.services.places import IS_HELD
from aqss.services.teams import is_of_team


def list_structures_for(session: Session, centre_id: int) -> Sequence[Structure]:
    """The open structures that look at the centre's region, by name."""
    region = session.scalar(select(Centre.region).where(Centre.id == centre_id))
    rows = session.scalars(
        select(Structure).where(Structure.closed_at.is_(None)).order_by(Structure.name, Structure.id)
    )
    return [one for one in rows if region in one.regions]


def find_asker(session: Session, dossier: Dossier) -> str | None:
    """The name of who asks: who is in charge of the request, else who started it."""
    return session.scalar(select(User.name).where(User.id == (dossier.owner_id or dossier.created_by_id)))


def tell_structure(
    session: Session, dossier: Dossier, workflow: Workflow, reason: str, links: Links, now: datetime
) -> None:
    """Open the dossier to the structure it is addressed to, from the first time on, and tell its people.

    Nobody is told while no structure is chosen.
    """
    if dossier.structure_id is None:
        return
    dossier.sent_at = dossier.sent_at or now
    people = session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.structure_id == dossier.structure_id, IS_HELD)
        .order_by(User.id)
    )
    asker = find_asker(session, dossier)
    _tell(session, dossier, workflow, people.all(), "support-request", reason, links, now, asker)


def tell_centre(
    session: Session, dossier: Dossier, workflow: Workflow, reason: str, links: Links, now: datetime
) -> None:
    """Tell the coordinators of the centre, and who is in charge, where the dossier is now."""
    in_charge = (Membership.role == Role.COORDINATOR) | (User.id == dossier.owner_id)
    people = session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(is_of_team(dossier.centre_id), in_charge)
        .order_by(User.id)
    )
    _tell(session, dossier, workflow, people.all(), "support-answer", reason, links, now, None)


def _tell(
    session: Session,
    dossier: Dossier,
    workflow: Workflow,
    people: Iterable[User],
    kind: str,
    reason: str,
    links: Links,
    now: datetime,
    asker: str | None,
) -> None:
    """Once for each passage: its slot holds the version that the passage led to."""
    centre = session.get_one(Centre, dossier.centre_id)
    for person in people:
        record_mail(
            session,
            kind=kind,
            slot=f"dossier-{dossier.id}-{dossier.version}",
            address=person.email,
            context={
                "name": person.name,
                "title": dossier.title,
                "purpose": dossier.purpose,
                "centre_name": centre.name,
                "town": centre.town,
                "asker": asker,
                "step": workflow.by_state[dossier.state].label,
                "reason": reason,
                "link": links.dossier(dossier.id),
            },
            now=now,
            user_id=person.id,
            centre_id=dossier.centre_id,
        )
