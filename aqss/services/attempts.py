"""Guessing slowed down: attempts counted per address and per client, then waits that grow.

An attempt counts as refused from before its password is verified until it proves right: of many at once, no
more are verified than one after the other. The same for addresses with and without an account, so that the
count tells nothing about them.
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

SPREAD = timedelta(minutes=1)
"""Requests do not take their turn to write in the order of their instants: another’s may be later."""

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


@dataclass(frozen=True)
class ClaimedAttempt:
    """The right to verify one password: its two counts (of the address, of the client) are ``rows``."""

    attempt: Attempt
    rows: tuple[int, ...]


def claim_attempt(session: Session, attempt: Attempt, now: datetime) -> ClaimedAttempt:
    """Count the attempt as refused, before anything is verified. Raises :class:`TooManyAttempts`.

    To be committed before verifying. Once the person has proved who they are: :func:`settle_attempt`.
    """
    check_attempts(session, attempt, now)
    return ClaimedAttempt(attempt, count_attempt(session, attempt, now))


def check_attempts(session: Session, attempt: Attempt, now: datetime) -> None:
    """Raise :class:`TooManyAttempts` while the address or the client has to wait."""
    free = {attempt.address_key: FREE_PER_ADDRESS, attempt.client_key: FREE_PER_CLIENT}
    rows = session.execute(
        select(RefusedAttempt.key, func.count(), func.max(RefusedAttempt.at))
        .where(
            RefusedAttempt.key.in_(free), RefusedAttempt.at > now - WINDOW, RefusedAttempt.at < now + SPREAD
        )
        .group_by(RefusedAttempt.key)
    )
    waits = [_wait_until(last, count - free[key]) for key, count, last in rows if count >= free[key]]
    if waits and max(waits) > now:
        raise TooManyAttempts(max(waits))


def count_attempt(session: Session, attempt: Attempt, now: datetime) -> tuple[int, ...]:
    """Count one more refused attempt for the address and for the client; the two rows."""
    counts = [{"key": key, "at": now} for key in (attempt.address_key, attempt.client_key)]
    return tuple(session.scalars(insert(RefusedAttempt).returning(RefusedAttempt.id), counts))


def settle_attempt(session: Session, claimed: ClaimedAttempt) -> None:
    """The person proved who they are: the address starts afresh, the client's count is as before."""
    forget_attempts(session, claimed.attempt)
    give_back_attempt(session, claimed)


def give_back_attempt(session: Session, claimed: ClaimedAttempt) -> None:
    """The attempt was no guess: it counts no more, others do."""
    session.execute(delete(RefusedAttempt).where(RefusedAttempt.id.in_(claimed.rows)))


def forget_attempts(session: Session, attempt: Attempt) -> None:
    """Whoever holds the address proved it: it starts afresh. The client keeps its count."""
    session.execute(delete(RefusedAttempt).where(RefusedAttempt.key == attempt.address_key))


def purge_attempts(session: Session, now: datetime) -> None:
    """Delete what no longer counts."""
    session.execute(delete(RefusedAttempt).where(RefusedAttempt.at <= now - WINDOW))


def _wait_until(last: datetime, beyond: int) -> datetime:
    return last + WAITS[min(beyond, len(WAITS) - 1)]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
