"""Reopening a closed assessment: the page that asks why, and the gesture."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, InvalidTransition
from aqss.services.assessments.reopening import read_reopening, reopen_assessment
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.forms import ReopenForm
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.forms import version_sent
from aqss.web.transaction import abandon, current_instant, current_session

blueprint = Blueprint("reopening", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")


@blueprint.get("/rouvrir")
@permitted(Permission.ASSESSMENT_VALIDATE)
def reopen(assessment_id: int) -> ResponseReturnValue:
    """What reopening does, before it is done; or what holds it back."""
    return _page(assessment_id, ReopenForm())


@blueprint.post("/rouvrir")
@permitted(Permission.ASSESSMENT_VALIDATE)
def reopen_post(assessment_id: int) -> ResponseReturnValue:
    """Reopen it, for the reason given."""
    form = ReopenForm(request.form)
    version = version_sent(request.form)
    try:
        assessment = reopen_assessment(
            current_session(),
            current_actor(),
            assessment_id=assessment_id,
            reason=form.reason.data or "",
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(assessment_id, form, version), 422
    except InvalidTransition:
        abandon()
        return _page(assessment_id, form, version), 409
    flash("L’auto-évaluation est rouverte. Ses scores d’avant restent affichés avec les résultats.")
    return redirect(url_for("assessments.overview", assessment_id=assessment.id))


def _page(assessment_id: int, form: ReopenForm, version: int | None = None) -> str:
    """``version``: the one that was sent; None: the one the page shows."""
    found = read_reopening(current_session(), current_actor(), assessment_id)
    return render_template(
        "assessments/reopen.html",
        form=form,
        found=found,
        version=found.assessment.version if version is None else version,
        trail=trail_to_assessment(assessment_id, found.assessment.title),
    )
