"""Why a mail has not left, read in the last answer kept of it: a cause that somebody can do something about.

For the pages that show mails in trouble. What is read is the answer as the mail gateway writes it: the code
and words of a server (RFC 5321, with the enhanced codes of RFC 3463), or the name of a failure.
"""

from __future__ import annotations

import re
from enum import StrEnum

EXPIRED = "expired"
"""How the answer of a mail that expired begins; what the server said last follows, if it said anything."""

UNWRITABLE = "message impossible"
"""How the answer begins when the mail itself could not be composed."""


class Cause(StrEnum):
    """From what holds every mail back to what concerns one of them."""

    NOT_TRIED = "not-tried"
    SERVER_SILENT = "server-silent"
    SERVER_UNSAFE = "server-unsafe"
    SIGN_IN_REFUSED = "sign-in-refused"
    SENDER_REFUSED = "sender-refused"
    FOLDER = "folder"
    LATER = "later"
    ADDRESS_REFUSED = "address-refused"
    MAILBOX_REFUSED = "mailbox-refused"
    MAIL_REFUSED = "mail-refused"
    UNWRITABLE = "unwritable"
    OTHER = "other"


def words_of(answer: str) -> str:
    """What the server said, without our mention that the mail expired; empty when it said nothing."""
    return answer.removeprefix(EXPIRED).removeprefix(": ") if answer.startswith(EXPIRED) else answer


def cause_of(answer: str, *, is_refused: bool) -> Cause:
    """The cause that an answer tells. ``is_refused``: the mail was given up on it, so it is about that mail.

    A refusal (5xx) after which the mail is still tried is one of aqss by its own server.
    """
    words = words_of(answer)
    if not words:
        return Cause.NOT_TRIED
    code = _CODE.match(words)
    if code is None:
        return next((cause for cause, pattern in _FAILURES if pattern.match(words)), Cause.OTHER)
    if code["class"] == "4":
        return Cause.SIGN_IN_REFUSED if code["code"] in _SIGN_IN_CODES else Cause.LATER
    if code["class"] != "5":
        return Cause.OTHER
    if is_refused:
        return _refusal(code["code"], code["subject"])
    return Cause.SIGN_IN_REFUSED if code["code"] in _SIGN_IN_CODES else Cause.SENDER_REFUSED


def _refusal(code: str, subject: str | None) -> Cause:
    """By the subject of the enhanced code (RFC 3463) when there is one, else by the code (RFC 5321)."""
    if subject is not None:
        return _SUBJECTS.get(subject, Cause.MAIL_REFUSED)
    return _CODES.get(code, Cause.ADDRESS_REFUSED)


_CODE = re.compile(r"(?P<code>(?P<class>\d)\d\d)(?:[ -]+\d\.(?P<subject>\d{1,3})\.\d{1,3})?\b")

_SIGN_IN_CODES = ("432", "454", "530", "534", "535", "538")
"""RFC 4954: what a server answers to who does not sign in as it asks."""

_SUBJECTS = {"1": Cause.ADDRESS_REFUSED, "2": Cause.MAILBOX_REFUSED}

_CODES = {"552": Cause.MAILBOX_REFUSED, "554": Cause.MAIL_REFUSED}

_FAILURES = (
    (Cause.UNWRITABLE, re.compile(UNWRITABLE)),
    (Cause.FOLDER, re.compile(r"\[Errno ")),
    (Cause.SERVER_UNSAFE, re.compile(r"SSL\w*")),
    (Cause.SIGN_IN_REFUSED, re.compile(r"SMTP AUTH|SMTPException: No suitable authentication")),
    (
        Cause.SERVER_SILENT,
        re.compile(
            r"(Connection\w*|BrokenPipe|Timeout|OS)Error:|(timeout|gaierror|herror):|SMTPServerDisconnected:"
        ),
    ),
)
"""How an answer without a code begins: a failure of ours, or the name of what the network reported."""
