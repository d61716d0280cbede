"""Planning an action, from a criterion or free, and changing it; linking one to a criterion more."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, NotFound
from aqss.gateways.french import paris
from aqss.services.actions.changing import change_action, link_criterion
from aqss.services.actions.drafts import Draft
from aqss.services.actions.offering import list_others, read_editable, read_offer
from aqss.services.actions.starting import Proposal, propose_action, start_action
from aqss.services.assessments.finding import find_centre_of
from aqss.services.wording import answer_fr
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import IN_WORDS, TARGET, ActionForm, fields_of, key_text
from aqss.web.actions.trails import BACK, back_asked, trail_to_action, trail_to_plan
from aqss.web.actions.words import why_marks
from aqss.web.forms import version_sent
from aqss.web.transaction import current_instant, current_runtime, current_session

SESSION = "session"
"""What a form sends as « origine » when it stands in the session where the team agrees."""


@dataclass(frozen=True)
class Asked:
    """What the address of a new action names: the criterion it answers, the dossier it belongs to."""

    assessment_id: int | None
    grid: str
    criterion: str
    dossier_id: int | None
    is_in_session: bool

    @property
    def origin(self) -> str:
        if self.is_in_session:
            return "session"
        return "dossier" if self.dossier_id is not None else "free"

    @property
    def fields(self) -> dict[str, str]:
        """To be sent again with the form."""
        named = {
            "auto_evaluation": str(self.assessment_id or ""),
            "grille": self.grid,
            "critere": self.criterion,
            "dossier": str(self.dossier_id or ""),
            "origine": SESSION if self.is_in_session else "",
            BACK: back_asked(),
        }
        return {name: value for name, value in named.items() if value}


@blueprint.get("/centres/<int:centre_id>/actions/nouvelle")
@permitted(Permission.ACTION_EDIT)
def new(centre_id: int) -> ResponseReturnValue:
    """The form of an action, with what the grid and the team's answer propose when it answers a criterion."""
    asked = _asked()
    proposal = _proposal(centre_id, asked)
    draft = proposal.draft if proposal else Draft(title="")
    return _new_page(centre_id, ActionForm(data=fields_of(draft)), asked, proposal, _targets(draft))


