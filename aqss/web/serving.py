"""``aqss serve``: the web processes, and beside them the job process, which never outlives them.

gunicorn on systems that fork, waitress elsewhere (Windows).
"""

from __future__ import annotations

import socket
import sys

from aqss.bootstrap import build_runtime
from aqss.domain.errors import Misconfigured
from aqss.gateways.logs import log_to_standard_error
from aqss.web.job_process import JobProcess

if sys.platform == "win32":
    from aqss.web.serving_waitress import serve_site
else:
    from aqss.web.serving_gunicorn import serve_site

BACKLOG = 2048


def serve(*, host: str, port: int, workers: int, no_jobs: bool) -> int:
    """Serve until told to stop; raises :class:`Misconfigured` when it cannot start or the port is taken."""
    log_to_standard_error()
    runtime = build_runtime()
    runtime.sessions.dispose()
    jobs = None if no_jobs else JobProcess()
    with _listening(host, port) as listener:
        try:
            return serve_site(
                lambda: build_runtime(runtime.settings, catalogue=runtime.catalogue),
                listener,
                workers=workers,
                jobs=jobs,
                greeting=_greeting(host, port),
            )
        finally:
            if jobs is not None:
                jobs.stop()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Misconfigured(
            (
                f"Impossible d’écouter sur {host}, port {port} ({error.strerror or error})."
                " Arrêtez ce qui l’occupe, ou choisissez un autre port : aqss serve --port 8001",
            )
        ) from error


def _greeting(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"aqss est prêt : http://{shown}:{port} (Ctrl+C pour l’arrêter)"
