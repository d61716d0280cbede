"""A writing session on each database, with the scene set for a plan; nothing is committed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.session import Sessions
from tests.services.actions.scene import set_plan_scene
from tests.services.assessments.scene import Scene


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions.writing() as session:
        yield session


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_plan_scene(session)
