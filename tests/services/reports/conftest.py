"""The scene of reports, and a team whose member asks for one."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.centres import Centre
from tests.builders import a_centre, a_member, actor_of
from tests.services.assessments.scene import Scene, set_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)


@pytest.fixture
def centre(session: Session) -> Centre:
    return a_centre(session)


@pytest.fixture
def actor(session: Session, centre: Centre) -> Actor:
    return actor_of(session, a_member(session, centre))
