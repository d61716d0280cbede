"""Mails leaving the house: to an SMTP server, or to a folder as ``.eml`` files when no server is set."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from aqss.domain.errors import MailRefused, ServerUnavailable
from aqss.domain.mail_answers import UNWRITABLE
from aqss.gateways.writing import write_atomically

TIMEOUT_SECONDS = 10.0
"""How long one exchange with the mail server may take."""

UNENCRYPTED = "SSL: no STARTTLS offered, and a password is not sent in clear"
"""Why nothing is sent to a server of another machine that would read the password over the network."""

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailToSend:
    """One recorded mail, on its way out; ``id`` and ``created_at`` make its Message-ID."""

    id: int
    created_at: datetime
    address: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Sends one mail or raises :class:`MailRefused`; ``close`` ends a batch and may be called at any time."""

    def send(self, mail: MailToSend) -> None: ...

    def close(self) -> None: ...


class MailSettings(Protocol):
    """The settings read here."""

    @property
    def smtp_url(self) -> str | None: ...

    @property
    def mail_from(self) -> str: ...

    @property
    def outbox(self) -> Path: ...


def mailer_of(settings: MailSettings) -> Mailer:
    """SMTP when a server is set, else the instance's outbox folder."""
    if settings.smtp_url is None:
        return FolderMailer(settings.outbox, settings.mail_from)
    return SmtpMailer(settings.smtp_url, settings.mail_from)


def compose(mail: MailToSend, mail_from: str) -> EmailMessage:
    """The whole message. Its Message-ID and Date depend on the recorded mail alone: the same at each attempt.

    Raises a permanent :class:`MailRefused` for an address or a subject that could add headers.
    """
    sender_name, sender = parseaddr(mail_from)
    if any(character < " " for character in mail.subject):
        raise MailRefused(f"{UNWRITABLE}: more than one line in the subject", permanent=True)
    try:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(sender_name, addr_spec=sender)
        message["To"] = Address(addr_spec=mail.address)
        message["Subject"] = _as_written(mail.subject)
        message["Date"] = mail.created_at
        message["Message-ID"] = message_id_of(mail, sender)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
    except (ValueError, MessageError, IndexError) as error:  # IndexError: the parser of a broken address
        raise MailRefused(f"{UNWRITABLE}: {error}", permanent=True) from error
    return message


def _as_written(subject: str) -> str:
    """``subject`` with nothing in it that reads as an encoded word (RFC 2047).

    Python decodes one typed by a person, and the line breaks in it become headers; an invisible joiner parts
    its two marks.
    """
    return subject.replace("=?", "=\u2060?")


def message_id_of(mail: MailToSend, sender: str) -> str:
    """``<id.creation@domain of the sender>``, stable over retries (contracts: mail)."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{mail.id}.{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>"


class SmtpMailer:
    """``smtp://`` (STARTTLS when offered) or ``smtps://``, signed in if told how; one connection a batch."""

    def __init__(
        self, url: str, mail_from: str, *, timeout: float = TIMEOUT_SECONDS, tls: ssl.SSLContext | None = None
    ) -> None:
        self._parts = urlsplit(url)
        self._mail_from = mail_from
        self._timeout = timeout
        self._tls = tls or ssl.create_default_context()
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: MailToSend) -> None:
        """Return once the server has accepted; otherwise :class:`MailRefused` with its answer."""
        message = compose(mail, self._mail_from)
        try:
            self._connected().send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            refusal = _refusal(error)
            if isinstance(refusal, ServerUnavailable):
                self._drop()
            raise refusal from error
        except (UnicodeError, ValueError) as error:
            raise MailRefused(f"{UNWRITABLE}: {error}", permanent=True) from error

    def close(self) -> None:
        """Say goodbye to the server, if a connection is open."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
        self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        host = self._parts.hostname or ""
        if self._parts.scheme == "smtps":
            return self._signed_in(
                smtplib.SMTP_SSL(host, self._parts.port or 465, timeout=self._timeout, context=self._tls)
            )
        connection = smtplib.SMTP(host, self._parts.port or 25, timeout=self._timeout)
        try:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=self._tls)
            elif self._parts.username and host not in _THIS_MACHINE:
                raise ServerUnavailable(UNENCRYPTED, permanent=False)
        except BaseException:
            connection.close()
            raise
        return self._signed_in(connection)

    def _signed_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        if self._parts.username:
            try:
                connection.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            except smtplib.SMTPNotSupportedError as error:  # a setting to put right, no fault of the mail
                connection.close()
                raise ServerUnavailable(str(error), permanent=False) from error
            except BaseException:
                connection.close()
                raise
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class FolderMailer:
    """Each mail as one ``.eml`` file; a mail sent twice is the same file."""

    def __init__(self, folder: Path, mail_from: str = "aqss <ne-pas-repondre@localhost>") -> None:
        self._folder = folder
        self._mail_from = mail_from

    def send(self, mail: MailToSend) -> None:
        """Write the whole file or nothing; a folder that cannot be written is an unavailable server."""
        content = compose(mail, self._mail_from).as_bytes()
        name = f"{mail.created_at:%Y%m%d-%H%M%S}-{mail.id:06}.eml"
        try:
            write_atomically(self._folder / name, content)
        except OSError as error:
            raise ServerUnavailable(str(error), permanent=False) from error

    def close(self) -> None:
        """Nothing stays open."""


def _refusal(error: Exception) -> MailRefused:
    """5xx about the recipient or the message is final; 4xx, and all the rest, can be tried again."""
    code: int
    answer: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
        case smtplib.SMTPDataError():
            code, answer = error.smtp_code, error.smtp_error
        case smtplib.SMTPNotSupportedError():
            return MailRefused(str(error), permanent=True)
        case smtplib.SMTPResponseException():
            return ServerUnavailable(_words(error.smtp_code, error.smtp_error), permanent=False)
        case _:
            return ServerUnavailable(f"{type(error).__name__}: {error}", permanent=False)
    if code == 421:
        return ServerUnavailable(_words(code, answer), permanent=False)
    return MailRefused(_words(code, answer), permanent=500 <= code < 600)


def _words(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {words}"[:500]
