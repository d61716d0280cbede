"""Whether the site is in order, for a supervisor (contract: docs/operations.md)."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from aqss.persistence.jobs import Lease
from aqss.persistence.migrating import current_revision, expected_revision
from aqss.web.access import public
from aqss.web.transaction import current_instant, current_session

log = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)

LATE_AFTER = timedelta(minutes=3)
"""Since the last pass of the job process."""

YOUNG = timedelta(minutes=1)
"""A process that has just started gives the job process time to do the same."""


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """``database``: reached, at the expected revision; ``jobs``: ``late`` is told with status 200."""
    database = _database_state()
    answer = {"status": database, "database": database, "jobs": "late"}
    if database == "ok":
        answer["jobs"] = _jobs_state()
    return jsonify(answer), 200 if database == "ok" else 503


def _database_state() -> str:
    try:
        revision = current_revision(current_session().connection())
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", error)
        return "error"
    return "ok" if revision == expected_revision() else "error"


def _jobs_state() -> str:
    now = current_instant()
    if now - current_app.config["STARTED_AT"] < YOUNG:
        return "ok"
    last_pass = current_session().scalar(select(func.max(Lease.passed_at)))
    return "ok" if last_pass is not None and now - last_pass < LATE_AFTER else "late"
