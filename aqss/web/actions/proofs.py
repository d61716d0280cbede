"""The proofs of an action: seen, given, taken back. Their files are served by :mod:`aqss.web.proofs`."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput
from aqss.gateways.uploads import LARGEST
from aqss.services.actions import proving
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.trails import trail_to_action
from aqss.web.proofs.forms import AgainForm, ProofForm
from aqss.web.proofs.giving import ask_again, forget_file, give
from aqss.web.proofs.words import this_day
from aqss.web.receiving import file_sent, receives_file
from aqss.web.transaction import abandon, current_instant, current_session, reads_first, writing


@blueprint.get("/actions/<int:action_id>/preuves")
@permitted(Permission.ACTION_READ)
def proofs(action_id: int) -> ResponseReturnValue:
    """What shows what the action did, and what may be added."""
    return _page(action_id, ProofForm(data={"dated_on": this_day()}), AgainForm())


@blueprint.post("/actions/<int:action_id>/preuves")
@permitted(Permission.ACTION_PROGRESS)
@reads_first
@receives_file
def add_proof(action_id: int) -> ResponseReturnValue:
    """Give a file or an address; a file is judged and stored before the database is written."""
    form, sent = ProofForm(request.form), file_sent("file")
    actor, now = current_actor(), current_instant()
    proving.require_room(current_session(), actor, action_id)
    try:
        if form.validate():
            give(
                form,
                sent,
                link=lambda session, told, url: proving.add_link(session, actor, action_id, told, url, now),
                file=lambda session, told, file: proving.add_file(session, actor, action_id, told, file, now),
            )
            return _added(action_id)
    except InvalidInput as refusal:
        form.refuse(refusal)
    abandon()
    ask_again(form, sent)
    return make_response(_page(action_id, form, AgainForm()), 422)


@blueprint.post("/actions/<int:action_id>/preuves/deja-la")
@permitted(Permission.ACTION_PROGRESS)
def add_proof_again(action_id: int) -> ResponseReturnValue:
    """Show a proof that the centre has already."""
    form = AgainForm(request.form)
    try:
        proving.add_again(current_session(), current_actor(), action_id, form.proof_id, current_instant())
    except InvalidInput as refusal:
        form.refuse(refusal)
        return make_response(_page(action_id, ProofForm(data={"dated_on": this_day()}), form), 422)
    return _added(action_id)


@blueprint.get("/actions/<int:action_id>/preuves/<int:proof_id>/retirer")
@permitted(Permission.ACTION_PROGRESS)
def confirm_proof_removal(action_id: int, proof_id: int) -> ResponseReturnValue:
    """Ask before a proof goes."""
    action, proof = proving.read_removable_proof(current_session(), current_actor(), action_id, proof_id)
    return render_template(
        "actions/remove_proof.html", action=action, proof=proof, trail=trail_to_action(action)
    )


@blueprint.post("/actions/<int:action_id>/preuves/<int:proof_id>/retirer")
@permitted(Permission.ACTION_PROGRESS)
@reads_first
def remove_proof(action_id: int, proof_id: int) -> ResponseReturnValue:
    """Take a proof back; its file goes once that is committed, if nothing else holds the same content."""
    with writing() as session:
        content_hash = proving.remove_proof(session, current_actor(), action_id, proof_id, current_instant())
    forget_file(content_hash)
    flash("La preuve est retirée.")
    return redirect(url_for(".proofs", action_id=action_id))


def _page(action_id: int, form: ProofForm, again_form: AgainForm) -> str:
    page = proving.read_action_proofs(current_session(), current_actor(), action_id)
    again_form.offer(page.offered)
    return render_template(
        "actions/proofs.html",
        page=page,
        form=again_form if again_form.errors else form,
        proof_form=form,
        again_form=again_form,
        largest=LARGEST,
        trail=trail_to_action(page.action),
    )


def _added(action_id: int) -> ResponseReturnValue:
    flash("La preuve est ajoutée.")
    return redirect(url_for(".proofs", action_id=action_id))
