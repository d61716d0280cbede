"""Mails: recorded with their cause, claimed by one process, sent, tried again or given up with the reason.

Nothing here talks to a mail server or commits: the job claims (commit), sends, marks (commit). What a mail
said is forgotten as soon as it has left, or never will: a copy of the database opens no account by its links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased, defer

from aqss.domain.access import Actor, Permission, require
from aqss.domain.errors import MailRefused
from aqss.domain.mail_answers import EXPIRED, Cause, cause_of, words_of
from aqss.gateways.mail import MailToSend
from aqss.gateways.rendering import render_mail
from aqss.persistence.accounts import Invitation
from aqss.persistence.centres import Centre
from aqss.persistence.inserting import insert_once
from aqss.persistence.mails import Mail

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""After the first, second… temporary refusal; the last pause repeats until the mail expires or passes."""

STALE_AFTER = timedelta(minutes=10)
"""A claim older than this belongs to a process that died."""

LATE_AFTER = timedelta(hours=1)
"""From then on an unsent mail is shown to the coordinator and the administrator."""

SHOWN_FOR = timedelta(days=30)

INVITATION_MAIL = "invitation"
"""The kind of the mails whose slot is the key of an invitation."""

_EMPTIED: Mapping[str, str] = {"body_text": "", "body_html": ""}


class MailState(StrEnum):
    """Where a mail stands, from its row alone."""

    SENT = "sent"
    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ClaimedMail:
    """A mail this process may send now; ``attempt`` tells its claim from an older or a newer one."""

    mail: MailToSend
    attempt: int


@dataclass(frozen=True)
class TroubledMail:
    """A mail that has not left and why, without what it says. ``next_try_at`` is None once it is given up.

    ``answer``: the last words of the server, empty when there are none.
    """

    address: str
    kind: str
    slot: str
    centre_id: int | None
    centre_name: str | None
    recorded_at: datetime
    attempts: int
    next_try_at: datetime | None
    given_up_at: datetime | None
    state: MailState
    cause: Cause
    answer: str


