"""Passing an action from one state to another: what that sets off, what holds it back, its conclusion."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.gateways.french import paris
from aqss.persistence.actions import Action
from aqss.services.actions.moving import available_moves, move_action
from aqss.services.actions.reading import read_action
from aqss.services.runs.passing import find_move
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import ConclusionForm
from aqss.web.actions.trails import trail_to_action
from aqss.web.actions.words import closes, holding_back
from aqss.web.passages import make_passage
from aqss.web.transaction import current_instant, current_session


@blueprint.get("/actions/<int:action_id>/etape/<to>")
@permitted(Permission.ACTION_READ)
def confirm_move(action_id: int, to: str) -> ResponseReturnValue:
    """What passing to another state sets off, before it is done."""
    return _page(action_id, to, ConclusionForm())


@blueprint.post("/actions/<int:action_id>/etape/<to>")
@permitted(Permission.ACTION_READ)
def move(action_id: int, to: str) -> ResponseReturnValue:
    """Pass to the state, or show the page again with what holds it back."""
    form = ConclusionForm(request.form)

    def done(_moved: Action) -> ResponseReturnValue:
        page = read_action(current_session(), current_actor(), action_id, current_instant())
        flash(f"L’action est maintenant à l’étape «\u00a0{page.state.label}\u00a0».")
        return redirect(url_for(".action", action_id=action_id))

    gesture = partial(move_action, current_session(), current_actor(), action_id=action_id, to=to)
    return make_passage(
        form,
        partial(gesture, conclusion=form.conclusion()),
        partial(_page, action_id, to, form),
        done,
    )


def _page(action_id: int, to: str, form: ConclusionForm, version: int | None = None) -> str:
    """``version``: the one that was sent; None: the one the page shows."""
    session, actor = current_session(), current_actor()
    page = read_action(session, actor, action_id, current_instant())
    found = find_move(available_moves(session, actor, action_id), to)
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
        today=paris(current_instant()).date(),
        version=page.action.version if version is None else version,
    )
