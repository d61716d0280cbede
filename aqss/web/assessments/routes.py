"""Assessments: their list, starting one, preparing it, its task list, passing from one step to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.domain.divergence import FEWEST_VOICES
from aqss.domain.errors import InvalidInput
from aqss.gateways.french import paris
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.carrying import find_latest_closed, find_previous, read_precedent
from aqss.services.assessments.closings import read_closings
from aqss.services.assessments.listing import PAGE_SIZE, list_assessments, list_own_assessments
from aqss.services.assessments.moving import available_moves, lacking_roles, move
from aqss.services.assessments.offers import Preparation, read_offer, read_preparation
from aqss.services.assessments.preparing import change_preparation
from aqss.services.assessments.profiles import preview_profile
from aqss.services.assessments.results import read_results
from aqss.services.assessments.rounds import BLIND, DIRECT
from aqss.services.assessments.sheets import TaskList, read_task_list
from aqss.services.assessments.starting import propose_title, start_assessment
from aqss.services.assessments.tasks import read_tasks
from aqss.services.consensus.own_sheets import Round, read_round
from aqss.services.runs.passing import find_move
from aqss.web.access import current_actor, current_person, may, permitted
from aqss.web.assessments.choosing import (
    ASKED,
    REMOVALS,
    SHOWN,
    Raters,
    assignments_sent,
    keys_sent,
    offer_grids,
    offer_people,
    participants_sent,
    previous_asked,
    professions_of,
    propose_assignments,
    propose_participants,
    voices_of_grids,
)
from aqss.web.assessments.forms import ScopeForm
from aqss.web.assessments.trails import centre_of, trail_to_assessment, trail_to_centre, trail_to_list
from aqss.web.assessments.words import CREATED, essentials_ahead, waiting_essentials
from aqss.web.forms import version_sent
from aqss.web.passages import PassageForm, make_passage
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session
from aqss.web.words import due_words

blueprint = Blueprint("assessments", __name__)

USUAL_ROUND = timedelta(days=28)


@blueprint.get("/auto-evaluations")
@permitted(Permission.USE_ACCOUNT)
def mine() -> ResponseReturnValue:
    """Every assessment of the person's centres."""
    found = list_own_assessments(current_session(), current_actor())
    return render_template("assessments/mine.html", found=found, centres=current_person().centres)


