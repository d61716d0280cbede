"""Style, scripts and fonts: addressed by a hash of them all, so that browsers keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, send_from_directory, url_for

from aqss.web.access import public

FOLDER = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600

WORKER, WORKER_SCOPE = "offline-worker.js", "/auto-evaluations/"
"""The script that opens kept pages without the network, and the addresses it may look after."""

blueprint = Blueprint("static_files", __name__)


def version_of(folder: Path = FOLDER) -> str:
    """Changes when the name or the content of any static file does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def register_static_files(app: Flask) -> None:
    """Serve the static files, and give templates ``static_url('app.css')``."""
    version = version_of()
    app.config["STATIC_VERSION"] = version
    app.register_blueprint(blueprint)
    app.jinja_env.globals["static_url"] = lambda name: url_for(
        "static_files.serve", version=version, name=name
    )


@blueprint.get("/static/<version>/<path:name>")
@public
def serve(version: str, name: str) -> Response:
    """A static file. Under another version than the present one it is served, and not kept."""
    is_current = version == current_app.config["STATIC_VERSION"]
    response = send_from_directory(FOLDER, name, max_age=A_YEAR if is_current else None)
    response.cache_control.immutable = is_current
    if name == WORKER:
        response.headers["Service-Worker-Allowed"] = WORKER_SCOPE
    return response
