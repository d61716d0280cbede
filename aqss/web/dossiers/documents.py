"""The documents of a dossier: given, taken back, and the files themselves."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput
from aqss.gateways.uploads import LARGEST
from aqss.services.dossiers.documents import (
    add_again,
    add_file,
    add_link,
    expected_documents,
    get_document_file,
    get_removable,
    list_offered,
    remove_document,
    require_open,
)
from aqss.services.dossiers.finding import get_contributed
from aqss.services.dossiers.moving import list_missing_documents
from aqss.web.access import centre_here, current_actor, permitted
from aqss.web.assessments.trails import centre_of
from aqss.web.dossiers.forms import AgainDocumentForm, DocumentForm
from aqss.web.dossiers.trails import trail_to_dossier, trail_to_request
from aqss.web.proofs.giving import answer_with, ask_again, forget_file, give
from aqss.web.proofs.words import this_day
from aqss.web.receiving import file_sent, receives_file
from aqss.web.transaction import abandon, current_instant, current_session, reads_first, writing

blueprint = Blueprint("dossier_documents", __name__, url_prefix="/dossiers/<int:dossier_id>/documents")

AGAIN = "deja-"
"""What names of fields start with in the form of a proof that is there already."""


@blueprint.get("/nouveau")
@permitted(Permission.DOSSIER_READ)
def adding(dossier_id: int) -> ResponseReturnValue:
    """What may be attached; the first document still waited for is proposed."""
    found, workflow = get_contributed(current_session(), current_actor(), dossier_id, lock=False)
    missing = list_missing_documents(current_session(), found, workflow)
    proposed = request.args.get("document") or (missing[0] if missing else "")
    known = {"dated_on": this_day(), "document": proposed}
    return _page(dossier_id, DocumentForm(data=known), AgainDocumentForm(data=known, prefix=AGAIN))


@blueprint.post("/nouveau")
@permitted(Permission.DOSSIER_READ)
@reads_first
@receives_file
def add(dossier_id: int) -> ResponseReturnValue:
    """Attach a file or an address; a file is judged and stored before the database is written."""
    form, sent, actor, now = DocumentForm(request.form), file_sent("file"), current_actor(), current_instant()
    require_open(current_session(), actor, dossier_id)
    document = form.document.data or ""
    if (form.url.data or "").strip() and not (form.title.data or "").strip():
        form.title.data = document  # a file has a name of its own
    try:
        if form.validate():
            give(
                form,
                sent,
                link=lambda session, described, url: add_link(
                    session,
                    actor,
                    dossier_id=dossier_id,
                    document=document,
                    description=described,
                    url=url,
                    now=now,
                ),
                file=lambda session, described, file: add_file(
                    session,
                    actor,
                    dossier_id=dossier_id,
                    document=document,
                    description=described,
                    file=file,
                    now=now,
                ),
            )
            return _added(dossier_id)
    except InvalidInput as refusal:
        form.refuse(refusal)
    abandon()
    ask_again(form, sent)
    return make_response(_page(dossier_id, form, AgainDocumentForm(prefix=AGAIN)), 422)


@blueprint.post("/deja-la")
@permitted(Permission.DOSSIER_READ)
def again(dossier_id: int) -> ResponseReturnValue:
    """Attach a proof that the centre has already."""
    form = AgainDocumentForm(request.form, prefix=AGAIN)
    try:
        add_again(
            current_session(),
            current_actor(),
            dossier_id=dossier_id,
            document=form.document.data or "",
            proof_id=form.proof_id,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        blank = DocumentForm(data={"dated_on": this_day()})
        return make_response(_page(dossier_id, blank, form), 422)
    return _added(dossier_id)


@blueprint.get("/<int:proof_id>/retirer")
@permitted(Permission.DOSSIER_READ)
def confirm_removal(dossier_id: int, proof_id: int) -> ResponseReturnValue:
    """Ask before a document goes."""
    found, proof = get_removable(current_session(), current_actor(), dossier_id, proof_id)
    trail = trail_to_dossier(found.centre_id, centre_of(found.centre_id).name, found.id, found.title)
    return render_template("dossiers/remove_document.html", dossier=found, proof=proof, trail=trail)


@blueprint.post("/<int:proof_id>/retirer")
@permitted(Permission.DOSSIER_READ)
@reads_first
def remove(dossier_id: int, proof_id: int) -> ResponseReturnValue:
    """Take a document away; its file goes once that is committed, if nothing else holds the same content."""
    with writing() as session:
        content_hash = remove_document(
            session, current_actor(), dossier_id=dossier_id, proof_id=proof_id, now=current_instant()
        )
    forget_file(content_hash)
    flash("Le document est retiré du dossier.")
    return _to_documents(dossier_id)


@blueprint.get("/<int:proof_id>/fichier")
@permitted(Permission.DOSSIER_READ)
def content(dossier_id: int, proof_id: int) -> ResponseReturnValue:
    """The file of a document, for the team and for the structure the dossier was sent to."""
    return answer_with(get_document_file(current_session(), current_actor(), dossier_id, proof_id))


def _page(dossier_id: int, form: DocumentForm, again_form: AgainDocumentForm) -> str:
    session = current_session()
    found, workflow = get_contributed(session, current_actor(), dossier_id, lock=False)
    centre, expected = centre_here(), expected_documents(workflow)
    offered = list_offered(session, found) if centre else ()  # a structure reads no other proof of the centre
    form.offer_documents(expected)
    again_form.offer_documents(expected)
    again_form.offer(offered)
    return render_template(
        "dossiers/document.html",
        form=again_form if again_form.errors else form,
        proof_form=form,
        again_form=again_form,
        is_offered=bool(offered),
        dossier=found,
        largest=LARGEST,
        trail=trail_to_dossier(found.centre_id, centre.name, found.id, found.title)
        if centre
        else trail_to_request(found.id, found.title),
    )


def _added(dossier_id: int) -> ResponseReturnValue:
    flash("Le document est joint au dossier.")
    return _to_documents(dossier_id)


def _to_documents(dossier_id: int) -> ResponseReturnValue:
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id, _anchor="documents"))
