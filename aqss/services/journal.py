"""The journal of an instance: written with each change, read by those who lead the centre it concerns.

What concerns no centre, and the opening and closing of centres, is read by the administrators.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.workflows import Workflow
from aqss.persistence.accounts import Invitation, Membership, User
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.dossiers import Dossier
from aqss.persistence.journal import TRACES, JournalEntry
from aqss.services.editions import load_workflows
from aqss.services.paging import nearest_page

PAGE_SIZE = 50

VERBS: dict[str, tuple[str, ...]] = {
    # on a centre or a structure
    "created": (),
    "described": ("changed",),  # names of the fields that changed
    "closed": (),
    "reopened": (),
    "opened": (),  # a centre that was a project
    "partner-added": ("name",),  # of the directory of a centre
    "partner-changed": ("name",),
    "partner-removed": ("name",),
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
    "password-reset-asked": ("name",),  # by nobody known: whoever types an address may ask
    "password-reset": (),
    "renamed": ("before", "after"),
    "withdrawn": ("name",),  # the administrator's role
}
"""Verb → the names of its facts, for what is done to people and places."""

LEFT_OUT = ("answer-saved",)
"""Verbs no page shows: who rated what, and when, is shown under no name (CNIL, 2021-122)."""

SESSIONS = ("signed-in", "signed-out")
"""Verbs about sessions, read apart."""

TRACES_KEPT_FOR = timedelta(days=365)
"""CNIL, 2021-122: what traces the activity of a person is kept six months to one year."""

Row = Centre | Structure | User | Membership | Invitation | Assessment | Action | Dossier

KINDS: Mapping[type[Row], str] = {
    Centre: "centre",
    Structure: "structure",
    User: "account",
    Membership: "membership",
    Invitation: "invitation",
    Assessment: "assessment",
    Action: "action",
    Dossier: "dossier",
}
"""What is changed → the kind of subject an entry names."""


@dataclass(frozen=True)
class Named:
    """What an entry is about, by the name it has now: what follows a workflow, a centre or a structure."""

    kind: str
    key: int
    name: str


@dataclass(frozen=True)
class Entry:
    """One line of the journal; ``name`` is who did it, None for aqss itself.

    ``about`` is None in the journal of the centre itself; ``workflow``: the one that is followed.
    """

    at: datetime
    name: str | None
    verb: str
    subject_kind: str
    subject_id: int | None
    facts: Mapping[str, Any]
    about: Named | None = None
    workflow: Workflow | None = None


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
    row: Row,
    verb: str,
    *,
    by: int | None,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry to the transaction of the change it tells: the person ``by`` did ``verb`` on ``row``.

    The people of the row's centre may read it. ``facts`` are codes and values, never sentences.
    """
    session.add(
        JournalEntry(
            at=at,
            user_id=by,
            centre_id=row.id if isinstance(row, Centre) else getattr(row, "centre_id", None),
            verb=verb,
            subject_kind=KINDS[type(row)],
            subject_id=row.id,
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
    asked = (
        select(JournalEntry, User.name, _title(), _workflow_edition_id())
        .outerjoin(User, User.id == JournalEntry.user_id)
        .outerjoin(Assessment, _is_subject(Assessment))
        .outerjoin(Action, _is_subject(Action))
        .outerjoin(Dossier, _is_subject(Dossier))
    )
    rows, number, count, total = _rows(session, asked, mine, page)
    workflows = load_workflows(session) if any(row.title for row in rows) else {}
    entries = (
        _entry(
            row.JournalEntry,
            row.name,
            _run_named(row),
            workflows.get(row.workflow_edition_id),
        )
        for row in rows
    )
    return JournalPage(tuple(entries), number, count, total)


def read_instance_journal(
    session: Session, actor: Actor, *, page: int = 1, about: Collection[str] = (), sessions: bool = False
) -> JournalPage:
    """What was done to accounts, structures and administrators, and the opening and closing of centres.

    ``sessions``: only who opened and closed a session, otherwise left out. Pages and ``about`` as for
    :func:`read_journal`.
    """
    require(actor, Permission.INSTANCE_ADMINISTER)
    opening = and_(
        JournalEntry.subject_kind == "centre", JournalEntry.verb.in_(("created", "closed", "reopened"))
    )
    mine = or_(JournalEntry.centre_id.is_(None), opening)
    of_sessions = JournalEntry.verb.in_(SESSIONS)
    mine = and_(mine, of_sessions if sessions else not_(of_sessions))
    if about:
        mine = and_(mine, JournalEntry.subject_kind.in_(about))
    structure_id = case(
        (JournalEntry.subject_kind == "structure", JournalEntry.subject_id),
        else_=func.coalesce(Membership.structure_id, Invitation.structure_id),
    )
    asked = (
        select(JournalEntry, User.name, Centre, Structure)
        .outerjoin(User, User.id == JournalEntry.user_id)
        .outerjoin(Membership, _is_subject(Membership))
        .outerjoin(Invitation, _is_subject(Invitation))
        .outerjoin(Centre, _is_subject(Centre))
        .outerjoin(Structure, Structure.id == structure_id)
    )
    rows, number, count, total = _rows(session, asked, mine, page)
    entries = (_entry(row.JournalEntry, row.name, _named(row.Centre or row.Structure)) for row in rows)
    return JournalPage(tuple(entries), number, count, total)


def purge_journal(session: Session, now: datetime) -> None:
    """Forget a year later who rated what, and delete what tells of sessions; answers themselves stay."""
    old = and_(TRACES, JournalEntry.at <= now - TRACES_KEPT_FOR)
    session.execute(delete(JournalEntry).where(old, JournalEntry.verb.in_(SESSIONS)))
    session.execute(update(JournalEntry).where(old).values(user_id=None))


def read_history(
    session: Session, row: Action | Dossier, workflow: Workflow, *, limit: int = 200
) -> tuple[Entry, ...]:
    """What was done to one action or dossier, the latest first; its reader was let in by the caller."""
    rows = session.execute(
        select(JournalEntry, User.name)
        .outerjoin(User, User.id == JournalEntry.user_id)
        .where(JournalEntry.subject_kind == KINDS[type(row)], JournalEntry.subject_id == row.id)
        .order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
        .limit(limit)
    )
    return tuple(_entry(one.JournalEntry, one.name, None, workflow) for one in rows)


def _title() -> ColumnElement[str]:
    """The title of what follows a workflow, as it is called now."""
    return func.coalesce(Assessment.title, Action.title, Dossier.title).label("title")


def _workflow_edition_id() -> ColumnElement[int]:
    editions = (one.workflow_edition_id for one in (Assessment, Action, Dossier))
    return func.coalesce(*editions).label("workflow_edition_id")


def _run_named(row: Any) -> Named | None:
    entry: JournalEntry = row.JournalEntry
    if row.title is None or entry.subject_id is None:
        return None
    return Named(entry.subject_kind, entry.subject_id, row.title)


def _is_subject(table: type[Row]) -> ColumnElement[bool]:
    return and_(JournalEntry.subject_kind == KINDS[table], table.id == JournalEntry.subject_id)


def _rows(
    session: Session, asked: Select[*tuple[Any, ...]], mine: ColumnElement[bool], page: int
) -> tuple[Sequence[Any], int, int, int]:
    """The rows of that page, its number, how many pages there are, and how many entries."""
    total = session.scalar(select(func.count()).select_from(JournalEntry).where(mine)) or 0
    at = nearest_page(page, total=total, size=PAGE_SIZE)
    ordered = asked.where(mine).order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
    rows = session.execute(ordered.limit(PAGE_SIZE).offset(at.first)).all()
    return rows, at.number, at.count, total


def _named(place: Centre | Structure | None) -> Named | None:
    return None if place is None else Named(KINDS[type(place)], place.id, place.name)


def _entry(
    row: JournalEntry, name: str | None, about: Named | None, workflow: Workflow | None = None
) -> Entry:
    return Entry(row.at, name, row.verb, row.subject_kind, row.subject_id, row.facts, about, workflow)
