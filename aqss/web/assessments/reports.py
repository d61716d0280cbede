"""The report of an assessment: its accessible page, and the PDF that the job process makes."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import NotFound
from aqss.services.exports.results import results_xlsx
from aqss.services.reports import ReportState, ask_report, find_report, report_path, state_of
from aqss.services.reports.assessment import KIND, TITLE, ReportContent, body_html, content_hash, read_report
from aqss.web.access import current_actor, permitted
from aqss.web.transaction import current_instant, current_runtime, current_session

blueprint = Blueprint("reports", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/rapport")
@permitted(Permission.ASSESSMENT_READ)
def report(assessment_id: int) -> ResponseReturnValue:
    content = _read(assessment_id)
    return render_template(
        "assessments/report.html", title=TITLE, content=content, body=body_html(content), trail=_trail(content)
    )


@blueprint.post("/rapport.pdf")
@permitted(Permission.ASSESSMENT_READ)
def ask_pdf(assessment_id: int) -> ResponseReturnValue:
    """Ask the job process for the PDF of what the report tells now; made once for the same content."""
    key = content_hash(_read(assessment_id))
    is_lost = not report_path(current_runtime().settings.reports, key).is_file()
    ask_report(current_session(), current_actor(), KIND, assessment_id, key, current_instant(), remake=is_lost)
    return redirect(url_for(".pdf", assessment_id=assessment_id, contenu=key))


@blueprint.get("/rapport.pdf")
@permitted(Permission.ASSESSMENT_READ)
def pdf(assessment_id: int) -> ResponseReturnValue:
    """The PDF under that content's hash, or where it stands."""
    key = request.args.get("contenu", "")
    found = find_report(current_session(), current_actor(), KIND, assessment_id, key)
    if found is None:
        raise NotFound("report", key)
    state = state_of(found)
    path = report_path(current_runtime().settings.reports, key)
    if state is ReportState.MADE and path.is_file():
        content_name = f"rapport-auto-evaluation-{assessment_id}.pdf"
        return send_file(path, mimetype="application/pdf", download_name=content_name)
    content = _read(assessment_id)
    has_failed = state is not ReportState.WAITING
    page = render_template(
        "assessments/report_waiting.html",
        trail=[*_trail(content), ("Rapport", url_for(".report", assessment_id=assessment_id))],
        assessment_id=assessment_id,
        has_failed=has_failed,
    )
    return make_response(page, 200 if has_failed else 202)


@blueprint.get("/resultats.xlsx")
@permitted(Permission.ASSESSMENT_READ)
def workbook(assessment_id: int) -> ResponseReturnValue:
    """The same figures for a spreadsheet, with every answer."""
    response = make_response(results_xlsx(_read(assessment_id)))
    response.headers["Content-Type"] = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="resultats-{assessment_id}.xlsx"'
    return response


def _read(assessment_id: int) -> ReportContent:
    return read_report(
        current_session(), current_actor(), current_runtime().catalogue, assessment_id, current_instant()
    )


def _trail(content: ReportContent) -> list[tuple[str, str]]:
    key = content.assessment_id
    return [
        ("Accueil", url_for("home.home")),
        (content.title, url_for("assessments.overview", assessment_id=key)),
        ("Résultats", url_for("results.results", assessment_id=key)),
    ]
