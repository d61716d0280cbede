"""Accepting an invitation: opening an account, or joining a place with the account one has."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.errors import InvalidInput
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_line
from aqss.services.acceptances import InvitationOffer, accept, join, read_invitation
from aqss.services.accounts import NAME_LIMIT
from aqss.services.invitations import INVITATION
from aqss.services.passwords import hash_new_password
from aqss.services.sign_ins import open_sign_in
from aqss.web.access import current_actor, find_person, public, remember, signed_in
from aqss.web.accounts.forms import AcceptForm
from aqss.web.accounts.routes import keep_token, kept_token
from aqss.web.transaction import current_instant, current_session, reads_first, writing

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/invitation/<token>")
@public
def open_invitation(token: str) -> ResponseReturnValue:
    """Keep the token of the link in the cookie, and go to the page without it."""
    keep_token(INVITATION, token)
    return redirect(url_for("invitations.invitation"))


@blueprint.get("/invitation")
@public
def invitation() -> ResponseReturnValue:
    """What is offered to whoever holds the link, and the form that opens an account."""
    offer = read_invitation(current_session(), kept_token(INVITATION), current_instant())
    return _page(offer, AcceptForm(data={"name": offer.name}))


@blueprint.post("/invitation")
@public
@reads_first
def accept_invitation() -> ResponseReturnValue:
    """Open the account that the invitation offers, with its role, and sign the person in."""
    form = AcceptForm(request.form)
    offer = read_invitation(current_session(), kept_token(INVITATION), current_instant())
    try:
        token = _opened_account(form, offer)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return make_response(_page(offer, form), 422)
    remember(token)
    flash(f"Bienvenue. Votre compte est ouvert : {offer.place.name or 'administration d’aqss'}.")
    return redirect(url_for("home.home"))


@blueprint.post("/invitation/rejoindre")
@signed_in
def join_place() -> ResponseReturnValue:
    """Give the account signed in, if it is the one invited, the role that the invitation offers."""
    now = current_instant()
    offer = read_invitation(current_session(), kept_token(INVITATION), now)
    join(current_session(), current_actor(), kept_token(INVITATION), now)
    session.pop(INVITATION)
    flash(f"C’est fait : {offer.place.name or 'administration d’aqss'}.")
    return redirect(url_for("home.home"))


def _opened_account(form: AcceptForm, offer: InvitationOffer) -> str:
    """The token of a session in the new account. Raises :class:`InvalidInput` with every fault."""
    now, intake = current_instant(), Intake()
    name = intake.read("", clean_line, "name", form.name.data or "", NAME_LIMIT)
    password_hash = intake.read("", hash_new_password, form.password.data or "", email=offer.email, name=name)
    intake.finish()
    with writing() as database:
        accepted = accept(database, kept_token(INVITATION), name, password_hash, now)
        return open_sign_in(database, accepted.user_id, now)


def _page(offer: InvitationOffer, form: AcceptForm) -> str:
    person = find_person()
    return render_template(
        "accounts/invitation.html",
        form=form,
        offer=offer,
        person=person,
        is_own=person is not None and person.email == offer.email,
    )
