"""The people of two centres, and the site as the coordinator of the first sees it."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.cast import Cast, make_cast


@pytest.fixture
def cast(runtime: Runtime) -> Cast:
    return make_cast(runtime)


@pytest.fixture
def lead(site: Site, cast: Cast) -> Site:
    site.sign_in(cast.nadia)
    return site


@pytest.fixture
def member(site: Site, cast: Cast) -> Site:
    site.sign_in(cast.lea)
    return site
