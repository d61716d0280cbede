"""The way down to a centre, for breadcrumbs: through administration for whoever has no role there."""

from __future__ import annotations

from flask import url_for

from aqss.web.access import current_person
from aqss.web.navigation import Trail


def way_to_centres(centre_id: int) -> Trail:
    """What stands above a centre's page."""
    home = ("Accueil", url_for("home.home"))
    if any(centre.centre_id == centre_id for centre in current_person().centres):
        return [home]
    return [home, ("Centres", url_for("administration.centres"))]


def way_to_centre(centre_id: int, name: str) -> Trail:
    """What stands above the pages of a centre."""
    return [*way_to_centres(centre_id), (name, url_for("centres.centre", centre_id=centre_id))]
