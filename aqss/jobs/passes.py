"""One pass of one job: guarded, leased if the job asks for it, and noted for /healthz."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from time import monotonic

from aqss.jobs.leases import give_back_lease, is_passage_due, note_passage, take_lease
from aqss.jobs.schedule import Job
from aqss.jobs.turns import Turn

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(seconds=30)
"""A pass each second is not written each second: every writing reaches the disk."""

LONGEST_PAUSE = 60.0
"""Seconds without a try after a job failed several times in a row."""


class Ticker:
    """Runs one job in this process each time it is told to tick."""

    def __init__(self, job: Job, turn: Turn) -> None:
        self._job = job
        self._turn = turn
        self._failures = 0
        self._quiet_until = 0.0
        self._noted_at: datetime | None = None

    def tick(self) -> None:
        """One pass, or nothing while stopping or for a while after failures. Never raises."""
        if self._turn.stopping.is_set() or monotonic() < self._quiet_until:
            return
        try:
            run_pass(self._job, self._turn)
            self._note()
            self._failures = 0
        except Exception:
            log.exception("job %s failed", self._job.name)
            self._failures += 1
            self._quiet_until = monotonic() + min(2.0**self._failures, LONGEST_PAUSE)

    def _note(self) -> None:
        now = self._turn.now()
        if self._job.lease is not None:
            return
        if self._noted_at is None or not timedelta(0) <= now - self._noted_at < NOTED_EVERY:
            self._turn.settle(lambda session: note_passage(session, self._job.name, now))
            self._noted_at = now


def run_pass(job: Job, turn: Turn, *, now_or_never: bool = False) -> int:
    """Run ``job`` once; 0 when another process holds its lease or it passed too recently.

    ``now_or_never``: even if it passed recently.
    """
    if job.lease is None:
        return job.run(turn)
    every = timedelta(0) if now_or_never else job.every
    with turn.runtime.sessions.reading() as session:
        if not is_passage_due(session, job.name, every, turn.now()):
            return 0
    with turn.runtime.sessions.writing() as session:
        is_ours = take_lease(session, job.name, turn.holder, turn.now(), job.lease, every)
        session.commit()
    if not is_ours:
        return 0
    done = job.run(turn)
    turn.settle(lambda session: give_back_lease(session, job.name, turn.holder, turn.now()))
    return done
