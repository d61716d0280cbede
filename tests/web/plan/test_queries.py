"""The pages of a plan ask the database the same number of questions, however many actions it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from aqss.bootstrap import Runtime
from aqss.persistence.actions import Action
from aqss.persistence.runs import Task
from tests.builders import a_member, an_action
from tests.page import Site
from tests.web.cast import Cast
from tests.web.plan.scene import DAY, EFFECT, TODAY, plan_url

PAGES = (
    "/plan?grouper=centre",
    "/plan/tableau",
    "/plan/calendrier",
    "/plan/matrice",
    "/plan/paqss",
    "",
    "?grouper=module",
    "?q=action",
    "/tableau",
    "/calendrier",
    "/matrice",
    "/paqss",
    "/rapport",
)


@pytest.mark.parametrize("rest", PAGES)
def test_2000_actions_cost_no_more_than_20(lead: Site, runtime: Runtime, cast: Cast, rest: str) -> None:
    with runtime.sessions.writing() as session:
        a_member(session, cast.other, user=cast.nadia)
        session.commit()
    costs = []
    for count, after in ((20, 0), (1980, 20)):
        fill(runtime, cast, count, after)
        address = rest if rest.startswith("/plan") else plan_url(cast, rest)
        lead.get(address)
        with lead.counted_statements() as statements:
            assert lead.client.get(address).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= 25


def fill(runtime: Runtime, cast: Cast, count: int, after: int) -> None:
    """Actions of every state, with a step each, in two statements."""
    with runtime.sessions.writing() as session:
        models = [
            an_action(session, cast.centre, number=after + rank, state=state, due_on=TODAY + rank * DAY,
                      owner_id=cast.lea.id, **EFFECT)
            for rank, state in enumerate(("prevoir", "faire", "verifier", "close"), start=1)
        ]  # fmt: skip
        columns = [
            {c.key: getattr(one, c.key) for c in Action.__table__.c if c.key != "id"} for one in models
        ]
        rows = [{**columns[n % 4], "number": after + n} for n in range(5, count + 1)]
        session.execute(insert(Action), rows)
        session.execute(insert(Task), [{"action_id": one.id, "label": "Étape"} for one in models])
        session.commit()
