"""Signing in and out, and choosing a new password when the old one is forgotten."""

from __future__ import annotations

import re

from flask import (
    Blueprint,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from aqss.domain.errors import InvalidInput, LinkRefused, NotSignedIn, TooManyAttempts
from aqss.services.password_resets import RESET, ask_reset, read_reset, use_reset
from aqss.services.passwords import hash_new_password, renewed_hash, verify
from aqss.services.sign_ins import claim_sign_in, open_verified_sign_in
from aqss.web.access import find_person, forget, public, remember
from aqss.web.accounts.forms import ForgottenPasswordForm, NewPasswordForm, SignInForm
from aqss.web.askers import wants_json
from aqss.web.errors import tell
from aqss.web.keeping import is_ours, parse_kept
from aqss.web.transaction import (
    current_instant,
    current_runtime,
    current_session,
    reads_first,
    writing,
)

blueprint = Blueprint("accounts", __name__)

WRONG = "L’adresse ou le mot de passe ne correspond à aucun compte ouvert. Vérifiez-les, puis réessayez."

NOTHING_STAYS = '"cache", "storage"'
"""What a browser is asked to clear on signing out: kept pages, answers that wait there, files."""

_TOKEN = re.compile("[A-Za-z0-9_-]{20,100}")


def client_address() -> str:
    """The network address attempts are counted against."""
    return request.remote_addr or ""


def keep_token(kind: str, token: str) -> None:
    """Keep the token of a link in the cookie session, so that it leaves the address bar and the logs."""
    if not _TOKEN.fullmatch(token):
        raise LinkRefused(kind, "unknown")
    session[kind] = token


def kept_token(kind: str) -> str:
    """The token of the link opened last. Raises :class:`LinkRefused`."""
    token = session.get(kind)
    if not isinstance(token, str):
        raise LinkRefused(kind, "unknown")
    return token


@blueprint.get("/connexion")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in form; whoever is signed in already goes where they were going."""
    target = request.args.get("next", "")
    if find_person() is not None:
        return redirect(_home_or(target))
    return _sign_in_page(SignInForm(data={"next": target}))


@blueprint.post("/connexion")
@public
@reads_first
def sign_in_post() -> ResponseReturnValue:
    """Open a session, and give back what an expired one was sending; a refusal names no field."""
    form = SignInForm(request.form)
    try:
        token = _verified(form.email.data or "", form.password.data or "")
    except TooManyAttempts as refusal:
        told = tell(refusal)
        form.complain("", f"{told.why} {told.remedy}")
        return _sign_in_page(form, told.status)
    except NotSignedIn:
        form.complain("", WRONG)
        return _sign_in_page(form, 422)
    remember(token)
    kept = parse_kept(form.kept.data or "")
    if kept is not None:
        return render_template("errors/send_again.html", kept=kept)
    return redirect(_home_or(form.next.data or ""))


def _verified(email: str, password: str) -> str:
    """The token of a new session. Raises :class:`NotSignedIn` and :class:`TooManyAttempts`."""
    now = current_instant()
    with writing() as database:
        credentials = claim_sign_in(database, email, client_address(), now)
    if not verify(credentials.password_hash, password):
        raise NotSignedIn
    renewed = renewed_hash(credentials.password_hash or "", password)
    with writing() as database:
        return open_verified_sign_in(database, credentials, now, renewed_hash=renewed)


@blueprint.post("/deconnexion")
@public
def sign_out() -> ResponseReturnValue:
    """Close the session of this browser, in the database too; nothing to close is no fault.

    A page's script is told in JSON that it is done: it asks again for as long as it is not.
    """
    forget(current_session())
    flash("Votre session est fermée sur cet appareil.")
    target = url_for("accounts.sign_in")
    response = make_response(jsonify(url=target) if wants_json() else redirect(target))
    response.headers["Clear-Site-Data"] = NOTHING_STAYS
    return response


@blueprint.get("/mot-de-passe-oublie")
@public
def forgotten_password() -> ResponseReturnValue:
    """The form that asks for a link to choose a new password."""
    return render_template("accounts/forgotten_password.html", form=ForgottenPasswordForm())


@blueprint.post("/mot-de-passe-oublie")
@public
@reads_first
def forgotten_password_post() -> ResponseReturnValue:
    """Answer the same whether the address has an account or not."""
    form = ForgottenPasswordForm(request.form)
    email = form.email.data or ""
    try:
        with writing() as database:
            ask_reset(database, email, client_address(), current_instant(), current_runtime().links)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return make_response(render_template("accounts/forgotten_password.html", form=form), 422)
    return render_template("accounts/reset_sent.html", email=email.strip())


@blueprint.get("/mot-de-passe/<token>")
@public
def open_reset(token: str) -> ResponseReturnValue:
    """Keep the token of the link in the cookie, and go to the page without it."""
    keep_token(RESET, token)
    return redirect(url_for("accounts.new_password"))


@blueprint.get("/mot-de-passe")
@public
def new_password() -> ResponseReturnValue:
    """The form of a new password, for whoever holds a link that still serves."""
    offer = read_reset(current_session(), kept_token(RESET), current_instant())
    return render_template("accounts/new_password.html", form=NewPasswordForm(), offer=offer)


@blueprint.post("/mot-de-passe")
@public
@reads_first
def new_password_post() -> ResponseReturnValue:
    """Set the new password; no session is opened by it, and those that were open are closed."""
    form = NewPasswordForm(request.form)
    token, now = kept_token(RESET), current_instant()
    offer = read_reset(current_session(), token, now)
    try:
        new_hash = hash_new_password(form.password.data or "", email=offer.email, name=offer.name)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return make_response(render_template("accounts/new_password.html", form=form, offer=offer), 422)
    with writing() as database:
        use_reset(database, token, new_hash, now)
    session.clear()
    flash("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
    return redirect(url_for("accounts.sign_in"))


def _sign_in_page(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("accounts/sign_in.html", form=form, told=None, kept=None), status)


def _home_or(target: str) -> str:
    """Where to go once signed in: ``target`` if it is a page of this site, else the first page."""
    return target if is_ours(target) else url_for("home.home")
