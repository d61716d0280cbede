"""How the pages of a plan tell where an action stands, and what its groups are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from aqss.domain.actions import Zone
from aqss.domain.definitions.words import GUARDS
from aqss.domain.definitions.workflows import State, Transition
from aqss.domain.effects import Outcome
from aqss.domain.errors import (
    AqssError,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPossibleNow,
    StaleEdit,
)
from aqss.domain.lifecycle import ways_out
from aqss.gateways.french import NBSP, date_fr, paris, plural_fr, short_date_fr
from aqss.services.actions.columns import origin_of as origin_of
from aqss.services.actions.filters import Group
from aqss.services.actions.finding import roles_in_action
from aqss.services.actions.listing import RowGroup, Scope
from aqss.services.actions.rows import PlanRow
from aqss.services.actions.words import ORIGINS as ORIGINS
from aqss.services.actions.words import OUTCOMES, ZONES
from aqss.services.fault_words import word_fault
from aqss.web.access import current_actor
from aqss.web.actions.words import state_sign, timing_tag
from aqss.web.transaction import current_instant, current_runtime
from aqss.web.words import Due

LIST_OF_ALL, LIST_OF_CENTRE = "plan.mine", "plan.of_centre"


@dataclass(frozen=True)
class Tag:
    """A short mark: see ``components/marks.html``."""

    label: str
    sign: str
    kind: str = ""


def state_tag(row: PlanRow) -> Tag:
    """The state of an action, with its result once there is one."""
    told = row.state.label
    if row.action.result:
        told = f"{told}, {OUTCOMES[Outcome(row.action.result)].lower()}"
    return Tag(told, state_sign(row.state, row.action))


def plan_timing(row: PlanRow) -> Due | None:
    """What presses; when it is due stands beside it."""
    return timing_tag(row.timing(this_day()))


def group_title(group: RowGroup, scope: Scope) -> str:
    """What the actions of a group have in common."""
    match scope.filters.group:
        case Group.STATE:
            return scope.options.states[str(group.key)].label
        case Group.OWNER:
            return group.rows[0].owner or "Sans pilote"
        case Group.CENTRE:
            return group.rows[0].centre_name
        case Group.MODULE:
            return module_title(str(group.key)) if group.key else "Sans critère"
    return ZONES[tuple(Zone)[int(group.key or 0)]]


def module_title(module: str) -> str:
    """The module's title in the catalogue of today; its name when it has left it."""
    return next((one.title for one in current_runtime().catalogue.modules if one.module == module), module)


def month_title(day: date) -> str:
    """« mars 2026 »."""
    return date_fr(day).split(" ", 1)[1]


def passages(row: PlanRow) -> tuple[Transition, ...]:
    """The passages that the person may ask for; what holds one back is told on its page."""
    return ways_out(row.workflow, row.action.state, roles_in_action(current_actor(), row.action))


def changed_fr(value: str | date | None) -> str:
    """What a bulk change goes from or to."""
    if value is None:
        return "aucun"
    return short_date_fr(value) if isinstance(value, date) else value


def refusal_fr(refusal: AqssError, states: Mapping[str, State]) -> str:
    """Why a bulk change leaves an action as it is; ``states``: by code."""
    match refusal:
        case InvalidTransition(reason="guards", guards=guards):
            waits = " ".join(GUARDS["action"][name] for name in guards)
            return f"{plural_fr(len(guards), 'Condition à remplir', 'Conditions à remplir')}{NBSP}: {waits}"
        case InvalidTransition() | NotFound():
            return "Ce passage n’est pas ouvert à votre rôle."
        case NotPossibleNow(ability=ability, state=state):
            gesture = "lancer" if ability == "start" else "modifier"
            return f"Son étape, «{NBSP}{states[state].label}{NBSP}», ne permet pas de la {gesture}."
        case StaleEdit():
            return "Quelqu’un l’a changée entre-temps."
        case InvalidInput(faults=faults):
            if faults[0].field == "due_on" and faults[0].code == "required":
                return "Elle n’a pas d’échéance à décaler."
            return " ".join(f"{_FIELDS.get(one.field, one.field)}{NBSP}: {word_fault(one)}" for one in faults)
    raise refusal


_FIELDS = {
    "title": "Objectif",
    "owner_id": "Pilote",
    "contributors": "Contributeurs",
    "starts_on": "Début",
    "due_on": "Échéance",
    "review_on": "Date de revue",
    "criteria": "Critères",
    "effect_to": "Effet attendu",
}


def list_of(centre_id: int | None) -> str:
    """The endpoint of the list."""
    return LIST_OF_ALL if centre_id is None else LIST_OF_CENTRE


def presentations(centre_id: int | None) -> tuple[tuple[str, str], ...]:
    """The ways to look at the plan: endpoint and label; what it changed is told of one centre only."""
    found = (
        (list_of(centre_id), "Liste"),
        ("plan.board", "Tableau"),
        ("plan.calendar", "Calendrier"),
        ("plan.matrix", "Matrice"),
        ("plan.table", "PAQSS"),
    )
    return found if centre_id is None else (*found, ("plan_effects.effects", "Effets"))


def address(endpoint: str, args: Mapping[str, str], **more: object) -> str:
    """The address of a page of a plan with these filters; what is None is left out."""
    arguments: dict[str, Any] = {**args, **more}
    return url_for(endpoint, **arguments)


def this_day() -> date:
    """The day of the request in Paris."""
    return paris(current_instant()).date()


FILTERS: Mapping[str, Callable[..., Any]] = {
    "plan_state": state_tag,
    "plan_timing": plan_timing,
    "month_title": month_title,
    "changed_fr": changed_fr,
    "refusal_fr": refusal_fr,
}
"""Jinja filters of the pages."""
