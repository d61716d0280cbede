"""Port-Amiral, its people and the CPias; somebody of it signed in."""

from __future__ import annotations

import pytest

from tests.page import Site
from tests.web.cast import Cast


@pytest.fixture
def nadia_site(site: Site, cast: Cast) -> Site:
    """The site as the coordinator of Port-Amiral sees it."""
    site.sign_in(cast.nadia)
    return site
