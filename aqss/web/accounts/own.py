"""One's own account: name, password, and the sessions left open elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from aqss.domain.access import Permission
from aqss.domain.errors import Fault, InvalidInput
from aqss.services.accounts import change_password, claim_own_credentials, rename
from aqss.services.attempts import give_back_attempt
from aqss.services.passwords import hash_new_password, verify
from aqss.services.sign_ins import close_all_sign_ins
from aqss.web.access import current_actor, current_person, permitted, signed_in
from aqss.web.accounts.forms import ChangePasswordForm, NameForm
from aqss.web.accounts.routes import client_address
from aqss.web.forms import PageForm
from aqss.web.transaction import current_instant, current_session, reads_first, writing

blueprint = Blueprint("own_account", __name__)


@blueprint.get("/compte")
@permitted(Permission.USE_ACCOUNT)
def account() -> ResponseReturnValue:
    """One's own name, password and sessions."""
    return _page()


@blueprint.get("/jeton")
@signed_in
def form_token() -> ResponseReturnValue:
    """The form token of this session, for a page opened in another one; and whose session it is."""
    return jsonify(token=generate_csrf(), person=current_person().actor.user_id)


@blueprint.post("/compte/nom")
@permitted(Permission.USE_ACCOUNT)
def rename_oneself() -> ResponseReturnValue:
    """Change one's own name; pages and the journal say the new one."""
    form = NameForm(request.form)
    try:
        rename(current_session(), current_actor(), form.name.data or "", current_instant())
    except InvalidInput as refusal:
        return _refused(form, refusal, name_form=form)
    flash("Votre nom est enregistré.")
    return redirect(url_for("own_account.account"))


@blueprint.post("/compte/mot-de-passe")
@permitted(Permission.USE_ACCOUNT)
@reads_first
def change_own_password() -> ResponseReturnValue:
    """Change one's own password, the present one given; every other session of the account is closed."""
    form = ChangePasswordForm(request.form)
    try:
        _change(form)
    except InvalidInput as refusal:
        return _refused(form, refusal, password_form=form)
    flash("Votre mot de passe est changé. Vos autres sessions sont fermées.")
    return redirect(url_for("own_account.account"))


@blueprint.post("/compte/sessions")
@permitted(Permission.USE_ACCOUNT)
def close_other_sessions() -> ResponseReturnValue:
    """Close every session of one's account but this one."""
    person = current_person()
    close_all_sign_ins(current_session(), person.actor.user_id, but=person.sign_in_id)
    flash("Vos autres sessions sont fermées.")
    return redirect(url_for("own_account.account"))


def _change(form: ChangePasswordForm) -> None:
    person, now = current_person(), current_instant()
    with writing() as database:
        credentials = claim_own_credentials(database, person.actor, client_address(), now)
    if not verify(credentials.password_hash, form.present_password.data or ""):
        raise InvalidInput((Fault("present_password", "password-wrong"),))
    try:
        new_hash = hash_new_password(form.password.data or "", email=person.email, name=person.actor.name)
    except InvalidInput:
        with writing() as database:
            give_back_attempt(database, credentials.claimed)
        raise
    with writing() as database:
        change_password(database, person.actor, credentials, new_hash, now, but=person.sign_in_id)


def _refused(
    form: PageForm,
    refusal: InvalidInput,
    *,
    name_form: NameForm | None = None,
    password_form: ChangePasswordForm | None = None,
) -> ResponseReturnValue:
    form.refuse(refusal)
    return make_response(_page(form, name_form=name_form, password_form=password_form), 422)


def _page(
    form: PageForm | None = None,
    *,
    name_form: NameForm | None = None,
    password_form: ChangePasswordForm | None = None,
) -> str:
    """``form``: the one to correct, told at the top of the page."""
    person = current_person()
    return render_template(
        "accounts/account.html",
        form=form or PageForm(),
        name_form=name_form or NameForm(data={"name": person.actor.name}),
        password_form=password_form or ChangePasswordForm(),
        person=person,
    )
