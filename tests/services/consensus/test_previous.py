"""What the team said last time of a criterion, its history followed across versions of the grid."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment
from aqss.services.consensus.previous import Previous, find_previous
from aqss.services.consensus.sittings import get_point, list_points
from tests.services.assessments.scene import (
    Scene,
    an_edition,
    an_open_assessment,
    close,
    publish,
    rate,
    statements,
)

GRID = "suivie"


def publish_version(session: Session, version: int, code: str, replaces: str = "") -> None:
    criterion = {"criterion": code, **({"replaces": [replaces]} if replaces else {})}
    publish(session, an_edition(GRID, {"tout": [criterion, {"criterion": "Z-1"}]}, version=version))


def a_closed_one(session: Session, scene: Scene, code: str) -> Assessment:
    found = an_open_assessment(session, scene, GRID, title=f"Campagne de {code}")
    rate(session, scene.member, found, code, "non", grid=GRID)
    close(session, scene, found)
    return found


def previous_of(session: Session, assessment: Assessment, code: str) -> Previous | None:
    return find_previous(session, assessment, get_point(list_points(session, assessment), GRID, code))


def test_a_criterion_is_followed_through_versions_that_nobody_used(session: Session, scene: Scene) -> None:
    publish_version(session, 1, "A-1")
    earlier = a_closed_one(session, scene, "A-1")
    for version, code, replaced in ((2, "B-1", "A-1"), (3, "C-1", "B-1"), (4, "D-1", "C-1")):
        publish_version(session, version, code, replaced)
    now = an_open_assessment(session, scene, GRID)
    previous = previous_of(session, now, "D-1")
    assert previous is not None
    assert previous.assessment_id == earlier.id
    assert [(one.code, one.answer.level, one.has_dissent) for one in previous.answers] == [
        ("A-1", "non", False)
    ]
    assert previous_of(session, now, "Z-1") is None


def test_without_a_closed_assessment_there_is_no_last_time(session: Session, scene: Scene) -> None:
    publish_version(session, 1, "A-1")
    an_open_assessment(session, scene, GRID)
    assert previous_of(session, an_open_assessment(session, scene, GRID), "A-1") is None


@pytest.mark.parametrize(("version", "queries"), [(1, 2), (2, 2), (3, 3), (9, 3)])
def test_versions_in_between_take_one_query_more_whatever_their_number(
    session: Session, scene: Scene, version: int, queries: int
) -> None:
    publish_version(session, 1, "A-1")
    a_closed_one(session, scene, "A-1")
    for between in range(2, version + 1):
        publish_version(session, between, "A-1")
    now = an_open_assessment(session, scene, GRID)
    point = get_point(list_points(session, now), GRID, "A-1")
    assert find_previous(session, now, point) is not None
    with statements(session) as seen:
        find_previous(session, now, point)
    assert len(seen) == queries
