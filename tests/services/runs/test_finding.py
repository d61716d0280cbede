"""Finding what follows a workflow by its key."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.persistence.actions import Action
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier
from aqss.services.runs.finding import find_run
from tests.builders import an_action
from tests.services.assessments.scene import Scene


@pytest.mark.parametrize("key", [0, -1, 987_654, LARGEST_ID + 1, 10**30])
def test_what_no_key_calls_is_not_there(session: Session, key: int) -> None:
    assert find_run(session, Action, key) is None


def test_it_is_of_the_kind_asked_for(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre)
    assert find_run(session, Action, action.id) is action
    assert find_run(session, Dossier, action.id) is None


def test_locked_it_is_read_as_it_is_now(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre, title="Avant")
    elsewhere = update(Action).where(Action.id == action.id).values(title="Après")
    session.execute(elsewhere, execution_options={"synchronize_session": False})
    assert find_run(session, Action, action.id) is action
    assert action.title == "Avant"
    find_run(session, Action, action.id, lock=True)
    assert action.title == "Après"
