"""The page of a grid: the team's answers, saved one by one as they are given, or all at once without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, StaleEdit
from aqss.gateways.french import time_fr
from aqss.services.assessments.rating import SavedAnswer, read_answer, save_answer
from aqss.services.assessments.sheets import SheetLine, SheetPage, finish_sheet, read_sheet, resume_sheet
from aqss.services.wording import answer_fr
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.answers import (
    Fields,
    fields_of,
    fields_sent,
    level_sign,
    progress_of,
    sign_of,
    submission_of,
)
from aqss.web.errors import word_fault
from aqss.web.transaction import abandon, current_instant, current_session, reads_first, writing

blueprint = Blueprint("rating", __name__, url_prefix="/auto-evaluations/<int:assessment_id>/grilles/<grid>")


@dataclass(frozen=True)
class Refused:
    """What a person typed for a criterion that was not saved: why, or what somebody else answered meanwhile."""

    typed: Fields
    problems: tuple[str, ...] = ()
    theirs: SavedAnswer | None = None


@blueprint.get("")
@permitted(Permission.ASSESSMENT_READ)
def sheet(assessment_id: int, grid: str) -> ResponseReturnValue:
    return _page(_read(assessment_id, grid))


@blueprint.get("/imprimer")
@permitted(Permission.ASSESSMENT_READ)
def blank_sheet(assessment_id: int, grid: str) -> ResponseReturnValue:
    """The same grid without answers, to fill in on paper."""
    page = _read(assessment_id, grid)
    sections = [
        (part.section, [(line.criterion, line.scale) for line in part.lines]) for part in page.sections
    ]
    trail = _trail(page)
    return render_template("assessments/blank_grid.html", content=page.content, sections=sections, trail=trail)


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
            expected_version=_version(request.form.get("version")),
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
    """Save every answer that changed; what cannot be saved is shown again as it was typed, the rest is kept."""
    page = _read(assessment_id, grid)
    refused: dict[str, Refused] = {}
    with writing() as session:
        for line in _lines(page):
            refusal = _save_line(session, assessment_id, grid, line.criterion.criterion)
            if refusal is not None:
                refused[line.criterion.criterion] = refusal
        if "terminer" in request.form and not refused:
            finish_sheet(
                session, current_actor(), assessment_id=assessment_id, grid=grid, now=current_instant()
            )
    if refused:
        abandon()  # this request's reading is older than what it has just saved
        status = 409 if any(one.theirs for one in refused.values()) else 422
        return _page(_read(assessment_id, grid), refused), status
    if "terminer" in request.form:
        flash(f"La grille « {page.content.grid.title} » est déclarée terminée.")
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
        trail=_trail(page),
        progress=progress_of(page.standing),
        answer_fr=answer_fr,
        fields_of=fields_of,
        level_sign=level_sign,
        sign_of=sign_of,
    )


def _trail(page: SheetPage) -> list[tuple[str, str]]:
    overview = url_for("assessments.overview", assessment_id=page.assessment.id)
    return [("Accueil", url_for("home.home")), (page.assessment.title, overview)]


def _lines(page: SheetPage) -> Iterable[SheetLine]:
    return (line for section in page.sections for line in section.lines)


def _save_line(session: Session, assessment_id: int, grid: str, code: str) -> Refused | None:
    """Save what the form holds for one criterion, unless the person left it as the page showed it."""
    typed = fields_sent(request.form, f"{code}-")
    if f"{code}-version" not in request.form or typed.fingerprint == request.form.get(f"{code}-shown"):
        return None
    key: dict[str, Any] = {"assessment_id": assessment_id, "grid": grid, "criterion": code}
    try:
        save_answer(
            session,
            current_actor(),
            **key,
            submission=submission_of(typed),
            expected_version=_version(request.form.get(f"{code}-version")),
            now=current_instant(),
        )
    except InvalidInput as refusal:
        return Refused(typed, problems=tuple(word_fault(fault) for fault in refusal.faults))
    except StaleEdit:
        theirs = read_answer(session, current_actor(), **key)
        return None if fields_of(theirs.answer) == typed else Refused(typed, theirs=theirs)
    return None


def _version(text: str | None) -> int:
    """The version a form names; anything else is the version of no answer, refused as such."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _told(saved: SavedAnswer) -> dict[str, Any]:
    """What stands for a criterion, and the progress and score it leads to, as the page shows them."""
    fields = fields_of(saved.answer)
    return {
        "value": fields.value,
        "number": fields.number,
        "words": fields.words,
        "reason": fields.reason,
        "comment": fields.comment,
        "version": saved.version,
        "saved_at": time_fr(saved.saved_at) if saved.saved_at else "",
        "progress": progress_of(saved.grid),
    }
