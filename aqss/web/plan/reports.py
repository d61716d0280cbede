"""The report of a plan: its accessible page, and the PDF that the job process makes."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.persistence.jobs import Report
from aqss.services.reports.plan import KIND, PlanReport, body_html, content_hash, read_report
from aqss.web.access import current_actor, permitted
from aqss.web.actions.trails import trail_to_plan
from aqss.web.assessments.trails import centre_of
from aqss.web.assessments.words import download_name
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
        trail=trail_to_plan(centre_id),
    )


@blueprint.post("/rapport.pdf")
@permitted(Permission.ACTION_READ)
@reads_first
def ask_pdf(centre_id: int) -> ResponseReturnValue:
    """Ask for the PDF of what the report tells now; made once for the same content."""
    key = content_hash(_read(centre_id))
    ask_file(KIND, centre_id, key)
    return redirect(url_for(".pdf", centre_id=centre_id, contenu=key))


@blueprint.get("/rapport.pdf")
@permitted(Permission.ACTION_READ)
def pdf(centre_id: int) -> ResponseReturnValue:
    """The PDF under that content's hash, or where it stands: see :func:`answer_file`."""

    def name_of(found: Report) -> str:
        return download_name("plan-d-actions", centre_of(centre_id).name, "", found.asked_at, ".pdf")

    read = url_for(".report", centre_id=centre_id)
    return answer_file(
        KIND,
        centre_id,
        hash_asked(),
        name_of,
        page=read,
        asking=url_for(".ask_pdf", centre_id=centre_id),
        trail=[*trail_to_plan(centre_id), ("Rapport", read)],
    )


def _read(centre_id: int) -> PlanReport:
    return read_report(current_session(), current_actor(), centre_id, current_instant())
