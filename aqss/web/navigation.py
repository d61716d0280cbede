"""The main menu: what it offers, and to whom (a page joins it with one row); and what breadcrumbs are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for

from aqss.services.sign_ins import SignedIn

Trail = list[tuple[str, str]]
"""(label, address) pairs of a breadcrumb, from the first page down; the page itself is not in it."""


@dataclass(frozen=True)
class Entry:
    """A link of the main menu, current on every page of its blueprints."""

    label: str
    endpoint: str
    blueprints: tuple[str, ...]
    is_for: Callable[[SignedIn], bool] = lambda _person: True

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """Whether the page shown is under it."""
        return request.blueprint in self.blueprints

    @property
    def is_this_page(self) -> bool:
        """Whether the page shown is the very one it leads to."""
        return request.endpoint == self.endpoint


ENTRIES = (
    Entry("Accueil", "home.home", ("home",)),
    Entry(
        "Évaluer",
        "assessments.mine",
        ("assessments", "assessment_profile", "rating", "results", "reports", "evolution"),
        lambda person: bool(person.centres),
    ),
    Entry(
        "Plan d’actions",
        "plan.mine",
        ("plan", "plan_bulk", "plan_report", "plan_effects", "actions"),
        lambda person: bool(person.centres),
    ),
    Entry(
        "Dossiers",
        "dossiers.mine",
        ("dossiers", "dossier_work", "dossier_documents", "dossier_parts", "partners"),
        lambda person: bool(person.centres or person.structures),
    ),
    Entry(
        "Centre",
        "centres.mine",
        ("centres", "centre_people", "journal", "projects"),
        lambda person: bool(person.centres),
    ),
    Entry("Structure", "structures.mine", ("structures",), lambda person: bool(person.structures)),
    Entry(
        "Administration",
        "administration.centres",
        ("administration", "administrators", "instance_journal", "mails", "structure_people"),
        lambda person: person.actor.is_administrator,
    ),
    Entry("Référentiel", "catalogue.overview", ("catalogue",)),
    Entry("Guide", "guide.guide", ("guide",)),
)
"""In the order of the menu."""


def main_menu(person: SignedIn) -> tuple[Entry, ...]:
    """What the menu offers this person."""
    return tuple(entry for entry in ENTRIES if entry.is_for(person))
