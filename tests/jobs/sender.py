"""A process that sends mails: ``python -m tests.jobs.sender DATABASE SMTP INSTANT [KILLED_AFTER]``.

With KILLED_AFTER, it kills itself once the server has accepted that many, before it tells the database.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
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


def main(database_url: str, smtp_url: str, instant: str, killed_after: str = "0") -> None:
    here = Path()
    settings = Settings(here, database_url, smtp_url, "a@b.fr", "http://localhost", here, here, "k" * 40)
    mailer = KilledMailer(smtp_url, "aqss <aqss@exemple.fr>")
    mailer.left = int(killed_after)
    clock = FakeClock(datetime.fromisoformat(instant))
    sessions = Sessions(database_url)
    runtime = Runtime(settings, sessions, clock, NO_CATALOGUE, mailer, Links(settings.base_url))
    send_mails(Turn(runtime, this_process()))
    sessions.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
