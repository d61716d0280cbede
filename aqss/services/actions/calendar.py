"""A month of a plan: the days its actions are due, and the days their effect is looked at."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.gateways.french import paris
from aqss.persistence.actions import Action
from aqss.services.actions.filters import PRIORITY_ORDER, Filters
from aqss.services.actions.listing import Scope, open_scope
from aqss.services.actions.rows import PlanRow, read_rows

EARLIEST, LATEST = 2000, 2100
"""Years between which months are shown."""

MOST_EVENTS = 300
"""Actions of one month; those after them, by priority, are left out and the page says so."""


class Occasion(StrEnum):
    """What happens to an action on a day."""

    DUE = "due"
    REVIEW = "review"


@dataclass(frozen=True)
class Event:
    """An action on one of its days."""

    row: PlanRow
    occasion: Occasion


@dataclass(frozen=True)
class Day:
    """A day of the grid; ``is_inside``: of the month shown, not of its neighbours."""

    on: date
    is_inside: bool
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Month:
    """A month, in whole weeks from Monday; ``is_cut``: it has more actions than :data:`MOST_EVENTS`."""

    scope: Scope
    first: date
    weeks: tuple[tuple[Day, ...], ...]
    is_cut: bool

    @property
    def busy_days(self) -> tuple[Day, ...]:
        """The days of the month with something on them."""
        return tuple(day for week in self.weeks for day in week if day.is_inside and day.events)

    @property
    def before(self) -> date | None:
        """The first day of the month before; None where months are no longer shown."""
        day = (self.first - timedelta(days=1)).replace(day=1)
        return day if day.year >= EARLIEST else None

    @property
    def after(self) -> date | None:
        """The first day of the month after; None where months are no longer shown."""
        day = (self.first + timedelta(days=31)).replace(day=1)
        return day if day.year <= LATEST else None


def read_month(
    session: Session,
    actor: Actor,
    filters: Filters,
    now: datetime,
    *,
    centre_id: int | None = None,
    year: int = 0,
    month: int = 0,
) -> Month:
    """That month, the present one when there is none of that number; of one centre, or of all those read.

    The same queries whatever the number of actions. Refusals as :func:`~.listing.open_scope`.
    """
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    first = _first_day(year, month, paris(now).date())
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = weeks[0][0], weeks[-1][-1]
    is_near = or_(Action.due_on.between(start, end), Action.review_on.between(start, end))
    rows = read_rows(session, scope.wanted & is_near, PRIORITY_ORDER, limit=MOST_EVENTS + 1)
    events = _events(rows[:MOST_EVENTS])
    return Month(
        scope=scope,
        first=first,
        weeks=tuple(
            tuple(Day(day, day.month == first.month, events.get(day, ())) for day in week) for week in weeks
        ),
        is_cut=len(rows) > MOST_EVENTS,
    )


def _first_day(year: int, month: int, today: date) -> date:
    if EARLIEST <= year <= LATEST and 1 <= month <= 12:
        return date(year, month, 1)
    return today.replace(day=1)


def _events(rows: tuple[PlanRow, ...]) -> dict[date, tuple[Event, ...]]:
    found: dict[date, tuple[Event, ...]] = {}
    for row in rows:
        for day, event in _events_of(row):
            found[day] = (*found.get(day, ()), event)
    return found


def _events_of(row: PlanRow) -> Iterator[tuple[date, Event]]:
    if row.action.due_on is not None:
        yield row.action.due_on, Event(row, Occasion.DUE)
    if row.action.review_on is not None:
        yield row.action.review_on, Event(row, Occasion.REVIEW)
