"""Why an essential criterion that is not met has no action: written, changed, taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput
from aqss.services.assessments.essentials import get_unmet_essential, waive_essential
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import WaiverForm
from aqss.web.actions.trails import BACK, back_asked
from aqss.web.assessments.trails import trail_to_results
from aqss.web.transaction import current_instant, current_session

_CRITERION = "/auto-evaluations/<int:assessment_id>/grilles/<grid>/criteres/<criterion>/sans-action"


@blueprint.get(_CRITERION)
@permitted(Permission.ACTION_EDIT)
def waiver(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """The reason as it stands, to be written."""
    return _page(assessment_id, grid, criterion)


@blueprint.post(_CRITERION)
@permitted(Permission.ACTION_EDIT)
def waive(assessment_id: int, grid: str, criterion: str) -> ResponseReturnValue:
    """Write the reason; an empty one takes it back."""
    form = WaiverForm(request.form)
    reason = form.reason.data or ""
    try:
        waive_essential(
            current_session(),
            current_actor(),
            assessment_id=assessment_id,
            grid=grid,
            criterion=criterion,
            reason=reason,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(assessment_id, grid, criterion, form), 422
    flash("Le motif est enregistré." if reason.strip() else "Le motif est retiré.")
    return redirect(back_asked() or _results(assessment_id))


def _page(assessment_id: int, grid: str, criterion: str, form: WaiverForm | None = None) -> str:
    assessment, unmet = get_unmet_essential(
        current_session(), current_actor(), assessment_id=assessment_id, grid=grid, criterion=criterion
    )
    known = unmet.answered.waived.reason if unmet.answered.waived else ""
    return render_template(
        "actions/waiver.html",
        form=form or WaiverForm(data={"reason": known}),
        unmet=unmet,
        assessment=assessment,
        trail=trail_to_results(assessment_id, assessment.title),
        back=back_asked() or _results(assessment_id),
        kept_back=back_asked(),
        BACK=BACK,
    )


def _results(assessment_id: int) -> str:
    return url_for("results.results", assessment_id=assessment_id)
