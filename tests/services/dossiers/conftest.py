"""A writing session on each database, the shipped catalogue published, with the scene set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.session import Sessions
from aqss.services.editions import Publication
from tests.services.dossiers.scene import Scene, set_scene


@pytest.fixture
def session(sessions: Sessions, published: Publication) -> Iterator[Session]:
    with sessions.writing() as session:
        yield session


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)
