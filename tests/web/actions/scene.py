"""An assessment with weak criteria, and actions of its centre, as the tests of their pages need them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.centres import Centre
from tests.builders import an_action
from tests.web.assessments.scene import GRID, Team

ESSENTIAL = "A2-05"
"""An essential criterion of :data:`GRID`."""

PLAIN = "A2-02"
"""One that is not."""


def make_action(runtime: Runtime, team: Team, **values: Any) -> int:
    """An action of the team's centre; its key. ``state``, ``criteria``…: see ``tests.builders.an_action``."""
    with runtime.sessions.writing() as session:
        action = an_action(session, session.get_one(Centre, team.centre_id), **values)
        session.commit()
        return action.id


def running(team: Team, **values: Any) -> dict[str, Any]:
    """What an action that was started holds: its pilot is the member."""
    return {
        "state": "faire",
        "owner_id": team.member.id,
        "due_on": date(2026, 6, 1),
        "review_on": date(2026, 9, 1),
        "effect_measure": "Appels perdus",
        "effect_from": "41",
        "effect_to": "20",
        **values,
    }


def sheet_of(runtime: Runtime, assessment_id: int, grid: str = GRID) -> int:
    with runtime.sessions.reading() as session:
        return session.scalars(
            select(Sheet.id).where(Sheet.assessment_id == assessment_id, Sheet.grid == grid)
        ).one()


def reload(runtime: Runtime, key: int) -> Action:
    """The action as the database has it."""
    with runtime.sessions.reading() as session:
        return session.get_one(Action, key)


def actions_of(runtime: Runtime, team: Team) -> list[Action]:
    """Every action of the centre, by number."""
    with runtime.sessions.reading() as session:
        mine = select(Action).where(Action.centre_id == team.centre_id).order_by(Action.number)
        return list(session.scalars(mine))


def state_of(runtime: Runtime, assessment_id: int) -> str:
    with runtime.sessions.reading() as session:
        return session.get_one(Assessment, assessment_id).state
