"""What people say of an action, or note in a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from aqss.domain.errors import NotFound
from aqss.domain.texts import clean_text
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier
from aqss.persistence.runs import Comment, Run

TEXT_LIMIT = 4000

_KEYS: Mapping[type[Run], InstrumentedAttribute[int | None]] = {
    Action: Comment.action_id,
    Dossier: Comment.dossier_id,
}


@dataclass(frozen=True)
class CommentLine:
    """One comment; ``name`` is None for aqss itself; ``is_mine``: the reader may take it back."""

    key: int
    at: datetime
    name: str | None
    text: str
    is_mine: bool


def list_comments(session: Session, run: Run, user_id: int) -> tuple[CommentLine, ...]:
    """The comments of the run, the first one first; not what is said to somebody outside the team."""
    rows = session.execute(
        select(Comment, User.name)
        .outerjoin(User, User.id == Comment.by_id)
        .where(_KEYS[type(run)] == run.id, ~Comment.is_shared)
        .order_by(Comment.at, Comment.id)
    )
    return tuple(
        CommentLine(row.Comment.id, row.Comment.at, row.name, row.Comment.text, row.Comment.by_id == user_id)
        for row in rows
    )


def add_comment(
    session: Session, run: Run, *, text: str, by: int, now: datetime, is_shared: bool = False
) -> Comment:
    """``is_shared``: somebody outside the team reads it too. Raises
    :class:`~aqss.domain.errors.InvalidInput` on ``text``.
    """
    text = clean_text("text", text, TEXT_LIMIT, required=True)
    comment = Comment(**{_KEYS[type(run)].key: run.id}, at=now, by_id=by, text=text, is_shared=is_shared)
    session.add(comment)
    session.flush()
    return comment


def remove_comment(session: Session, run: Run, *, key: int, by: int) -> None:
    """Take back one's own comment; :class:`NotFound` for another's, of another run, or said outside."""
    is_own = (_KEYS[type(run)] == run.id) & (Comment.by_id == by) & ~Comment.is_shared
    query = select(Comment).where(Comment.id == key, is_own)
    comment = session.scalars(query).one_or_none() if 0 < key <= LARGEST_ID else None
    if comment is None:
        raise NotFound("comment", key)
    session.delete(comment)
    session.flush()
