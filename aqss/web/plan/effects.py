"""What the plan of a centre changed: outcomes of the actions done, criteria with an action beside others."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.effects import MoveCount, Outcome
from aqss.gateways import drawing
from aqss.gateways.drawing import Look, Part, Stack
from aqss.services.actions.effects import DoneAction, PlanEffects, read_plan_effects
from aqss.services.actions.outcomes import Now
from aqss.services.actions.words import OUTCOMES
from aqss.services.wording import answer_fr
from aqss.web.access import current_actor, permitted
from aqss.web.actions.trails import trail_to_plan
from aqss.web.assessments.trails import centre_of
from aqss.web.plan import asked, words
from aqss.web.transaction import current_session

blueprint = Blueprint("plan_effects", __name__)

_LOOKS = {
    Outcome.EFFECTIVE: Look.GOOD,
    Outcome.PARTIAL: Look.HALF,
    Outcome.INEFFECTIVE: Look.BAD,
    Outcome.NOT_YET: Look.OPEN,
}


@blueprint.get("/centres/<int:centre_id>/plan/effets")
@permitted(Permission.ACTION_READ)
def effects(centre_id: int) -> ResponseReturnValue:
    """Outcomes as a picture and a table; the latest two assessments that compare; each action done.

    Of the whole plan: the filters asked for are only kept for the pages it leads to.
    """
    found = read_plan_effects(current_session(), current_actor(), centre_id)
    return render_template(
        "plan/effects.html",
        found=found,
        drawing=drawing,
        centre=centre_of(centre_id),
        centre_id=centre_id,
        filters=asked.filters_asked(request.args),
        views={},
        here=request.endpoint,
        asked=asked,
        words=words,
        trail=trail_to_plan(centre_id),
        outcomes=OUTCOMES,
        outcome_stacks=_outcome_stacks(found),
        group_stacks=_group_stacks(found),
        groups=_groups(found),
        now_fr=now_fr,
        told_by=_told_by,
    )


def now_fr(now: Now) -> str:
    """What the later assessment says of the criterion."""
    return answer_fr(now.scale, now.answer)


def _told_by(one: DoneAction) -> str:
    """Who says so: an assessment, the team, or nobody yet."""
    if one.outcome is not None and one.outcome.assessment_id is not None:
        return "assessment"
    return "team" if one.action.result else ""


def _outcome_stacks(found: PlanEffects) -> list[Stack]:
    parts = [Part(OUTCOMES[outcome], count, _LOOKS[outcome]) for outcome, count in found.outcomes.items()]
    return [Stack("Actions faites", parts)]


def _groups(found: PlanEffects) -> list[tuple[str, MoveCount]]:
    """The two groups of weak criteria, in the words of the picture and of its table."""
    if found.comparison is None:
        return []
    count = found.comparison.count
    return [("Avec une action", count.with_action), ("Sans action", count.without)]


def _group_stacks(found: PlanEffects) -> list[Stack]:
    return [Stack(label, _moves(count)) for label, count in _groups(found)]


def _moves(count: MoveCount) -> list[Part]:
    return [
        Part("Mieux", count.better, Look.GOOD),
        Part("Inchangé", count.same, Look.SAME),
        Part("Moins bien", count.worse, Look.BAD),
        Part("Ne se compare pas", count.other, Look.OPEN),
    ]
