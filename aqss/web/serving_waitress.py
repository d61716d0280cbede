"""The site under waitress, where gunicorn does not run: one process, several threads."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from threading import Event, Thread

import waitress

from aqss.bootstrap import Runtime
from aqss.web import create_app
from aqss.web.job_process import JobProcess
from aqss.web.receiving import LARGEST_BODY

THREADS_PER_WORKER = 4


def serve_site(
    make_runtime: Callable[[], Runtime],
    listener: socket.socket,
    *,
    workers: int,
    jobs: JobProcess | None,
    greeting: str,
) -> int:
    """Serve on ``listener`` until Ctrl+C; the exit status. ``workers`` are so many times four threads."""
    runtime = make_runtime()
    server = waitress.create_server(
        create_app(runtime),
        sockets=[listener],
        threads=THREADS_PER_WORKER * workers,
        ident="aqss",
        max_request_body_size=2 * LARGEST_BODY,  # the site refuses in its own words what is not far above
    )
    ended = Event()
    if jobs is not None:
        Thread(target=_look_after, args=(jobs, ended), daemon=True).start()
    sys.stdout.write(f"{greeting}\n")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        ended.set()
        server.close()
        runtime.sessions.dispose()
    return 0


def _look_after(jobs: JobProcess, ended: Event) -> None:
    jobs.keep_running()
    while not ended.wait(1.0):
        jobs.keep_running()
