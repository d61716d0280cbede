"""The journal of an instance: written with each change, read by those who lead the centre it concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Assessment
from aqss.persistence.journal import JournalEntry

PAGE_SIZE = 50

VERBS: dict[str, tuple[str, ...]] = {
    # on a centre or a structure
    "created": (),
    "described": ("changed",),  # names of the fields that changed
    "closed": (),
    "reopened": (),
    # on an invitation
    "invited": ("email", "role"),
    "revoked": ("email",),
    "accepted": ("role",),
    # on a membership: a person's role in a place
    "role-changed": ("name", "before", "after"),
    "professions-changed": ("name", "before", "after"),
    "disabled": ("name",),  # also on an account
    "enabled": ("name",),  # also on an account
    # on an account
    "signed-in": (),
    "signed-out": (),
    "password-changed": (),
    "password-reset-asked": (),
    "password-reset": (),
    "renamed": ("before", "after"),
}
"""Verb → the names of its facts, for what is done to people and places."""

LEFT_OUT = ("answer-saved",)
"""Verbs the page leaves out: who rated what, and when, is shown under no name (CNIL, 2021-122)."""


@dataclass(frozen=True)
class Entry:
    """One line of the journal; ``name`` is who did it, None for aqss itself; ``title``: of the assessment."""

    at: datetime
    name: str | None
    verb: str
    subject_kind: str
    subject_id: int | None
    facts: Mapping[str, Any]
    title: str | None = None


@dataclass(frozen=True)
class JournalPage:
    """Entries of one page, the latest first; pages are numbered from 1 and there is always one.

    ``total`` counts the entries of every page.
    """

    entries: tuple[Entry, ...]
    number: int
    count: int
    total: int


def record(
    session: Session,
    *,
    at: datetime,
    actor_id: int | None,
    centre_id: int | None,
    verb: str,
    subject_kind: str,
    subject_id: int | None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry to the transaction of the change it tells: ``actor_id`` did ``verb`` on the subject.

    ``centre_id``: the centre whose people may read it; None when it concerns none. ``facts`` are codes and
    values, never sentences.
    """
    session.add(
        JournalEntry(
            at=at,
            user_id=actor_id,
            centre_id=centre_id,
            verb=verb,
            subject_kind=subject_kind,
            subject_id=subject_id,
            facts=dict(facts or {}),
        )
    )


def read_journal(
    session: Session, actor: Actor, centre_id: int, *, page: int = 1, about: Collection[str] = ()
) -> JournalPage:
    """What was done in that centre but rating, the latest first; a page out of range is the nearest one.

    ``about``: kinds of subject to keep, every kind when empty.
    """
    require(actor, Permission.CENTRE_READ_JOURNAL, centre_id=centre_id)
    mine = and_(JournalEntry.centre_id == centre_id, JournalEntry.verb.not_in(LEFT_OUT))
    if about:
        mine = and_(mine, JournalEntry.subject_kind.in_(about))
    total = session.scalar(select(func.count()).select_from(JournalEntry).where(mine)) or 0
    count = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), count)
    named = and_(JournalEntry.subject_kind == "assessment", Assessment.id == JournalEntry.subject_id)
    rows = session.execute(
        select(JournalEntry, User.name, Assessment.title)
        .outerjoin(User, User.id == JournalEntry.user_id)
        .outerjoin(Assessment, named)
        .where(mine)
        .order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return JournalPage(tuple(_entry(*row) for row in rows), number, count, total)


def _entry(row: JournalEntry, name: str | None, title: str | None) -> Entry:
    return Entry(row.at, name, row.verb, row.subject_kind, row.subject_id, row.facts, title)
