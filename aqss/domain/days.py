"""The days that a person writes: not centuries away."""

from __future__ import annotations

from datetime import date

from aqss.domain.errors import Fault, InvalidInput

YEARS_AROUND = 10
"""How far from today a day may be."""


def days_around(today: date) -> tuple[date, date]:
    """The earliest and the latest day that makes sense today, :data:`YEARS_AROUND` whole years away."""
    return date(today.year - YEARS_AROUND, 1, 1), date(today.year + YEARS_AROUND, 12, 31)


def clean_day(field: str, day: date | None, earliest: date, latest: date) -> date | None:
    """``day``, or :class:`InvalidInput` with ``date-outside``; None stays None."""
    if day is not None and not earliest <= day <= latest:
        raise InvalidInput((Fault(field, "date-outside", (earliest, latest)),))
    return day
