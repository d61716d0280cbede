"""Fixtures of the tests of pages."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from tests.site_fixtures import migrated_file, published, site
from tests.web.cast import Cast, make_cast
from tests.web.coming_in import make_coordinator

__all__ = ["migrated_file", "nadia", "published", "site"]


@pytest.fixture
def nadia(runtime: Runtime) -> User:
    """Coordinates the centre of Port-Amiral; signs in with ``tests.builders.PASSWORD``."""
    return make_coordinator(runtime)


@pytest.fixture
def cast(runtime: Runtime) -> Cast:
    """Two centres and a structure with their people."""
    return make_cast(runtime)
