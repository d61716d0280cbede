"""``aqss serve``: the web processes, and beside them the job process, which never outlives them.

gunicorn on systems that fork, waitress elsewhere (Windows).
"""

from __future__ import annotations

import errno
import socket
import sys
from urllib.parse import urlsplit

from aqss.bootstrap import build_runtime
from aqss.domain.errors import Misconfigured
from aqss.gateways.logs import log_to_standard_error
from aqss.web.job_process import JobProcess

if sys.platform == "win32":
    from aqss.web.serving_waitress import serve_site
else:
    from aqss.web.serving_gunicorn import serve_site

BACKLOG = 2048
_CAUSES = {
    errno.EADDRINUSE: "quelque chose y écoute déjà.",
    errno.EACCES: "ce port est réservé à l’administration de la machine.",
    errno.EADDRNOTAVAIL: "cette adresse n’est pas celle de cette machine. Vérifiez --host.",
}
_REFUSED = "le système le refuse. Vérifiez --host et --port."
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


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
                greeting=greeting(host, port, runtime.settings.base_url),
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
                f"Impossible d’écouter sur {host}, port {port} : {_CAUSES.get(error.errno or 0, _REFUSED)}"
                " Pour choisir un autre port : aqss serve --port 8001",
            )
        ) from error


def greeting(host: str, port: int, base_url: str) -> str:
    """What starting says: where the site is, and when the links of mails lead to another place than that.

    Behind a reverse proxy ``base_url`` is the public address, and nothing can be said of it from here.
    """
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    told = f"aqss est prêt : {address} (Ctrl+C pour l’arrêter)"
    public = urlsplit(base_url)
    if public.hostname in _THIS_MACHINE and (host not in _THIS_MACHINE or (public.port or 80) != port):
        told += f"\nLes liens des courriels mènent à {base_url} : réglez AQSS_BASE_URL sur l’adresse du site."
    return told
