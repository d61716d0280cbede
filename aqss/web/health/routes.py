"""Whether the site is in order, for a supervisor (contract: docs/operations.md)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from aqss.services.health import are_jobs_late, is_database_in_order
from aqss.web.access import public
from aqss.web.transaction import current_instant, current_session

blueprint = Blueprint("health", __name__)

YOUNG = timedelta(minutes=1)
"""A process that has just started gives the job process time to do the same."""


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """``database``: reached, at the expected revision; ``jobs``: ``late`` is told with status 200."""
    if not is_database_in_order(current_session()):
        return jsonify(status="error", database="error", jobs="late"), 503
    now = current_instant()
    is_young = now - current_app.config["STARTED_AT"] < YOUNG
    is_late = not is_young and are_jobs_late(current_session(), now)
    return jsonify(status="ok", database="ok", jobs="late" if is_late else "ok")
