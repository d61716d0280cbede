"""Dossiers: their list and board, starting one, its page, changing it, passing from one step to the next."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import InvalidInput, StaleEdit
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.boards import read_board, read_own_board
from aqss.services.dossiers.changing import change_dossier, read_words
from aqss.services.dossiers.finding import get_editable
from aqss.services.dossiers.listing import PAGE_SIZE, WHICH, Filters, list_dossiers, list_own_dossiers
from aqss.services.dossiers.moving import get_move, move_dossier
from aqss.services.dossiers.offering import may_readdress, offered_people, offered_structures
from aqss.services.dossiers.parts import parts_of
from aqss.services.dossiers.starting import Offer, find_stop, propose_title, read_offer, start_dossier
from aqss.services.dossiers.targets import read_filled
from aqss.services.runs.passing import Move
from aqss.web.access import centre_here, current_actor, current_person, permitted
from aqss.web.assessments.trails import centre_of
from aqss.web.centres.ways import way_to_centre
from aqss.web.dossiers.forms import StartForm, WordsForm
from aqss.web.dossiers.pages import page_of
from aqss.web.dossiers.trails import trail_to_dossier, trail_to_dossiers, trail_to_request
from aqss.web.forms import in_words, key_sent, version_sent, what_stands
from aqss.web.passages import PassageForm, make_passage
from aqss.web.transaction import abandon, current_instant, current_session

blueprint = Blueprint("dossiers", __name__)


@blueprint.get("/dossiers")
@permitted(Permission.USE_ACCOUNT)
def mine() -> ResponseReturnValue:
    """Those of the person's centres, and those sent to their structures."""
    filters, number = _filters(), request.args.get("page", 1, type=int)
    found = list_own_dossiers(current_session(), current_actor(), filters, current_instant(), number)
    person = current_person()
    return render_template(
        "dossiers/mine.html",
        found=found,
        which=WHICH,
        page_size=PAGE_SIZE,
        centres=person.centres,
        now=current_instant(),
        trail=[("Accueil", url_for("home.home"))],
    )


@blueprint.get("/dossiers/tableau")
@permitted(Permission.USE_ACCOUNT)
def own_board() -> ResponseReturnValue:
    """Those of all the person's centres that follow one workflow, a column for each of its states."""
    asked = request.args.get("parcours", "")
    found = read_own_board(current_session(), current_actor(), asked, current_instant())
    return render_template(
        "dossiers/board.html",
        found=found,
        centre=None,
        now=current_instant(),
        trail=[("Accueil", url_for("home.home")), ("Dossiers", url_for(".mine"))],
    )


