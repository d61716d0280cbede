"""Which centre an assessment belongs to, for who has to know before asking for it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.services.assessments.finding import find_centre_of
from tests.services.assessments.scene import Scene, an_assessment


def test_an_assessment_belongs_to_the_centre_it_was_started_in(session: Session, scene: Scene) -> None:
    assert find_centre_of(session, an_assessment(session, scene).id) == scene.centre.id


@pytest.mark.parametrize("key", [0, -1, 12345, 2**31, 2**80])
def test_an_assessment_that_does_not_exist_belongs_to_none(session: Session, scene: Scene, key: int) -> None:
    assert find_centre_of(session, key) is None
