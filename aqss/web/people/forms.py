"""What inviting somebody asks for, and what may be changed of somebody who is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import EmailField, RadioField, StringField

from aqss.domain.access import Role
from aqss.domain.texts import EMAIL_LIMIT
from aqss.services.accounts import NAME_LIMIT
from aqss.web.forms import ChoicesField, PageForm
from aqss.web.words import ROLES

MEANS: Mapping[Role, str] = {
    Role.MEMBER: "répond aux grilles et lit les résultats",
    Role.COORDINATOR: "prépare et mène les auto-évaluations, invite l’équipe",
    Role.MANAGER: "valide les résultats, invite l’équipe",
}
"""What a role lets do, where there is one to choose."""


def _role_field() -> RadioField:
    return RadioField("Rôle")


def _professions_field() -> ChoicesField:
    return ChoicesField(
        "Professions",
        description=("Elles décident des grilles proposées à cette personne. Plusieurs réponses possibles."),
    )


class PersonForm(PageForm):
    """The role and the professions of somebody who is in."""

    role = _role_field()
    professions = _professions_field()


class InvitationForm(PageForm):
    email = EmailField(
        "Adresse électronique",
        description="L’invitation y est envoyée. Une adresse personnelle à son nom, pas celle d’un service.",
        render_kw={"autocomplete": "off", "maxlength": EMAIL_LIMIT},
    )
    name = StringField(
        "Prénom et nom",
        description="Pour saluer la personne. Elle pourra le corriger.",
        render_kw={"autocomplete": "off", "maxlength": NAME_LIMIT},
    )
    role = _role_field()
    professions = _professions_field()


def offer(form: PersonForm | InvitationForm, roles: Sequence[Role], professions: Mapping[str, str]) -> None:
    """Offer these roles and professions; what leaves no choice has no field."""
    if len(roles) > 1:
        form.role.choices = {str(role): _role_words(role) for role in roles}
    else:
        del form.role
    if professions:
        form.professions.choices = dict(professions)
    else:
        del form.professions


def _role_words(role: Role) -> str:
    name = ROLES[role][:1].upper() + ROLES[role][1:]
    return f"{name}\u00a0: {MEANS[role]}" if role in MEANS else name
