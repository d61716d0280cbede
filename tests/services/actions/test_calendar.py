"""A month of a plan."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed
from aqss.services.actions import calendar
from aqss.services.actions.calendar import MOST_EVENTS, Month, Occasion, read_month
from aqss.services.actions.filters import Filters, View
from tests.builders import an_action
from tests.services.actions.plans import insert_plain
from tests.services.assessments.scene import NOW, Scene, statements


def month_of(session: Session, scene: Scene, year: int = 0, month: int = 0) -> Month:
    return read_month(
        session, scene.member, Filters(view=View.ALL), NOW, centre_id=scene.centre.id, year=year, month=month
    )


def test_a_month_is_whole_weeks_with_due_and_review_days(session: Session, scene: Scene) -> None:
    an_action(session, scene.centre, due_on=date(2026, 3, 10), review_on=date(2026, 3, 31))
    an_action(session, scene.centre, due_on=date(2026, 4, 2), state="close")
    an_action(session, scene.centre, due_on=date(2026, 5, 20), review_on=date(2026, 4, 5))
    an_action(session, scene.centre, review_on=date(2026, 3, 31), criticality=1)
    an_action(session, scene.centre)
    month = month_of(session, scene)
    assert (month.first, {len(week) for week in month.weeks}) == (date(2026, 3, 1), {7})
    assert (month.weeks[0][0].on, month.weeks[-1][-1].on) == (date(2026, 2, 23), date(2026, 4, 5))
    days = {
        day.on: [(one.row.action.number, one.occasion) for one in day.events]
        for week in month.weeks
        for day in week
        if day.events
    }
    assert days == {
        date(2026, 3, 10): [(1, Occasion.DUE)],
        date(2026, 3, 31): [(1, Occasion.REVIEW), (4, Occasion.REVIEW)],
        date(2026, 4, 2): [(2, Occasion.DUE)],
        date(2026, 4, 5): [(3, Occasion.REVIEW)],
    }
    assert [day.on.day for day in month.busy_days] == [10, 31]


@pytest.mark.parametrize(("year", "month"), [(2026, 13), (2026, 0), (1, 5), (9999, 12), (0, 0)])
def test_a_month_that_is_none_is_the_present_one(
    session: Session, scene: Scene, year: int, month: int
) -> None:
    assert month_of(session, scene, year, month).first == date(2026, 3, 1)


def test_months_lead_to_one_another_as_far_as_they_are_shown(session: Session, scene: Scene) -> None:
    middle = month_of(session, scene, 2026, 1)
    assert (middle.before, middle.after) == (date(2025, 12, 1), date(2026, 2, 1))
    assert month_of(session, scene, calendar.EARLIEST, 1).before is None
    assert month_of(session, scene, calendar.LATEST, 12).after is None


def test_a_month_with_too_much_says_that_it_is_cut(session: Session, scene: Scene) -> None:
    insert_plain(session, scene, MOST_EVENTS, due_on=date(2026, 3, 10))
    assert not month_of(session, scene).is_cut
    an_action(session, scene.centre, due_on=date(2026, 3, 11))
    month = month_of(session, scene)
    assert month.is_cut
    assert sum(len(day.events) for week in month.weeks for day in week) == MOST_EVENTS


def test_it_costs_the_same_queries_however_many_actions(session: Session, scene: Scene) -> None:
    counts = []
    month_of(session, scene)  # definitions are read once by a process
    for _ in range(2):
        an_action(session, scene.centre, due_on=date(2026, 3, 10))
        an_action(session, scene.centre, due_on=date(2026, 3, 11), state="faire")
        with statements(session) as asked:
            month_of(session, scene)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_keeps_the_view_and_the_filters_and_strangers_see_nothing(session: Session, scene: Scene) -> None:
    an_action(session, scene.centre, due_on=date(2026, 3, 10), state="close", kind="preventive")
    an_action(session, scene.centre, due_on=date(2026, 3, 10))
    an_action(session, scene.centre, due_on=date(2026, 3, 10), kind="preventive")
    filters = Filters(view=View.OPEN, kind="preventive")
    month = read_month(session, scene.member, filters, NOW, centre_id=scene.centre.id)
    assert [one.row.action.number for one in month.busy_days[0].events] == [3]
    of_all = read_month(session, scene.member, filters, NOW)
    assert [one.row.action.number for one in of_all.busy_days[0].events] == [3]
    with pytest.raises(NotAllowed):
        read_month(session, scene.stranger, filters, NOW, centre_id=scene.centre.id)
