"""What people do in a dossier: its check-list, the tasks they add, their notes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, NotFound
from aqss.services.dossiers.finding import get_run
from aqss.services.dossiers.notes import add_note, remove_note
from aqss.services.dossiers.tasks import add_task, assign_task, read_tasks, remove_task, set_task
from aqss.services.runs.tasks import TaskLine
from aqss.services.teams import list_team
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import centre_of
from aqss.web.dossiers.forms import AssignForm, NoteForm, TaskForm
from aqss.web.dossiers.pages import dossier_page
from aqss.web.dossiers.trails import trail_to_dossier
from aqss.web.transaction import abandon, current_instant, current_session

blueprint = Blueprint("dossier_work", __name__, url_prefix="/dossiers/<int:dossier_id>")


@blueprint.post("/taches")
@permitted(Permission.DOSSIER_EDIT)
def add(dossier_id: int) -> ResponseReturnValue:
    """Add a task to the present step."""
    form = TaskForm(request.form)
    if not form.validate():
        abandon()
        return dossier_page(dossier_id, task_form=form), 422
    try:
        add_task(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            label=form.label.data or "",
            owner_id=form.owner_id,
            due_on=form.due_on.data,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return dossier_page(dossier_id, task_form=form), 422
    flash("La tâche est ajoutée.")
    return _back(dossier_id, "taches")


@blueprint.post("/taches/<task>")
@permitted(Permission.DOSSIER_READ)
def tick(dossier_id: int, task: str) -> ResponseReturnValue:
    """Declare a task done, or open again."""
    set_task(
        current_session(),
        current_actor(),
        dossier_id=dossier_id,
        task=task,
        done=request.form.get("done") == "1",
        now=current_instant(),
    )
    return _back(dossier_id, "taches")


@blueprint.get("/taches/<task>/qui")
@permitted(Permission.DOSSIER_EDIT)
def assign(dossier_id: int, task: str) -> ResponseReturnValue:
    """Who does it and by when, to change."""
    line = _line(dossier_id, task)
    form = AssignForm(data={"owner": str(line.owner_id or ""), "due_on": line.due_on})
    return _assign_page(dossier_id, task, form)


@blueprint.post("/taches/<task>/qui")
@permitted(Permission.DOSSIER_EDIT)
def assign_post(dossier_id: int, task: str) -> ResponseReturnValue:
    """Say who does it and by when."""
    form = AssignForm(request.form)
    if not form.validate():
        abandon()
        return _assign_page(dossier_id, task, form), 422
    try:
        assign_task(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            task=task,
            owner_id=form.owner_id,
            due_on=form.due_on.data,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _assign_page(dossier_id, task, form), 422
    flash("C’est noté.")
    return _back(dossier_id, "taches")


@blueprint.post("/taches/<task>/retirer")
@permitted(Permission.DOSSIER_EDIT)
def remove(dossier_id: int, task: str) -> ResponseReturnValue:
    """Take away a task that people added."""
    remove_task(current_session(), current_actor(), dossier_id=dossier_id, task=task, now=current_instant())
    flash("La tâche est retirée.")
    return _back(dossier_id, "taches")


@blueprint.post("/notes")
@permitted(Permission.DOSSIER_READ)
def write_note(dossier_id: int) -> ResponseReturnValue:
    """Write a note."""
    form, actor, now = NoteForm(request.form), current_actor(), current_instant()
    try:
        add_note(current_session(), actor, dossier_id=dossier_id, text=form.text.data or "", now=now)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return dossier_page(dossier_id, note_form=form), 422
    flash("La note est écrite.")
    return _back(dossier_id, "notes")


@blueprint.post("/notes/<int:note_id>/retirer")
@permitted(Permission.DOSSIER_READ)
def take_note_back(dossier_id: int, note_id: int) -> ResponseReturnValue:
    """Take back one's own note."""
    remove_note(current_session(), current_actor(), dossier_id=dossier_id, key=note_id, now=current_instant())
    flash("La note est retirée.")
    return _back(dossier_id, "notes")


def _back(dossier_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id, _anchor=anchor))


def _line(dossier_id: int, task: str) -> TaskLine:
    """The task as it stands; of the present step only."""
    session, actor = current_session(), current_actor()
    found, workflow = get_run(session, actor, dossier_id, Permission.DOSSIER_EDIT)
    lines = read_tasks(session, actor, found, workflow)
    line = next((one for one in lines if task_code(one) == task), None)
    if line is None:
        raise NotFound("task", task)
    return line


def task_code(line: TaskLine) -> str:
    """What an address calls a task."""
    return line.line.task if line.line is not None else str(line.key)


def _assign_page(dossier_id: int, task: str, form: AssignForm) -> str:
    session, line = current_session(), _line(dossier_id, task)
    found, _ = get_run(session, current_actor(), dossier_id, Permission.DOSSIER_EDIT)
    form.offer_team((person.id, person.name) for person in list_team(session, found.centre_id))
    return render_template(
        "dossiers/assign.html",
        form=form,
        dossier_id=dossier_id,
        task=task,
        line=line,
        trail=trail_to_dossier(found.centre_id, centre_of(found.centre_id).name, found.id, found.title),
    )
