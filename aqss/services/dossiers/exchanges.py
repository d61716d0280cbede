"""What a centre and the structure it asked say to each other; the notes of the team are none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, is_allowed
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotAllowed, NotPossibleNow
from aqss.persistence.accounts import Membership, User
from aqss.persistence.dossiers import Dossier
from aqss.persistence.journal import JournalEntry
from aqss.persistence.runs import Comment
from aqss.services.dossiers.finding import get_passable, require_running, roles_of, works_on
from aqss.services.dossiers.noting import note
from aqss.services.runs.comments import add_comment


@dataclass(frozen=True)
class Exchange:
    """A message, or a passage of the dossier to the state labelled ``to`` with the word that went with it.

    ``is_of_centre``: the centre's word, else the structure's; ``name``: who said it, not told to a structure
    of the people of the centre.
    """

    at: datetime
    is_of_centre: bool
    name: str | None
    to: str
    text: str


def read_exchanges(
    session: Session, actor: Actor, dossier: Dossier, workflow: Workflow
) -> tuple[Exchange, ...]:
    """Since it was sent to the structure that reads it now, the latest first: what was said before stays in
    the centre.
    """
    if dossier.sent_at is None:
        return ()
    names_all = is_allowed(actor, Permission.DOSSIER_READ, centre_id=dossier.centre_id)
    found = [*_passages(session, dossier, workflow), *_messages(session, dossier)]
    told = (
        one if names_all or not one.is_of_centre else Exchange(one.at, True, None, one.to, one.text)
        for one in found
    )
    return tuple(sorted(told, key=lambda one: one.at, reverse=True))


def may_write(session: Session, actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may say something: who works on it or is asked, once it is sent and until its end."""
    is_asked = Role.STRUCTURE in roles_of(actor, dossier)
    is_open = dossier.sent_at is not None and dossier.ended_at is None
    return is_open and (is_asked or works_on(session, actor, dossier))


def write_message(session: Session, actor: Actor, *, dossier_id: int, text: str, now: datetime) -> None:
    """Say something that the centre and the structure both read.

    Raises :class:`~aqss.domain.errors.InvalidInput` on ``text``, :class:`NotPossibleNow` before it is sent
    and once over, :class:`NotAllowed`, :class:`~aqss.domain.errors.NotFound`.
    """
    dossier, _ = get_passable(session, actor, dossier_id, lock=True)
    require_running(dossier)
    if dossier.sent_at is None:
        raise NotPossibleNow("edit", dossier.state)
    if not may_write(session, actor, dossier):
        raise NotAllowed(Permission.DOSSIER_EDIT)
    add_comment(session, dossier, text=text, by=actor.user_id, now=now, is_shared=True)
    note(session, actor, dossier, "dossier-message-added", now)
    session.flush()


def _passages(session: Session, dossier: Dossier, workflow: Workflow) -> Iterator[Exchange]:
    rows = session.execute(
        select(JournalEntry, User.name, _is_of_centre(dossier).label("is_of_centre"))
        .outerjoin(User, User.id == JournalEntry.user_id)
        .where(
            JournalEntry.subject_kind == "dossier",
            JournalEntry.subject_id == dossier.id,
            JournalEntry.verb == "dossier-moved",
            JournalEntry.at >= dossier.sent_at,
        )
        .order_by(JournalEntry.id.desc())
    )
    for entry, name, is_of_centre in rows:
        to = workflow.by_state[entry.facts["to"]].label
        yield Exchange(entry.at, is_of_centre, name, to, entry.facts.get("reason", ""))


def _messages(session: Session, dossier: Dossier) -> Iterator[Exchange]:
    rows = session.execute(
        select(Comment, User.name, _is_of_centre(dossier).label("is_of_centre"))
        .outerjoin(User, User.id == Comment.by_id)
        .where(Comment.dossier_id == dossier.id, Comment.is_shared, Comment.at >= dossier.sent_at)
        .order_by(Comment.id.desc())
    )
    for comment, name, is_of_centre in rows:
        yield Exchange(comment.at, is_of_centre, name, "", comment.text)


def _is_of_centre(dossier: Dossier) -> ColumnElement[bool]:
    """Whether the account holds, or held, a role over the centre of the dossier."""
    return exists().where(Membership.user_id == User.id, Membership.centre_id == dossier.centre_id)
