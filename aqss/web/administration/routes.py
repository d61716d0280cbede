"""What administrators do: find and create centres and structures, close accounts, withdraw their role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role
from aqss.domain.errors import InvalidInput
from aqss.services.accounts import disable_account, enable_account, withdraw_administration
from aqss.services.centres import PAGE_SIZE, create_centre, list_centres
from aqss.services.directory import read_account
from aqss.services.structures import create_structure, list_structures
from aqss.web.access import current_actor, permitted
from aqss.web.centres.forms import CentreForm, blank_form, form_sent, rows_asked
from aqss.web.forms import PageForm
from aqss.web.structures.forms import StructureForm, structure_form
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


@blueprint.get("/centres")
@permitted(Permission.INSTANCE_ADMINISTER)
def centres() -> ResponseReturnValue:
    """Every centre, or those that the words searched for name, a page at a time."""
    search = request.args.get("q", "")
    page = list_centres(
        current_session(), current_actor(), search=search, page=request.args.get("page", 1, type=int)
    )
    return render_template("administration/centres.html", page=page, search=search, page_size=PAGE_SIZE)


@blueprint.get("/centres/nouveau")
@permitted(Permission.INSTANCE_ADMINISTER)
def new_centre() -> ResponseReturnValue:
    """The blank description of a centre."""
    return _new_centre_page(blank_form(current_runtime().catalogue))


@blueprint.post("/centres/nouveau")
@permitted(Permission.INSTANCE_ADMINISTER)
def new_centre_post() -> ResponseReturnValue:
    """Create the centre, then invite its coordination: nobody else can begin anything there."""
    catalogue, rows = current_runtime().catalogue, rows_asked(request.form)
    form = form_sent(catalogue, request.form, sites=rows.sites if rows else None)
    if rows is not None:
        abandon()
        return _new_centre_page(form, row_added=rows.added)
    try:
        centre_id = create_centre(
            current_session(), current_actor(), catalogue, form.description(), current_instant()
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _new_centre_page(form), 422
    flash("Le centre est créé. Il attend sa coordination\u00a0: invitez la personne qui s’en charge.")
    return redirect(url_for("centre_people.invite", centre_id=centre_id, role=Role.COORDINATOR.value))


@blueprint.get("/structures")
@permitted(Permission.INSTANCE_ADMINISTER)
def structures() -> ResponseReturnValue:
    """Every support structure."""
    found = list_structures(current_session(), current_actor())
    return render_template("administration/structures.html", structures=found)


@blueprint.get("/structures/nouvelle")
@permitted(Permission.INSTANCE_ADMINISTER)
def new_structure() -> ResponseReturnValue:
    """The blank description of a structure."""
    return _new_structure_page(structure_form(current_runtime().catalogue))


@blueprint.post("/structures/nouvelle")
@permitted(Permission.INSTANCE_ADMINISTER)
def new_structure_post() -> ResponseReturnValue:
    """Create the structure, then invite the first of its people."""
    catalogue = current_runtime().catalogue
    form = structure_form(catalogue, request.form)
    try:
        structure_id = create_structure(
            current_session(), current_actor(), catalogue, form.description(), current_instant()
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _new_structure_page(form), 422
    flash("La structure est créée. Invitez maintenant la première personne qui y travaille.")
    return redirect(url_for("structure_people.invite", structure_id=structure_id))


@blueprint.get("/comptes/<int:user_id>")
@permitted(Permission.INSTANCE_ADMINISTER)
def account(user_id: int) -> ResponseReturnValue:
    """An account with every role it holds, and what closing it everywhere does."""
    return _account_page(user_id, PageForm())


@blueprint.post("/comptes/<int:user_id>/fermer")
@permitted(Permission.INSTANCE_ADMINISTER)
def close_account(user_id: int) -> ResponseReturnValue:
    """Close the account everywhere; one's own is refused on its page."""
    return _decide(
        disable_account,
        user_id,
        "Le compte est fermé, et ses sessions avec lui.",
        "ce compte était déjà fermé.",
    )


@blueprint.post("/comptes/<int:user_id>/retirer-l-administration")
@permitted(Permission.INSTANCE_ADMINISTER)
def withdraw(user_id: int) -> ResponseReturnValue:
    """Take the administrator's role from somebody; one's own is refused on the page of the account."""
    return _decide(
        withdraw_administration,
        user_id,
        "Cette personne n’administre plus aqss.",
        "cette personne n’administre pas aqss.",
    )


@blueprint.post("/comptes/<int:user_id>/rouvrir")
@permitted(Permission.INSTANCE_ADMINISTER)
def reopen_account(user_id: int) -> ResponseReturnValue:
    """Open a closed account again, with the roles it had."""
    return _decide(
        enable_account,
        user_id,
        "Le compte est rouvert, avec les rôles qu’il avait.",
        "ce compte n’est pas fermé.",
    )


def _decide(
    decision: Callable[[Session, Actor, int, datetime], bool], user_id: int, done: str, why_not: str
) -> ResponseReturnValue:
    try:
        is_done = decision(current_session(), current_actor(), user_id, current_instant())
    except InvalidInput as refusal:
        form = PageForm()
        form.refuse(refusal)
        return _account_page(user_id, form), 422
    flash(done if is_done else f"Rien n’a changé\u00a0: {why_not}")
    return redirect(url_for(".account", user_id=user_id))


def _new_centre_page(form: CentreForm, *, row_added: bool = False) -> str:
    return render_template("administration/new_centre.html", form=form, row_added=row_added)


def _new_structure_page(form: StructureForm) -> str:
    return render_template("administration/new_structure.html", form=form)


def _account_page(user_id: int, form: PageForm) -> str:
    seen = read_account(current_session(), current_actor(), user_id)
    return render_template(
        "administration/account.html", form=form, seen=seen, is_own=user_id == current_actor().user_id
    )
