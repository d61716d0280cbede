"""Assessments: their list, starting one, preparing it, its task list, and passing from one step to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, InvalidTransition, NotFound
from aqss.domain.lifecycle import EFFECTS, GUARDS
from aqss.gateways.french import paris
from aqss.services.assessments.listing import list_assessments, list_own_assessments
from aqss.services.assessments.moving import available_moves, move, read_tasks, set_task
from aqss.services.assessments.offers import read_offer, read_preparation
from aqss.services.assessments.preparing import change_preparation
from aqss.services.assessments.profiles import apply_profile, preview_profile
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.sheets import read_task_list
from aqss.services.assessments.starting import start_assessment
from aqss.web.access import current_actor, current_person, may, permitted
from aqss.web.assessments.answers import progress_of
from aqss.web.assessments.choosing import assignments_sent, offer_grids, propose_assignments
from aqss.web.assessments.forms import ScopeForm
from aqss.web.transaction import current_instant, current_runtime, current_session

blueprint = Blueprint("assessments", __name__)

USUAL_ROUND = timedelta(days=28)


@blueprint.get("/auto-evaluations")
@permitted(Permission.USE_ACCOUNT)
def mine() -> ResponseReturnValue:
    """Every assessment of the person's centres."""
    lines = list_own_assessments(current_session(), current_actor())
    return render_template(
        "assessments/mine.html", lines=lines, centres=current_person().centres, progress_of=progress_of
    )


