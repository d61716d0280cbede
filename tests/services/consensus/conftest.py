"""A writing session on each database, with the scene set; nothing is committed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.session import Sessions
from tests.services.assessments.scene import Scene, set_scene


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions.writing() as session:
        yield session


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)