def record_mail(
    session: Session,
    *,
    kind: str,
    slot: str,
    address: str,
    context: Mapping[str, Any],
    now: datetime,
    user_id: int | None = None,
    centre_id: int | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Record the mail ``kind`` rendered with ``context``, to leave at once unless ``expires_at`` comes first.

    Unique in (address, kind, slot): recording the same one again changes nothing.
    """
    rendered = render_mail(kind, context)
    values = {
        "address": address,
        "user_id": user_id,
        "centre_id": centre_id,
        "kind": kind,
        "slot": slot,
        "subject": rendered.subject,
        "body_text": rendered.text,
        "body_html": rendered.html,
        "created_at": now,
        "next_try_at": now,
        "expires_at": expires_at,
    }
    insert_once(session, Mail, values, by=["address", "kind", "slot"])


def has_due(session: Session, now: datetime) -> bool:
    """Whether a pass would find something to send or to expire: one indexed reading."""
    return session.scalar(select(Mail.id).where(_is_due(now)).limit(1)) is not None


def count_due(session: Session, now: datetime) -> int:
    """How many mails a pass would take up, the expired ones left out."""
    is_live = or_(Mail.expires_at.is_(None), Mail.expires_at > now)
    return session.scalar(select(func.count()).select_from(Mail).where(_is_due(now), is_live)) or 0


def claim_due(session: Session, now: datetime, limit: int) -> tuple[ClaimedMail, ...]:
    """Take up to ``limit`` due mails for this process, oldest first; to be committed before anything is sent.

    Mails that expired meanwhile are closed with that reason, and not returned. A claim left by a dead process
    is taken again after :data:`STALE_AFTER`. On PostgreSQL rows being claimed elsewhere are skipped; on
    SQLite the writing transaction is alone.
    """
    _expire(session, now)
    due = session.scalars(
        select(Mail)
        .where(_is_due(now))
        .order_by(Mail.next_try_at, Mail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for mail in due:
        mail.claimed_at = now
        mail.attempts += 1
    session.flush()
    return tuple(ClaimedMail(_to_send(mail), mail.attempts) for mail in due)


def mark_sent(session: Session, claimed: ClaimedMail, now: datetime) -> None:
    """The server accepted it: true whoever claimed it since. Its text is forgotten."""
    session.execute(
        update(Mail)
        .where(Mail.id == claimed.mail.id, Mail.sent_at.is_(None))
        .values(sent_at=now, claimed_at=None, given_up_at=None, last_answer="", **_EMPTIED)
    )


def mark_refused(session: Session, claimed: ClaimedMail, refusal: MailRefused, now: datetime) -> None:
    """Given up, its text forgotten, when the refusal is permanent; else tried again after a growing pause."""
    values: dict[str, Any] = {"claimed_at": None, "last_answer": refusal.answer}
    if refusal.permanent:
        values |= {"given_up_at": now, **_EMPTIED}
    else:
        values["next_try_at"] = now + PAUSES[min(claimed.attempt, len(PAUSES)) - 1]
    session.execute(_own_claim(claimed).values(values))


def release(session: Session, claimed: ClaimedMail) -> None:
    """Give back a mail that was claimed and not tried: it stays due, and the attempt does not count."""
    session.execute(_own_claim(claimed).values(claimed_at=None, attempts=Mail.attempts - 1))


def state_of(mail: Mail) -> MailState:
    """Sent, waiting (for its first or next attempt), refused for good, or expired before it could leave."""
    if mail.sent_at is not None:
        return MailState.SENT
    if mail.given_up_at is None:
        return MailState.WAITING
    return MailState.EXPIRED if mail.last_answer.startswith(EXPIRED) else MailState.REFUSED


def list_troubled(
    session: Session, actor: Actor, now: datetime, *, centre_id: int | None = None, limit: int = 50
) -> tuple[TroubledMail, ...]:
    """Mails given up in the last 30 days, and those unsent one hour after they were recorded, latest first.

    Of one centre for who manages its people; of the whole instance for an administrator.
    """
    _require_watch(actor, centre_id)
    query = (
        select(Mail, Centre.name)
        .outerjoin(Centre, Centre.id == Mail.centre_id)
        .options(defer(Mail.body_text), defer(Mail.body_html))
        .where(is_troubled(now))
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(limit)
    )
    rows = session.execute(query if centre_id is None else query.where(Mail.centre_id == centre_id))
    return tuple(tell_trouble(mail, now, centre_name) for mail, centre_name in rows)


def count_troubled(session: Session, actor: Actor, now: datetime) -> int:
    """How many :func:`list_troubled` would list to an administrator, without its limit."""
    _require_watch(actor, None)
    return session.scalar(select(func.count()).select_from(Mail).where(is_troubled(now))) or 0


def is_troubled(now: datetime) -> ColumnElement[bool]:
    """The condition for a mail to be shown: unsent for an hour, or given up less than 30 days ago.

    One given up has nothing left to be done about once a later one of its kind reached the same address, or
    once its invitation was accepted or withdrawn.
    """
    later = aliased(Mail)
    replaced = exists().where(
        later.address == Mail.address,
        later.kind == Mail.kind,
        later.centre_id.is_not_distinct_from(Mail.centre_id),
        later.id > Mail.id,
        later.sent_at.is_not(None),
    )
    ended = aliased(Invitation)
    over = exists().where(carries(ended), or_(ended.accepted_at.is_not(None), ended.revoked_at.is_not(None)))
    given_up = and_(Mail.given_up_at > now - SHOWN_FOR, ~replaced, ~over)
    late = and_(Mail.given_up_at.is_(None), Mail.created_at <= now - LATE_AFTER)
    return and_(Mail.sent_at.is_(None), or_(given_up, late))


def carries(invitation: type[Invitation]) -> ColumnElement[bool]:
    """The condition for a mail to be the one of an invitation."""
    return and_(
        Mail.kind == INVITATION_MAIL,
        Mail.address == invitation.email,
        Mail.slot == cast(invitation.id, String),
    )


def tell_trouble(mail: Mail, now: datetime, centre_name: str | None = None) -> TroubledMail:
    """What there is to know of a mail in trouble.

    One whose time to be tried has long come is held back by the job process, whatever was answered before.
    """
    state = state_of(mail)
    is_waiting = state is MailState.WAITING
    cause = cause_of(mail.last_answer, is_refused=state is MailState.REFUSED)
    if is_waiting and max(mail.next_try_at, mail.claimed_at or mail.next_try_at) <= now - STALE_AFTER:
        cause = Cause.NOT_TRIED
    return TroubledMail(
        address=mail.address,
        kind=mail.kind,
        slot=mail.slot,
        centre_id=mail.centre_id,
        centre_name=centre_name,
        recorded_at=mail.created_at,
        attempts=mail.attempts,
        next_try_at=mail.next_try_at if is_waiting else None,
        given_up_at=mail.given_up_at,
        state=state,
        cause=cause,
        answer=words_of(mail.last_answer),
    )


def _require_watch(actor: Actor, centre_id: int | None) -> None:
    if centre_id is None:
        require(actor, Permission.INSTANCE_ADMINISTER)
    else:
        require(actor, Permission.CENTRE_MANAGE_PEOPLE, centre_id=centre_id)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Unsent, unclaimed, its time come; an instant too far ahead to be ours means a clock put right since."""
    return and_(
        Mail.sent_at.is_(None),
        Mail.given_up_at.is_(None),
        or_(Mail.next_try_at <= now, Mail.next_try_at > now + PAUSES[-1]),
        or_(
            Mail.claimed_at.is_(None),
            Mail.claimed_at <= now - STALE_AFTER,
            Mail.claimed_at > now + STALE_AFTER,
        ),
    )


def _expire(session: Session, now: datetime) -> None:
    """Give up what expired before it could leave: the server's last answer stays beside the reason."""
    reason = case((Mail.last_answer == "", EXPIRED), else_=literal(f"{EXPIRED}: ") + Mail.last_answer)
    session.execute(
        update(Mail)
        .where(_is_due(now), Mail.expires_at <= now)
        .values(given_up_at=now, claimed_at=None, last_answer=reason, **_EMPTIED)
        .execution_options(synchronize_session=False)
    )


def _own_claim(claimed: ClaimedMail) -> Any:
    return update(Mail).where(
        Mail.id == claimed.mail.id, Mail.attempts == claimed.attempt, Mail.sent_at.is_(None)
    )


def _to_send(mail: Mail) -> MailToSend:
    return MailToSend(
        id=mail.id,
        created_at=mail.created_at,
        address=mail.address,
        subject=mail.subject,
        text=mail.body_text,
        html=mail.body_html,
    )