@blueprint.get("/centres/<int:centre_id>/auto-evaluations")
@permitted(Permission.ASSESSMENT_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    lines = list_assessments(current_session(), current_actor(), centre_id)
    return render_template("assessments/list.html", lines=lines, centre=_centre(centre_id))


@blueprint.get("/centres/<int:centre_id>/auto-evaluations/nouvelle")
@permitted(Permission.ASSESSMENT_PREPARE)
def start(centre_id: int) -> ResponseReturnValue:
    today = paris(current_instant()).date()
    form = ScopeForm(data={"title": f"Auto-évaluation {today.year}", "round_ends_on": today + USUAL_ROUND})
    return _start_page(centre_id, form, ())


@blueprint.post("/centres/<int:centre_id>/auto-evaluations/nouvelle")
@permitted(Permission.ASSESSMENT_PREPARE)
def start_post(centre_id: int) -> ResponseReturnValue:
    form = ScopeForm(request.form)
    grids = request.form.getlist("grids")
    if not form.validate():
        return _start_page(centre_id, form, grids), 422
    offer = read_offer(current_session(), current_actor(), centre_id)
    chosen = [content for content in offer.contents if content.grid.grid in grids]
    scope = replace(_scope_sent(form, grids), assignments=propose_assignments(chosen, offer.team))
    try:
        assessment = start_assessment(
            current_session(), current_actor(), centre_id=centre_id, scope=scope, now=current_instant()
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _start_page(centre_id, form, grids), 422
    flash("L’auto-évaluation est créée. Voyez qui cote quoi, puis ouvrez la cotation.")
    return redirect(url_for(".overview", assessment_id=assessment.id))


@blueprint.get("/auto-evaluations/<int:assessment_id>")
@permitted(Permission.ASSESSMENT_READ)
def overview(assessment_id: int) -> ResponseReturnValue:
    """The task list of grids, what the step asks, and the ways on."""
    return _overview_page(assessment_id)


@blueprint.get("/auto-evaluations/<int:assessment_id>/preparation")
@permitted(Permission.ASSESSMENT_PREPARE)
def prepare(assessment_id: int) -> ResponseReturnValue:
    prepared = read_preparation(current_session(), current_actor(), assessment_id)
    scope = prepared.scope
    form = ScopeForm(
        data={name: getattr(scope, name) for name in ("title", "objective", "trigger", "trigger_note", "round_ends_on")}
    )
    return _prepare_page(assessment_id, form, scope.grids, scope.assignments, prepared.assessment.version)


@blueprint.post("/auto-evaluations/<int:assessment_id>/preparation")
@permitted(Permission.ASSESSMENT_PREPARE)
def prepare_post(assessment_id: int) -> ResponseReturnValue:
    form = ScopeForm(request.form)
    grids = request.form.getlist("grids")
    assignments = assignments_sent(request.form, grids)
    version = int(request.form.get("version", "0")) if request.form.get("version", "").isdecimal() else 0
    if not form.validate():
        return _prepare_page(assessment_id, form, grids, assignments, version), 422
    try:
        change_preparation(
            current_session(),
            current_actor(),
            assessment_id=assessment_id,
            scope=replace(_scope_sent(form, grids), assignments=assignments),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _prepare_page(assessment_id, form, grids, assignments, version), 422
    flash("La préparation est enregistrée.")
    return redirect(url_for(".overview", assessment_id=assessment_id))


@blueprint.get("/auto-evaluations/<int:assessment_id>/etape/<to>")
@permitted(Permission.ASSESSMENT_READ)
def confirm_move(assessment_id: int, to: str) -> ResponseReturnValue:
    """What passing to the next step sets off, before it is done."""
    page = read_task_list(current_session(), current_actor(), assessment_id)
    moves = available_moves(current_session(), current_actor(), assessment_id)
    found = next((one for one in moves if one.transition.to == to), None)
    if found is None:
        raise NotFound("transition", to)
    return render_template(
        "assessments/move.html", page=page,
        move=found,
        target=page.workflow.by_state[to],
        guards=GUARDS,
        effects=EFFECTS,
    )


@blueprint.post("/auto-evaluations/<int:assessment_id>/etape/<to>")
@permitted(Permission.ASSESSMENT_READ)
def move_post(assessment_id: int, to: str) -> ResponseReturnValue:
    version = request.form.get("version", "")
    try:
        assessment = move(
            current_session(),
            current_actor(),
            assessment_id=assessment_id,
            to=to,
            expected_version=int(version) if version.isdecimal() and len(version) < 10 else 0,
            now=current_instant(),
            links=current_runtime().links,
            reason=request.form.get("reason", ""),
        )
    except InvalidTransition as refusal:
        if refusal.reason != "guards":
            raise
        flash("Cette étape attend encore : " + " ".join(GUARDS[guard] for guard in refusal.guards))
        return redirect(url_for(".overview", assessment_id=assessment_id))
    flash("C’est fait.")
    return redirect(url_for(".overview", assessment_id=assessment.id))


@blueprint.post("/auto-evaluations/<int:assessment_id>/taches/<task>")
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
    return redirect(url_for(".overview", assessment_id=assessment_id, _anchor="taches"))


@blueprint.get("/auto-evaluations/<int:assessment_id>/profil")
@permitted(Permission.ASSESSMENT_PREPARE)
def profile(assessment_id: int) -> ResponseReturnValue:
    """What applying the centre's profile of today would add and remove."""
    page = read_task_list(current_session(), current_actor(), assessment_id)
    change = preview_profile(current_session(), current_actor(), assessment_id)
    return render_template("assessments/profile.html", page=page, change=change, flags=_flag_labels()
    )


@blueprint.post("/auto-evaluations/<int:assessment_id>/profil")
@permitted(Permission.ASSESSMENT_PREPARE)
def profile_post(assessment_id: int) -> ResponseReturnValue:
    apply_profile(current_session(), current_actor(), assessment_id=assessment_id, now=current_instant())
    flash("Le profil du centre est appliqué à cette auto-évaluation.")
    return redirect(url_for(".overview", assessment_id=assessment_id))


def _overview_page(assessment_id: int) -> str:
    session, actor = current_session(), current_actor()
    page = read_task_list(session, actor, assessment_id)
    centre_id = page.assessment.centre_id
    return render_template(
        "assessments/overview.html",
        page=page,
        centre=_centre(centre_id),
        moves=available_moves(session, actor, assessment_id),
        tasks=read_tasks(session, actor, assessment_id),
        profile_change=preview_profile(session, actor, assessment_id)
        if may(Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
        else None,
        guards=GUARDS,
        progress_of=progress_of,
        can_read_results="read-results" in (page.state.allows or ()),
        can_prepare="prepare" in (page.state.allows or ()),
    )


def _start_page(centre_id: int, form: ScopeForm, grids: Sequence[str]) -> str:
    offer = read_offer(current_session(), current_actor(), centre_id)
    return render_template(
        "assessments/start.html",
        form=form,
        centre=_centre(centre_id),
        modules=offer_grids(offer.contents, offer.profile, grids),
    )


def _prepare_page(
    assessment_id: int,
    form: ScopeForm,
    grids: Sequence[str],
    assignments: Mapping[str, Sequence[int]],
    version: int,
) -> str:
    prepared = read_preparation(current_session(), current_actor(), assessment_id)
    offer = prepared.offer
    return render_template(
        "assessments/prepare.html",
        form=form,
        assessment=prepared.assessment,
        modules=offer_grids(offer.contents, offer.profile, grids),
        team=offer.team,
        professions=_profession_labels(),
        assignments=assignments,
        version=version,
    )


def _scope_sent(form: ScopeForm, grids: Sequence[str]) -> Scope:
    return Scope(
        title=form.title.data or "",
        objective=form.objective.data or "",
        trigger=form.trigger.data or "",
        trigger_note=form.trigger_note.data or "",
        grids=grids,
        round_ends_on=form.round_ends_on.data,
    )


def _centre(centre_id: int) -> object:
    """The person's place in that centre, with its name."""
    return next(centre for centre in current_person().centres if centre.centre_id == centre_id)


def _flag_labels() -> dict[str, str]:
    return {flag.flag: flag.label for flag in current_runtime().catalogue.profile.flags}


def _profession_labels() -> dict[str, str]:
    return {one.profession: one.label for one in current_runtime().catalogue.profile.professions}
