"""What the people of a dossier write in it: read by its team only, not by the structure it was sent to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.services.dossiers.finding import get_dossier, require_running
from aqss.services.dossiers.noting import note
from aqss.services.runs.comments import add_comment, remove_comment


def add_note(session: Session, actor: Actor, *, dossier_id: int, text: str, now: datetime) -> None:
    """By anybody of the team, until the dossier is over.

    Raises :class:`~aqss.domain.errors.InvalidInput` on ``text``, :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.NotFound`.
    """
    dossier = get_dossier(session, actor, dossier_id, Permission.DOSSIER_READ, lock=True)
    require_running(dossier)
    add_comment(session, dossier, text=text, by=actor.user_id, now=now)
    note(session, actor, dossier, "dossier-note-added", now)
    session.flush()


def remove_note(session: Session, actor: Actor, *, dossier_id: int, key: int, now: datetime) -> None:
    """Take back one's own note. Raises :class:`~aqss.domain.errors.NotFound` for another's; and as above."""
    dossier = get_dossier(session, actor, dossier_id, Permission.DOSSIER_READ, lock=True)
    require_running(dossier)
    remove_comment(session, dossier, key=key, by=actor.user_id)
    note(session, actor, dossier, "dossier-note-removed", now)
    session.flush()
