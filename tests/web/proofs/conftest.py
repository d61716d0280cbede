"""A team whose assessment is being rated, and somebody of it signed in."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.assessments.scene import Team, make_assessment, make_team


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


@pytest.fixture
def key(runtime: Runtime, team: Team) -> int:
    """An assessment being rated."""
    return make_assessment(runtime, team)


@pytest.fixture
def rater(site: Site, team: Team) -> Site:
    """The site as somebody of the team who rates sees it."""
    site.sign_in(team.member)
    return site
