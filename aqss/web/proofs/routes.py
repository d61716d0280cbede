"""The proofs of a criterion and of a centre: seen, given, taken back; and the files themselves."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.intake import Intake
from aqss.gateways.french import NBSP
from aqss.gateways.proof_files import content_path, remove_content, store_content
from aqss.gateways.uploads import INLINE, LARGEST, Sent, Upload, read_upload
from aqss.services.proofs.adding import (
    Description,
    StoredFile,
    add_again,
    add_file,
    add_link,
    check_description,
)
from aqss.services.proofs.finding import Key, get_open_spot, get_stored_proof
from aqss.services.proofs.keeping import list_unused
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
from aqss.web.proofs.words import this_day
from aqss.web.receiving import file_sent, receives_file
from aqss.web.transaction import (
    abandon,
    current_instant,
    current_runtime,
    current_session,
    reads_first,
    writing,
)

log = logging.getLogger(__name__)

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
    if sent.size and not form.file.errors:
        form.complain("file", f"Choisissez de nouveau ce fichier{NBSP}: un navigateur ne le garde pas.")
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
    if content_hash is not None:
        with writing() as session:
            for unused in list_unused(session, [content_hash]):
                remove_content(_folder(), unused)
    flash("La preuve est retirée.")
    return redirect(_address(key))


@blueprint.get("/preuves/<int:proof_id>/fichier")
@permitted(Permission.ASSESSMENT_READ)
def content(proof_id: int) -> ResponseReturnValue:
    """The file of a proof: a picture is shown, anything else is downloaded."""
    proof = get_stored_proof(current_session(), current_actor(), proof_id)
    path = content_path(_folder(), proof.sha256 or "")
    if not path.is_file():
        log.error("proof %s: its file %s is not there", proof_id, path.name)
        raise NotFound("proof", proof_id)
    return send_file(
        path,
        mimetype=proof.media_type,
        as_attachment=proof.media_type not in INLINE,
        download_name=proof.file_name,
        conditional=False,
        etag=False,
    )


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
    """Every fault of the form and of the file at once; then the file, whole on the disk; then the row."""
    url, now = (form.url.data or "").strip(), current_instant()
    if url and sent.size:
        raise InvalidInput((Fault("url", "proof-both"),))
    if url:
        with writing() as session:
            add_link(session, current_actor(), key, form.description(), url, now)
        return
    upload, description = _checked(form, sent)
    content_hash = store_content(_folder(), upload.content)
    file = StoredFile(upload.name, upload.media_type, len(upload.content), content_hash)
    with writing() as session:
        add_file(session, current_actor(), key, description, file, now)
        if not content_path(_folder(), content_hash).is_file():  # its last other use was just taken back
            store_content(_folder(), upload.content)


def _checked(form: ProofForm, sent: Sent) -> tuple[Upload, Description]:
    """What is to be stored; every fault of the file and of its description, but no title asked of a file."""
    intake = Intake()
    upload = intake.read(Upload("", "", b""), read_upload, sent)
    description = form.description(upload.name)
    intake.read(None, check_description, description, current_instant())
    intake.finish()
    return upload, description


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


def _folder() -> Path:
    return current_runtime().settings.proofs
