"""What people do in a dossier: its check-list, the tasks they add, their notes, their messages."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput
from aqss.services.dossiers.exchanges import write_message
from aqss.services.dossiers.finding import get_run
from aqss.services.dossiers.notes import add_note, remove_note
from aqss.services.dossiers.tasks import add_task, assign_task, read_tasks, remove_task, set_task
from aqss.services.runs.tasks import TaskLine, find_line
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import centre_of
from aqss.web.dossiers.forms import MessageForm, NoteForm
from aqss.web.dossiers.pages import dossier_page, page_of
from aqss.web.dossiers.trails import trail_to_dossier
from aqss.web.tasks import Given, Place, TaskForm, assign_page, save_assigned
from aqss.web.transaction import current_instant, current_session

blueprint = Blueprint("dossier_work", __name__, url_prefix="/dossiers/<int:dossier_id>")


@blueprint.post("/taches")
@permitted(Permission.DOSSIER_EDIT)
def add(dossier_id: int) -> ResponseReturnValue:
    """Add a task to the present step."""
    form = TaskForm(request.form)
    try:
        add_task(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            label=form.label.data or "",
            now=current_instant(),
            **form.given(),
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
    return assign_page(*_find(dossier_id, task))


@blueprint.post("/taches/<task>/qui")
@permitted(Permission.DOSSIER_EDIT)
def assign_post(dossier_id: int, task: str) -> ResponseReturnValue:
    """Say who does it and by when."""

    def save(given: Given) -> None:
        assign_task(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            task=task,
            now=current_instant(),
            **given,
        )

    return save_assigned(save, partial(_find, dossier_id, task))


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


@blueprint.post("/echanges")
@permitted(Permission.DOSSIER_READ)
def write(dossier_id: int) -> ResponseReturnValue:
    """Say something that the centre and the structure it asked both read."""
    form, actor, now = MessageForm(request.form), current_actor(), current_instant()
    try:
        write_message(current_session(), actor, dossier_id=dossier_id, text=form.text.data or "", now=now)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return page_of(dossier_id, message_form=form), 422
    flash("Le message est écrit.")
    return _back(dossier_id, "echanges")


def _back(dossier_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id, _anchor=anchor))


def _find(dossier_id: int, task: str) -> tuple[TaskLine, Place]:
    """The task as it stands, of the present step only, and where its page does."""
    session, actor = current_session(), current_actor()
    found, workflow = get_run(session, actor, dossier_id, Permission.DOSSIER_EDIT)
    line = find_line(read_tasks(session, actor, found, workflow), task)
    return line, Place(
        centre_id=found.centre_id,
        trail=trail_to_dossier(found.centre_id, centre_of(found.centre_id).name, found.id, found.title),
        save=url_for(".assign_post", dossier_id=dossier_id, task=task),
        back=url_for("dossiers.dossier", dossier_id=dossier_id, _anchor="taches"),
        remove=None if line.line else url_for(".remove", dossier_id=dossier_id, task=task),
    )
