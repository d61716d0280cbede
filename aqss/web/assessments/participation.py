"""Rating alone: « j’ai terminé », taken back, and the reminder of who leads."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.gateways.french import count_fr
from aqss.services.consensus.own_sheets import finish_rating, remind_participants, resume_rating
from aqss.web.access import current_actor, permitted
from aqss.web.transaction import current_instant, current_runtime, current_session

blueprint = Blueprint("participation", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")


@blueprint.post("/ma-cotation/terminer")
@permitted(Permission.ASSESSMENT_RATE)
def finish(assessment_id: int) -> ResponseReturnValue:
    """Declare one's own rating finished."""
    finish_rating(current_session(), current_actor(), assessment_id=assessment_id, now=current_instant())
    return _overview(assessment_id, "ma-cotation")


@blueprint.post("/ma-cotation/reprendre")
@permitted(Permission.ASSESSMENT_RATE)
def resume(assessment_id: int) -> ResponseReturnValue:
    """Take it back."""
    resume_rating(current_session(), current_actor(), assessment_id=assessment_id, now=current_instant())
    return _overview(assessment_id, "ma-cotation")


@blueprint.post("/relancer")
@permitted(Permission.ASSESSMENT_PREPARE)
def remind(assessment_id: int) -> ResponseReturnValue:
    """Remind everybody who has not finished, once a day at most."""
    count = remind_participants(
        current_session(),
        current_actor(),
        assessment_id=assessment_id,
        links=current_runtime().links,
        now=current_instant(),
    )
    flash(
        f"Un courriel part pour {count_fr(count, 'personne')}."
        if count
        else "Personne n’est à relancer aujourd’hui."
    )
    return _overview(assessment_id, "personnes")


def _overview(assessment_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("assessments.overview", assessment_id=assessment_id, _anchor=anchor))
