"""The proofs of a criterion and of a centre: seen, given, taken back; and the files themselves."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput
from aqss.gateways.uploads import LARGEST, Sent
from aqss.services.proofs.adding import add_again, add_file, add_link
from aqss.services.proofs.finding import Key, get_open_spot, get_stored_proof
from aqss.services.proofs.listing import (
    PAGE_SIZE,
    CriterionProofs,
    read_centre_proofs,
    read_criterion_proofs,
    read_removable_proof,
)
from aqss.services.proofs.removing import remove_proof
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.centres.ways import way_to_centre
from aqss.web.navigation import Trail
from aqss.web.proofs.forms import AgainForm, ProofForm
from aqss.web.proofs.giving import answer_with, ask_again, forget_file, give
from aqss.web.proofs.words import this_day
from aqss.web.receiving import file_sent, receives_file
from aqss.web.transaction import (
    abandon,
    current_instant,
    current_session,
    reads_first,
    writing,
)

blueprint = Blueprint("proofs", __name__)

CONTENT = "proofs.content"
"""The route that serves what people sent: see :mod:`aqss.web.headers`."""

_CRITERION = "/auto-evaluations/<int:assessment_id>/grilles/<grid>/criteres/<criterion>/preuves"


@blueprint.get(_CRITERION)
@permitted(Permission.ASSESSMENT_READ)
def of_criterion(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """What shows that the answer to a criterion is true, and what may be added."""
    key = (assessment_id, grid, criterion)
    return _page(_read(key), ProofForm(data={"dated_on": this_day()}), AgainForm())


@blueprint.post(_CRITERION)
@permitted(Permission.ASSESSMENT_RATE)
@reads_first
@receives_file
def add(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """Give a file or an address; a file is judged and stored before the database is written."""
    key, form, sent = (assessment_id, grid, criterion), ProofForm(request.form), file_sent("file")
    get_open_spot(current_session(), current_actor(), key)
    try:
        if form.validate():
            _add(key, form, sent)
            return _added(key)
    except InvalidInput as refusal:
        form.refuse(refusal)
    abandon()
    ask_again(form, sent)
    return make_response(_page(_read(key), form, AgainForm()), 422)


@blueprint.post(f"{_CRITERION}/deja-la")
@permitted(Permission.ASSESSMENT_RATE)
def again(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """Show a proof that the centre has already."""
    key, form = (assessment_id, grid, criterion), AgainForm(request.form)
    try:
        add_again(current_session(), current_actor(), key, form.proof_id, current_instant())
    except InvalidInput as refusal:
        form.refuse(refusal)
        blank = ProofForm(data={"dated_on": this_day()})
        return make_response(_page(_read(key), blank, form), 422)
    return _added(key)


@blueprint.get(f"{_CRITERION}/<int:proof_id>/retirer")
@permitted(Permission.ASSESSMENT_RATE)
def confirm_removal(assessment_id: int, grid: str, criterion: str, proof_id: int) -> ResponseReturnValue:
    """Ask before a proof goes."""
    key = (assessment_id, grid, criterion)
    page, proof = read_removable_proof(current_session(), current_actor(), key, proof_id)
    trail = [*_trail(page), (f"Preuves de {criterion}", _address(key))]
    return render_template("proofs/remove.html", page=page, proof=proof, trail=trail)


@blueprint.post(f"{_CRITERION}/<int:proof_id>/retirer")
@permitted(Permission.ASSESSMENT_RATE)
@reads_first
def remove(assessment_id: int, grid: str, criterion: str, proof_id: int) -> ResponseReturnValue:
    """Take a proof back; its file goes once that is committed, if nothing else holds the same content."""
    key = (assessment_id, grid, criterion)
    with writing() as session:
        content_hash = remove_proof(session, current_actor(), key, proof_id, current_instant())
    forget_file(content_hash)
    flash("La preuve est retirée.")
    return redirect(_address(key))


@blueprint.get("/preuves/<int:proof_id>/fichier")
@permitted(Permission.ASSESSMENT_READ)
def content(proof_id: int) -> ResponseReturnValue:
    """The file of a proof: a picture is shown, anything else is downloaded."""
    proof = get_stored_proof(current_session(), current_actor(), proof_id)
    return answer_with(proof)


@blueprint.get("/centres/<int:centre_id>/preuves")
@permitted(Permission.ASSESSMENT_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """Every proof of the centre, those to be renewed first, and where each is shown."""
    asked = request.args.get("page", 1, type=int)
    page = read_centre_proofs(current_session(), current_actor(), centre_id, current_instant(), page=asked)
    return render_template(
        "proofs/centre.html",
        page=page,
        first=(page.number - 1) * PAGE_SIZE + 1,
        trail=way_to_centre(centre_id, page.centre_name),
    )


def _add(key: Key, form: ProofForm, sent: Sent) -> None:
    actor, now = current_actor(), current_instant()
    give(
        form,
        sent,
        link=lambda session, described, url: add_link(session, actor, key, described, url, now),
        file=lambda session, described, file: add_file(session, actor, key, described, file, now),
    )


def _read(key: Key) -> CriterionProofs:
    return read_criterion_proofs(current_session(), current_actor(), key)


def _page(page: CriterionProofs, form: ProofForm, again_form: AgainForm) -> str:
    again_form.offer(page.offered)
    return render_template(
        "proofs/criterion.html",
        page=page,
        form=again_form if again_form.errors else form,
        proof_form=form,
        again_form=again_form,
        largest=LARGEST,
        trail=_trail(page),
    )


def _added(key: Key) -> ResponseReturnValue:
    flash("La preuve est ajoutée.")
    return redirect(_address(key))


def _trail(page: CriterionProofs) -> Trail:
    grid = page.content.grid
    address = url_for("rating.sheet", assessment_id=page.assessment_id, grid=grid.grid)
    return [*trail_to_assessment(page.assessment_id, page.title), (grid.title, address)]


def _address(key: Key) -> str:
    assessment_id, grid, criterion = key
    return url_for(".of_criterion", assessment_id=assessment_id, grid=grid, criterion=criterion)