@blueprint.get("/centres/<int:centre_id>/auto-evaluations")
@permitted(Permission.ASSESSMENT_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """Those of a centre: what runs, and what is over, a page at a time."""
    number = request.args.get("page", 1, type=int)
    found = list_assessments(current_session(), current_actor(), centre_id, number)
    return render_template(
        "assessments/list.html",
        found=found,
        centre=centre_of(centre_id),
        page_size=PAGE_SIZE,
        trail=trail_to_list(centre_id),
    )


@blueprint.get("/centres/<int:centre_id>/auto-evaluations/nouvelle")
@permitted(Permission.ASSESSMENT_PREPARE)
def start(centre_id: int) -> ResponseReturnValue:
    """The form of a new assessment, named after the year and ending in four weeks.

    Or with the scope of the one it is asked to start from.
    """
    today = paris(current_instant()).date()
    known: dict[str, Any] = {"rating": DIRECT}
    if (previous_id := previous_asked(request.args)) is not None:
        precedent = read_precedent(current_session(), current_actor(), centre_id, previous_id)
        known = vars(precedent.scope)
    form = ScopeForm(
        data={
            **known,
            "title": propose_title(
                current_session(), current_actor(), centre_id, f"Auto-évaluation {today.year}"
            ),
            "round_ends_on": today + USUAL_ROUND,
        }
    )
    return _start_page(centre_id, form, previous_id)


@blueprint.post("/centres/<int:centre_id>/auto-evaluations/nouvelle")
@permitted(Permission.ASSESSMENT_PREPARE)
def start_post(centre_id: int) -> ResponseReturnValue:
    """Create it with every grid offered to the professions it asks for, or with everybody where each person
    rates alone first; the preparation changes that.
    """
    form = ScopeForm(request.form)
    previous_id = previous_asked(request.form)
    if not form.validate():
        abandon()
        return _start_page(centre_id, form, previous_id), 422
    try:
        people = _raters_proposed(centre_id, form.grids.data or (), previous_id)
        assessment = start_assessment(
            current_session(),
            current_actor(),
            centre_id=centre_id,
            scope=form.scope(people.assignments, people.participants),
            now=current_instant(),
            previous_id=previous_id,
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _start_page(centre_id, form, previous_id), 422
    flash(CREATED[assessment.rating])
    return redirect(url_for(".overview", assessment_id=assessment.id))


@blueprint.get("/auto-evaluations/<int:assessment_id>")
@permitted(Permission.ASSESSMENT_READ)
def overview(assessment_id: int) -> ResponseReturnValue:
    """The task list of grids, what the step asks, and the ways on."""
    session, actor = current_session(), current_actor()
    page = read_task_list(session, actor, assessment_id)
    centre_id = page.assessment.centre_id
    if page.assessment.dossier_id is not None:
        address = url_for("dossiers.dossier", dossier_id=page.assessment.dossier_id)
        return redirect(f"{address}#fiche-{assessment_id}")
    prepares = may(Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
    can_prepare = prepares and "prepare" in (page.state.allows or ())
    follows_profile = can_prepare or (prepares and page.can_rate)
    return render_template(
        "assessments/overview.html",
        page=page,
        alone=_round_of(page),
        centre=centre_of(centre_id),
        trail=trail_to_centre(centre_id),
        moves=(moves := available_moves(session, actor, assessment_id)),
        tasks=read_tasks(session, actor, assessment_id),
        reopened=read_closings(session, [assessment_id])[assessment_id][-1:],
        profile_change=preview_profile(session, actor, assessment_id) if follows_profile else None,
        guards=GUARDS["assessment"],
        waiting_essentials=waiting_essentials(page.assessment, moves),
        due_words=partial(due_words, now=current_instant()),
        can_read_results="read-results" in (page.state.allows or ()),
        can_prepare=can_prepare,
        prepares=prepares and not page.state.final,
        lacking=lacking_roles(session, actor, assessment_id),
        today=paris(current_instant()).date(),
    )


@blueprint.get("/auto-evaluations/<int:assessment_id>/preparation")
@permitted(Permission.ASSESSMENT_PREPARE)
def prepare(assessment_id: int) -> ResponseReturnValue:
    """The preparation as it stands: objective, grids, and who rates what."""
    prepared = read_preparation(current_session(), current_actor(), assessment_id)
    form = ScopeForm(data=vars(prepared.scope))
    people = Raters(prepared.scope.assignments, prepared.scope.participants)
    return _prepare_page(assessment_id, form, people, prepared.assessment.version)


@blueprint.post("/auto-evaluations/<int:assessment_id>/preparation")
@permitted(Permission.ASSESSMENT_PREPARE)
def prepare_post(assessment_id: int) -> ResponseReturnValue:
    """Save the preparation; one that somebody else changed meanwhile is refused, not replaced unseen."""
    form = ScopeForm(request.form)
    prepared = read_preparation(current_session(), current_actor(), assessment_id)
    people, version = _raters_sent(prepared, form), version_sent(request.form)
    before = prepared.scope
    kept = before.grids if prepared.is_round_closed else ()
    if not form.validate():
        abandon()
        return _prepare_page(assessment_id, form, people, version), 422
    try:
        change_preparation(
            current_session(),
            current_actor(),
            assessment_id=assessment_id,
            scope=form.scope(people.assignments, people.participants, rating=before.rating, grids=kept),
            expected_version=version,
            now=current_instant(),
            links=current_runtime().links,
            removals=keys_sent(request.form, REMOVALS),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _prepare_page(assessment_id, form, people, version), 422
    flash("La préparation est enregistrée.")
    return redirect(url_for(".overview", assessment_id=assessment_id))


@blueprint.get("/auto-evaluations/<int:assessment_id>/etape/<to>")
@permitted(Permission.ASSESSMENT_READ)
def confirm_move(assessment_id: int, to: str) -> ResponseReturnValue:
    """What passing to the next step sets off, before it is done."""
    return _move_page(assessment_id, to, PassageForm())


@blueprint.post("/auto-evaluations/<int:assessment_id>/etape/<to>")
@permitted(Permission.ASSESSMENT_READ)
def move_post(assessment_id: int, to: str) -> ResponseReturnValue:
    """Pass to the step, or show the page again with the conditions that hold it back."""
    form = PassageForm(request.form)

    def done(_moved: Assessment) -> ResponseReturnValue:
        page = read_task_list(current_session(), current_actor(), assessment_id)
        flash(f"L’auto-évaluation est maintenant à l’étape «\u00a0{page.state.label}\u00a0».")
        return redirect(url_for(".overview", assessment_id=assessment_id))

    return make_passage(
        form,
        partial(move, current_session(), current_actor(), assessment_id=assessment_id, to=to),
        partial(_move_page, assessment_id, to, form),
        done,
    )


def _round_of(page: TaskList) -> Round | None:
    """Where individual rating stands; None where the team rates together."""
    if page.assessment.rating == DIRECT:
        return None
    return read_round(current_session(), current_actor(), page.assessment.id, current_instant())


def _raters_proposed(centre_id: int, grids: Sequence[str], previous_id: int | None) -> Raters:
    """By profession; or who was asked the time before, and is still of the team."""
    session, actor = current_session(), current_actor()
    offer = read_offer(session, actor, centre_id)
    assignments, participants = propose_assignments(offer, grids), propose_participants(offer)
    if previous_id is None:
        return Raters(assignments, participants)
    before = read_precedent(session, actor, centre_id, previous_id).scope
    again = {grid: people for grid, people in before.assignments.items() if grid in assignments and people}
    return Raters({**assignments, **again}, before.participants or participants)


def _start_page(centre_id: int, form: ScopeForm, previous_id: int | None = None) -> str:
    """``previous_id``: the one to start from, as the person chose; none by default."""
    session, actor = current_session(), current_actor()
    offer = read_offer(session, actor, centre_id)
    latest = find_latest_closed(session, actor, centre_id)
    return render_template(
        "assessments/start.html",
        form=form,
        centre=centre_of(centre_id),
        trail=trail_to_centre(centre_id),
        modules=offer_grids(offer, form.grids.data or ()),
        latest=latest,
        previous=find_previous(session, centre_id, previous_id),
    )


def _prepare_page(assessment_id: int, form: ScopeForm, people: Raters, version: int) -> str:
    prepared = read_preparation(current_session(), current_actor(), assessment_id)
    grids = prepared.scope.grids if prepared.is_round_closed else form.grids.data or ()
    rating = form.rating.data or prepared.scope.rating
    return render_template(
        "assessments/prepare.html",
        form=form,
        prepared=prepared,
        assessment=prepared.assessment,
        trail=trail_to_assessment(assessment_id, prepared.assessment.title),
        today=paris(current_instant()).date(),
        modules=offer_grids(prepared.offer, grids),
        team=prepared.offer.team,
        professions=current_runtime().catalogue.profession_labels,
        shown=SHOWN,
        asked=ASKED,
        assignments=people.assignments,
        version=version,
        is_blind=rating == BLIND,
        raters=offer_people(prepared, people.participants),
        voices=voices_of_grids(prepared.offer, grids, professions_of(prepared, people.participants)),
    )


def _raters_sent(prepared: Preparation, form: ScopeForm) -> Raters:
    """Who is ticked; for a grid just chosen, who its professions propose; for one put back, who it had.

    Where each person rates alone first: who is ticked if the page showed them, else who there is, else the
    whole team.
    """
    grids = form.grids.data or ()
    sent = assignments_sent(request.form, grids)
    added = [grid for grid in grids if grid not in sent]
    team = {person.user_id for person in prepared.offer.team}
    kept = {
        grid: [user_id for user_id in people if user_id in team]
        for grid, people in prepared.scope.assignments.items()
        if grid in added
    }
    proposed = propose_assignments(prepared.offer, added) if added else {}
    participants: Sequence[int] = prepared.scope.participants
    if ASKED in request.form:
        participants = participants_sent(request.form, prepared.offer.team)
    elif form.rating.data == BLIND and prepared.scope.rating == DIRECT:
        participants = propose_participants(prepared.offer)
    return Raters({**sent, **proposed, **kept}, participants)


def _move_page(assessment_id: int, to: str, form: PassageForm, version: int | None = None) -> str:
    """``version``: the one that was sent; None: the one the page shows."""
    session, actor = current_session(), current_actor()
    page = read_task_list(session, actor, assessment_id)
    assessment, found, target = (
        page.assessment,
        find_move(available_moves(session, actor, assessment_id), to),
        page.workflow.by_state[to],
    )
    is_read = found.is_onward and "read-results" in (page.state.allows or ())
    return render_template(
        "assessments/move.html",
        form=form,
        page=page,
        alone=_round_of(page),
        fewest_voices=FEWEST_VOICES,
        move=found,
        target=target,
        results=read_results(session, actor, assessment_id) if is_read else None,
        open_tasks=sum(line.done_at is None for line in read_tasks(session, actor, assessment_id)),
        waits_for_grids=any("all-grids-finished" in (one.when or ()) for one in target.transitions or ()),
        trail=trail_to_assessment(assessment_id, assessment.title),
        version=assessment.version if version is None else version,
        today=paris(current_instant()).date(),
        guards=GUARDS["assessment"],
        waiting_essentials=waiting_essentials(assessment, [found]),
        essentials_ahead=essentials_ahead(assessment, target),
        effects=EFFECTS["assessment"],
    )
