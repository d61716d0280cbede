"""Which actions a view, a filter or a search keeps, and in what order they come."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.actions import MARKS, Marks, Zone, days_late, is_to_review
from aqss.persistence.accounts import User
from aqss.persistence.editions import WorkflowEdition
from aqss.services.actions.filters import Filters, Sort, View
from aqss.services.actions.listing import list_states
from tests.builders import an_action
from tests.services.actions.plans import DAY, a_mixed_plan, listed, numbers
from tests.services.actions.scene import TODAY, key_of, read_action_workflow
from tests.services.assessments.scene import Scene, an_assessment, publish_workflow


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View.OPEN, {"planned", "late", "today", "late, done", "to review", "no review day", "nobody's"}),
        (View.OVERDUE, {"late"}),
        (View.TO_REVIEW, {"to review", "no review day"}),
        (View.MINE, {"late"}),
        (View.OWNERLESS, {"nobody's"}),
        (View.OVER, {"over", "given up"}),
    ],
)
def test_a_view_keeps_what_it_says_and_its_count_agrees(
    session: Session, scene: Scene, view: View, expected: set[str]
) -> None:
    plan = a_mixed_plan(session, scene)
    page = listed(session, scene, Filters(view=view))
    assert set(numbers(page)) == {plan[name].number for name in expected}
    assert (page.total, page.views[view]) == (len(expected), len(expected))
    assert page.views[View.ALL] == len(plan)


def test_the_views_count_days_as_the_rules_of_actions_do(session: Session, scene: Scene) -> None:
    for action in a_mixed_plan(session, scene).values():
        is_done = action.done_at is not None or action.ended_at is not None
        is_waiting = action.done_at is not None and action.ended_at is None
        late = numbers(listed(session, scene, Filters(view=View.OVERDUE)))
        review = numbers(listed(session, scene, Filters(view=View.TO_REVIEW)))
        assert (action.number in late) == (days_late(action.due_on, TODAY, is_done=is_done) > 0)
        assert (action.number in review) == is_to_review(action.review_on, TODAY, is_waiting=is_waiting)


def test_the_order_by_priority_is_that_of_the_marks_for_each_of_the_64(
    session: Session, scene: Scene
) -> None:
    marks = [Marks(*three) for three in product(MARKS, MARKS, MARKS)]
    for one in marks:
        an_action(
            session,
            scene.centre,
            criticality=one.criticality,
            feasibility=one.feasibility,
            impact=one.impact,
        )
    rows = listed(session, scene, size=100).rows
    assert [row.marks.rank for row in rows] == sorted(one.rank for one in marks)


@pytest.mark.parametrize("zone", Zone)
def test_a_zone_keeps_its_own(session: Session, scene: Scene, zone: Zone) -> None:
    for criticality, feasibility in product(MARKS, MARKS):
        an_action(session, scene.centre, criticality=criticality, feasibility=feasibility)
    rows = listed(session, scene, Filters(zone=zone)).rows
    assert rows
    assert {row.marks.zone for row in rows} == {zone}


def test_a_place_of_the_matrix_keeps_its_own(session: Session, scene: Scene) -> None:
    for criticality, feasibility in product(MARKS, MARKS):
        an_action(session, scene.centre, criticality=criticality, feasibility=feasibility)
    (row,) = listed(session, scene, Filters(place=(4, 2))).rows
    assert (row.action.criticality, row.action.feasibility) == (4, 2)


@pytest.mark.parametrize(
    "words",
    [
        "procédure",
        "PROCEDURE",
        "procedure acces",
        "d'acces",
        "l’accès",
        "12",
        "n° 12",
        "N°12",
        "nº\u00a012 acces",
        "co-5",
        "É",
        "reclamation",
    ],
)
def test_a_search_finds_title_finding_number_and_criteria_whatever_the_case_and_accents(
    session: Session, scene: Scene, words: str
) -> None:
    sheet, _ = key_of(session, an_assessment(session, scene), "CO-5")
    wanted = an_action(
        session,
        scene.centre,
        number=12,
        title="Écrire la procédure d’accès, l’accès compris",
        finding="Une réclamation.",
        criteria=[(sheet, "CO-5")],
    )
    an_action(session, scene.centre, number=3, title="Tout autre chose", finding="Rien")
    found = listed(session, scene, Filters(words=words))
    assert wanted.number in numbers(found)


@pytest.mark.parametrize("words", ["100%", "_", "%", "procedure autre", "999999999999", "n° 3", "CO-9"])
def test_a_search_takes_what_is_typed_to_the_letter(session: Session, scene: Scene, words: str) -> None:
    an_action(session, scene.centre, title="Écrire la procédure")
    assert numbers(listed(session, scene, Filters(words=words))) == []


def test_state_owner_kind_origin_module_and_grid_narrow_the_plan(session: Session, scene: Scene) -> None:
    sheet, _ = key_of(session, an_assessment(session, scene), "HY-1")
    one = an_action(session, scene.centre, criteria=[(sheet, "HY-1")], kind="preventive", state="faire",
                    owner_id=scene.member.user_id)  # fmt: skip
    an_action(session, scene.centre)
    for filters in (
        Filters(state="faire"),
        Filters(owner=scene.member.user_id),
        Filters(kind="preventive"),
        Filters(origin="criterion"),
        Filters(module="soins"),
        Filters(grid="hygiene"),
    ):
        assert numbers(listed(session, scene, filters)) == [one.number], filters
        assert filters.is_narrowed
    assert numbers(listed(session, scene, Filters(module="outils"))) == []


def test_a_state_or_an_owner_that_the_plan_does_not_know_asks_for_nothing(
    session: Session, scene: Scene
) -> None:
    an_action(session, scene.centre)
    page = listed(session, scene, Filters(state="nulle-part", owner=987_654))
    assert (numbers(page), page.scope.filters) == ([1], Filters())


def test_each_sort_puts_first_what_it_says(session: Session, scene: Scene) -> None:
    session.execute(update(User).where(User.id == scene.member.user_id).values(name="Élie"))
    session.execute(update(User).where(User.id == scene.colleague.user_id).values(name="Zoé"))
    values = [
        {"owner_id": scene.colleague.user_id, "due_on": TODAY + 9 * DAY, "progress": 50, "state": "faire"},
        {"owner_id": scene.member.user_id, "due_on": TODAY + 3 * DAY, "progress": 90, "state": "verifier"},
        {"owner_id": None, "due_on": None, "progress": 10, "state": "prevoir"},
    ]
    for one in values:
        an_action(session, scene.centre, **one)
    expected = {
        Sort.DUE: [2, 1, 3],
        Sort.NUMBER: [1, 2, 3],
        Sort.OWNER: [2, 1, 3],
        Sort.STATE: [3, 1, 2],
        Sort.PROGRESS: [3, 1, 2],
    }
    for sort, order in expected.items():
        assert numbers(listed(session, scene, Filters(sort=sort))) == order, sort


def test_states_are_the_latest_versions_first_then_those_of_earlier_ones(
    session: Session, scene: Scene
) -> None:
    earlier = list(list_states(session))
    workflow = read_action_workflow()
    renamed = workflow.model_copy(
        update={
            "version": 2,
            "states": tuple(
                state.model_copy(update={"label": "À préparer"}) if state.initial else state
                for state in workflow.states[:-1]
            ),
        }
    )
    session.execute(
        update(WorkflowEdition).where(WorkflowEdition.workflow == "action").values(is_current=False)
    )
    publish_workflow(session, renamed)
    states = list_states(session)
    assert list(states) == earlier
    assert states["prevoir"].label == "À préparer"
