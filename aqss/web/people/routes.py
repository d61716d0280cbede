"""Who is in a centre or a structure, who administers the instance, who is invited: the same pages for all.

A view takes the keys of its place (``centre_id``, ``structure_id``, or none) and hands them to services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from aqss.domain.access import Permission, Role
from aqss.domain.errors import InvalidInput, NotFound
from aqss.gateways.french import date_fr
from aqss.services.directory import list_administrators
from aqss.services.invitations import InvitationMade, invite, revoke_invitation
from aqss.services.mails import INVITATION_MAIL, list_troubled
from aqss.services.people import (
    PendingInvitation,
    People,
    Person,
    change_professions,
    change_role,
    disable_membership,
    enable_membership,
    list_people,
)
from aqss.web.access import current_actor, permitted
from aqss.web.forms import PageForm
from aqss.web.mails.words import Trouble, by_cause
from aqss.web.people.forms import InvitationForm, PersonForm, offer
from aqss.web.people.places import Here, find_here
from aqss.web.transaction import current_instant, current_runtime, current_session

View = Callable[..., ResponseReturnValue]
Route = tuple[str, str, str, View]
"""Method, address after the prefix, endpoint, view."""


def team(**keys: int) -> ResponseReturnValue:
    """Everybody with a role in the place, the open invitations, and the centre's mails that have not left."""
    people, here = _people(keys), find_here(keys)
    held = {person.role for person in people.persons if person.is_active}
    invited = {one.role for one in people.invitations if not one.is_expired}
    return render_template(
        "people/team.html",
        here=here,
        people=people,
        lacks_lead=here.kind == "centre" and Role.COORDINATOR not in held,
        lead_invited=Role.COORDINATOR in invited,
        lacks_manager=here.kind == "centre" and Role.MANAGER not in held,
        manager_invited=Role.MANAGER in invited,
        troubles=_held_back(here),
        actor=current_actor(),
    )


def administrators() -> ResponseReturnValue:
    """Who administers the instance, and who is invited to."""
    return render_template(
        "people/administrators.html",
        here=find_here({}),
        accounts=list_administrators(current_session(), current_actor()),
        people=_people({}),
        actor=current_actor(),
    )


def invite_form(**keys: int) -> ResponseReturnValue:
    """The invitation form, with the role that the address proposes if there is one."""
    here = find_here(keys)
    form = _invitation_form(here)
    proposed = request.args.get("role")
    if "role" in form and proposed in here.roles:
        form.role.data = proposed
    return _invite_page(here, form)


