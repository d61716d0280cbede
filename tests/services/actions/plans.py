"""Actions of every kind in one plan, for the tests of what lists, boards and exports show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.persistence.runs import Task
from aqss.services.actions.filters import Filters
from aqss.services.actions.listing import PlanPage, read_plan
from tests.builders import an_action
from tests.services.actions.scene import TODAY, key_of
from tests.services.assessments.scene import NOW, Scene, an_assessment

DAY = timedelta(days=1)


def numbers(page: PlanPage) -> list[int]:
    """Of the actions on the page, in their order."""
    return [row.action.number for row in page.rows]


def listed(session: Session, scene: Scene, filters: Filters | None = None, **more: Any) -> PlanPage:
    """The plan as its coordinator reads it."""
    values = {"centre_id": scene.centre.id, **more}
    return read_plan(session, scene.coordinator, filters or Filters(), NOW, **values)


def a_mixed_plan(session: Session, scene: Scene) -> dict[str, Action]:
    """One action for each thing a view is about."""
    centre, member, lead = scene.centre, scene.member.user_id, scene.coordinator.user_id
    return {
        "planned": an_action(session, centre, owner_id=member, due_on=TODAY + 40 * DAY),
        "late": an_action(session, centre, state="faire", owner_id=lead, due_on=TODAY - DAY),
        "today": an_action(session, centre, state="faire", owner_id=member, due_on=TODAY),
        "late, done": an_action(session, centre, state="verifier", owner_id=member, due_on=TODAY - DAY,
                                review_on=TODAY + DAY),
        "to review": an_action(session, centre, state="verifier", owner_id=member, review_on=TODAY),
        "no review day": an_action(session, centre, state="verifier", owner_id=member),
        "nobody's": an_action(session, centre, state="faire", progress=30),
        "over": an_action(session, centre, state="close", owner_id=lead, due_on=TODAY - DAY),
        "given up": an_action(session, centre, state="abandonnee", review_on=TODAY),
    }  # fmt: skip


def a_step(session: Session, action: Action, *, done: bool = False) -> None:
    session.add(Task(action_id=action.id, label="Étape", done_at=NOW if done else None))
    session.flush()


def insert_plain(session: Session, scene: Scene, count: int, after: int = 0, **values: Any) -> list[int]:
    """Actions like the one that is built, numbered from ``after``, in one statement; their keys."""
    model = an_action(session, scene.centre, number=after + 1, **values)
    columns = {c.key: getattr(model, c.key) for c in Action.__table__.c if c.key != "id"}
    rows = [{**columns, "number": after + rank, "title": f"Action {rank}"} for rank in range(2, count + 1)]
    session.execute(insert(Action), rows)
    mine = select(Action.id).where(Action.centre_id == scene.centre.id, Action.number > after)
    return list(session.scalars(mine.order_by(Action.number)))


def insert_full(session: Session, scene: Scene, count: int, after: int = 0) -> None:
    """The same, with a criterion, a contributor and a step each."""
    keys = insert_plain(session, scene, count, after)
    sheet_id, criterion = key_of(session, an_assessment(session, scene), "CO-1")
    answered = [{"action_id": key, "sheet_id": sheet_id, "criterion": criterion} for key in keys]
    session.execute(insert(ActionCriterion), answered)
    people = [{"action_id": key, "user_id": scene.member.user_id} for key in keys]
    session.execute(insert(ActionContributor), people)
    session.execute(insert(Task), [{"action_id": key, "label": "Étape"} for key in keys])
