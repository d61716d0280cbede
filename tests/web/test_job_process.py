"""The job process beside the site."""

from __future__ import annotations

import sys
import time

from aqss.web.job_process import JobProcess

PATIENT = (sys.executable, "-c", "import sys; sys.stdin.read()")
SHORT = (sys.executable, "-c", "pass")


def test_a_running_process_is_left_alone_and_ends_when_its_input_closes() -> None:
    jobs = JobProcess(PATIENT)
    jobs.keep_running()
    first = jobs.pid
    jobs.keep_running()
    assert jobs.pid == first is not None
    jobs.stop()
    assert jobs.pid is None


def test_a_process_that_does_not_stay_is_not_started_again_at_once() -> None:
    jobs = JobProcess(SHORT)
    jobs.keep_running()
    first = jobs.pid
    time.sleep(0.5)
    jobs.keep_running()
    assert jobs.pid == first
    jobs.stop()


def test_stopping_what_never_started_is_no_fault() -> None:
    JobProcess(PATIENT).stop()
