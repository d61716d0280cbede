"""What aqss refuses, as exceptions that carry facts and no sentences.

The French wording is in :mod:`aqss.web.errors`, of faults in :mod:`aqss.services.fault_words`, and, for
commands, beside each: :mod:`aqss.commands`.
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
    │  └─ ServerUnavailable the server is at fault, not the mail
    ├─ PdfRefused           the document is too long, too deep, too slow or not convertible
    └─ Misconfigured        settings, files or database not in order, all faults
"""

# ruff: noqa: N818 - a refusal is named after what happened

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class AqssError(Exception):
    """Root of every refusal.

    Refusals are not frozen: Python sets their traceback as they pass through a context manager.
    """


class NotSignedIn(AqssError):
    """Nobody is signed in, or the session has reached one of its limits."""


@dataclass(eq=False)
class NotAllowed(AqssError):
    """The person lacks ``permission`` for what was asked."""

    permission: str


@dataclass(eq=False)
class NotFound(AqssError):
    """No ``kind`` under ``key`` that this person may know of."""

    kind: str
    key: str | int


@dataclass(eq=False)
class InvalidTransition(AqssError):
    """``state`` → ``to`` refused.

    ``reason`` is ``unknown``, ``role``, ``guards`` (then listed), or ``followed``: others rest on it.
    """

    workflow: str
    state: str
    to: str
    reason: str
    guards: tuple[str, ...] = ()


@dataclass(eq=False)
class NotPossibleNow(AqssError):
    """``state`` does not allow ``ability``."""

    ability: str
    state: str


@dataclass(eq=False)
class StaleEdit(AqssError):
    """The row stands at ``current`` while the edit started from ``expected``."""

    kind: str
    key: str | int
    expected: int
    current: int


@dataclass(frozen=True)
class Fault:
    """One broken rule: the field it concerns, a code of :data:`aqss.domain.faults.FAULTS`, and its facts."""

    field: str
    code: str
    facts: tuple[object, ...] = ()


@dataclass(eq=False)
class InvalidInput(AqssError):
    """One or more values break a rule; nothing was changed."""

    faults: tuple[Fault, ...]


@dataclass(eq=False)
class LinkRefused(AqssError):
    """``reason``: ``unknown``, ``expired`` (or replaced), ``used``, ``other-account`` (for somebody else)."""

    kind: str
    reason: str


@dataclass(eq=False)
class TooManyAttempts(AqssError):
    """No further attempt before ``until`` (UTC)."""

    until: datetime


@dataclass(eq=False)
class MailRefused(AqssError):
    """The mail server's answer; ``permanent`` when trying again cannot help."""

    answer: str
    permanent: bool


class ServerUnavailable(MailRefused):
    """The server, not the mail, is at fault: the mails behind this one would meet the same answer."""


@dataclass(eq=False)
class PdfRefused(AqssError):
    """The document is too long, too deep, too slow or not convertible; ``reason`` says which."""

    reason: str


@dataclass(eq=False)
class Misconfigured(AqssError):
    """Every fault found, each one line in French for whoever runs aqss."""

    faults: Sequence[str]

    def __str__(self) -> str:
        return "\n".join(self.faults)
