"""A grid in front of a member, ready to be opened again without the network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.offline.network import ANYTHING
from tests.journeys.rating import IS_COPIED, open_grid, until
from tests.journeys.team import backstage, make_team
from tests.sheets import TEAMS, OpenSheet, make_sheet
from tests.web.assessments.scene import FIGURES, GRID, Team


@pytest.fixture
def team(live: LiveSite) -> Team:
    return make_team(backstage(live))


@pytest.fixture
def sheet(request: pytest.FixtureRequest, live: LiveSite, team: Team) -> OpenSheet:
    """The team's, unless a test asks for one's own; see ``network.EITHER_SHEET``."""
    return make_sheet(backstage(live), team, getattr(request, "param", TEAMS), (GRID, FIGURES))


@pytest.fixture
def page(open_page: OpenPage, sheet: OpenSheet) -> Page:
    page = open_grid(open_page, sheet.team.member, sheet.key, may_fail=ANYTHING)
    until(page, IS_COPIED)
    return page
