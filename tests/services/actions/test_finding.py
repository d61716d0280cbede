"""Whose action it is, what a person is for it, and who works on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Permission
from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.actions import Action
from aqss.persistence.base import LARGEST_ID
from aqss.services.actions.finding import (
    IS_OVER,
    contributes,
    find_centre_of_action,
    get_action,
    named_dates,
    roles_in_action,
    works_on,
)
from tests.services.actions.scene import DUE, REVIEW, a_draft, go, plan
from tests.services.assessments.scene import Scene


@pytest.mark.parametrize("lock", [False, True])
def test_the_whole_team_reads_an_action(session: Session, scene: Scene, lock: bool) -> None:
    action = plan(session, scene)
    for actor in (scene.coordinator, scene.manager, scene.member, scene.colleague):
        assert get_action(session, actor, action.id, Permission.ACTION_READ, lock=lock) is action


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_a_stranger_is_not_told_that_an_action_exists(session: Session, scene: Scene, who: str) -> None:
    action = plan(session, scene)
    for permission in (Permission.ACTION_READ, Permission.ACTION_EDIT):
        with pytest.raises(NotFound):
            get_action(session, getattr(scene, who), action.id, permission)


def test_somebody_of_the_team_without_the_permission_is_told_so(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    with pytest.raises(NotAllowed):
        get_action(session, scene.member, action.id, Permission.ACTION_EDIT)


@pytest.mark.parametrize("key", [0, -1, 987, LARGEST_ID + 1, 10**30])
def test_a_number_that_no_action_has_is_not_found(session: Session, scene: Scene, key: int) -> None:
    with pytest.raises(NotFound):
        get_action(session, scene.coordinator, key, Permission.ACTION_READ)
    assert find_centre_of_action(session, key) is None


def test_the_centre_of_an_action_is_found(session: Session, scene: Scene) -> None:
    assert find_centre_of_action(session, plan(session, scene).id) == scene.centre.id


def test_who_is_in_charge_is_its_owner_besides_their_roles(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    assert roles_in_action(scene.member, action) == {"member", "owner"}
    assert roles_in_action(scene.colleague, action) == {"member"}
    assert roles_in_action(scene.stranger, action) == set()


def test_the_dates_a_workflow_may_name_are_those_written(session: Session, scene: Scene) -> None:
    assert named_dates(plan(session, scene)) == {
        "action-due": datetime(2026, 6, 30, 22, 0, tzinfo=UTC),
        "review": datetime(2026, 12, 15, 23, 0, tzinfo=UTC),
    }
    assert (DUE.month, REVIEW.month) == (6, 12)  # midnight in Paris, in summer and in winter
    assert named_dates(plan(session, scene, a_draft(due_on=None, review_on=None))) == {}


def test_leaders_owner_and_contributors_work_on_it_and_no_other(session: Session, scene: Scene) -> None:
    draft = a_draft(owner_id=scene.manager.user_id, contributors=[scene.colleague.user_id])
    action = plan(session, scene, draft)
    working = {
        actor.name: works_on(session, actor, action)
        for actor in (scene.coordinator, scene.manager, scene.colleague, scene.member, scene.stranger)
    }
    assert list(working.values()) == [True, True, True, False, False]
    assert not contributes(session, action.id, scene.member.user_id)
    mine = plan(session, scene, replace(draft, owner_id=scene.member.user_id))
    assert works_on(session, scene.member, mine)


def test_an_action_is_over_once_it_reached_an_end(session: Session, scene: Scene) -> None:
    runs, over = plan(session, scene), plan(session, scene)
    go(session, scene.coordinator, over, "abandonnee")
    assert list(session.scalars(select(Action.id).where(IS_OVER))) == [over.id]
    assert runs.ended_at is None
