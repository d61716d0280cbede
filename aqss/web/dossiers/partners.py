"""The directory of a centre's partners: listed, searched, added to, corrected."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, StaleEdit
from aqss.services.dossiers.partners import (
    PAGE_SIZE,
    Described,
    add_partner,
    change_partner,
    get_partner,
    list_partners,
    remove_partner,
)
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.trails import centre_of
from aqss.web.centres.ways import way_to_centre
from aqss.web.dossiers.forms import PartnerForm
from aqss.web.forms import in_words, version_sent, what_stands
from aqss.web.navigation import Trail
from aqss.web.transaction import abandon, current_instant, current_session

blueprint = Blueprint("partners", __name__, url_prefix="/centres/<int:centre_id>/partenaires")


@blueprint.get("")
@permitted(Permission.DOSSIER_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """The partners of the centre, by name."""
    search, number = request.args.get("recherche", "")[:200], request.args.get("page", 1, type=int)
    found = list_partners(current_session(), current_actor(), centre_id, search=search, page=number)
    return render_template(
        "dossiers/partners.html",
        found=found,
        centre_id=centre_id,
        search=search,
        page_size=PAGE_SIZE,
        trail=way_to_centre(centre_id, found.centre_name),
    )


@blueprint.get("/nouveau")
@permitted(Permission.DOSSIER_EDIT)
def new(centre_id: int) -> ResponseReturnValue:
    """The form of a partner."""
    return _form_page(centre_id, PartnerForm())


@blueprint.post("/nouveau")
@permitted(Permission.DOSSIER_EDIT)
def new_post(centre_id: int) -> ResponseReturnValue:
    """Add it."""
    form = PartnerForm(request.form)
    try:
        add_partner(
            current_session(),
            current_actor(),
            centre_id=centre_id,
            described=_described(form),
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _form_page(centre_id, form), 422
    flash("Le partenaire est ajouté à l’annuaire.")
    return _back(centre_id)


@blueprint.get("/<int:partner_id>")
@permitted(Permission.DOSSIER_EDIT)
def edit(centre_id: int, partner_id: int) -> ResponseReturnValue:
    """What is told of it, to change."""
    partner = get_partner(current_session(), current_actor(), centre_id, partner_id)
    return _form_page(centre_id, PartnerForm(obj=partner), partner_id, partner.version)


@blueprint.post("/<int:partner_id>")
@permitted(Permission.DOSSIER_EDIT)
def edit_post(centre_id: int, partner_id: int) -> ResponseReturnValue:
    """Save it, unless somebody changed it meanwhile: what was typed stays on the page."""
    form, version = PartnerForm(request.form), version_sent(request.form)
    try:
        change_partner(
            current_session(),
            current_actor(),
            centre_id=centre_id,
            partner_id=partner_id,
            described=_described(form),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _form_page(centre_id, form, partner_id, version), 422
    except StaleEdit:
        abandon()
        partner = get_partner(current_session(), current_actor(), centre_id, partner_id)
        return _form_page(centre_id, form, partner_id, partner.version, PartnerForm(obj=partner)), 409
    flash("Le partenaire est modifié.")
    return _back(centre_id)


@blueprint.post("/<int:partner_id>/retirer")
@permitted(Permission.DOSSIER_EDIT)
def remove(centre_id: int, partner_id: int) -> ResponseReturnValue:
    """Take it out of the directory."""
    remove_partner(
        current_session(),
        current_actor(),
        centre_id=centre_id,
        partner_id=partner_id,
        now=current_instant(),
    )
    flash("Le partenaire est retiré de l’annuaire.")
    return _back(centre_id)


def _described(form: PartnerForm) -> Described:
    return Described(**{field.short_name: field.data or "" for field in form})


def _form_page(
    centre_id: int,
    form: PartnerForm,
    partner_id: int | None = None,
    version: int = 0,
    standing: PartnerForm | None = None,
) -> str:
    """A new one without ``partner_id``; ``standing``: what somebody else told of it meanwhile."""
    return render_template(
        "dossiers/partner.html",
        form=form,
        centre_id=centre_id,
        partner_id=partner_id,
        version=version,
        theirs=what_stands(in_words(form), in_words(standing)) if standing else (),
        trail=_trail(centre_id),
    )


def _back(centre_id: int) -> ResponseReturnValue:
    return redirect(url_for(".of_centre", centre_id=centre_id))


def _trail(centre_id: int) -> Trail:
    return [
        *way_to_centre(centre_id, centre_of(centre_id).name),
        ("Partenaires", url_for(".of_centre", centre_id=centre_id)),
    ]
