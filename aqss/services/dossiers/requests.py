"""A dossier as the support structure it was sent to reads it: what is asked, and what was attached to it.

Of the centre, its name and its town; of its people, who asks and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import allows
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.documents import DocumentLine, list_documents
from aqss.services.dossiers.exchanges import Exchange, may_write, read_exchanges
from aqss.services.dossiers.finding import get_passable
from aqss.services.dossiers.listing import is_late
from aqss.services.dossiers.moving import available_moves
from aqss.services.dossiers.support import find_asker
from aqss.services.runs.passing import Move


@dataclass(frozen=True)
class Request:
    """What the structure reads; ``can_write``: it may say something, ``can_attach``: join a document."""

    dossier: Dossier
    workflow: Workflow
    state: State
    centre_name: str
    town: str
    structure: str
    asker: str | None
    is_late: bool
    moves: tuple[Move, ...]
    documents: tuple[DocumentLine, ...]
    exchanges: tuple[Exchange, ...]
    can_write: bool
    can_attach: bool


def is_of_team(session: Session, actor: Actor, dossier_id: int) -> bool:
    """Whether who reads the dossier is of its centre; raises :class:`~aqss.domain.errors.NotFound`."""
    dossier, _ = get_passable(session, actor, dossier_id)
    return is_allowed(actor, Permission.DOSSIER_READ, centre_id=dossier.centre_id)


def read_request(session: Session, actor: Actor, dossier_id: int, now: datetime) -> Request:
    """The dossier, for somebody of the structure it was sent to.

    Raises :class:`~aqss.domain.errors.NotFound`.
    """
    dossier, workflow = get_passable(session, actor, dossier_id)
    centre = session.get_one(Centre, dossier.centre_id)
    return Request(
        dossier=dossier,
        workflow=workflow,
        state=workflow.by_state[dossier.state],
        centre_name=centre.name,
        town=centre.town,
        structure=session.scalars(select(Structure.name).where(Structure.id == dossier.structure_id)).one(),
        asker=find_asker(session, dossier),
        is_late=is_late(dossier, now),
        moves=available_moves(session, actor, dossier, workflow),
        documents=list_documents(session, dossier),
        exchanges=read_exchanges(session, actor, dossier, workflow),
        can_write=may_write(session, actor, dossier),
        can_attach=allows(workflow, dossier.state, "edit"),
    )
