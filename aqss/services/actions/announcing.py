"""What people are told by mail of the actions given to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.persistence.centres import Centre
from aqss.services.mails import record_mail
from aqss.services.teams import list_team


def tell_owner(session: Session, actor: Actor, action: Action, links: Links, now: datetime) -> None:
    """« Une action vous est confiée », once for each person in charge of it: not to who left the team, nor to
    who gave it to themselves, by planning it, starting it or taking it over.
    """
    tell_owner_among(session, actor, action, list_team(session, action.centre_id), links, now)


def tell_owner_among(
    session: Session, actor: Actor, action: Action, team: Iterable[User], links: Links, now: datetime
) -> None:
    """:func:`tell_owner`, for who knows the team already."""
    owner = next((person for person in team if person.id == action.owner_id), None)
    if owner is None or owner.id in (action.created_by_id, actor.user_id):
        return
    centre = session.get_one(Centre, action.centre_id)
    record_mail(
        session,
        kind="action-given",
        slot=f"action-{action.id}",
        address=owner.email,
        context={
            "title": action.title,
            "number": action.number,
            "due_on": action.due_on,
            "finding": action.finding,
            "centre_name": centre.name,
            "name": owner.name,
            "link": links.action(action.id),
        },
        now=now,
        user_id=owner.id,
        centre_id=action.centre_id,
    )
