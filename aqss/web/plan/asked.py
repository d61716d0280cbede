"""What an address asks of a plan, and the address that asks for it; anything else is as if not asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from aqss.domain.actions import MARKS, Cell, Zone
from aqss.persistence.base import LARGEST_ID
from aqss.services.actions.filters import Filters, Group, Sort, View
from aqss.services.actions.listing import PAGE_SIZE

LONGEST_SEARCH = 200

VIEWS: Final[Mapping[View, tuple[str, str]]] = {
    View.OPEN: ("ouvertes", "Ouvertes"),
    View.OVERDUE: ("en-retard", "En retard"),
    View.TO_REVIEW: ("a-revoir", "À revoir"),
    View.MINE: ("miennes", "Mes actions"),
    View.OWNERLESS: ("sans-pilote", "Sans pilote"),
    View.OVER: ("terminees", "Terminées"),
    View.ALL: ("toutes", "Toutes"),
}
"""View → how an address names it, and what it is called."""

SORTS: Final[Mapping[Sort, tuple[str, str]]] = {
    Sort.PRIORITY: ("priorite", "Priorité"),
    Sort.DUE: ("echeance", "Échéance"),
    Sort.NUMBER: ("numero", "Numéro"),
    Sort.OWNER: ("pilote", "Pilote"),
    Sort.STATE: ("etape", "Étape"),
    Sort.PROGRESS: ("avancement", "Avancement"),
}

GROUPS: Final[Mapping[Group, tuple[str, str]]] = {
    Group.NONE: ("", "Sans regrouper"),
    Group.ZONE: ("priorite", "Priorité"),
    Group.STATE: ("etape", "Étape"),
    Group.OWNER: ("pilote", "Pilote"),
    Group.MODULE: ("module", "Module"),
    Group.CENTRE: ("centre", "Centre"),
}

ZONES: Final[Mapping[Zone, str]] = {Zone.FIRST: "d-abord", Zone.NEXT: "ensuite", Zone.LATER: "plus-tard"}
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "corrective": ("corrective", "Corrective"),
    "preventive": ("preventive", "Préventive"),
}
ORIGINS: Final[Mapping[str, str]] = {
    "criterion": "auto-evaluation",
    "session": "seance",
    "dossier": "dossier",
    "free": "hors",
}

_Key = TypeVar("_Key")


def filters_asked(args: Mapping[str, str]) -> Filters:
    """The filters that the arguments of an address name."""
    module, grid = _scope(args.get("grille", ""))
    return Filters(
        view=_key(VIEWS, args.get("vue", ""), View.OPEN),
        words=" ".join(args.get("q", "").split())[:LONGEST_SEARCH],
        state=args.get("etape", ""),
        owner=number_asked(args.get("pilote", "")),
        centre=number_asked(args.get("centre", "")),
        zone=next((zone for zone, slug in ZONES.items() if slug == args.get("priorite")), None),
        place=_place(args.get("case", "")),
        kind=_key(KINDS, args.get("type", ""), ""),
        module=module,
        grid=grid,
        origin=next((origin for origin, slug in ORIGINS.items() if slug == args.get("origine")), ""),
        sort=_key(SORTS, args.get("tri", ""), Sort.PRIORITY),
        group=_key(GROUPS, args.get("grouper", ""), Group.NONE),
    )


def args_of(filters: Filters) -> dict[str, str]:
    """The arguments of the address that asks for the same; what is usual is left out."""
    usual = Filters()
    told = {
        "vue": VIEWS[filters.view][0] if filters.view is not usual.view else "",
        "q": filters.words,
        "etape": filters.state,
        "pilote": str(filters.owner or ""),
        "centre": str(filters.centre or ""),
        "priorite": ZONES[filters.zone] if filters.zone is not None else "",
        "case": "-".join(map(str, filters.place or ())),
        "type": filters.kind,
        "grille": f"module:{filters.module}" if filters.module else filters.grid,
        "origine": ORIGINS.get(filters.origin, ""),
        "tri": SORTS[filters.sort][0] if filters.sort is not usual.sort else "",
        "grouper": GROUPS[filters.group][0],
    }
    return {name: value for name, value in told.items() if value}


def args_in(filters: Filters, view: View) -> dict[str, str]:
    """The same in another view."""
    return args_of(replace(filters, view=view))


def args_in_state(filters: Filters, state: str) -> dict[str, str]:
    """Every action in one state, the other filters kept."""
    return args_of(replace(filters, view=View.ALL, state=state))


def args_in_column(filters: Filters, state: str) -> dict[str, str]:
    """The actions in one state, the other filters kept, the view too."""
    return args_of(replace(filters, state=state))


def args_in_zone(filters: Filters, zone: Zone) -> dict[str, str]:
    """The actions of one zone, the other filters kept."""
    return args_of(replace(filters, zone=zone))


def args_in_place(filters: Filters, cell: Cell[Any]) -> dict[str, str]:
    """The actions in one place of the matrix, the other filters kept."""
    return args_of(replace(filters, place=(cell.criticality, cell.feasibility)))


def number_asked(text: str) -> int:
    """A key, or the number of a page; 0 for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) < 11
    return int(text) if is_number and int(text) <= LARGEST_ID else 0


def size_asked(args: Mapping[str, str]) -> int:
    """How many actions a page should hold."""
    return number_asked(args.get("lignes", "")) or PAGE_SIZE


def month_asked(args: Mapping[str, str]) -> tuple[int, int]:
    """« 2026-03 » → year and month; zeros for anything else."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", args.get("mois", ""))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _key(words: Mapping[_Key, tuple[str, str]], text: str, otherwise: _Key) -> _Key:
    return next((key for key, (slug, _) in words.items() if slug == text), otherwise)


def _scope(text: str) -> tuple[str, str]:
    """« module:risques-generaux », or the name of a grid."""
    if text.startswith("module:"):
        return text.removeprefix("module:"), ""
    return "", text


def _place(text: str) -> tuple[int, int] | None:
    """« 4-3 »: criticality 4, feasibility 3."""
    found = re.fullmatch(r"([0-9])-([0-9])", text)
    place = (int(found[1]), int(found[2])) if found else None
    return place if place and set(place) <= set(MARKS) else None
