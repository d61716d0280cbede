"""The page of a grid: the team's answers, saved as they are given, or all at once without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, NotPossibleNow, StaleEdit
from aqss.gateways.french import time_fr
from aqss.services.assessments.rating import SavedAnswer, read_answer, save_answer
from aqss.services.assessments.sheet_page import SheetPage, read_sheet
from aqss.services.assessments.sheets import finish_sheet, resume_sheet
from aqss.services.fault_words import word_fault
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.answers import (
    Fields,
    fields_of,
    fields_sent,
    progress_of,
    progress_of_sheet,
    submission_of,
)
from aqss.web.assessments.criteria import Refused, SheetWriter
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.assessments.words import moment_fr
from aqss.web.errors import tell
from aqss.web.forms import version_sent
from aqss.web.transaction import abandon, current_instant, current_session, reads_first, writing

blueprint = Blueprint("rating", __name__, url_prefix="/auto-evaluations/<int:assessment_id>/grilles/<grid>")

FINISH, KEEP_MINE, TAKE_THEIRS = "terminer", "garder", "prendre"
"""Names of buttons; the two last bear the criterion where the person chooses between two answers."""


@blueprint.get("")
@permitted(Permission.ASSESSMENT_READ)
def sheet(assessment_id: int, grid: str) -> ResponseReturnValue:
    """The grid with the team's answers, to rate or only to read."""
    return _page(_read(assessment_id, grid))


@blueprint.get("/imprimer")
@permitted(Permission.ASSESSMENT_READ)
def blank_sheet(assessment_id: int, grid: str) -> ResponseReturnValue:
    """The same grid without answers, to fill in on paper."""
    page = _read(assessment_id, grid)
    address = url_for(".sheet", assessment_id=assessment_id, grid=grid)
    trail = [*trail_to_assessment(assessment_id, page.title), (page.content.grid.title, address)]
    return render_template("assessments/blank_grid.html", page=page, trail=trail)


@blueprint.post("/reponses/<criterion>")
@permitted(Permission.ASSESSMENT_RATE)
def save_one(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """Save one answer and tell, as JSON, what stands: what the page's script asks after each gesture."""
    key: dict[str, Any] = {"assessment_id": assessment_id, "grid": grid, "criterion": criterion}
    try:
        saved = save_answer(
            current_session(),
            current_actor(),
            **key,
            submission=submission_of(fields_sent(request.form)),
            expected_version=version_sent(request.form),
            now=current_instant(),
        )
    except InvalidInput as refusal:
        abandon()
        return jsonify(problems=[word_fault(fault) for fault in refusal.faults]), 422
    except StaleEdit:
        abandon()
        theirs = read_answer(current_session(), current_actor(), **key)
        return jsonify(_told(theirs)), 409
    return jsonify(_told(saved))


@blueprint.post("")
@permitted(Permission.ASSESSMENT_RATE)
@reads_first
def save_all(assessment_id: int, grid: str) -> ResponseReturnValue:
    """Save every answer that changed; what cannot be saved is shown again as typed, the rest is kept."""
    page = _read(assessment_id, grid)
    changed = _changed(page)
    try:
        refused = _save(assessment_id, grid, changed)
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
    flash(f"Vos réponses sont enregistrées à {time_fr(current_instant())}.")
    return redirect(url_for(".sheet", assessment_id=assessment_id, grid=grid))


@blueprint.post("/reprendre")
@permitted(Permission.ASSESSMENT_RATE)
def resume(assessment_id: int, grid: str) -> ResponseReturnValue:
    """Take back « grille terminée »."""
    resume_sheet(
        current_session(), current_actor(), assessment_id=assessment_id, grid=grid, now=current_instant()
    )
    return redirect(url_for(".sheet", assessment_id=assessment_id, grid=grid))


def _read(assessment_id: int, grid: str) -> SheetPage:
    return read_sheet(current_session(), current_actor(), assessment_id, grid, current_instant())


def _page(page: SheetPage, refused: Mapping[str, Refused] | None = None) -> str:
    return render_template(
        "assessments/grid.html",
        page=page,
        refused=refused or {},
        write=SheetWriter(page, refused or {}),
        trail=trail_to_assessment(page.assessment_id, page.title),
        progress=progress_of_sheet(page),
    )


def _changed(page: SheetPage) -> dict[str, Fields]:
    """Criterion → what the form holds, where the page showed something else and nobody chose the team's."""
    codes = [line.criterion.criterion for section in page.sections for line in section.lines]
    left = request.form.getlist(TAKE_THEIRS)
    sent = {code: fields_sent(request.form, f"{code}-") for code in codes}
    return {
        code: typed
        for code, typed in sent.items()
        if f"{code}-version" in request.form
        and code not in left
        and typed.fingerprint != request.form.get(f"{code}-shown")
    }


def _save(assessment_id: int, grid: str, changed: Mapping[str, Fields]) -> dict[str, Refused]:
    """Save them in one transaction, and finish the sheet if asked to; what is refused holds nothing back."""
    refused = {}
    with writing() as session:
        for code, typed in changed.items():
            refusal = _save_line(session, (assessment_id, grid, code), typed)
            if refusal is not None:
                refused[code] = refusal
        if FINISH in request.form and not refused:
            finish_sheet(
                session, current_actor(), assessment_id=assessment_id, grid=grid, now=current_instant()
            )
    return refused


def _save_line(session: Session, place: tuple[int, str, str], typed: Fields) -> Refused | None:
    key: dict[str, Any] = dict(zip(("assessment_id", "grid", "criterion"), place, strict=True))
    code = key["criterion"]
    is_settled = code in request.form.getlist(KEEP_MINE)
    version = version_sent(request.form, f"{code}-theirs" if is_settled else f"{code}-version")
    try:
        save_answer(
            session,
            current_actor(),
            **key,
            submission=submission_of(typed),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        return Refused(typed, version, problems=tuple(word_fault(fault) for fault in refusal.faults))
    except StaleEdit:
        theirs = read_answer(session, current_actor(), **key)
        return (
            None
            if fields_of(theirs.answer).fingerprint == typed.fingerprint
            else Refused(typed, version, theirs=theirs)
        )
    return None


def _told(saved: SavedAnswer) -> dict[str, Any]:
    """What stands for a criterion, and the progress and score it leads to, as the page shows them."""
    fields = fields_of(saved.answer)
    return {
        "value": fields.value,
        "number": fields.number,
        "words": fields.words,
        "reason": fields.reason,
        "comment": fields.comment,
        "shown": fields.fingerprint,
        "version": saved.version,
        "saved_at": moment_fr(saved.saved_at) if saved.saved_at else "",
        "progress": progress_of(saved.grid),
    }
