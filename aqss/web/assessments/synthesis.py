"""The synthesis of an assessment: criterion by criterion, what the team answers and how it came to it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.services.assessments.synthesis import read_synthesis
from aqss.services.wording import answer_fr, code_of, support_fr
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.answers import fields_of, sign_of
from aqss.web.assessments.running import running_round_page
from aqss.web.assessments.trails import centre_of, trail_to_results
from aqss.web.transaction import current_session

blueprint = Blueprint("synthesis", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")


@blueprint.get("/synthese")
@permitted(Permission.ASSESSMENT_READ)
def synthesis(assessment_id: int) -> ResponseReturnValue:
    """What is agreed so far, then for good; to be read, printed, and taken to the whole team."""
    found = read_synthesis(current_session(), current_actor(), assessment_id)
    trail = trail_to_results(assessment_id, found.assessment.title)
    if page := running_round_page(found.assessment, "Synthèse", trail):
        return page
    return render_template(
        "assessments/synthesis.html",
        found=found,
        centre=centre_of(found.assessment.centre_id),
        trail=trail,
        answer_fr=answer_fr,
        code_of=code_of,
        fields_of=fields_of,
        sign_of=sign_of,
        support_fr=support_fr,
    )
