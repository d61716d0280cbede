"""Which day is the demonstration's today, for whoever dates something in it.

Everything is dated around one Monday, then moved by whole weeks to the Monday of the week it is loaded in:
days of the week stay what they were, and any two days of a week give the same dates. Nothing happened later
than the Friday before, so that nothing is ahead of somebody who loads it early on the Monday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from aqss.gateways.french import PARIS

LAID_OUT_ON = date(2026, 11, 16)
"""The Monday that the calendar of campaigns was drawn around."""


def today_of(loaded_on: date) -> date:
    """The demonstration's today when it is loaded on that day: the Monday of its week."""
    return loaded_on - timedelta(days=loaded_on.weekday())


def last_day_before(today: date) -> date:
    """The Friday before the demonstration's today: the latest day on which something happened."""
    return today - timedelta(days=3)


def at(day: date, hour: int = 10) -> datetime:
    """The instant of that day and hour on the clocks of Paris, in winter as in summer."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)
