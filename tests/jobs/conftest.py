"""A small instance for the jobs, with a mail server or an outbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from aqss.bootstrap import Runtime
from aqss.config import Settings
from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.links import Links
from aqss.gateways.mail import FolderMailer, SmtpMailer
from aqss.jobs.turns import Turn, this_process
from aqss.persistence.session import Sessions
from tests.clock import FakeClock
from tests.mail_server import MailServer, running_mail_server

FROM = "aqss <aqss@exemple.fr>"


@pytest.fixture
def small_runtime(settings: Settings, sessions: Sessions, clock: FakeClock, catalogue: Catalogue) -> Runtime:
    """No edition published, mails to the outbox folder."""
    mailer = FolderMailer(settings.outbox, FROM)
    return Runtime(settings, sessions, clock, catalogue, mailer, Links(settings.base_url))


@pytest.fixture
def turn(small_runtime: Runtime) -> Turn:
    return Turn(small_runtime, this_process())


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def smtp_turn(small_runtime: Runtime, server: MailServer) -> Turn:
    """Sends to ``server``, patiently: a busy machine is no silent server."""
    mailer = SmtpMailer(server.url, FROM, timeout=10)
    return Turn(replace(small_runtime, mailer=mailer), this_process())
