"""Passing an action from one state to another: what that sets off, what holds it back, its conclusion."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.domain.errors import InvalidInput, InvalidTransition, NotFound
from aqss.services.actions.moving import available_moves, move_action
from aqss.services.actions.reading import read_action
from aqss.services.runs.passing import Move
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import PassageForm
from aqss.web.actions.trails import trail_to_action
from aqss.web.actions.words import closes, holding_back
from aqss.web.forms import version_sent
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session


@blueprint.get("/actions/<int:action_id>/etape/<to>")
@permitted(Permission.ACTION_READ)
def confirm_move(action_id: int, to: str) -> ResponseReturnValue:
    """What passing to another state sets off, before it is done."""
    return _page(action_id, to, PassageForm())


@blueprint.post("/actions/<int:action_id>/etape/<to>")
@permitted(Permission.ACTION_READ)
def move(action_id: int, to: str) -> ResponseReturnValue:
    """Pass to the state, or show the page again with what holds it back."""
    form, version = PassageForm(request.form), version_sent(request.form)
    try:
        row = move_action(
            current_session(),
            current_actor(),
            action_id=action_id,
            to=to,
            expected_version=version,
            now=current_instant(),
            links=current_runtime().links,
            reason=form.reason.data or "",
            conclusion=form.conclusion(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(action_id, to, form, version), 422
    except InvalidTransition as refusal:
        if refusal.reason != "guards":
            raise
        abandon()
        return _page(action_id, to, form, version), 409
    page = read_action(current_session(), current_actor(), row.id, current_instant())
    flash(f"L’action est maintenant à l’étape « {page.state.label} ».")
    return redirect(url_for(".action", action_id=action_id))


def _page(action_id: int, to: str, form: PassageForm, version: int | None = None) -> str:
    """``version``: the one that was sent; None: the one the page shows."""
    session, actor = current_session(), current_actor()
    page = read_action(session, actor, action_id, current_instant())
    found = _find_move(available_moves(session, actor, action_id), to)
    target = page.workflow.by_state[to]
    is_closing = closes(page.state, target)
    return render_template(
        "actions/move.html",
        form=form,
        page=page,
        move=found,
        target=target,
        is_closing=is_closing,
        waits=holding_back(found, is_closing=is_closing),
        guards=GUARDS["action"],
        effects=EFFECTS["action"],
        trail=trail_to_action(page.action),
        version=page.action.version if version is None else version,
    )


def _find_move(moves: tuple[Move, ...], to: str) -> Move:
    """The way there, the one that nothing holds back if there are several. Raises :class:`NotFound`."""
    there = [one for one in moves if one.transition.to == to]
    if not there:
        raise NotFound("transition", to)
    return next((one for one in there if not one.missing), there[0])
