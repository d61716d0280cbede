"""The table of jobs: what runs, and how often the job process looks whether there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aqss.jobs.housekeeping import keep_house, tell_house
from aqss.jobs.mail import send_mails, tell_mails
from aqss.jobs.reports import make_reports, tell_reports
from aqss.jobs.turns import Turn


@dataclass(frozen=True)
class Job:
    """``run`` does one pass and tells how much it did; ``tell`` says in French what a pass would do.

    Without ``lease``, any number of processes may run it at once: each row is claimed by one. With a lease,
    one process in ``every`` runs it, and another may take over once the lease ends.
    """

    name: str
    every: timedelta
    run: Callable[[Turn], int]
    tell: Callable[[Turn], str]
    lease: timedelta | None = None


SCHEDULE = (
    Job("mail", timedelta(seconds=1), send_mails, tell_mails),
    Job("reports", timedelta(seconds=1), make_reports, tell_reports),
    Job("housekeeping", timedelta(hours=1), keep_house, tell_house, lease=timedelta(minutes=10)),
)
"""Every job."""
