"""Working on an action: its steps and progress, the check-list of its state, what people say of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import Fault, InvalidInput
from aqss.services.actions import progressing
from aqss.services.actions.reading import ActionPage, read_action
from aqss.services.runs.tasks import TaskLine, find_line
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import CommentForm, ProgressForm
from aqss.web.actions.page import Forms, action_page
from aqss.web.actions.trails import trail_to_action
from aqss.web.tasks import Given, Place, TaskForm, assign_page, save_assigned
from aqss.web.transaction import abandon, current_instant, current_session


@blueprint.post("/actions/<int:action_id>/avancement")
@permitted(Permission.ACTION_PROGRESS)
def progress(action_id: int) -> ResponseReturnValue:
    """Tell how much of it is done: one of five buttons, or a number."""
    form = ProgressForm(request.form)
    if not form.validate():
        abandon()
        return action_page(action_id, Forms(progress=form)), 422
    try:
        if form.progress.data is None:
            raise InvalidInput((Fault("progress", "required"),))
        progressing.set_progress(**_gesture(action_id), percent=form.progress.data)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return action_page(action_id, Forms(progress=form)), 422
    return _back(action_id, "avancement")


@blueprint.post("/actions/<int:action_id>/etapes")
@permitted(Permission.ACTION_PROGRESS)
def add_step(action_id: int) -> ResponseReturnValue:
    """Add a step at the end."""
    form = TaskForm(request.form)
    try:
        progressing.add_step(**_gesture(action_id), label=form.label.data or "", **form.given())
    except InvalidInput as refusal:
        form.refuse(refusal)
        return action_page(action_id, Forms(step=form)), 422
    return _back(action_id, "avancement")


@blueprint.post("/actions/<int:action_id>/etapes/<int:step>/cocher")
@permitted(Permission.ACTION_PROGRESS)
def tick_step(action_id: int, step: int) -> ResponseReturnValue:
    """Declare a step done, or open again: one tap."""
    progressing.set_step(**_gesture(action_id), step=step, done=request.form.get("done") == "1")
    return _back(action_id, "avancement")


@blueprint.get("/actions/<int:action_id>/etapes/<int:step>")
@permitted(Permission.ACTION_PROGRESS)
def step(action_id: int, step: int) -> ResponseReturnValue:
    """Who does a step and by when; or take it out."""
    progressing.get_worked_on(current_session(), current_actor(), action_id, lock=False)
    return assign_page(*_find_step(action_id, step))


@blueprint.post("/actions/<int:action_id>/etapes/<int:step>")
@permitted(Permission.ACTION_PROGRESS)
def assign_step(action_id: int, step: int) -> ResponseReturnValue:
    """Save who does a step and by when."""

    def save(given: Given) -> None:
        progressing.assign_step(**_gesture(action_id), step=step, **given)

    return save_assigned(save, partial(_find_step, action_id, step))


@blueprint.post("/actions/<int:action_id>/etapes/<int:step>/retirer")
@permitted(Permission.ACTION_PROGRESS)
def remove_step(action_id: int, step: int) -> ResponseReturnValue:
    """Take a step out."""
    progressing.remove_step(**_gesture(action_id), step=step)
    flash("La tâche est retirée.")
    return _back(action_id, "avancement")


@blueprint.post("/actions/<int:action_id>/taches/<task>/cocher")
@permitted(Permission.ACTION_READ)
def tick_task(action_id: int, task: str) -> ResponseReturnValue:
    """Declare a task of the state done, or open again."""
    progressing.set_task(**_gesture(action_id), task=task, done=request.form.get("done") == "1")
    return _back(action_id, "taches")


@blueprint.get("/actions/<int:action_id>/taches/<task>")
@permitted(Permission.ACTION_EDIT)
def task(action_id: int, task: str) -> ResponseReturnValue:
    """Who does a task of the check-list and by when."""
    return assign_page(*_find_task(action_id, task))


@blueprint.post("/actions/<int:action_id>/taches/<task>")
@permitted(Permission.ACTION_EDIT)
def assign_task(action_id: int, task: str) -> ResponseReturnValue:
    """Save who does a task and by when."""

    def save(given: Given) -> None:
        progressing.assign_task(**_gesture(action_id), task=task, **given)

    return save_assigned(save, partial(_find_task, action_id, task))


@blueprint.post("/actions/<int:action_id>/commentaires")
@permitted(Permission.ACTION_READ)
def comment(action_id: int) -> ResponseReturnValue:
    """Say something of it."""
    form = CommentForm(request.form)
    try:
        progressing.comment(**_gesture(action_id), text=form.text.data or "")
    except InvalidInput as refusal:
        form.refuse(refusal)
        return action_page(action_id, Forms(comment=form)), 422
    return _back(action_id, "commentaires")


@blueprint.post("/actions/<int:action_id>/commentaires/<int:comment_id>/retirer")
@permitted(Permission.ACTION_READ)
def take_back_comment(action_id: int, comment_id: int) -> ResponseReturnValue:
    """Take back one's own."""
    progressing.take_back_comment(
        current_session(), current_actor(), action_id=action_id, comment_id=comment_id
    )
    return _back(action_id, "commentaires")


def _gesture(action_id: int) -> dict[str, Any]:
    """What every gesture on an action starts with."""
    return {
        "session": current_session(),
        "actor": current_actor(),
        "action_id": action_id,
        "now": current_instant(),
    }


def _back(action_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".action", action_id=action_id, _anchor=anchor))


def _read(action_id: int) -> ActionPage:
    return read_action(current_session(), current_actor(), action_id, current_instant())


def _find_step(action_id: int, step: int) -> tuple[TaskLine, Place]:
    """A step as it stands, and where its page does."""
    page = _read(action_id)
    return find_line(page.steps, str(step)), Place(
        centre_id=page.action.centre_id,
        trail=trail_to_action(page.action),
        save=url_for(".assign_step", action_id=action_id, step=step),
        back=url_for(".action", action_id=action_id, _anchor="avancement"),
        remove=url_for(".remove_step", action_id=action_id, step=step),
    )


def _find_task(action_id: int, task: str) -> tuple[TaskLine, Place]:
    """A line of the check-list as it stands, and where its page does."""
    page = _read(action_id)
    return find_line(page.checklist, task), Place(
        centre_id=page.action.centre_id,
        trail=trail_to_action(page.action),
        save=url_for(".assign_task", action_id=action_id, task=task),
        back=url_for(".action", action_id=action_id, _anchor="taches"),
    )
