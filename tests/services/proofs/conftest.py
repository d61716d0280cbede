"""The scene of assessments, with an assessment being rated."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment
from tests.services.assessments.scene import Scene, an_open_assessment, set_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    """Over « coordination » and « hygiene »."""
    return an_open_assessment(session, scene, "coordination", "hygiene")
