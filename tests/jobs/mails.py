"""Mails for the tests of the jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from aqss.persistence.mails import Mail
from aqss.persistence.session import Sessions
from aqss.services.mails import record_mail


def record(
    sessions: Sessions, now: datetime, count: int = 1, *, first: int = 0, expires_at: datetime | None = None
) -> None:
    """``count`` mails to ``0@exemple.fr``, ``1@exemple.fr``…, in that order; or from ``first`` on."""
    context = {"name": "Nadia", "link": "https://aqss.exemple.fr/mot-de-passe/jeton", "expires_at": now}
    with sessions.writing() as session:
        for number in range(first, first + count):
            record_mail(
                session,
                kind="password-reset",
                slot=now.isoformat(),
                address=f"{number}@exemple.fr",
                context=context,
                now=now,
                expires_at=expires_at,
            )
        session.commit()


def rows(sessions: Sessions) -> list[Mail]:
    with sessions.reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def count_sent(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).where(Mail.sent_at.is_not(None))) or 0
