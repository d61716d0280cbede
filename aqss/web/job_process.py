"""The job process beside the site: started, kept running and stopped by ``aqss serve``."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

RESTART_AFTER = 5.0
"""Seconds between two starts of a job process that does not stay."""

STOP_WITHIN = 15.0
"""Seconds the job process has to end before it is killed."""

JOB_PROCESS = (sys.executable, "-m", "aqss.jobs")


class JobProcess:
    """The child that runs the jobs; it stops when our end of its input closes, even if we are killed."""

    def __init__(self, command: Sequence[str] = JOB_PROCESS) -> None:
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    @property
    def pid(self) -> int | None:
        """Its process id, once started and until stopped."""
        return None if self._child is None else self._child.pid

    def keep_running(self) -> None:
        """Start it if it is not running; to be called every second or so."""
        if self._child is not None and self._child.poll() is None:
            return
        if self._child is not None and time.monotonic() - self._started_at < RESTART_AFTER:
            return
        self.release()
        self._started_at = time.monotonic()
        self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own command

    def release(self) -> None:
        """Close our end of its input: what a forked web process does with the copy it inherits."""
        if self._child is not None and self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()

    def stop(self) -> None:
        """Ask it to end, and wait for it; kill it if it takes too long."""
        if self._child is None:
            return
        self.release()
        try:
            self._child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child = None
