"""Where a page of an assessment stands: the centre it belongs to, and the links that lead to it."""

from __future__ import annotations

from flask import url_for

from aqss.services.assessments.finding import find_dossier_of
from aqss.services.sign_ins import CentreRole
from aqss.web.access import centre_here, current_person
from aqss.web.centres.ways import way_to_centre
from aqss.web.navigation import Trail
from aqss.web.transaction import current_session


def centre_of(centre_id: int) -> CentreRole:
    """The centre as the person knows it: every page of an assessment is for its team."""
    return next(centre for centre in current_person().centres if centre.centre_id == centre_id)


def trail_to_list(centre_id: int) -> Trail:
    """For the list of the assessments of the centre."""
    return way_to_centre(centre_id, centre_of(centre_id).name)


def trail_to_centre(centre_id: int) -> Trail:
    """For the overview of an assessment of the centre."""
    return [
        *trail_to_list(centre_id),
        ("Auto-évaluations", url_for("assessments.of_centre", centre_id=centre_id)),
    ]


def trail_to_assessment(assessment_id: int, title: str) -> Trail:
    """For a page under an assessment of the centre that the page is about.

    Under the dossier, where it is a sheet of one.
    """
    centre = centre_here()
    way = way_to_centre(centre.centre_id, centre.name) if centre else [("Accueil", url_for("home.home"))]
    if dossier := find_dossier_of(current_session(), assessment_id):
        address = url_for("dossiers.dossier", dossier_id=dossier[0])
        return [*way, (dossier[1], address), (title, f"{address}#fiche-{assessment_id}")]
    return [*way, (title, url_for("assessments.overview", assessment_id=assessment_id))]


def trail_to_results(assessment_id: int, title: str) -> Trail:
    """For a page under its results."""
    address = url_for("results.results", assessment_id=assessment_id)
    return [*trail_to_assessment(assessment_id, title), ("Résultats", address)]
