"""The demonstration's today is the Monday of the week of loading, and its hours are those of Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from aqss.services.demonstration.days import LAID_OUT_ON, at, last_day_before, today_of

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)


@pytest.mark.parametrize("day", [MONDAY, date(2026, 11, 18), SUNDAY])
def test_today_is_the_monday_of_the_week_of_loading(day: date) -> None:
    assert today_of(day) == MONDAY


def test_the_next_monday_begins_another_week() -> None:
    assert today_of(date(2026, 11, 23)) == date(2026, 11, 23)


def test_the_calendar_is_drawn_around_a_monday_so_that_it_moves_by_whole_weeks() -> None:
    assert today_of(LAID_OUT_ON) == LAID_OUT_ON


def test_the_latest_day_is_the_friday_before() -> None:
    assert last_day_before(MONDAY) == date(2026, 11, 13)


def test_an_hour_is_the_same_on_the_clocks_of_paris_in_winter_and_in_summer() -> None:
    assert at(date(2026, 1, 12)) == datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert at(date(2026, 7, 13)) == datetime(2026, 7, 13, 8, tzinfo=UTC)
    assert at(date(2026, 7, 13), 16) == datetime(2026, 7, 13, 14, tzinfo=UTC)
