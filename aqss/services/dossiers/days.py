"""Days that make sense in a dossier: not centuries away, and in the right order."""

from __future__ import annotations

from datetime import date, datetime

from aqss.domain.errors import Fault, InvalidInput
from aqss.gateways.french import paris

YEARS_BEFORE, YEARS_AFTER = 10, 10
"""How far from today a day may be."""


def clean_day(field: str, day: date | None, now: datetime) -> date | None:
    """``day``, or a fault ``date-outside`` when it is years away; None stays None."""
    today = paris(now).date()
    earliest, latest = date(today.year - YEARS_BEFORE, 1, 1), date(today.year + YEARS_AFTER, 12, 31)
    return clean_day_between(field, day, earliest, latest)


def clean_day_between(field: str, day: date | None, earliest: date, latest: date) -> date | None:
    """``day``, or a fault ``date-outside``; None stays None."""
    if day is not None and not earliest <= day <= latest:
        raise InvalidInput((Fault(field, "date-outside", (earliest, latest)),))
    return day
