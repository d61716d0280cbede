"""The report of an assessment: its accessible page, the PDF that the job process makes, and the workbook."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.persistence.assessments import Assessment
from aqss.persistence.jobs import Report
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.freezing import read_circumstances
from aqss.services.exports.results import results_xlsx
from aqss.services.reports.assessment import (
    KIND,
    TITLE,
    ReportContent,
    body_html,
    content_hash,
    read_report,
)
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.running import running_round_page
from aqss.web.assessments.trails import trail_to_results
from aqss.web.assessments.words import download_name
from aqss.web.report_files import answer_file, ask_file, hash_asked
from aqss.web.transaction import current_instant, current_runtime, current_session, reads_first

blueprint = Blueprint("reports", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/rapport")
@permitted(Permission.ASSESSMENT_READ)
def report(assessment_id: int) -> ResponseReturnValue:
    """The same body as the PDF, for whoever reads on a screen or by ear."""
    if page := _running_round(_get(assessment_id)):
        return page
    content = _read(assessment_id)
    return render_template(
        "assessments/report.html",
        title=TITLE,
        content=content,
        body=body_html(content),
        trail=trail_to_results(assessment_id, content.title),
    )


@blueprint.post("/rapport.pdf")
@permitted(Permission.ASSESSMENT_READ)
@reads_first
def ask_pdf(assessment_id: int) -> ResponseReturnValue:
    """Ask the job process for the PDF of what the report tells now; made once for the same content."""
    if page := _running_round(_get(assessment_id)):
        return page, 409
    key = content_hash(_read(assessment_id))
    ask_file(KIND, assessment_id, key)
    return redirect(url_for(".pdf", assessment_id=assessment_id, contenu=key))


@blueprint.get("/rapport.pdf")
@permitted(Permission.ASSESSMENT_READ)
def pdf(assessment_id: int) -> ResponseReturnValue:
    """The PDF under that content's hash; 202 while it is being made; else a page that offers to ask again."""
    key, assessment = hash_asked(), _get(assessment_id)
    if page := _running_round(assessment):
        return page, 409
    read = url_for(".report", assessment_id=assessment_id)

    def name_of(found: Report) -> str:
        centre_name = read_circumstances(current_session(), assessment).centre_name
        at = assessment.closed_at or found.asked_at
        return download_name("rapport-auto-evaluation", centre_name, assessment.title, at, ".pdf")

    return answer_file(
        KIND,
        assessment_id,
        key,
        name_of,
        page=read,
        asking=url_for(".ask_pdf", assessment_id=assessment_id),
        trail=[*trail_to_results(assessment_id, assessment.title), ("Rapport", read)],
    )


@blueprint.get("/resultats.xlsx")
@permitted(Permission.ASSESSMENT_READ)
def workbook(assessment_id: int) -> ResponseReturnValue:
    """The same figures for a spreadsheet, with every answer."""
    if page := _running_round(_get(assessment_id)):
        return page, 409
    content = _read(assessment_id)
    response = make_response(results_xlsx(content))
    at = content.closed_at or content.as_of
    name = download_name("resultats", content.centre_name, content.title, at, ".xlsx")
    response.headers["Content-Type"] = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _get(assessment_id: int) -> Assessment:
    return get_assessment(current_session(), current_actor(), assessment_id, Permission.ASSESSMENT_READ)


def _running_round(assessment: Assessment) -> str | None:
    """What is read in place of the report and its files while each person still rates alone."""
    return running_round_page(assessment, TITLE, trail_to_results(assessment.id, assessment.title))


def _read(assessment_id: int) -> ReportContent:
    return read_report(
        current_session(), current_actor(), current_runtime().catalogue, assessment_id, current_instant()
    )
