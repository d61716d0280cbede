"""Guessing slowed down: refused attempts counted per address and per client, then waits that grow.

The same for addresses with and without an account, so that the count tells nothing about them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from aqss.domain.errors import TooManyAttempts
from aqss.domain.texts import EMAIL_LIMIT
from aqss.persistence.accounts import RefusedAttempt

WINDOW = timedelta(minutes=15)
"""How long a refused attempt counts."""

FREE_PER_ADDRESS = 5
FREE_PER_CLIENT = 20
"""A whole centre often reaches the site from one client address."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""After the last free attempt, the next one, and so on; the last wait repeats."""


@dataclass(frozen=True)
class Attempt:
    """Something tried (``purpose``) on the account of an address, from a client's network address."""

    purpose: str
    address: str
    client: str

    @property
    def address_key(self) -> str:
        return _key(self.purpose, "address", self.address[: EMAIL_LIMIT + 1])

    @property
    def client_key(self) -> str:
        return _key(self.purpose, "client", self.client)


def check_attempts(session: Session, attempt: Attempt, now: datetime) -> None:
    """Raise :class:`TooManyAttempts` while the address or the client has to wait."""
    free = {attempt.address_key: FREE_PER_ADDRESS, attempt.client_key: FREE_PER_CLIENT}
    rows = session.execute(
        select(RefusedAttempt.key, func.count(), func.max(RefusedAttempt.at))
        .where(RefusedAttempt.key.in_(free), RefusedAttempt.at > now - WINDOW, RefusedAttempt.at <= now)
        .group_by(RefusedAttempt.key)
    )
    waits = [_wait_until(last, count - free[key]) for key, count, last in rows if count >= free[key]]
    if waits and max(waits) > now:
        raise TooManyAttempts(max(waits))


def count_attempt(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count one more refused attempt for the address and for the client."""
    keys = (attempt.address_key, attempt.client_key)
    session.execute(insert(RefusedAttempt), [{"key": key, "at": now} for key in keys])


def forget_attempts(session: Session, attempt: Attempt) -> None:
    """The person proved who they are: the address starts afresh. The client keeps its count."""
    session.execute(delete(RefusedAttempt).where(RefusedAttempt.key == attempt.address_key))


def purge_attempts(session: Session, now: datetime) -> None:
    """Delete what no longer counts."""
    session.execute(delete(RefusedAttempt).where(RefusedAttempt.at <= now - WINDOW))


def _wait_until(last: datetime, beyond: int) -> datetime:
    return last + WAITS[min(beyond, len(WAITS) - 1)]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
