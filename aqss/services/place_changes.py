"""What is done alike to a centre and to a support structure: described, closed and reopened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import StaleEdit
from aqss.persistence.accounts import Invitation
from aqss.persistence.centres import Centre, Structure
from aqss.services.invitations import revoke_open_invitations
from aqss.services.journal import KINDS, record


def require_version(row: Centre | Structure, version: int) -> None:
    """Raise :class:`StaleEdit` unless the row still stands at the ``version`` an edit started from."""
    if row.version != version:
        raise StaleEdit(KINDS[type(row)], row.id, version, row.version)


def note_description(
    session: Session, actor: Actor, row: Centre | Structure, before: object, after: object, now: datetime
) -> None:
    """One version more, and the names of the fields that changed in the journal; nothing when none did."""
    changed = [name for name, value in vars(after).items() if value != vars(before)[name]]
    if changed:
        row.version += 1
        record(session, row, "described", by=actor.user_id, at=now, facts={"changed": changed})
    session.flush()


def close_place(session: Session, actor: Actor, row: Centre | Structure, now: datetime) -> None:
    """Take it out of use and void the invitations to it; one already closed stays closed since then."""
    if row.closed_at is None:
        row.closed_at = now
        place = Invitation.centre_id if isinstance(row, Centre) else Invitation.structure_id
        revoke_open_invitations(session, place == row.id, now)
        record(session, row, "closed", by=actor.user_id, at=now)
        session.flush()


def reopen_place(session: Session, actor: Actor, row: Centre | Structure, now: datetime) -> None:
    """Put it back in use; nothing to do for one that is open."""
    if row.closed_at is not None:
        row.closed_at = None
        record(session, row, "reopened", by=actor.user_id, at=now)
        session.flush()
