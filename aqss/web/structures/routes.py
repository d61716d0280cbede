"""A support structure: its page, its description, closing it; and the structures of whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, StaleEdit
from aqss.domain.geography import REGIONS
from aqss.services.structures import (
    StructureDescription,
    StructureSeen,
    close_structure,
    describe_structure,
    read_structure,
    reopen_structure,
)
from aqss.web.access import current_actor, current_person, permitted
from aqss.web.forms import version_sent, what_stands
from aqss.web.navigation import Trail
from aqss.web.structures.forms import StructureForm, structure_form
from aqss.web.structures.ways import way_to_structure, way_to_structures
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session
from aqss.web.words import STRUCTURE_KINDS, module_titles, series_fr

blueprint = Blueprint("structures", __name__)


@blueprint.get("/structures")
@permitted(Permission.USE_ACCOUNT)
def mine() -> ResponseReturnValue:
    """The person's structures; their only one is opened at once."""
    structures = current_person().structures
    if len(structures) == 1:
        return redirect(url_for(".structure", structure_id=structures[0].structure_id))
    return render_template("structures/mine.html", structures=structures)


@blueprint.get("/structures/<int:structure_id>")
@permitted(Permission.STRUCTURE_VIEW)
def structure(structure_id: int) -> ResponseReturnValue:
    """What the structure follows, and where, for its people."""
    return render_template(
        "structures/structure.html",
        seen=_read(structure_id),
        trail=way_to_structures(structure_id),
    )


@blueprint.get("/structures/<int:structure_id>/modifier")
@permitted(Permission.INSTANCE_ADMINISTER)
def edit(structure_id: int) -> ResponseReturnValue:
    """The description as it stands, to change."""
    seen = _read(structure_id)
    form = structure_form(current_runtime().catalogue, standing=seen.description, version=seen.version)
    return _edit_page(seen, form)


@blueprint.post("/structures/<int:structure_id>/modifier")
@permitted(Permission.INSTANCE_ADMINISTER)
def edit_post(structure_id: int) -> ResponseReturnValue:
    """Save, unless somebody saved meanwhile: their words are then shown beside what was typed."""
    seen = _read(structure_id)
    form = structure_form(current_runtime().catalogue, request.form, standing=seen.description)
    try:
        _save(seen, form)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _edit_page(seen, form), 422
    except StaleEdit:
        abandon()
        return _stale_page(_read(structure_id), form)
    flash("La description est enregistrée.")
    return redirect(url_for(".structure", structure_id=structure_id))


@blueprint.get("/structures/<int:structure_id>/fermer")
@permitted(Permission.INSTANCE_ADMINISTER)
def close(structure_id: int) -> ResponseReturnValue:
    """What closing the structure does, before it is done."""
    seen = _read(structure_id)
    return render_template("structures/close.html", seen=seen, trail=_way(seen))


@blueprint.post("/structures/<int:structure_id>/fermer")
@permitted(Permission.INSTANCE_ADMINISTER)
def close_post(structure_id: int) -> ResponseReturnValue:
    """Close the structure: its people lose access."""
    close_structure(current_session(), current_actor(), structure_id, current_instant())
    flash("La structure est fermée.")
    return redirect(url_for(".structure", structure_id=structure_id))


@blueprint.post("/structures/<int:structure_id>/rouvrir")
@permitted(Permission.INSTANCE_ADMINISTER)
def reopen_post(structure_id: int) -> ResponseReturnValue:
    """Open a closed structure again, with the people it had."""
    reopen_structure(current_session(), current_actor(), structure_id, current_instant())
    flash("La structure est rouverte, avec ses personnes.")
    return redirect(url_for(".structure", structure_id=structure_id))


def _read(structure_id: int) -> StructureSeen:
    return read_structure(current_session(), current_actor(), structure_id)


def _way(seen: StructureSeen) -> Trail:
    return way_to_structure(seen.structure_id, seen.description.name)


def _save(seen: StructureSeen, form: StructureForm) -> None:
    describe_structure(
        current_session(),
        current_actor(),
        current_runtime().catalogue,
        seen.structure_id,
        form.description(),
        version_sent(request.form),
        current_instant(),
    )


def _in_words(description: StructureDescription) -> dict[str, str]:
    """Label → value of every field, as a person reads them."""
    return {
        "Nom": description.name,
        "Type de structure": STRUCTURE_KINDS.get(description.kind, ""),
        "Modules suivis": series_fr(module_titles(description.modules)),
        "Régions": series_fr(REGIONS.get(region, region) for region in description.regions),
    }


def _edit_page(seen: StructureSeen, form: StructureForm, theirs: list[tuple[str, str]] | None = None) -> str:
    """``theirs``: label and value of what somebody else changed meanwhile."""
    return render_template(
        "structures/edit.html", form=form, seen=seen, trail=_way(seen), theirs=theirs or []
    )


def _stale_page(seen: StructureSeen, form: StructureForm) -> ResponseReturnValue:
    """What was typed, beside what stands now; sending it again replaces what stands."""
    theirs = what_stands(_in_words(form.description()), _in_words(seen.description))
    form.version.data = str(seen.version)
    return _edit_page(seen, form, theirs), 409
