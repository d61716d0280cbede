"""What people are told by mail of the actions given to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.gateways.links import Links
from aqss.persistence.actions import Action
from aqss.persistence.centres import Centre
from aqss.services.mails import record_mail
from aqss.services.teams import list_team


def tell_owner(session: Session, actor: Actor, action: Action, links: Links, now: datetime) -> None:
    """« Une action vous est confiée », once for each person in charge of it: not to who left the team, nor to
    who gave it to themselves, by planning it, starting it or taking it over.
    """
    team = {person.id: person for person in list_team(session, action.centre_id)}
    owner = team.get(action.owner_id or 0)
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
