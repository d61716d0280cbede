"""A real mail server for tests: keeps what it accepts, refuses what it is told to."""

# ruff: noqa: ARG002, N802 - the names and arguments of aiosmtpd's handlers

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPTED = "250 accepted"


@dataclass
class MailServer:
    """``answer`` comes after a message, ``answer_to_address`` after its address; ``slow`` in seconds.

    ``hangs_up``: in place of an answer to a message, which is lost.
    """

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    answer: Callable[[str], str] = lambda _address: ACCEPTED
    answer_to_address: Callable[[str], str] = lambda _address: ACCEPTED
    hangs_up: Callable[[str], bool] = lambda _address: False
    slow: float = 0.0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        return [str(message["To"]) for message in self.received]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_to_address(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.hangs_up(envelope.rcpt_tos[0]):
            server.transport.abort()
            return ACCEPTED
        answer = self.answer(envelope.rcpt_tos[0])
        if answer.startswith("2"):
            self.received.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]
        return answer

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.signed_in.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"juste: /@", handled=False)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def running_mail_server(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, asks_who: bool = False
) -> Iterator[MailServer]:
    """A server on a free port of this machine, until the ``with`` ends."""
    server = MailServer(port=free_port())
    options: dict[str, Any] = {"tls_context": starttls} if starttls else {}
    if asks_who:
        options |= {"authenticator": server.authenticate, "auth_required": True}
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ssl_context=tls, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
