"""Following the profile of the centre: what that would add to an assessment, and take away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.services.assessments.profiles import apply_profile, preview_profile
from aqss.services.assessments.sheets import read_task_list
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.transaction import current_instant, current_runtime, current_session

blueprint = Blueprint("assessment_profile", __name__)


@blueprint.get("/auto-evaluations/<int:assessment_id>/profil")
@permitted(Permission.ASSESSMENT_PREPARE)
def profile(assessment_id: int) -> ResponseReturnValue:
    """What applying the centre's profile of today would add and remove."""
    assessment = read_task_list(current_session(), current_actor(), assessment_id).assessment
    return render_template(
        "assessments/profile.html",
        assessment=assessment,
        trail=trail_to_assessment(assessment_id, assessment.title),
        change=preview_profile(current_session(), current_actor(), assessment_id),
        flags=current_runtime().catalogue.flag_labels,
    )


@blueprint.post("/auto-evaluations/<int:assessment_id>/profil")
@permitted(Permission.ASSESSMENT_PREPARE)
def profile_post(assessment_id: int) -> ResponseReturnValue:
    """Apply the centre's profile of today to this assessment, while it is prepared or rated."""
    apply_profile(current_session(), current_actor(), assessment_id=assessment_id, now=current_instant())
    flash("Le profil du centre est appliqué à cette auto-évaluation.")
    return redirect(url_for("assessments.overview", assessment_id=assessment_id))
