"""What is read in place of results, report and synthesis while each person still rates alone."""

from __future__ import annotations

from flask import render_template

from aqss.persistence.assessments import Assessment
from aqss.services.assessments.rounds import BLIND
from aqss.services.consensus.own_sheets import read_round
from aqss.web.access import current_actor
from aqss.web.assessments.trails import centre_of
from aqss.web.navigation import Trail
from aqss.web.transaction import current_instant, current_session


def running_round_page(assessment: Assessment, title: str, trail: Trail) -> str | None:
    """« Cotation individuelle en cours »; None once the round is closed, or where the team rates together."""
    if assessment.rating != BLIND:
        return None
    alone = read_round(current_session(), current_actor(), assessment.id, current_instant())
    if not alone.is_open:
        return None
    centre = centre_of(assessment.centre_id)
    return render_template("assessments/running.html", alone=alone, title=title, centre=centre, trail=trail)
