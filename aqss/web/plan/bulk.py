"""Changing several actions at once: what to change, then what that will do, then doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput
from aqss.gateways.french import NBSP, count_fr
from aqss.services.actions.bulk import Change, Outcome, change_together, list_chosen
from aqss.services.actions.listing import list_states
from aqss.services.teams import list_team
from aqss.web.access import current_actor, permitted
from aqss.web.actions.trails import BACK, back_asked, trail_to_plan
from aqss.web.plan.asked import number_asked
from aqss.web.plan.forms import GESTURES, BulkForm
from aqss.web.plan.words import refusal_fr
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session

blueprint = Blueprint("plan_bulk", __name__, url_prefix="/centres/<int:centre_id>/plan/ensemble")

MOST_TOLD = 5
"""Refusals told one by one once the others are changed."""


@blueprint.get("")
@permitted(Permission.ACTION_EDIT)
def choose(centre_id: int) -> ResponseReturnValue:
    """Say what changes for the actions ticked in the list."""
    return _choose_page(centre_id, BulkForm(), tuple(_versions()))


@blueprint.post("/apercu")
@permitted(Permission.ACTION_EDIT)
def preview(centre_id: int) -> ResponseReturnValue:
    """What would change, and what cannot: done, told, and undone."""
    form = BulkForm(request.form)
    try:
        form.validate()
        change = form.change()
        outcomes = _change(centre_id, change)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return make_response(_choose_page(centre_id, form, tuple(_versions())), 422)
    abandon()
    return render_template(
        "plan/bulk_preview.html",
        centre_id=centre_id,
        outcomes=outcomes,
        gesture=GESTURES[change.gesture],
        states=list_states(current_session()),
        sent={name: request.form.get(name, "") for name in ("gesture", "owner", "due_on", "weeks", BACK)},
        back=url_for(".choose", centre_id=centre_id, action=list(_versions()), retour=_list(centre_id)),
        trail=trail_to_plan(centre_id),
    )


@blueprint.post("")
@permitted(Permission.ACTION_EDIT)
def apply(centre_id: int) -> ResponseReturnValue:
    """Change those that can be, each whole; the others stay and are told."""
    form = BulkForm(request.form)
    try:
        form.validate()
        outcomes = _change(centre_id, form.change())
    except InvalidInput as refusal:
        form.refuse(refusal)
        return make_response(_choose_page(centre_id, form, tuple(_versions())), 422)
    _tell(outcomes)
    return redirect(_list(centre_id))


def _list(centre_id: int) -> str:
    """The list that the actions were ticked in, as it was asked for."""
    return back_asked() or url_for("plan.of_centre", centre_id=centre_id)


def _change(centre_id: int, change: Change) -> tuple[Outcome, ...]:
    return change_together(
        current_session(),
        current_actor(),
        centre_id=centre_id,
        versions=_versions(),
        change=change,
        now=current_instant(),
        links=current_runtime().links,
    )


def _versions() -> Mapping[int, int | None]:
    """« 12 » or « 12:3 »: an action, and the version that was shown of it."""
    found: dict[int, int | None] = {}
    for text in request.values.getlist("action"):
        key, _, version = text.partition(":")
        if number_asked(key):
            found[number_asked(key)] = number_asked(version) if version else None
    return found


def _choose_page(centre_id: int, form: BulkForm, keys: Sequence[int]) -> str:
    form.offer(list_team(current_session(), centre_id))
    return render_template(
        "plan/bulk.html",
        centre_id=centre_id,
        form=form,
        back=_list(centre_id),
        chosen=list_chosen(current_session(), current_actor(), centre_id, keys),
        trail=trail_to_plan(centre_id),
    )


def _tell(outcomes: Sequence[Outcome]) -> None:
    states = list_states(current_session())
    refused = [(one.number, refusal_fr(one.refusal, states)) for one in outcomes if one.refusal is not None]
    changed = len(outcomes) - len(refused)
    if changed:
        flash(f"{count_fr(changed, 'action changée', 'actions changées')}.")
    for number, why in refused[:MOST_TOLD]:
        flash(f"L’action n°{NBSP}{number} n’a pas changé. {why}")
    if rest := len(refused[MOST_TOLD:]):
        flash(f"{count_fr(rest, 'autre action n’a', 'autres actions n’ont')} pas changé.")
