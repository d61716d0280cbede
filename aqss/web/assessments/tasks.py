"""The check-list of an assessment's step: declaring a task done, saying who does it and by when."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.tasks import assign_task, read_tasks, set_task
from aqss.services.runs.tasks import TaskLine, find_line
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.tasks import Given, Place, assign_page, save_assigned
from aqss.web.transaction import current_instant, current_session

blueprint = Blueprint("assessment_tasks", __name__, url_prefix="/auto-evaluations/<int:assessment_id>/taches")


@blueprint.post("/<task>")
@permitted(Permission.ASSESSMENT_READ)
def tick(assessment_id: int, task: str) -> ResponseReturnValue:
    """Declare a task of the step done, or open again."""
    set_task(
        current_session(),
        current_actor(),
        assessment_id=assessment_id,
        task=task,
        done=request.form.get("done") == "1",
        now=current_instant(),
    )
    return redirect(url_for("assessments.overview", assessment_id=assessment_id, _anchor="taches"))


@blueprint.get("/<task>/qui")
@permitted(Permission.ASSESSMENT_PREPARE)
def assign(assessment_id: int, task: str) -> ResponseReturnValue:
    """Who does a task of the step and by when, to change."""
    return assign_page(*_find_task(assessment_id, task))


@blueprint.post("/<task>/qui")
@permitted(Permission.ASSESSMENT_PREPARE)
def assign_post(assessment_id: int, task: str) -> ResponseReturnValue:
    """Say who does it and by when."""

    def save(given: Given) -> None:
        session, actor, now = current_session(), current_actor(), current_instant()
        assign_task(session, actor, assessment_id=assessment_id, task=task, now=now, **given)

    return save_assigned(save, partial(_find_task, assessment_id, task))


def _find_task(assessment_id: int, task: str) -> tuple[TaskLine, Place]:
    """A task of the step as it stands, and where its page does."""
    session, actor = current_session(), current_actor()
    line = find_line(read_tasks(session, actor, assessment_id), task)
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE)
    return line, Place(
        centre_id=assessment.centre_id,
        trail=trail_to_assessment(assessment_id, assessment.title),
        save=url_for(".assign_post", assessment_id=assessment_id, task=task),
        back=url_for("assessments.overview", assessment_id=assessment_id, _anchor="taches"),
    )
