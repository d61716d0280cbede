"""Where a page of an action stands, and where a gesture made from another page goes back to."""

from __future__ import annotations

from flask import request, url_for

from aqss.persistence.actions import Action
from aqss.web.assessments.trails import centre_of
from aqss.web.centres.ways import way_to_centre
from aqss.web.keeping import is_ours
from aqss.web.navigation import Trail

BACK = "retour"
"""What an address or a form names the page to go back to."""


def trail_to_plan(centre_id: int) -> Trail:
    """For a page about the plan of the centre, or under it."""
    way = way_to_centre(centre_id, centre_of(centre_id).name)
    return [*way, ("Plan d’actions", url_for("plan.of_centre", centre_id=centre_id))]


def trail_to_action(action: Action) -> Trail:
    """For a page under that action."""
    here = url_for("actions.action", action_id=action.id)
    return [*trail_to_plan(action.centre_id), (f"Action n°\u00a0{action.number}", here)]


def back_asked() -> str:
    """The page of this site that the request asks to go back to; empty for none, or for anything else."""
    asked = request.values.get(BACK, "")
    return asked if is_ours(asked) else ""
