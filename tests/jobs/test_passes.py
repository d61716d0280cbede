"""Ticks of one job: guarded, leased, noted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from aqss.jobs.passes import NOTED_EVERY, Ticker, run_pass
from aqss.jobs.schedule import SCHEDULE, Job
from aqss.jobs.turns import Turn
from aqss.persistence.jobs import Lease
from aqss.persistence.session import Sessions
from tests.clock import FakeClock


@dataclass
class Work:
    """Counts its runs; fails while told to."""

    runs: int = 0
    fails: bool = False
    holders: list[str] = field(default_factory=list)

    def __call__(self, turn: Turn) -> int:
        self.runs += 1
        self.holders.append(turn.holder)
        if self.fails:
            raise RuntimeError("no")
        return 1

    def as_job(self, lease: timedelta | None = None) -> Job:
        return Job("work", timedelta(hours=1), self, lambda _turn: "Travail.", lease)


def passed_at(sessions: Sessions) -> datetime | None:
    with sessions.reading() as session:
        lease = session.get(Lease, "work")
        return lease and lease.passed_at


def test_a_tick_runs_the_job_and_notes_its_passage(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    work = Work()
    Ticker(work.as_job(), turn).tick()
    assert (work.runs, passed_at(sessions)) == (1, clock.now())


def test_passages_are_noted_every_thirty_seconds_at_most(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    ticker, started = Ticker(Work().as_job(), turn), clock.now()
    ticker.tick()
    clock.advance(seconds=NOTED_EVERY.total_seconds() - 1)
    ticker.tick()
    assert passed_at(sessions) == started
    clock.advance(seconds=1)
    ticker.tick()
    assert passed_at(sessions) == clock.now()


def test_a_clock_put_back_does_not_stop_the_notes(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    ticker = Ticker(Work().as_job(), turn)
    ticker.tick()
    clock.advance(days=-1)
    ticker.tick()
    assert passed_at(sessions) == clock.now()


def test_a_job_that_fails_is_logged_not_noted_and_left_in_peace_for_a_while(
    turn: Turn, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    work = Work(fails=True)
    ticker = Ticker(work.as_job(), turn)
    ticker.tick()
    ticker.tick()
    assert work.runs == 1
    assert passed_at(sessions) is None
    assert "job work failed" in caplog.text


def test_nothing_runs_any_more_once_the_process_stops(turn: Turn) -> None:
    work = Work()
    turn.stopping.set()
    Ticker(work.as_job(), turn).tick()
    assert work.runs == 0


def test_a_leased_job_is_run_by_one_process_in_its_time(turn: Turn, clock: FakeClock) -> None:
    work = Work()
    job, other = work.as_job(lease=timedelta(minutes=10)), replace(turn, holder="other")
    assert [run_pass(job, turn), run_pass(job, other), run_pass(job, turn)] == [1, 0, 0]
    clock.advance(hours=1)
    assert [run_pass(job, other), run_pass(job, turn)] == [1, 0]
    assert work.holders == [turn.holder, "other"]


def test_a_leased_job_that_fails_is_taken_over_by_another_process(turn: Turn, clock: FakeClock) -> None:
    work = Work(fails=True)
    job = work.as_job(lease=timedelta(minutes=10))
    with pytest.raises(RuntimeError):
        run_pass(job, turn)
    work.fails = False
    other = replace(turn, holder="other")
    assert run_pass(job, other) == 0
    clock.advance(minutes=10)
    assert run_pass(job, other) == 1


def test_a_pass_asked_for_by_hand_does_not_wait_for_its_time(turn: Turn) -> None:
    work = Work()
    job = work.as_job(lease=timedelta(minutes=10))
    run_pass(job, turn)
    assert run_pass(job, turn, now_or_never=True) == 1


def test_every_job_has_a_name_of_its_own_and_tells_in_french_what_it_would_do(turn: Turn) -> None:
    assert [job.name for job in SCHEDULE] == ["mail", "reports", "housekeeping"]
    assert all(job.tell(turn).endswith(".") for job in SCHEDULE)