@blueprint.post("/centres/<int:centre_id>/actions/nouvelle")
@permitted(Permission.ACTION_EDIT)
def create(centre_id: int) -> ResponseReturnValue:
    """Plan it, and go back to where one was."""
    form, asked = ActionForm(request.form), _asked()
    try:
        if not form.validate():
            raise InvalidInput(())
        draft = form.draft(request.form)
        action = start_action(
            current_session(),
            current_actor(),
            centre_id=centre_id,
            draft=draft,
            now=current_instant(),
            origin="criterion" if draft.criteria and asked.origin == "free" else asked.origin,
            dossier_id=asked.dossier_id,
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _new_page(centre_id, form, asked, _proposal(centre_id, asked), request.form), 422
    flash(f"L’action n°\u00a0{action.number} est créée.")
    return redirect(back_asked() or url_for(".action", action_id=action.id))


@blueprint.get("/actions/<int:action_id>/modifier")
@permitted(Permission.ACTION_EDIT)
def edit(action_id: int) -> ResponseReturnValue:
    """The action as it stands, to be changed."""
    editable = read_editable(current_session(), current_actor(), action_id)
    draft = editable.draft
    form = ActionForm(data=fields_of(draft))
    return _edit_page(action_id, form, editable.action.version, _targets(draft))


@blueprint.post("/actions/<int:action_id>/modifier")
@permitted(Permission.ACTION_EDIT)
def change(action_id: int) -> ResponseReturnValue:
    """Save it; what somebody else changed meanwhile is not replaced unseen."""
    form, version = ActionForm(request.form), version_sent(request.form)
    try:
        if not form.validate():
            raise InvalidInput(())
        change_action(
            current_session(),
            current_actor(),
            action_id=action_id,
            draft=form.draft(request.form),
            expected_version=version,
            now=current_instant(),
            links=current_runtime().links,
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _edit_page(action_id, form, version, request.form), 422
    flash("L’action est enregistrée.")
    return redirect(url_for(".action", action_id=action_id))


@blueprint.post("/actions/<int:action_id>/criteres")
@permitted(Permission.ACTION_EDIT)
def link(action_id: int) -> ResponseReturnValue:
    """Have it answer one criterion more."""
    asked = _asked()
    action = link_criterion(
        current_session(),
        current_actor(),
        action_id=action_id,
        assessment_id=asked.assessment_id or 0,
        grid=asked.grid,
        criterion=asked.criterion,
        now=current_instant(),
    )
    flash(f"L’action n°\u00a0{action.number} répond aussi au critère {asked.criterion}.")
    return redirect(back_asked() or url_for(".action", action_id=action_id))


def _asked() -> Asked:
    """What the address or the form names; what is no key is nothing."""
    return Asked(
        assessment_id=_key("auto_evaluation"),
        grid=request.values.get("grille", ""),
        criterion=request.values.get("critere", ""),
        dossier_id=_key("dossier"),
        is_in_session=request.values.get("origine") == SESSION,
    )


def _key(name: str) -> int | None:
    return version_sent(request.values, name) or None


def _targets(draft: Draft) -> dict[str, str]:
    """The field of the target on its criterion, and what it holds."""
    return {f"{TARGET}{key_text(draft.effect_on)}": draft.effect_to} if draft.effect_on else {}


def _proposal(centre_id: int, asked: Asked) -> Proposal | None:
    """None for an action that answers no criterion; :class:`NotFound` for one of another centre."""
    if asked.assessment_id is None:
        return None
    session = current_session()
    if find_centre_of(session, asked.assessment_id) != centre_id:
        raise NotFound("assessment", asked.assessment_id)
    return propose_action(
        session,
        current_actor(),
        assessment_id=asked.assessment_id,
        grid=asked.grid,
        criterion=asked.criterion,
    )


def _new_page(
    centre_id: int,
    form: ActionForm,
    asked: Asked,
    proposal: Proposal | None,
    targets: object,
) -> str:
    session = current_session()
    offer = read_offer(session, current_actor(), centre_id, form.draft({}).criteria)
    form.offer(offer)
    others = list_others(session, proposal.others, proposal.answered.key) if proposal else ()
    return render_template(
        "actions/new.html",
        form=form,
        asked=asked,
        proposal=proposal,
        why_marks=why_marks(proposal.answered) if proposal else "",
        others=others,
        centre_id=centre_id,
        trail=trail_to_plan(centre_id),
        back=back_asked() or url_for("plan.of_centre", centre_id=centre_id),
        **_choices(form, offer.criteria, targets),
    )


def _edit_page(action_id: int, form: ActionForm, version: int, targets: object) -> str:
    session, actor = current_session(), current_actor()
    editable = read_editable(session, actor, action_id)
    offer = read_offer(session, actor, editable.action.centre_id, editable.draft.criteria, editable)
    form.offer(offer)
    return render_template(
        "actions/edit.html",
        form=form,
        action=editable.action,
        is_settled=editable.is_settled,
        version=version,
        trail=trail_to_action(editable.action),
        **_choices(form, offer.criteria, targets),
    )


def _choices(form: ActionForm, criteria: object, targets: object) -> dict[str, object]:
    """What both pages show of the criteria: those on offer, and those that the effect may be expected of."""
    return {
        "criteria": criteria,
        "effects": form.shown_effects(criteria),  # type: ignore[arg-type]
        "targets": targets,
        "today": paris(current_instant()).date(),
        "answer_fr": answer_fr,
        "key_text": key_text,
        "TARGET": TARGET,
        "IN_WORDS": IN_WORDS,
    }
