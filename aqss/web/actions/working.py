"""Working on an action: its steps and progress, the check-list of its state, what people say of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.services.actions import progressing
from aqss.services.actions.reading import ActionPage, Person, read_action
from aqss.services.runs.tasks import TaskLine
from aqss.services.teams import list_team
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import AssignForm, CommentForm, ProgressForm, StepForm, person_id
from aqss.web.actions.page import Forms, action_page
from aqss.web.actions.trails import trail_to_action
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
    form = StepForm(request.form)
    try:
        progressing.add_step(**_gesture(action_id), label=form.label.data or "")
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
    page = _read(action_id)
    line = _step_of(page, step)
    return _assign_page(page, line, _form_of(line))


@blueprint.post("/actions/<int:action_id>/etapes/<int:step>")
@permitted(Permission.ACTION_PROGRESS)
def assign_step(action_id: int, step: int) -> ResponseReturnValue:
    """Save who does a step and by when."""
    form = AssignForm(request.form)
    try:
        progressing.assign_step(**_gesture(action_id), step=step, **_assigned(form))
    except InvalidInput as refusal:
        return _refuse_assigned(action_id, form, refusal, partial(_step_of, key=step))
    flash("L’étape est enregistrée.")
    return _back(action_id, "avancement")


@blueprint.post("/actions/<int:action_id>/etapes/<int:step>/retirer")
@permitted(Permission.ACTION_PROGRESS)
def remove_step(action_id: int, step: int) -> ResponseReturnValue:
    """Take a step out."""
    progressing.remove_step(**_gesture(action_id), step=step)
    flash("L’étape est retirée.")
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
    page = _read(action_id)
    line = _task_of(page, task)
    return _assign_page(page, line, _form_of(line))


@blueprint.post("/actions/<int:action_id>/taches/<task>")
@permitted(Permission.ACTION_EDIT)
def assign_task(action_id: int, task: str) -> ResponseReturnValue:
    """Save who does a task and by when."""
    form = AssignForm(request.form)
    try:
        progressing.assign_task(**_gesture(action_id), task=task, **_assigned(form))
    except InvalidInput as refusal:
        return _refuse_assigned(action_id, form, refusal, partial(_task_of, code=task))
    flash("La tâche est enregistrée.")
    return _back(action_id, "taches")


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


def _step_of(page: ActionPage, key: int) -> TaskLine:
    line = next((one for one in page.steps if one.key == key), None)
    if line is None:
        raise NotFound("task", key)
    return line


def _task_of(page: ActionPage, code: str) -> TaskLine:
    line = next((one for one in page.checklist if one.line and one.line.task == code), None)
    if line is None:
        raise NotFound("task", code)
    return line


def _form_of(line: TaskLine) -> AssignForm:
    owner = "" if line.owner_id is None else str(line.owner_id)
    return AssignForm(data={"owner": owner, "due_on": line.due_on})


def _assigned(form: AssignForm) -> dict[str, Any]:
    """Who and when; a field that holds no such value at all has told why already, and nothing is saved."""
    if not form.validate():
        raise InvalidInput(())
    return {"owner_id": person_id(form.owner.data), "due_on": form.due_on.data}


def _refuse_assigned(
    action_id: int, form: AssignForm, refusal: InvalidInput, line_of: Callable[[ActionPage], TaskLine]
) -> ResponseReturnValue:
    form.refuse(refusal)
    page = _read(action_id)
    return _assign_page(page, line_of(page), form), 422


def _assign_page(page: ActionPage, line: TaskLine, form: AssignForm) -> str:
    team = list_team(current_session(), page.action.centre_id)
    people = [Person(one.id, one.name) for one in team]
    if line.owner_id is not None and line.owner_id not in {one.id for one in people}:
        people.append(Person(line.owner_id, line.owner_name or ""))
    form.offer(people)
    return render_template(
        "actions/assign.html",
        page=page,
        line=line,
        form=form,
        trail=trail_to_action(page.action),
    )
