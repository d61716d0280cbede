"""Whoever works in several centres reads on each page of an assessment, in the same places, which it is."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.accounts import Membership
from aqss.persistence.centres import Centre
from tests.builders import a_centre
from tests.page import Page, Site
from tests.web.assessments.scene import GRID, Team, make_assessment
from tests.web.consensus.alone import make_round

CENTRE = "Centre des Lilas"


@pytest.fixture
def coordinator(site: Site, runtime: Runtime, team: Team) -> Site:
    with runtime.sessions.writing() as session:
        elsewhere: Centre = a_centre(session, name="Centre des Iris")
        role = Membership(
            user_id=team.coordinator.id,
            role=Role.COORDINATOR.value,
            centre_id=elsewhere.id,
            professions=["coordination"],
            created_at=runtime.clock.now(),
        )
        session.add(role)
        session.commit()
    site.sign_in(team.coordinator)
    return site


def check(page: Page) -> None:
    assert page.root.one("details", class_="menu").one("summary").words.startswith(f"{CENTRE} · ")
    trail = [link.words for link in page.root.one("ol", class_="breadcrumb").all("a")]
    assert trail[:2] == ["Accueil", CENTRE]


@pytest.mark.parametrize(
    ("step", "paths"),
    [
        ("preparation", ["", "/preparation", "/etape/cotation"]),
        (
            "cotation",
            ["", f"/grilles/{GRID}", f"/grilles/{GRID}/criteres/A2-05/preuves", "/etape/accord"],
        ),
        (
            "close",
            [
                "",
                f"/grilles/{GRID}",
                f"/grilles/{GRID}/imprimer",
                "/resultats",
                f"/resultats/{GRID}",
                "/resultats/modules/risques-generaux",
                "/rapport",
                "/synthese",
            ],
        ),
    ],
)
def test_every_page_of_an_assessment_names_its_centre(
    coordinator: Site, runtime: Runtime, team: Team, step: str, paths: list[str]
) -> None:
    key = make_assessment(runtime, team, to=step)
    for path in paths:
        check(coordinator.get(f"/auto-evaluations/{key}{path}"))


@pytest.mark.parametrize("path", ["", "/resultats", "/seance", f"/grilles/{GRID}"])
def test_so_does_every_page_of_one_rated_alone(
    coordinator: Site, runtime: Runtime, team: Team, path: str
) -> None:
    check(coordinator.get(f"/auto-evaluations/{make_round(runtime, team)}{path}"))


@pytest.mark.parametrize("path", ["auto-evaluations", "auto-evaluations/nouvelle", "evolution", "preuves"])
def test_so_does_every_page_of_the_assessments_of_a_centre(coordinator: Site, team: Team, path: str) -> None:
    check(coordinator.get(f"/centres/{team.centre_id}/{path}"))
