"""What the database itself holds true of editions, whoever writes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.editions import Edition, WorkflowEdition
from tests.clock import MONDAY_MORNING
from tests.persistence.refusals import is_refused


def edition(
    grid: str = "essai", version: int = 1, content_hash: str = "a", is_current: bool = False
) -> Edition:
    return Edition(
        grid=grid,
        version=version,
        module="outils",
        title="Essai",
        hash=content_hash,
        grid_hash="g",
        content="",
        position=0,
        is_current=is_current,
        published_at=MONDAY_MORNING,
    )


def workflow(name: str = "essai", version: int = 1, is_current: bool = False) -> WorkflowEdition:
    return WorkflowEdition(
        workflow=name,
        version=version,
        hash="a",
        content="",
        position=0,
        is_current=is_current,
        published_at=MONDAY_MORNING,
    )


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        (lambda: edition(), True),
        (lambda: edition(content_hash="b"), False),
        (lambda: edition(version=2), False),
        (lambda: edition(grid="autre"), False),
    ],
    ids=["the same", "other surroundings", "other version", "other grid"],
)
def test_a_version_of_a_grid_is_kept_once_with_each_content(session: Session, row, refused) -> None:
    session.add(edition())
    session.flush()
    assert is_refused(session, row()) is refused


def test_a_version_of_a_workflow_is_kept_once(session: Session) -> None:
    session.add(workflow())
    session.flush()
    assert is_refused(session, workflow())
    assert not is_refused(session, workflow(version=2))


def test_at_most_one_edition_of_a_grid_and_one_version_of_a_workflow_is_current(session: Session) -> None:
    session.add_all([edition(is_current=True), workflow(is_current=True)])
    session.flush()
    assert is_refused(session, edition(version=2, is_current=True))
    assert is_refused(session, workflow(version=2, is_current=True))
    assert not is_refused(session, edition(version=2))
    assert not is_refused(session, edition(grid="autre", is_current=True))
    assert not is_refused(session, workflow(name="autre", is_current=True))
