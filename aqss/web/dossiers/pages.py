"""The page of a dossier, made again by whatever refuses something typed on it."""

from __future__ import annotations

from functools import partial

from flask import render_template

from aqss.domain.definitions.words import GUARDS
from aqss.services.dossiers.interviews import CONSENTS
from aqss.services.dossiers.reading import DossierPage, read_dossier
from aqss.services.dossiers.requests import is_of_team, read_request
from aqss.services.dossiers.sheets import propose_title
from aqss.web.access import current_actor
from aqss.web.dossiers.forms import MessageForm, NoteForm, SheetForm
from aqss.web.dossiers.trails import trail_to_dossiers, trail_to_own
from aqss.web.journal.sentences import line_of
from aqss.web.tasks import TaskForm
from aqss.web.transaction import current_instant, current_runtime, current_session
from aqss.web.words import due_words
from aqss.web.workflows import tell_workflow


def dossier_page(
    dossier_id: int,
    *,
    task_form: TaskForm | None = None,
    note_form: NoteForm | None = None,
    sheet_form: SheetForm | None = None,
    message_form: MessageForm | None = None,
) -> str:
    """For the team; a form that was refused is shown as it was typed."""
    session, now = current_session(), current_instant()
    page = read_dossier(session, current_actor(), dossier_id, now)
    refused = task_form or note_form or sheet_form or message_form
    task_form = task_form or TaskForm()
    task_form.offer(page.people.team)
    catalogue = current_runtime().catalogue
    return render_template(
        "dossiers/dossier.html",
        page=page,
        form=refused or NoteForm(),
        task_form=task_form,
        note_form=note_form or NoteForm(),
        message_form=message_form or MessageForm(),
        sheet_form=sheet_form or SheetForm(data={"title": propose_title(session, page.dossier)}),
        guards=GUARDS["dossier"],
        consents=CONSENTS,
        due_words=partial(due_words, now=now),
        history=[line_of(entry, catalogue) for entry in page.history],
        told=tell_workflow(page.workflow, page.dossier.state, visited_states(page)),
        trail=trail_to_dossiers(page.dossier.centre_id, page.centre_name),
    )


def page_of(dossier_id: int, *, message_form: MessageForm | None = None) -> str:
    """To its team everything; to the structure it was sent to, what was."""
    shown = dossier_page if is_of_team(current_session(), current_actor(), dossier_id) else request_page
    return shown(dossier_id, message_form=message_form)


def request_page(dossier_id: int, *, message_form: MessageForm | None = None) -> str:
    """For the structure it was sent to; a message that was refused is shown as it was typed."""
    page = read_request(current_session(), current_actor(), dossier_id, current_instant())
    return render_template(
        "dossiers/request.html",
        page=page,
        message_form=message_form or MessageForm(),
        guards=GUARDS["dossier"],
        due_words=partial(due_words, now=current_instant()),
        told=tell_workflow(page.workflow, page.dossier.state),
        trail=trail_to_own(),
    )


def visited_states(page: DossierPage) -> set[str]:
    """The states it has been through, as its history tells."""
    moves = [entry.facts for entry in page.history if entry.verb == "dossier-moved"]
    return {facts["from"] for facts in moves} | {page.workflow.initial.state}
