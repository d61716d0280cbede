"""The job process, as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from aqss.config import Settings
from aqss.domain.errors import Misconfigured
from aqss.jobs.running import JUMP, ClockWatch, run_once, run_until_stopped, tell_once
from aqss.jobs.schedule import Job
from aqss.jobs.turns import Turn
from aqss.persistence.jobs import Lease
from aqss.persistence.session import Sessions
from tests.jobs.mails import count_sent, record


@dataclass
class Work:
    runs: int = 0
    at_once: int = 0
    most_at_once: int = 0
    fails: bool = False
    lasts: float = 0.0
    names: list[str] = field(default_factory=list)

    def __call__(self, _turn: Turn) -> int:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.lasts)
        self.at_once -= 1
        if self.fails:
            raise RuntimeError("no")
        return 1

    def as_job(self, name: str = "work") -> Job:
        return Job(name, timedelta(seconds=1), self, lambda _turn: "Travail.")


def until(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def test_one_pass_runs_every_job_even_after_one_that_fails(
    turn: Turn, caplog: pytest.LogCaptureFixture
) -> None:
    failing, fine = Work(fails=True), Work()
    assert run_once(turn, [failing.as_job("failing"), fine.as_job("fine")]) == 1
    assert (failing.runs, fine.runs) == (1, 1)
    assert run_once(turn, [fine.as_job("fine")]) == 0


def test_one_pass_over_a_database_somebody_else_is_writing_in_says_so_in_one_line_for_each_job(
    turn: Turn, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    hurried = Sessions(settings.database_url, busy_timeout_ms=20)
    with turn.runtime.sessions.write_engine.begin():
        assert run_once(replace(turn, runtime=replace(turn.runtime, sessions=hurried))) == 1
    hurried.dispose()
    (record,) = [record for record in caplog.records if record.name == "aqss.jobs.running"]
    assert "job housekeeping failed: La base de données" in record.getMessage()
    assert "occupée" in record.getMessage()
    assert record.exc_info is None


def test_what_a_pass_would_do_cannot_be_told_of_a_spoilt_database(turn: Turn, sessions: Sessions) -> None:
    sessions.path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Misconfigured, match="est abîmée"):
        tell_once(turn)


def test_a_job_ticks_at_once_then_each_second_never_twice_at_a_time_until_stopped(turn: Turn) -> None:
    quick, slow = Work(), Work(lasts=1.5)
    running = Thread(target=run_until_stopped, args=(turn, [quick.as_job("quick"), slow.as_job("slow")]))
    running.start()
    assert until(lambda: quick.runs >= 3)
    turn.stopping.set()
    running.join(10)
    assert not running.is_alive()
    assert slow.most_at_once == 1
    runs = quick.runs
    time.sleep(1.2)
    assert quick.runs == runs


@pytest.mark.parametrize(
    ("change", "jumped"), [(0.5, False), (JUMP + 1, True), (-86_400, True), (3600, True)]
)
def test_a_clock_that_is_set_is_noticed_once(change: float, jumped: bool) -> None:
    watch = ClockWatch(1000.0, 10.0)
    assert not watch.has_jumped(1001.0, 11.0)
    assert watch.has_jumped(1002.0 + change, 12.0) is jumped
    assert not watch.has_jumped(1003.0 + change, 13.0)


@pytest.fixture
def environment(settings: Settings, published: object) -> dict[str, str]:
    return {
        **os.environ,
        "AQSS_INSTANCE": str(settings.instance),
        "AQSS_DATABASE_URL": settings.database_url,
        "AQSS_SECRET_KEY": settings.secret_key,
        "PYTHONWARNINGS": "",
    }


@dataclass
class Process:
    popen: subprocess.Popen[str]

    def stops(self, seconds: float = 60.0) -> int:
        return self.popen.wait(seconds)


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., Process]]:
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> Process:
        popen = subprocess.Popen(
            [sys.executable, *words],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(popen)
        return Process(popen)

    yield start
    for popen in started:
        popen.kill()
        popen.communicate()


def passed_recently(sessions: Sessions) -> bool:
    with sessions.reading() as session:
        lease = session.get(Lease, "mail")
        return lease is not None and lease.passed_at is not None


def test_once_sends_what_is_due_and_ends(
    start: Callable[..., Process], sessions: Sessions, settings: Settings
) -> None:
    record(sessions, datetime.now(UTC), 2)
    process = start("-m", "aqss", "jobs", "--once")
    assert process.stops() == 0
    assert count_sent(sessions) == 2
    assert len(list(settings.outbox.iterdir())) == 2


def test_dry_run_tells_and_changes_nothing(
    start: Callable[..., Process], sessions: Sessions, settings: Settings
) -> None:
    record(sessions, datetime.now(UTC), 2)
    told, _ = start("-m", "aqss", "jobs", "--dry-run").popen.communicate()
    assert told.splitlines() == [
        "Courriels à envoyer : 2 courriels.",
        "Rapports à faire : 0 rapport.",
        "Ménage : connexions finies, tentatives refusées, liens périmés, vieilles cotations et rapports.",
    ]
    assert count_sent(sessions) == 0
    assert not settings.outbox.exists()
    with sessions.reading() as session:
        assert session.get(Lease, "housekeeping") is None


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_job_process_yields_sends_and_stops_cleanly_when_told(
    told: signal.Signals, start: Callable[..., Process], sessions: Sessions
) -> None:
    record(sessions, datetime.now(UTC), 1)
    process = start("-m", "aqss", "jobs")
    assert until(lambda: count_sent(sessions) == 1 and passed_recently(sessions))
    assert os.getpriority(os.PRIO_PROCESS, process.popen.pid) == 19
    process.popen.send_signal(told)
    assert process.stops() == 0


def test_the_job_process_of_a_server_ends_when_the_server_lets_go(
    start: Callable[..., Process], sessions: Sessions
) -> None:
    process = start("-m", "aqss.jobs")
    assert until(lambda: passed_recently(sessions))
    assert process.popen.stdin is not None
    process.popen.stdin.close()
    assert process.stops() == 0
    process.popen.stdin = None


def test_a_job_process_without_its_database_says_so_in_one_line(
    start: Callable[..., Process], environment: dict[str, str], settings: Settings
) -> None:
    environment["AQSS_DATABASE_URL"] = f"sqlite:///{settings.instance / 'absent.db'}"
    process = start("-m", "aqss.jobs")
    _, said = process.popen.communicate()
    assert process.popen.returncode == 2
    assert "absent.db n’existe pas" in said
    assert "Traceback" not in said
