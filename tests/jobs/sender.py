"""Processes that send mails as job processes do; one of them kills itself at the worst moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from aqss.bootstrap import Runtime
from aqss.config import Settings
from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.links import Links
from aqss.gateways.mail import MailToSend, SmtpMailer
from aqss.jobs.mail import send_mails
from aqss.jobs.turns import Turn, this_process
from aqss.persistence.session import Sessions
from tests.clock import FakeClock

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.jobs.sender"])

NO_CATALOGUE = cast(Catalogue, None)
"""Mails are rendered when they are recorded."""


class KilledMailer(SmtpMailer):
    """Dies between the server's yes and ours."""

    left = 0

    def send(self, mail: MailToSend) -> None:
        super().send(mail)
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def start_sending(database_url: str, smtp_url: str, now: datetime, killed_after: int = 0) -> BaseProcess:
    """A process that makes one pass at the instant ``now``.

    With ``killed_after``, it kills itself once the server has accepted that many, before it tells anybody.
    """
    process = PROCESSES.Process(target=_send, args=(database_url, smtp_url, now, killed_after), daemon=True)
    process.start()
    return process


def _send(database_url: str, smtp_url: str, now: datetime, killed_after: int) -> None:
    here = Path()
    settings = Settings(here, database_url, smtp_url, "a@b.fr", "http://localhost", here, here, "k" * 40)
    mailer = KilledMailer(smtp_url, "aqss <aqss@exemple.fr>")
    mailer.left = killed_after
    sessions = Sessions(database_url)
    runtime = Runtime(settings, sessions, FakeClock(now), NO_CATALOGUE, mailer, Links(settings.base_url))
    send_mails(Turn(runtime, this_process()))
    sessions.dispose()
