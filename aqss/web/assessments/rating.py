"""The page of a grid: answers saved as they are given, or all at once without JavaScript.

The team's own where it rates together; where each person rates alone first, the answers of whoever looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import NotPossibleNow
from aqss.gateways.french import time_fr
from aqss.services.assessments.confirming import confirm_answer
from aqss.services.assessments.essentials import list_answering_actions
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.sheet_page import SheetPage, read_sheet
from aqss.services.assessments.sheets import finish_sheet, resume_sheet
from aqss.services.consensus.own_sheets import find_own, read_own_sheet
from aqss.services.proof_uses import count_proofs
from aqss.web.access import centre_here, current_actor, may, permitted
from aqss.web.assessments.answers import Fields, progress_of_sheet
from aqss.web.assessments.criteria import Refused, SheetPlan, SheetWriter
from aqss.web.assessments.saving import (
    OF_ONESELF,
    OF_TEAM,
    Answers,
    changed_on,
    save_as_script,
    save_line,
)
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.errors import tell
from aqss.web.transaction import abandon, current_instant, current_session, reads_first, writing

blueprint = Blueprint("rating", __name__, url_prefix="/auto-evaluations/<int:assessment_id>/grilles/<grid>")

FINISH, CONFIRM = "terminer", "confirmer"
"""Names of buttons; the second names the criterion whose answer is confirmed."""


@blueprint.get("")
@permitted(Permission.ASSESSMENT_READ)
def sheet(assessment_id: int, grid: str) -> ResponseReturnValue:
    """The grid with the answers, to rate or only to read."""
    return _page(_read(assessment_id, grid))


@blueprint.get("/imprimer")
@permitted(Permission.ASSESSMENT_READ)
def blank_sheet(assessment_id: int, grid: str) -> ResponseReturnValue:
    """The same grid without answers, to fill in on paper."""
    page = _read_team(assessment_id, grid)
    address = url_for(".sheet", assessment_id=assessment_id, grid=grid)
    trail = [*trail_to_assessment(assessment_id, page.title), (page.content.grid.title, address)]
    return render_template("assessments/blank_grid.html", page=page, trail=trail)


@blueprint.post("/reponses/<criterion>")
@permitted(Permission.ASSESSMENT_RATE)
def save_one(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """Save one answer of the team, for the page's script."""
    key = {"assessment_id": assessment_id, "grid": grid, "criterion": criterion}
    return save_as_script(OF_TEAM, key)


@blueprint.post("/ma-cotation/<criterion>")
@permitted(Permission.ASSESSMENT_RATE)
def save_one_alone(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """Save one answer of one's own, for the page's script."""
    key = {"assessment_id": assessment_id, "grid": grid, "criterion": criterion}
    return save_as_script(OF_ONESELF, key)


@blueprint.post("")
@permitted(Permission.ASSESSMENT_RATE)
@reads_first
def save_all(assessment_id: int, grid: str) -> ResponseReturnValue:
    """Save every answer of the team that changed."""
    return _save_all(OF_TEAM, assessment_id, grid)


@blueprint.post("/ma-cotation")
@permitted(Permission.ASSESSMENT_RATE)
@reads_first
def save_all_alone(assessment_id: int, grid: str) -> ResponseReturnValue:
    """Save every answer of one's own that changed."""
    return _save_all(OF_ONESELF, assessment_id, grid)


@blueprint.post("/reprendre")
@permitted(Permission.ASSESSMENT_RATE)
def resume(assessment_id: int, grid: str) -> ResponseReturnValue:
    """Take back « grille terminée »."""
    resume_sheet(
        current_session(), current_actor(), assessment_id=assessment_id, grid=grid, now=current_instant()
    )
    return redirect(url_for(".sheet", assessment_id=assessment_id, grid=grid))


def _read_team(assessment_id: int, grid: str) -> SheetPage:
    return read_sheet(current_session(), current_actor(), assessment_id, grid, current_instant())


def _read(assessment_id: int, grid: str) -> SheetPage:
    page = _read_team(assessment_id, grid)
    return read_own_sheet(current_session(), current_actor(), page) if page.rating == BLIND else page


def _page(page: SheetPage, refused: Mapping[str, Refused] | None = None) -> str:
    key = (page.assessment_id, page.content.grid.grid)
    proofs = count_proofs(current_session(), *key) if page.has_proofs else {}
    return render_template(
        "assessments/grid.html",
        page=page,
        refused=refused or {},
        write=SheetWriter(page, refused or {}, proofs, _plan_of(page)),
        trail=trail_to_assessment(page.assessment_id, page.title),
        progress=progress_of_sheet(page),
        own=find_own(current_session(), current_actor(), page.assessment_id) if page.is_own else None,
    )


def _plan_of(page: SheetPage) -> SheetPlan | None:
    """The actions that answer it, once its results are read; None before, and while each rates alone."""
    centre = centre_here()
    if centre is None or page.is_own or "read-results" not in (page.state.allows or ()):
        return None
    actions = list_answering_actions(current_session(), page.assessment_id)
    new, asked = "", {"auto_evaluation": page.assessment_id, "grille": page.content.grid.grid}
    if may(Permission.ACTION_EDIT, centre_id=centre.centre_id):
        new = url_for("actions.new", centre_id=centre.centre_id, **asked)  # type: ignore[arg-type]
    return SheetPlan(actions, new)


def _save_all(answers: Answers, assessment_id: int, grid: str) -> ResponseReturnValue:
    """What cannot be saved is shown again as typed, the rest is kept."""
    page = _read(assessment_id, grid)
    changed = changed_on(page)
    try:
        refused = _save(answers, assessment_id, grid, changed)
    except NotPossibleNow as refusal:
        told = tell(refusal)
        refused = {code: Refused(typed, 0, (f"{told.title}.",)) for code, typed in changed.items()}
        if not refused:
            raise
    if refused:
        abandon()  # this request's reading is older than what it has just saved
        is_wrong = all(one.theirs is None for one in refused.values()) and page.can_rate
        return _page(_read(assessment_id, grid), refused), 422 if is_wrong else 409
    if FINISH in request.form:
        flash(f"La grille « {page.content.grid.title} » est déclarée terminée.")
        return redirect(url_for("assessments.overview", assessment_id=assessment_id))
    if code := request.form.get(CONFIRM):
        return redirect(url_for(".sheet", assessment_id=assessment_id, grid=grid, _anchor=code))
    flash(f"Vos réponses sont enregistrées à {time_fr(current_instant())}.")
    return redirect(url_for(".sheet", assessment_id=assessment_id, grid=grid))


def _save(
    answers: Answers, assessment_id: int, grid: str, changed: Mapping[str, Fields]
) -> dict[str, Refused]:
    """Save them in one transaction, and finish the sheet if asked to; what is refused holds nothing back."""
    refused = {}
    place: dict[str, Any] = {"assessment_id": assessment_id, "grid": grid}
    with writing() as session:
        for code, typed in changed.items():
            refusal = save_line(session, answers, {**place, "criterion": code}, typed)
            if refusal is not None:
                refused[code] = refusal
        if FINISH in request.form and not refused:
            finish_sheet(session, current_actor(), **place, now=current_instant())
        confirmed = request.form.get(CONFIRM)
        if confirmed and confirmed not in refused:
            confirm_answer(session, current_actor(), **place, criterion=confirmed, now=current_instant())
    return refused
