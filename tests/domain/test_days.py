"""Days that make sense: ten years around today."""

from __future__ import annotations

from datetime import date

import pytest

from aqss.domain.days import clean_day, days_around
from aqss.domain.errors import Fault, InvalidInput

EARLIEST, LATEST = date(2016, 1, 1), date(2036, 12, 31)


def test_ten_whole_years_around_today() -> None:
    assert days_around(date(2026, 3, 2)) == (EARLIEST, LATEST)
    assert days_around(date(2028, 2, 29)) == (date(2018, 1, 1), date(2038, 12, 31))


@pytest.mark.parametrize("day", [None, EARLIEST, LATEST])
def test_a_day_of_the_span_or_none_stays(day: date | None) -> None:
    assert clean_day("due_on", day, EARLIEST, LATEST) == day


@pytest.mark.parametrize("day", [date.min, date(2015, 12, 31), date(2037, 1, 1), date.max])
def test_another_is_refused_with_the_span(day: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_day("due_on", day, EARLIEST, LATEST)
    assert refused.value.faults == (Fault("due_on", "date-outside", (EARLIEST, LATEST)),)
