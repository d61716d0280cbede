"""Fixtures of whoever tests pages: imported by the ``conftest.py`` of those folders.

The database is copied from one already migrated and published, for many tests ask for it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.migrating import upgrade
from aqss.persistence.session import Sessions
from aqss.services.editions import publish
from tests.clock import MONDAY_MORNING
from tests.page import Site


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """A SQLite database as ``aqss migrate`` leaves it, to be copied."""
    path = tmp_path_factory.mktemp("published") / "aqss.db"
    sessions = Sessions(f"sqlite:///{path}")
    upgrade(sessions)
    with sessions.writing() as session:
        publish(session, catalogue, MONDAY_MORNING)
        session.commit()
    sessions.dispose()
    return path


@pytest.fixture
def published(migrated_file: Path) -> Path:
    """Done already in ``migrated_file``."""
    return migrated_file


@pytest.fixture
def site(runtime: Runtime) -> Site:
    """The site as a browser without scripts meets it, on a new database."""
    return Site(runtime)


__all__ = ["migrated_file", "published", "site"]
