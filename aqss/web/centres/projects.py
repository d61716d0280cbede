"""A centre that does not exist yet: described as a project, which the dossier of its creation opens."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission, Role
from aqss.domain.errors import InvalidInput
from aqss.services.centres import create_project
from aqss.web.access import current_actor, permitted
from aqss.web.centres.forms import CentreForm, blank_form, form_sent, rows_asked
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session

blueprint = Blueprint("projects", __name__)


@blueprint.get("/centres/nouveau-projet")
@permitted(Permission.CENTRE_DESCRIBE)
def new() -> ResponseReturnValue:
    """The blank description of a project."""
    return _page(blank_form(current_runtime().catalogue))


@blueprint.post("/centres/nouveau-projet")
@permitted(Permission.CENTRE_DESCRIBE)
def new_post() -> ResponseReturnValue:
    """Create the project; whoever leads a centre goes on with its dossier, an administrator invites first."""
    catalogue, rows, actor = current_runtime().catalogue, rows_asked(request.form), current_actor()
    form = form_sent(catalogue, request.form, sites=rows.sites if rows else None)
    if rows is not None:
        abandon()
        return _page(form, row_added=rows.added)
    try:
        key = create_project(current_session(), actor, catalogue, form.description(), current_instant())
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(form), 422
    if actor.is_administrator:
        flash("Le projet est créé. Il attend sa coordination\u00a0: invitez la personne qui s’en charge.")
        return redirect(url_for("centre_people.invite", centre_id=key, role=Role.COORDINATOR.value))
    flash("Le projet est créé, et vous en êtes la coordination. Commencez le dossier de sa création.")
    return redirect(url_for("dossiers.start", centre_id=key))


def _page(form: CentreForm, *, row_added: bool = False) -> str:
    return render_template("centres/project.html", form=form, row_added=row_added)
