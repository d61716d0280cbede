"""The way down to a support structure, for breadcrumbs: through administration for who has no role there."""

from __future__ import annotations

from flask import url_for

from aqss.web.access import current_person
from aqss.web.navigation import Trail


def way_to_structures(structure_id: int) -> Trail:
    """What stands above a structure's page."""
    home = ("Accueil", url_for("home.home"))
    if any(structure.structure_id == structure_id for structure in current_person().structures):
        return [home]
    return [home, ("Structures d’appui", url_for("administration.structures"))]


def way_to_structure(structure_id: int, name: str) -> Trail:
    """What stands above the pages of a structure."""
    return [
        *way_to_structures(structure_id),
        (name, url_for("structures.structure", structure_id=structure_id)),
    ]