def invite_post(**keys: int) -> ResponseReturnValue:
    """Invite; where there is one role to hold, or no profession, none was asked."""
    here = find_here(keys)
    form = _invitation_form(here, request.form)
    try:
        made = _invite(
            here,
            email=form.email.data or "",
            name=form.name.data or "",
            role=(form.role.data or "") if "role" in form else here.roles[0],
            professions=(form.professions.data or ()) if "professions" in form else (),
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _invite_page(here, form), 422
    return _invited(here, made)


def send_again(invitation_id: int, **keys: int) -> ResponseReturnValue:
    """Invite the same person again: a new link, which replaces the one before."""
    here, pending = find_here(keys), _invitation(keys, invitation_id)
    made = _invite(
        here, email=pending.email, name=pending.name, role=pending.role, professions=pending.professions
    )
    return _invited(here, made)


def revoke_form(invitation_id: int, **keys: int) -> ResponseReturnValue:
    """Whose invitation is about to be withdrawn."""
    pending = _invitation(keys, invitation_id)
    return render_template("people/revoke.html", here=find_here(keys), invitation=pending)


def revoke_post(invitation_id: int, **keys: int) -> ResponseReturnValue:
    """Withdraw an open invitation to that very place; its link then opens nothing."""
    here, pending = find_here(keys), _invitation(keys, invitation_id)
    revoke_invitation(current_session(), current_actor(), invitation_id, current_instant())
    flash(f"L’invitation envoyée à {pending.email} est retirée\u00a0: son lien ne s’ouvre plus.")
    return redirect(here.team_url)


def person(membership_id: int, **keys: int) -> ResponseReturnValue:
    """One person's role and professions in the place."""
    here, found = find_here(keys), _person(keys, membership_id)
    form = PersonForm(data={"role": found.role.value, "professions": list(found.professions)})
    return _person_page(here, found, _offered(here, form))


def person_post(membership_id: int, **keys: int) -> ResponseReturnValue:
    """Change role and professions; nobody changes their own role."""
    here, found = find_here(keys), _person(keys, membership_id)
    form = _offered(here, PersonForm(request.form))
    try:
        _change(here, found, form)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _person_page(here, found, form), 422
    flash(f"C’est enregistré pour {found.name}.")
    return redirect(here.team_url)


def close_form(membership_id: int, **keys: int) -> ResponseReturnValue:
    """What putting somebody out of the place does, before it is done."""
    return _close_page(find_here(keys), _person(keys, membership_id), PageForm())


def close_post(membership_id: int, **keys: int) -> ResponseReturnValue:
    """Put somebody out of the place."""
    here, found, form = find_here(keys), _person(keys, membership_id), PageForm()
    try:
        disable_membership(
            current_session(), current_actor(), **keys, membership_id=membership_id, now=current_instant()
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _close_page(here, found, form), 422
    flash(f"{found.name} n’a plus accès {here.words.inside}.")
    return redirect(here.team_url)


def reopen_form(membership_id: int, **keys: int) -> ResponseReturnValue:
    """Who is about to be let in again."""
    found = _person(keys, membership_id)
    return render_template("people/reopen.html", here=find_here(keys), found=found)


def reopen_post(membership_id: int, **keys: int) -> ResponseReturnValue:
    """Let somebody in again."""
    here, found = find_here(keys), _person(keys, membership_id)
    enable_membership(
        current_session(), current_actor(), **keys, membership_id=membership_id, now=current_instant()
    )
    flash(f"{found.name} a de nouveau accès {here.words.inside}.")
    return redirect(here.team_url)


def _held_back(here: Here) -> tuple[Trouble, ...]:
    """The centre's mails that have not left, but the invitations: those are told beside each."""
    if here.place.centre_id is None:
        return ()
    held = list_troubled(
        current_session(), current_actor(), current_instant(), centre_id=here.place.centre_id
    )
    return by_cause(mail for mail in held if mail.kind != INVITATION_MAIL)


def _people(keys: dict[str, int]) -> People:
    return list_people(current_session(), current_actor(), **keys, now=current_instant())


def _person(keys: dict[str, int], membership_id: int) -> Person:
    found = next((one for one in _people(keys).persons if one.membership_id == membership_id), None)
    if found is None:
        raise NotFound("membership", membership_id)
    return found


def _invitation(keys: dict[str, int], invitation_id: int) -> PendingInvitation:
    """An open invitation to that very place."""
    found = next((one for one in _people(keys).invitations if one.invitation_id == invitation_id), None)
    if found is None:
        raise NotFound("invitation", invitation_id)
    return found


def _invite(here: Here, *, email: str, name: str, role: str, professions: Iterable[str]) -> InvitationMade:
    return invite(
        current_session(),
        current_actor(),
        current_runtime().catalogue,
        email=email,
        name=name,
        role=role,
        professions=professions,
        centre_id=here.place.centre_id,
        structure_id=here.place.structure_id,
        now=current_instant(),
        links=current_runtime().links,
    )


def _invited(here: Here, made: InvitationMade) -> ResponseReturnValue:
    flash(f"L’invitation part à {made.email}. Son lien est valable jusqu’au {date_fr(made.expires_at)}.")
    return redirect(here.team_url)


def _change(here: Here, found: Person, form: PersonForm) -> None:
    session, actor, now = current_session(), current_actor(), current_instant()
    whose = {**here.keys, "membership_id": found.membership_id}
    change_professions(
        session,
        actor,
        current_runtime().catalogue,
        **whose,
        professions=form.professions.data or (),
        now=now,
    )
    if found.user_id != actor.user_id:
        change_role(session, actor, **whose, role=form.role.data or "", now=now)


def _invitation_form(here: Here, sent: MultiDict[str, str] | None = None) -> InvitationForm:
    form = InvitationForm(sent)
    offer(form, here.roles, here.professions)
    return form


def _offered(here: Here, form: PersonForm) -> PersonForm:
    offer(form, here.roles, here.professions)
    return form


def _invite_page(here: Here, form: InvitationForm) -> str:
    return render_template("people/invite.html", here=here, form=form)


def _person_page(here: Here, found: Person, form: PersonForm) -> str:
    is_own = found.user_id == current_actor().user_id
    return render_template("people/person.html", here=here, found=found, form=form, is_own=is_own)


def _close_page(here: Here, found: Person, form: PageForm) -> str:
    return render_template("people/close.html", here=here, found=found, form=form)


INVITING: tuple[Route, ...] = (
    ("GET", "/inviter", "invite", invite_form),
    ("POST", "/inviter", "invite_post", invite_post),
    ("POST", "/invitations/<int:invitation_id>/renvoyer", "send_again", send_again),
    ("GET", "/invitations/<int:invitation_id>/retirer", "revoke", revoke_form),
    ("POST", "/invitations/<int:invitation_id>/retirer", "revoke_post", revoke_post),
)
BELONGING: tuple[Route, ...] = (
    ("GET", "", "team", team),
    ("GET", "/<int:membership_id>", "person", person),
    ("GET", "/<int:membership_id>/fermer", "close", close_form),
    ("POST", "/<int:membership_id>/fermer", "close_post", close_post),
    ("GET", "/<int:membership_id>/rouvrir", "reopen", reopen_form),
    ("POST", "/<int:membership_id>/rouvrir", "reopen_post", reopen_post),
)
CHANGING: tuple[Route, ...] = (("POST", "/<int:membership_id>", "person_post", person_post),)
ADMINISTERING: tuple[Route, ...] = (("GET", "", "team", administrators),)


def _blueprint(name: str, prefix: str, permission: Permission, *views: Route) -> Blueprint:
    """The pages of one kind of place: each view under the permission that kind asks for."""
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    for method, rule, endpoint, view in views:
        blueprint.add_url_rule(rule, endpoint, permitted(permission)(partial(view)), methods=[method])
    return blueprint


of_centre = _blueprint(
    "centre_people",
    "/centres/<int:centre_id>/equipe",
    Permission.CENTRE_MANAGE_PEOPLE,
    *BELONGING,
    *CHANGING,
    *INVITING,
)
of_structure = _blueprint(
    "structure_people",
    "/structures/<int:structure_id>/equipe",
    Permission.STRUCTURE_MANAGE_PEOPLE,
    *BELONGING,
    *INVITING,
)
of_instance = _blueprint(
    "administrators",
    "/administration/personnes",
    Permission.INSTANCE_ADMINISTER,
    *ADMINISTERING,
    *INVITING,
)
