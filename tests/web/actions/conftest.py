"""Fixtures of the pages of actions."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.actions.scene import ESSENTIAL, PLAIN
from tests.web.assessments.scene import Team, make_assessment, make_team, rate


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


@pytest.fixture
def rating(runtime: Runtime, team: Team) -> int:
    """An assessment being rated together: an essential and a plain criterion are not met."""
    key = make_assessment(runtime, team)
    rate(runtime, team.member, key, {ESSENTIAL: "non", PLAIN: "partiel", "A2-01": "oui"})
    return key


@pytest.fixture
def coordinator(site: Site, team: Team) -> Site:
    """A browser where the coordinator is signed in."""
    site.sign_in(team.coordinator)
    return site


@pytest.fixture
def member(site: Site, team: Team) -> Site:
    """A browser where the member is signed in."""
    site.sign_in(team.member)
    return site
