"""The report of a plan: its accessible page, and the PDF that the job process makes."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.persistence.jobs import Report
from aqss.services.reports.plan import KIND, PlanReport, body_html, content_hash, read_report
from aqss.services.reports.plan_asked import Asked, write_asked
from aqss.web.access import current_actor, permitted
from aqss.web.actions.trails import trail_to_plan
from aqss.web.assessments.trails import centre_of
from aqss.web.assessments.words import download_name
from aqss.web.plan import asked, words
from aqss.web.report_files import answer_file, ask_file, hash_asked
from aqss.web.transaction import current_instant, current_session, reads_first

blueprint = Blueprint("plan_report", __name__, url_prefix="/centres/<int:centre_id>/plan")


@blueprint.get("/rapport")
@permitted(Permission.ACTION_READ)
def report(centre_id: int) -> ResponseReturnValue:
    """The same body as the PDF, for whoever reads on a screen or by ear."""
    content = _read(centre_id)
    return render_template(
        "plan/report.html",
        content=content,
        body=body_html(content),
        args=asked.args_of(content.filters),
        words=words,
        trail=trail_to_plan(centre_id),
    )


@blueprint.post("/rapport.pdf")
@permitted(Permission.ACTION_READ)
@reads_first
def ask_pdf(centre_id: int) -> ResponseReturnValue:
    """Ask for the PDF of what the report tells now; made once for the same content."""
    content = _read(centre_id)
    key = content_hash(content)
    kept = write_asked(Asked(content.filters, current_actor().user_id))
    ask_file(KIND, centre_id, key, kept)
    return redirect(words.address(".pdf", asked.args_of(content.filters), centre_id=centre_id, contenu=key))


@blueprint.get("/rapport.pdf")
@permitted(Permission.ACTION_READ)
def pdf(centre_id: int) -> ResponseReturnValue:
    """The PDF under that content's hash, or where it stands: see :func:`answer_file`."""

    def name_of(found: Report) -> str:
        return download_name("plan-d-actions", centre_of(centre_id).name, "", found.asked_at, ".pdf")

    args = asked.args_of(asked.filters_asked(request.args))
    read = words.address(".report", args, centre_id=centre_id)
    return answer_file(
        KIND,
        centre_id,
        hash_asked(),
        name_of,
        page=read,
        asking=words.address(".ask_pdf", args, centre_id=centre_id),
        trail=[*trail_to_plan(centre_id), ("Rapport", read)],
    )


def _read(centre_id: int) -> PlanReport:
    filters = asked.filters_asked(request.args)
    return read_report(current_session(), current_actor(), filters, current_instant(), centre_id=centre_id)
