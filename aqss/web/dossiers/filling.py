"""What some dossiers keep besides: their sheets, the targets of their figures, the interviews."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, NotPossibleNow, StaleEdit
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.finding import get_editable
from aqss.services.dossiers.interviews import (
    add_interview,
    change_interview,
    get_interview,
    remove_interview,
)
from aqss.services.dossiers.parts import parts_of
from aqss.services.dossiers.sheets import add_sheet, remove_sheet
from aqss.services.dossiers.targets import Figure, change_targets, read_figures
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import centre_of
from aqss.web.dossiers.forms import InterviewForm, SheetForm, TargetsForm, targets_form
from aqss.web.dossiers.pages import dossier_page
from aqss.web.dossiers.trails import trail_to_dossier
from aqss.web.forms import PageForm, in_words, version_sent, what_stands
from aqss.web.navigation import Trail
from aqss.web.transaction import abandon, current_instant, current_session

blueprint = Blueprint("dossier_parts", __name__, url_prefix="/dossiers/<int:dossier_id>")


@blueprint.post("/fiches")
@permitted(Permission.DOSSIER_EDIT)
def open_sheet(dossier_id: int) -> ResponseReturnValue:
    """Open one more sheet."""
    form, actor, now = SheetForm(request.form), current_actor(), current_instant()
    try:
        add_sheet(current_session(), actor, dossier_id=dossier_id, title=form.title.data or "", now=now)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return dossier_page(dossier_id, sheet_form=form), 422
    flash("La fiche est ouverte.")
    return _back(dossier_id, "fiches")


@blueprint.post("/fiches/<int:sheet_id>/retirer")
@permitted(Permission.DOSSIER_EDIT)
def drop_sheet(dossier_id: int, sheet_id: int) -> ResponseReturnValue:
    """Take away a sheet that is blank."""
    actor, now = current_actor(), current_instant()
    remove_sheet(current_session(), actor, dossier_id=dossier_id, assessment_id=sheet_id, now=now)
    flash("La fiche est retirée.")
    return _back(dossier_id, "fiches")


@blueprint.get("/cibles")
@permitted(Permission.DOSSIER_EDIT)
def targets(dossier_id: int) -> ResponseReturnValue:
    """What the centre aims at, figure by figure."""
    found, figures = _figures(dossier_id)
    return _targets_page(found, figures, _standing_targets(figures), found.version)


@blueprint.post("/cibles")
@permitted(Permission.DOSSIER_EDIT)
def targets_post(dossier_id: int) -> ResponseReturnValue:
    """Save the targets, unless somebody changed the dossier meanwhile: what was typed stays on the page."""
    _, figures = _figures(dossier_id)
    form, version = targets_form(figures)(request.form), version_sent(request.form)
    try:
        change_targets(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            targets=form.targets(),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _targets_page(*_figures(dossier_id), form, version), 422
    except StaleEdit:
        abandon()
        found, figures = _figures(dossier_id)
        return _targets_page(found, figures, form, found.version, _standing_targets(figures)), 409
    flash("Les cibles sont enregistrées.")
    return _back(dossier_id, "chiffres")


@blueprint.get("/entretiens/nouveau")
@permitted(Permission.DOSSIER_EDIT)
def interview(dossier_id: int) -> ResponseReturnValue:
    """The form of an interview."""
    return _interview_page(_with_interviews(dossier_id), InterviewForm(data={"consent": "none"}))


@blueprint.post("/entretiens/nouveau")
@permitted(Permission.DOSSIER_EDIT)
def interview_post(dossier_id: int) -> ResponseReturnValue:
    """Add it, with its sheet."""
    form = InterviewForm(request.form)
    try:
        if form.validate():
            add_interview(
                current_session(),
                current_actor(),
                dossier_id=dossier_id,
                told=form.told(),
                now=current_instant(),
            )
            flash("L’entretien est ajouté.")
            return _back(dossier_id, "entretiens")
    except InvalidInput as refusal:
        form.refuse(refusal)
    abandon()
    return _interview_page(_with_interviews(dossier_id), form), 422


@blueprint.get("/entretiens/<int:interview_id>")
@permitted(Permission.DOSSIER_EDIT)
def change(dossier_id: int, interview_id: int) -> ResponseReturnValue:
    """What is told of an interview, to change."""
    found, told = get_interview(current_session(), current_actor(), dossier_id, interview_id)
    return _interview_page(found, InterviewForm(obj=told), interview_id, found.version)


@blueprint.post("/entretiens/<int:interview_id>")
@permitted(Permission.DOSSIER_EDIT)
def change_post(dossier_id: int, interview_id: int) -> ResponseReturnValue:
    """Save it, unless somebody changed the dossier meanwhile: what was typed stays on the page."""
    form, version = InterviewForm(request.form), version_sent(request.form)
    try:
        if not form.validate():
            raise InvalidInput(())
        change_interview(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            interview_id=interview_id,
            told=form.told(),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _interview_page(_with_interviews(dossier_id), form, interview_id, version), 422
    except StaleEdit:
        abandon()
        found, told = get_interview(current_session(), current_actor(), dossier_id, interview_id)
        return _interview_page(found, form, interview_id, found.version, InterviewForm(obj=told)), 409
    flash("L’entretien est modifié.")
    return _back(dossier_id, "entretiens")


@blueprint.post("/entretiens/<int:interview_id>/retirer")
@permitted(Permission.DOSSIER_EDIT)
def drop_interview(dossier_id: int, interview_id: int) -> ResponseReturnValue:
    """Take it away, with its blank sheet."""
    remove_interview(
        current_session(),
        current_actor(),
        dossier_id=dossier_id,
        interview_id=interview_id,
        now=current_instant(),
    )
    flash("L’entretien est retiré.")
    return _back(dossier_id, "entretiens")


def _back(dossier_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id, _anchor=anchor))


def _figures(dossier_id: int) -> tuple[Dossier, tuple[Figure, ...]]:
    session = current_session()
    found, workflow = get_editable(session, current_actor(), dossier_id, lock=False)
    parts = parts_of(workflow)
    if not parts.has_targets:
        raise NotPossibleNow("edit", found.state)
    return found, read_figures(session, found, parts.grids)


def _standing_targets(figures: Sequence[Figure]) -> TargetsForm:
    """Those that are set now."""
    known = {
        one.criterion.criterion: str(one.target).replace(".", ",")
        for one in figures
        if one.target is not None
    }
    return targets_form(figures)(data=known)


def _targets_page(
    found: Dossier,
    figures: Sequence[Figure],
    form: TargetsForm,
    version: int,
    standing: TargetsForm | None = None,
) -> str:
    """``standing``: the targets that somebody else set meanwhile."""
    return render_template(
        "dossiers/targets.html",
        form=form,
        dossier=found,
        figures=figures,
        version=version,
        theirs=_theirs(form, standing),
        trail=_trail(found),
    )


def _with_interviews(dossier_id: int) -> Dossier:
    found, workflow = get_editable(current_session(), current_actor(), dossier_id, lock=False)
    if not parts_of(workflow).has_interviews:
        raise NotPossibleNow("edit", found.state)
    return found


def _interview_page(
    found: Dossier,
    form: InterviewForm,
    interview_id: int | None = None,
    version: int = 0,
    standing: InterviewForm | None = None,
) -> str:
    """A new one without ``interview_id``; ``standing``: what somebody else told of it meanwhile."""
    return render_template(
        "dossiers/interview.html",
        form=form,
        dossier=found,
        interview_id=interview_id,
        version=version,
        theirs=_theirs(form, standing),
        trail=_trail(found),
    )


def _theirs(form: PageForm, standing: PageForm | None) -> list[tuple[str, str]]:
    return what_stands(in_words(form), in_words(standing)) if standing else []


def _trail(found: Dossier) -> Trail:
    return trail_to_dossier(found.centre_id, centre_of(found.centre_id).name, found.id, found.title)
