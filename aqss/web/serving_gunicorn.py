"""The site under gunicorn, in this process and the web processes it forks, each with several threads.

A file sent over a slow line holds one thread for as long as it takes; the others go on answering.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from aqss.bootstrap import Runtime
from aqss.web import create_app
from aqss.web.job_process import JobProcess

_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl(2)."""

THREADS = 8
"""Of each web process: so many requests at once, those that wait for a slow line included."""

PATIENCE = 60
"""Seconds. A client that neither sends nor takes anything for so long is let go; a web process that no longer
tells that it lives is replaced. No limit on how long a request lasts: 10 Mo take 80 s at 1 Mbit/s."""


def serve_site(
    make_runtime: Callable[[], Runtime],
    listener: socket.socket,
    *,
    workers: int,
    jobs: JobProcess | None,
    greeting: str,
    patience: int = PATIENCE,
) -> int:
    """Serve on ``listener`` until a signal; the exit status. Each web process makes its own runtime."""
    _let_go_after(patience, listener)
    site = _Site(make_runtime, listener, workers, jobs, greeting, patience)
    try:
        _Arbiter(site).run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _let_go_after(seconds: int, listener: socket.socket) -> None:
    """Each connection inherits it; gunicorn, for its part, would wait for ever within a request."""
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        listener.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", seconds, 0))


class _Site(BaseApplication):  # type: ignore[misc]
    """What gunicorn loads: settings from arguments alone, no file and no command line."""

    def __init__(
        self,
        make_runtime: Callable[[], Runtime],
        listener: socket.socket,
        workers: int,
        jobs: JobProcess | None,
        greeting: str,
        patience: int,
    ) -> None:
        self.make_runtime = make_runtime
        self.listener = listener
        self.workers = workers
        self.jobs = jobs
        self.greeting = greeting
        self.patience = patience
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"fd://{self.listener.detach()}",
            "workers": self.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": self.patience,
            "loglevel": "warning",
            "proc_name": "aqss",
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._greet(),
            "post_fork": lambda _arbiter, _worker: self._settle_in(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        site = create_app(self.make_runtime())
        gc.collect()
        gc.freeze()  # what a web process starts with stays: no collection has to walk it again
        return site

    def _settle_in(self) -> None:
        """In each new web process: let go of the job process, and end with the first one (Linux)."""
        if self.jobs is not None:
            self.jobs.release()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)

    def _greet(self) -> None:
        sys.stdout.write(f"{self.greeting}\n")
        sys.stdout.flush()


class _Arbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's, which also looks after the job process each time it looks after the web processes."""

    def manage_workers(self) -> None:
        super().manage_workers()
        if self.app.jobs is not None:
            self.app.jobs.keep_running()
