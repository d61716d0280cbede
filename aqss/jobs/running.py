"""The job process, for whoever runs aqss: ticks until stopped, makes one pass, or tells what it would do."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread, current_thread, main_thread

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from aqss.bootstrap import Runtime, build_runtime
from aqss.domain.errors import Misconfigured
from aqss.gateways.logs import log_to_standard_error
from aqss.jobs.passes import Ticker, run_pass
from aqss.jobs.schedule import SCHEDULE, Job
from aqss.jobs.turns import Turn, this_process
from aqss.persistence.readiness import told_as_faults

log = logging.getLogger(__name__)

STOP_WITHIN = 10.0
"""Seconds a pass under way has to end; cut short, its claims are taken over later."""

JUMP = 5.0
"""Seconds between the clock's march and the machine's that mean somebody set the clock."""


def run(*, once: bool = False, beside_server: bool = False) -> int:
    """``aqss jobs``. ``beside_server``: stop as soon as standard input closes, that is, with the server."""
    log_to_standard_error()
    runtime = build_runtime()
    try:
        turn = Turn(runtime, this_process())
        if once:
            return run_once(turn)
        _yield_to_others()
        _stop_on_signals(turn.stopping)
        if beside_server:
            Thread(target=_stop_at_end_of_input, args=(turn.stopping,), daemon=True).start()
        run_until_stopped(turn)
        return 0
    finally:
        _close(runtime)


def tell() -> tuple[str, ...]:
    """``aqss jobs --dry-run``: what one pass would do."""
    log_to_standard_error()
    runtime = build_runtime()
    try:
        return tell_once(Turn(runtime, this_process()))
    finally:
        _close(runtime)


def tell_once(turn: Turn, schedule: Sequence[Job] = SCHEDULE) -> tuple[str, ...]:
    """A sentence for each job; raises :class:`Misconfigured` when the database does not answer."""
    with told_as_faults(turn.runtime.sessions):
        return tuple(job.tell(turn) for job in schedule)


def run_once(turn: Turn, schedule: Sequence[Job] = SCHEDULE) -> int:
    """One pass of every job; status 1 when one failed, the others having run all the same."""
    failed = 0
    for job in schedule:
        try:
            with told_as_faults(turn.runtime.sessions):
                run_pass(job, turn, now_or_never=True)
        except Misconfigured as refusal:
            log.error("job %s failed: %s", job.name, refusal)
            failed += 1
        except Exception:
            log.exception("job %s failed", job.name)
            failed += 1
    return 1 if failed else 0


def run_until_stopped(turn: Turn, schedule: Sequence[Job] = SCHEDULE) -> None:
    """Tick each job until ``turn.stopping`` is set; then wait a little for the passes under way."""
    # A tick skipped while a pass is under way is how it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    executor = ThreadPoolExecutor(len(schedule))
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": executor},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in schedule:
        trigger = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=UTC)
        scheduler.add_job(Ticker(job, turn).tick, trigger, id=job.name, next_run_time=datetime.now(UTC))
    scheduler.start()
    _watch_clock(scheduler, turn.stopping)
    scheduler.shutdown(wait=False)
    _end_soon(executor)


class ClockWatch:
    """Tells when the wall clock was set, by comparing its march with the machine's."""

    def __init__(self, wall: float, machine: float) -> None:
        self._offset = wall - machine

    def has_jumped(self, wall: float, machine: float) -> bool:
        """Whether it was set since the last call, by more than :data:`JUMP` seconds."""
        offset = wall - machine
        jumped = abs(offset - self._offset) > JUMP
        self._offset = offset
        return jumped


def _watch_clock(scheduler: BackgroundScheduler, stopping: Event) -> None:
    """Until stopping: ticks are planned on the wall clock; one set back would leave them hours ahead."""
    watch = ClockWatch(time.time(), time.monotonic())
    while not stopping.wait(1.0):
        if watch.has_jumped(time.time(), time.monotonic()):
            log.warning("the clock was set, ticking again from now on")
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))


def _end_soon(executor: ThreadPoolExecutor) -> None:
    waiting = Thread(target=executor.shutdown, daemon=True)
    waiting.start()
    waiting.join(STOP_WITHIN)
    if waiting.is_alive():
        log.warning("a pass was cut short")
        logging.shutdown()
        os._exit(0)


def _stop_on_signals(stopping: Event) -> None:
    if current_thread() is main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())


def _stop_at_end_of_input(stopping: Event) -> None:
    """The server holds the other end of the pipe: whatever ends it, SIGKILL included, closes it."""
    with suppress(OSError, ValueError):
        while sys.stdin.buffer.read(4096):
            continue
    stopping.set()


def _yield_to_others() -> None:
    """Answers come first: the web processes get the processor before the job process."""
    if sys.platform != "win32":
        os.nice(19)


def _close(runtime: Runtime) -> None:
    runtime.mailer.close()
    runtime.sessions.dispose()
