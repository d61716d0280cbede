"""Reports as files: the PDF that the job process makes, or a page that says where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from aqss.domain.errors import NotFound
from aqss.persistence.jobs import Report
from aqss.services.reports.asking import ReportState, ask_report, find_report, state_of
from aqss.services.reports.making import report_path
from aqss.web.access import current_actor
from aqss.web.navigation import Trail
from aqss.web.transaction import current_instant, current_runtime, current_session, writing

_HASH = re.compile("[0-9a-f]{64}")


def hash_asked() -> str:
    """The hash of the content that the address names; raises :class:`NotFound` for what is none."""
    key = request.args.get("contenu", "")
    if not _HASH.fullmatch(key):
        raise NotFound("report", key)
    return key


def ask_file(kind: str, subject_id: int, key: str, asked: str = "") -> None:
    """Ask the job process for the PDF of that content, anew when its file is no longer there.

    ``asked``: which part of the subject it tells.
    """
    is_lost = not report_path(current_runtime().settings.reports, key).is_file()
    with writing() as session:
        ask_report(
            session, current_actor(), kind, subject_id, key, current_instant(), asked=asked, remake=is_lost
        )


def answer_file(
    kind: str,
    subject_id: int,
    key: str,
    name_of: Callable[[Report], str],
    *,
    page: str,
    asking: str,
    trail: Trail,
) -> ResponseReturnValue:
    """The PDF; 202 while it is being made; else a page that offers to ask again.

    ``page`` and ``asking``: the addresses of the report’s own page, and of asking for the PDF.
    """
    found = find_report(current_session(), current_actor(), kind, subject_id, key)
    path = report_path(current_runtime().settings.reports, key)
    if found is not None and state_of(found) is ReportState.MADE and path.is_file():
        return send_file(path, mimetype="application/pdf", download_name=name_of(found), as_attachment=True)
    state = "gone" if found is None or state_of(found) is ReportState.MADE else str(state_of(found))
    body = render_template(
        "components/report_waiting.html", state=state, page=page, asking=asking, trail=trail
    )
    return make_response(body, {"waiting": 202, "gone": 404}.get(state, 200))
