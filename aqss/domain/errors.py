"""What aqss refuses, as exceptions that carry facts and no sentences.

The French wording is in :mod:`aqss.web.errors` and, for commands, in :mod:`aqss.cli`.
Faults of definition files are not here: they are data, see :mod:`aqss.domain.definitions.problems`.

::

    AqssError
    ├─ NotSignedIn          nobody is signed in, or the session has ended
    ├─ NotAllowed           the person may not do this here
    ├─ NotFound             nothing of that kind under that key, or not for this person
    ├─ InvalidTransition    the state, the role or a guard holds the passage back
    ├─ NotPossibleNow       the current state does not allow this activity
    ├─ StaleEdit            somebody else changed it first
    ├─ InvalidInput         values that break a rule, all of them
    ├─ LinkRefused          a signed link is unknown, expired or already used
    ├─ TooManyAttempts      wait before trying again
    ├─ MailRefused          the mail server answered no, or did not answer
    └─ Misconfigured        settings, files or database not in order, all faults
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class AqssError(Exception):
    """Root of every refusal."""


class NotSignedIn(AqssError):
    """Nobody is signed in, or the session has reached one of its limits."""


@dataclass(frozen=True)
class NotAllowed(AqssError):
    """The person lacks ``permission`` for what was asked."""

    permission: str


@dataclass(frozen=True)
class NotFound(AqssError):
    """No ``kind`` under ``key`` that this person may know of."""

    kind: str
    key: str | int


@dataclass(frozen=True)
class InvalidTransition(AqssError):
    """``state`` → ``to`` refused; ``reason`` is ``unknown``, ``role`` or ``guards`` (then listed)."""

    workflow: str
    state: str
    to: str
    reason: str
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotPossibleNow(AqssError):
    """``state`` does not allow ``ability``."""

    ability: str
    state: str


@dataclass(frozen=True)
class StaleEdit(AqssError):
    """The row stands at ``current`` while the edit started from ``expected``."""

    kind: str
    key: str | int
    expected: int
    current: int


@dataclass(frozen=True)
class Fault:
    """One broken rule: the field it concerns, a code of :mod:`aqss.web.errors`, and its facts."""

    field: str
    code: str
    facts: tuple[object, ...] = ()


@dataclass(frozen=True)
class InvalidInput(AqssError):
    """One or more values break a rule; nothing was changed."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class LinkRefused(AqssError):
    """``reason`` is ``unknown``, ``expired`` or ``used``."""

    kind: str
    reason: str


@dataclass(frozen=True)
class TooManyAttempts(AqssError):
    """No further attempt before ``until`` (UTC)."""

    until: datetime


@dataclass(frozen=True)
class MailRefused(AqssError):
    """The mail server's answer; ``permanent`` when trying again cannot help."""

    answer: str
    permanent: bool


@dataclass(frozen=True)
class Misconfigured(AqssError):
    """Every fault found, each one line in French for whoever runs aqss."""

    faults: Sequence[str]

    def __str__(self) -> str:
        return "\n".join(self.faults)
