"""The scene of reports."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.services.assessments.scene import Scene, set_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)
