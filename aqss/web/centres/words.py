"""How pages name what a centre or a structure is, where it stands, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from aqss.domain.geography import DEPARTMENTS, REGIONS
from aqss.gateways.french import NBSP
from aqss.services.centre_descriptions import CentreDescription
from aqss.web.transaction import current_runtime

CENTRE_KINDS: Mapping[str, str] = {
    "municipal": "Centre municipal ou intercommunal",
    "associatif": "Centre associatif",
    "mutualiste": "Centre mutualiste",
    "hospitalier": "Centre d’un établissement de santé",
    "departemental": "Centre départemental",
    "autre": "Autre gestionnaire",
}

STRUCTURE_KINDS: Mapping[str, str] = {
    "staraqs": "Staraqs",
    "cpias": "CPias",
    "omedit": "OMEDIT",
    "federation": "Fédération",
}

ACTIVITY_GROUPS: Sequence[tuple[str, Sequence[str]]] = (
    ("Soins", ("mt", "soins-infirmiers", "domicile", "telesante", "petite-chirurgie")),
    ("Spécialités", ("dentaire", "ophtalmo", "imagerie", "endoscopie")),
    ("Matériel médical", ("sterilisation", "dm-reutilisables")),
    ("Produits de santé", ("vaccins", "stock-medicaments", "froid", "oxygene")),
    ("Organisation", ("antennes",)),
)
"""How activities are put together on screens. One that the catalogue adds goes under « Autres activités »."""

_Item = TypeVar("_Item")


def grouped_activities(items: Mapping[str, _Item]) -> list[tuple[str, list[_Item]]]:
    """The ``items`` (flag → anything) by group, in the order of :data:`ACTIVITY_GROUPS`; no empty group."""
    placed = {flag for _title, flags in ACTIVITY_GROUPS for flag in flags}
    others = ("Autres activités", [flag for flag in items if flag not in placed])
    groups = [
        (title, [items[flag] for flag in flags if flag in items])
        for title, flags in (*ACTIVITY_GROUPS, others)
    ]
    return [(title, found) for title, found in groups if found]


def flag_labels(flags: Collection[str]) -> list[str]:
    """The labels of ``flags``, in the order of the catalogue; one that has left it, as it is kept."""
    labels = current_runtime().catalogue.flag_labels
    return [labels[flag] for flag in labels if flag in flags] + [flag for flag in flags if flag not in labels]


def profession_labels(professions: Collection[str]) -> list[str]:
    """The same for professions."""
    labels = current_runtime().catalogue.profession_labels
    return [labels.get(profession, profession) for profession in professions]


def module_titles(modules: Collection[str]) -> list[str]:
    """The same for modules."""
    titles = {module.module: module.title for module in current_runtime().catalogue.modules}
    return [titles.get(module, module) for module in modules]


def series_fr(words: Iterable[str]) -> str:
    """« a ; b ; c », for words that hold commas."""
    return f"{NBSP}; ".join(words)


def description_in_words(description: CentreDescription) -> dict[str, str]:
    """Label → value of every field, as a person reads them."""
    sites = [f"{site.name} ({site.address})" if site.address else site.name for site in description.sites]
    return {
        "Nom": description.name,
        "Type de centre": CENTRE_KINDS.get(description.kind, ""),
        "Commune": description.town,
        "Département": DEPARTMENTS.get(description.department, ""),
        "Numéro FINESS": description.finess,
        "Activités": series_fr(flag_labels(description.flags)),
        "Antennes": series_fr(sites),
    }


FILTERS: Mapping[str, Callable[..., Any]] = {
    "centre_kind_fr": lambda kind: CENTRE_KINDS[kind],
    "structure_kind_fr": lambda kind: STRUCTURE_KINDS[kind],
    "department_fr": lambda code: DEPARTMENTS[code],
    "region_fr": lambda code: REGIONS[code],
    "professions_list": profession_labels,
    "module_titles": module_titles,
    "series_fr": series_fr,
}
"""Jinja filters of the pages."""
