"""How pages name what a centre is, where a place stands, and what a centre does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from aqss.domain.geography import DEPARTMENTS, REGIONS
from aqss.services.centre_descriptions import CentreDescription
from aqss.web.transaction import current_runtime
from aqss.web.words import series_fr

CENTRE_KINDS: Mapping[str, str] = {
    "municipal": "Centre municipal ou intercommunal",
    "associatif": "Centre associatif",
    "mutualiste": "Centre mutualiste",
    "hospitalier": "Centre d’un établissement de santé",
    "departemental": "Centre départemental",
    "autre": "Autre gestionnaire",
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
    "department_fr": lambda code: DEPARTMENTS[code],
    "region_fr": lambda code: REGIONS[code],
}
"""Jinja filters of the pages."""