@blueprint.get("/centres/<int:centre_id>/dossiers")
@permitted(Permission.DOSSIER_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """Those of a centre, filtered, a page at a time."""
    filters, number = _filters(), request.args.get("page", 1, type=int)
    found = list_dossiers(current_session(), current_actor(), centre_id, filters, current_instant(), number)
    return render_template(
        "dossiers/list.html",
        found=found,
        which=WHICH,
        page_size=PAGE_SIZE,
        centre=centre_of(centre_id),
        now=current_instant(),
        trail=way_to_centre(centre_id, centre_of(centre_id).name),
    )


@blueprint.get("/centres/<int:centre_id>/dossiers/tableau")
@permitted(Permission.DOSSIER_READ)
def board(centre_id: int) -> ResponseReturnValue:
    """Those of one workflow, a column for each of its states."""
    asked = request.args.get("parcours", "")
    found = read_board(current_session(), current_actor(), centre_id, asked, current_instant())
    return render_template(
        "dossiers/board.html",
        found=found,
        centre=centre_of(centre_id),
        now=current_instant(),
        trail=trail_to_dossiers(centre_id, centre_of(centre_id).name),
    )


@blueprint.get("/centres/<int:centre_id>/dossiers/nouveau")
@permitted(Permission.DOSSIER_EDIT)
def start(centre_id: int) -> ResponseReturnValue:
    """Choose a workflow, where there are several; then the form of a new dossier, its title proposed."""
    previous_id = key_sent(request.args.get("suite"))
    offer = read_offer(current_session(), current_actor(), centre_id, previous_id)
    asked = request.args.get("parcours", "")
    several = len(offer.workflows) > 1
    chosen = next((one for one in offer.workflows if one.workflow == asked or not several), None)
    if chosen is None:
        return _choose_page(centre_id, offer, previous_id)
    form = StartForm(
        data={
            "workflow": chosen.workflow,
            "previous": str(previous_id or ""),
            "title": propose_title(current_session(), centre_id, chosen, current_instant(), offer.previous),
            "purpose": offer.previous.purpose if offer.previous else "",
            "owner": str(current_actor().user_id),
        }
    )
    return _start_page(centre_id, form)


@blueprint.post("/centres/<int:centre_id>/dossiers/nouveau")
@permitted(Permission.DOSSIER_EDIT)
def start_post(centre_id: int) -> ResponseReturnValue:
    """Start it, and open its page."""
    form = StartForm(request.form)
    try:
        made = start_dossier(
            current_session(),
            current_actor(),
            centre_id=centre_id,
            start=form.start(),
            now=current_instant(),
            previous_id=key_sent(form.previous.data),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _start_page(centre_id, form), 422
    flash("Le dossier est commencé.")
    return redirect(url_for(".dossier", dossier_id=made.id))


@blueprint.get("/dossiers/<int:dossier_id>")
@permitted(Permission.DOSSIER_READ)
def dossier(dossier_id: int) -> ResponseReturnValue:
    """Where it stands and all that it holds; to a structure, what was sent to it."""
    return page_of(dossier_id)


@blueprint.get("/dossiers/<int:dossier_id>/modifier")
@permitted(Permission.DOSSIER_EDIT)
def edit(dossier_id: int) -> ResponseReturnValue:
    """What is told of it, to change."""
    found, workflow = _editable(dossier_id)
    return _edit_page(found, workflow, _words_form(found), found.version)


@blueprint.post("/dossiers/<int:dossier_id>/modifier")
@permitted(Permission.DOSSIER_EDIT)
def edit_post(dossier_id: int) -> ResponseReturnValue:
    """Save, unless somebody changed the dossier meanwhile: what was typed stays on the page."""
    form, version = WordsForm(request.form), version_sent(request.form)
    try:
        if not form.validate():
            raise InvalidInput(())
        change_dossier(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            words=form.words(),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _edit_page(*_editable(dossier_id), form, version), 422
    except StaleEdit:
        abandon()
        found, workflow = _editable(dossier_id)
        standing = _words_form(found)
        return _edit_page(found, workflow, form, found.version, standing), 409
    flash("Le dossier est modifié.")
    return redirect(url_for(".dossier", dossier_id=dossier_id))


@blueprint.get("/dossiers/<int:dossier_id>/etape/<to>")
@permitted(Permission.DOSSIER_READ)
def confirm_move(dossier_id: int, to: str) -> ResponseReturnValue:
    """What passing to the next step sets off, before it is done."""
    return _move_page(dossier_id, to, PassageForm())


@blueprint.post("/dossiers/<int:dossier_id>/etape/<to>")
@permitted(Permission.DOSSIER_READ)
def move_post(dossier_id: int, to: str) -> ResponseReturnValue:
    """Pass to the step, or show the page again with the conditions that hold it back."""
    form = PassageForm(request.form)

    def done(moved: Dossier) -> ResponseReturnValue:
        flash("L’étape du dossier a changé." if moved.ended_at is None else "Le dossier est terminé.")
        return redirect(url_for(".dossier", dossier_id=dossier_id))

    return make_passage(
        form,
        partial(move_dossier, current_session(), current_actor(), dossier_id=dossier_id, to=to),
        partial(_move_page, dossier_id, to, form),
        done,
    )


def _filters() -> Filters:
    """Those of the address; what is not offered is the usual list."""
    which = request.args.get("quoi", "")
    return Filters(
        which=which if which in WHICH else "en-cours",
        workflow=request.args.get("parcours", ""),
        state=request.args.get("etape", ""),
    )


def _choose_page(centre_id: int, offer: Offer, previous_id: int | None) -> str:
    return render_template(
        "dossiers/choose.html",
        offer=offer,
        centre_id=centre_id,
        previous_id=previous_id,
        trail=trail_to_dossiers(centre_id, offer.centre_name),
    )


def _start_page(centre_id: int, form: StartForm) -> str:
    previous_id = key_sent(form.previous.data)
    offer = read_offer(current_session(), current_actor(), centre_id, previous_id)
    chosen = next((one for one in offer.workflows if one.workflow == form.workflow.data), None)
    if chosen is None:
        return _choose_page(centre_id, offer, previous_id)
    form.offer_team(offer.team)
    return render_template(
        "dossiers/start.html",
        form=form,
        offer=offer,
        workflow=chosen,
        stop=find_stop(current_session(), centre_id, chosen),
        centre_id=centre_id,
        trail=trail_to_dossiers(centre_id, offer.centre_name),
    )


def _editable(dossier_id: int) -> tuple[Dossier, Workflow]:
    return get_editable(current_session(), current_actor(), dossier_id, lock=False)


def _words_form(found: Dossier) -> WordsForm:
    """What is told of it now."""
    words = read_words(current_session(), found)
    return WordsForm(
        data={
            **vars(words),
            "owner": str(words.owner_id or ""),
            "people": [str(key) for key in words.people],
            "structure": str(words.structure_id or ""),
        }
    )


def _edit_page(
    found: Dossier, workflow: Workflow, form: WordsForm, version: int, standing: WordsForm | None = None
) -> str:
    """``standing``: what somebody else told of it meanwhile."""
    session = current_session()
    parts, people = parts_of(workflow), offered_people(session, found)
    structures = offered_structures(session, found, workflow)
    for one in filter(None, (form, standing)):
        one.offer_team(people)
        one.offer_structures(structures, is_settled=not may_readdress(found, workflow))
        one.fit(parts)
    return render_template(
        "dossiers/edit.html",
        form=form,
        dossier=found,
        parts=parts,
        version=version,
        theirs=what_stands(in_words(form), in_words(standing)) if standing else (),
        trail=trail_to_dossier(found.centre_id, centre_of(found.centre_id).name, found.id, found.title),
    )


def _move_page(dossier_id: int, to: str, form: PassageForm, version: int | None = None) -> str:
    """``version``: the one that was sent; None: the one the page shows."""
    found, workflow, move = get_move(current_session(), current_actor(), dossier_id, to)
    centre, parts = centre_here(), parts_of(workflow)
    trail = (
        trail_to_dossier(found.centre_id, centre.name, found.id, found.title)
        if centre is not None
        else trail_to_request(found.id, found.title)
    )
    return render_template(
        "dossiers/move.html",
        form=form,
        dossier=found,
        workflow=workflow,
        move=move,
        target=workflow.by_state[to],
        is_read_outside=parts.has_request,
        filled=read_filled(current_session(), found, parts) if _settles_figures(move) else None,
        guards=GUARDS["dossier"],
        effects=EFFECTS["dossier"],
        version=found.version if version is None else version,
        trail=trail,
    )


def _settles_figures(move: Move) -> bool:
    """Whether the passage asks for its sheets to be finished, or freezes them."""
    return "grids-finished" in (move.transition.when or ()) or "freeze-grids" in (move.transition.then or ())
