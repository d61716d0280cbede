"""What a job is given each time it runs: the runtime, who runs it, and whether it has to stop."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime

log = logging.getLogger(__name__)

MOST_TRIES = 12
"""How often what is already done outside (a mail sent, a file written) is tried to be marked as done."""


@dataclass(frozen=True)
class Turn:
    """One process's way into the jobs; ``stopping`` is set when it has to end."""

    runtime: Runtime
    holder: str
    stopping: Event = field(default_factory=Event)

    def now(self) -> datetime:
        return self.runtime.clock.now()

    def settle(self, write: Callable[[Session], None], pause: float = 1.0) -> None:
        """Write in a transaction of its own, again while the database is busy.

        What it tells has happened: forgetting it would make it happen twice.
        """
        for tried in range(1, MOST_TRIES + 1):
            try:
                with self.runtime.sessions.writing() as session:
                    write(session)
                    session.commit()
                return
            except OperationalError:
                if tried == MOST_TRIES:
                    raise
                log.warning("the database is busy, trying again (%s of %s)", tried, MOST_TRIES)
                time.sleep(pause)


def this_process() -> str:
    """A name for this process that no other one has, even after a restart."""
    return f"{socket.gethostname()[:48]}:{os.getpid()}:{secrets.token_hex(4)}"
