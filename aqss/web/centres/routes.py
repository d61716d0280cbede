"""A centre: its page, its description and profile, closing it; and the centres of whoever is signed in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, StaleEdit
from aqss.domain.profile import GridChange, count_asked
from aqss.services.centres import CentreSeen, close_centre, describe_centre, read_centre, reopen_centre
from aqss.web.access import current_actor, current_person, permitted
from aqss.web.centres.forms import CentreForm, form_known, form_sent, rows_asked
from aqss.web.centres.ways import way_to_centre, way_to_centres
from aqss.web.centres.words import description_in_words, flag_labels, grouped_activities
from aqss.web.forms import version_sent, what_stands
from aqss.web.navigation import Trail
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session

blueprint = Blueprint("centres", __name__)


@blueprint.get("/centres")
@permitted(Permission.USE_ACCOUNT)
def mine() -> ResponseReturnValue:
    """The person's centres; their only one is opened at once."""
    centres = current_person().centres
    if len(centres) == 1:
        return redirect(url_for(".centre", centre_id=centres[0].centre_id))
    return render_template("centres/mine.html", centres=centres)


@blueprint.get("/centres/<int:centre_id>")
@permitted(Permission.CENTRE_VIEW)
def centre(centre_id: int) -> ResponseReturnValue:
    """What everybody of the centre may read of it, and how much its activities make the grids ask."""
    seen = _read(centre_id)
    catalogue, profile = current_runtime().catalogue, seen.description.flags
    held = {flag: label for flag, label in catalogue.flag_labels.items() if flag in profile}
    return render_template(
        "centres/centre.html",
        seen=seen,
        trail=way_to_centres(centre_id),
        activities=grouped_activities(held),
        modules=count_asked(catalogue, profile),
    )


@blueprint.get("/centres/<int:centre_id>/modifier")
@permitted(Permission.CENTRE_DESCRIBE)
def edit(centre_id: int) -> ResponseReturnValue:
    """The description and profile as they stand, to change."""
    seen = _read(centre_id)
    return _edit_page(seen, form_known(current_runtime().catalogue, seen.description, seen.version))


@blueprint.post("/centres/<int:centre_id>/modifier")
@permitted(Permission.CENTRE_DESCRIBE)
def edit_post(centre_id: int) -> ResponseReturnValue:
    """Save, or show what a change of profile changes before it is saved."""
    seen = _read(centre_id)
    rows = rows_asked(request.form)
    form = form_sent(
        current_runtime().catalogue,
        request.form,
        kept_region=seen.description.region,
        sites=rows.sites if rows else None,
    )
    if rows is not None or "revenir" in request.form:
        abandon()
        return _edit_page(seen, form, row_added=rows is not None and rows.added)
    try:
        changes = _save(seen, form)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _edit_page(seen, form), 422
    except StaleEdit:
        abandon()
        return _stale_page(_read(centre_id), form)
    if changes and "confirmer" not in request.form:
        abandon()
        return _confirm_page(seen, form, changes)
    flash(_saved_words(changes))
    return redirect(url_for(".centre", centre_id=centre_id))


@blueprint.get("/centres/<int:centre_id>/fermer")
@permitted(Permission.INSTANCE_ADMINISTER)
def close(centre_id: int) -> ResponseReturnValue:
    """What closing the centre does, before it is done."""
    seen = _read(centre_id)
    return render_template("centres/close.html", seen=seen, trail=_way(seen))


@blueprint.post("/centres/<int:centre_id>/fermer")
@permitted(Permission.INSTANCE_ADMINISTER)
def close_post(centre_id: int) -> ResponseReturnValue:
    """Close the centre: its people lose access, its assessments are kept."""
    close_centre(current_session(), current_actor(), centre_id, current_instant())
    flash("Le centre est fermé. Ses évaluations sont gardées.")
    return redirect(url_for(".centre", centre_id=centre_id))


@blueprint.post("/centres/<int:centre_id>/rouvrir")
@permitted(Permission.INSTANCE_ADMINISTER)
def reopen_post(centre_id: int) -> ResponseReturnValue:
    """Open a closed centre again, with the team it had."""
    reopen_centre(current_session(), current_actor(), centre_id, current_instant())
    flash("Le centre est rouvert, avec son équipe.")
    return redirect(url_for(".centre", centre_id=centre_id))


def _read(centre_id: int) -> CentreSeen:
    return read_centre(current_session(), current_actor(), centre_id)


def _way(seen: CentreSeen) -> Trail:
    return way_to_centre(seen.centre_id, seen.description.name)


def _save(seen: CentreSeen, form: CentreForm) -> Sequence[GridChange]:
    """Save what was typed; what it adds to the grids of today, or takes from them."""
    return describe_centre(
        current_session(),
        current_actor(),
        current_runtime().catalogue,
        seen.centre_id,
        form.description(),
        version_sent(request.form),
        current_instant(),
    )


def _saved_words(changes: Sequence[GridChange]) -> str:
    if not changes:
        return "La description est enregistrée."
    return (
        "La description et le profil sont enregistrés. Les auto-évaluations en cours gardent le leur\u00a0:"
        " le changement leur est proposé sur leur page."
    )


def _edit_page(
    seen: CentreSeen, form: CentreForm, *, row_added: bool = False, theirs: Sequence[tuple[str, str]] = ()
) -> str:
    """``theirs``: label and value of what somebody else changed meanwhile."""
    return render_template(
        "centres/edit.html",
        form=form,
        seen=seen,
        trail=_way(seen),
        row_added=row_added,
        theirs=theirs,
    )


def _stale_page(seen: CentreSeen, form: CentreForm) -> ResponseReturnValue:
    """What was typed, beside what stands now; sending it again replaces what stands."""
    theirs = what_stands(description_in_words(form.description()), description_in_words(seen.description))
    form.version.data = str(seen.version)
    return _edit_page(seen, form, theirs=theirs), 409


def _confirm_page(seen: CentreSeen, form: CentreForm, changes: Sequence[GridChange]) -> str:
    before, after = set(seen.description.flags), set(form.description().flags)
    return render_template(
        "centres/confirm_profile.html",
        seen=seen,
        trail=_way(seen),
        sent=[(name, value) for name, value in form.sent()],
        changes=changes,
        added=sum(len(change.added) for change in changes),
        removed=sum(len(change.removed) for change in changes),
        flags_added=flag_labels(after - before),
        flags_removed=flag_labels(before - after),
    )
