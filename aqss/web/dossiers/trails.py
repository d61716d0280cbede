"""Where the pages of dossiers stand."""

from __future__ import annotations

from flask import url_for

from aqss.web.centres.ways import way_to_centre
from aqss.web.navigation import Trail


def trail_to_dossiers(centre_id: int, centre_name: str) -> Trail:
    """For a page under the list of the dossiers of a centre."""
    return [
        *way_to_centre(centre_id, centre_name),
        ("Dossiers", url_for("dossiers.of_centre", centre_id=centre_id)),
    ]


def trail_to_dossier(centre_id: int, centre_name: str, dossier_id: int, title: str) -> Trail:
    """For a page under a dossier."""
    return [
        *trail_to_dossiers(centre_id, centre_name),
        (title, url_for("dossiers.dossier", dossier_id=dossier_id)),
    ]


def trail_to_own() -> Trail:
    """For a dossier that was sent to a structure, and for what stands under it."""
    return [("Accueil", url_for("home.home")), ("Dossiers", url_for("dossiers.mine"))]


def trail_to_request(dossier_id: int, title: str) -> Trail:
    """For a page under a dossier as the structure it was sent to reads it."""
    return [*trail_to_own(), (title, url_for("dossiers.dossier", dossier_id=dossier_id))]
