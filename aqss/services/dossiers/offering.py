"""What there is to choose from when a dossier is changed: what it names already may stay named."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.workflows import Workflow
from aqss.persistence.accounts import User
from aqss.persistence.centres import Structure
from aqss.persistence.dossiers import Dossier, DossierPerson
from aqss.services.dossiers.support import list_structures_for
from aqss.services.teams import list_team

Choices = tuple[tuple[int, str], ...]
"""Key and name of each."""


def offered_people(session: Session, dossier: Dossier) -> Choices:
    """The team of its centre, then whoever the dossier names that has left it."""
    team = list_team(session, dossier.centre_id)
    works_on_it = select(DossierPerson.user_id).where(DossierPerson.dossier_id == dossier.id)
    gone = session.scalars(
        select(User)
        .where(
            or_(User.id == dossier.owner_id, User.id.in_(works_on_it)),
            User.id.not_in([person.id for person in team]),
        )
        .order_by(User.name, User.id)
    )
    return tuple((person.id, person.name) for person in (*team, *gone))


def offered_structures(session: Session, dossier: Dossier, workflow: Workflow) -> Choices:
    """Those that the centre may ask, and the one that the dossier names; once sent, that one only."""
    asked = session.scalars(select(Structure).where(Structure.id == dossier.structure_id)).one_or_none()
    own = () if asked is None else ((asked.id, asked.name),)
    if not may_readdress(dossier, workflow):
        return own
    open_ones = ((one.id, one.name) for one in list_structures_for(session, dossier.centre_id))
    return tuple(dict.fromkeys((*open_ones, *own)))


def may_readdress(dossier: Dossier, workflow: Workflow) -> bool:
    """Whether it is still to be sent, for the first time or again; once on its way it keeps its structure."""
    to_come = workflow.by_state[dossier.state].transitions or ()
    return dossier.sent_at is None or any("tell-structure" in (one.then or ()) for one in to_come)
