"""Fixtures of the pages of assessments."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.assessments.scene import Team, make_assessment, make_team


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


@pytest.fixture
def rating(runtime: Runtime, team: Team) -> int:
    """An assessment of one grid being rated, nothing answered; its key."""
    return make_assessment(runtime, team)


@pytest.fixture
def member(site: Site, team: Team) -> Site:
    """A browser where the member is signed in."""
    site.sign_in(team.member)
    return site


@pytest.fixture
def coordinator(site: Site, team: Team) -> Site:
    """A browser where the coordinator is signed in."""
    site.sign_in(team.coordinator)
    return site
