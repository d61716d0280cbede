"""Actions: three marks → their order in a plan; a criterion and its answer → marks to start from; dates →
what is late.

Rule, with worked examples: docs/actions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import product
from typing import Generic, TypeVar

from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import Scale
from aqss.domain.scoring import Answer, NotApplicable, Rated, contribution, value_of

MARKS = (1, 2, 3, 4)
"""What criticality, feasibility and impact are marked with, from the lowest."""

FIRST_FROM, NEXT_FROM = 12, 6
"""Criticality × feasibility from which an action comes first, or next."""

NEVER_LATER = 4
"""An action of that criticality is never left for later, however hard it is."""

HIGH_IMPACT = 3
"""From this mark on, an impact is told beside the actions of a cell."""

SOON = timedelta(days=7)
"""How long before its due day an action is due soon: the first reminder of the shipped workflow."""

_Key = TypeVar("_Key")


class Zone(StrEnum):
    """When an action has its turn."""

    FIRST = "first"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Marks:
    """The three marks of an action, 1 to 4: the higher, the sooner. Raises ValueError for any other."""

    criticality: int
    feasibility: int
    impact: int

    def __post_init__(self) -> None:
        if not {self.criticality, self.feasibility, self.impact} <= set(MARKS):
            raise ValueError(f"marks go from {MARKS[0]} to {MARKS[-1]}, not {self}")

    @property
    def priority(self) -> int:
        """Criticality × feasibility × impact, from 1 to 64 (Roussel, fiche 8)."""
        return self.criticality * self.feasibility * self.impact

    @property
    def zone(self) -> Zone:
        return zone_of(self.criticality, self.feasibility)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts a plan: zone by zone, then by falling priority, then by falling criticality."""
        return tuple(Zone).index(self.zone), -self.priority, -self.criticality


def zone_of(criticality: int, feasibility: int) -> Zone:
    """``FIRST`` from a product of 12 on; ``NEXT`` from 6 on, or at criticality 4; else ``LATER``.

    The impact is no part of it: it orders the actions of a zone, so that a cell of the matrix has one zone.
    """
    pressing = criticality * feasibility
    if pressing >= FIRST_FROM:
        return Zone.FIRST
    return Zone.NEXT if pressing >= NEXT_FROM or criticality >= NEVER_LATER else Zone.LATER


@dataclass(frozen=True, slots=True)
class Cell(Generic[_Key]):
    """One place of the matrix; ``actions`` by falling impact, ``high_impact`` of them at 3 or 4."""

    criticality: int
    feasibility: int
    actions: tuple[_Key, ...] = ()
    high_impact: int = 0

    @property
    def zone(self) -> Zone:
        return zone_of(self.criticality, self.feasibility)


def place_in_matrix(actions: Iterable[tuple[_Key, Marks]]) -> tuple[tuple[Cell[_Key], ...], ...]:
    """Four rows of four cells: criticality 4 at the top, feasibility 1 to 4 from left to right.

    What is high and to the right comes first. Actions of the same impact keep the order they are given in.
    """
    placed: dict[tuple[int, int], list[tuple[_Key, Marks]]] = {place: [] for place in product(MARKS, MARKS)}
    for key, marks in sorted(actions, key=lambda one: -one[1].impact):
        placed[marks.criticality, marks.feasibility].append((key, marks))
    return tuple(
        tuple(_cell(row, column, placed[row, column]) for column in MARKS) for row in reversed(MARKS)
    )


def propose_marks(criterion: Criterion, scale: Scale, answer: Answer | None) -> Marks:
    """Marks to start from; the team changes them.

    Criticality: 4 for an essential criterion, 3 where safety or the law is at stake, 2 otherwise; one less
    from a value of one half on, 1 for a criterion that is met or not concerned. What is unknown, blank or not
    scored counts as half met: it is not a no. Feasibility: 3, since nothing tells it. Impact: 2, one more for
    an essential criterion, one more or less for a weight above or under 1.
    """
    value = _value(scale, answer)
    stake = 4 if criterion.essential else 3 if criterion.stakes else 2
    weight = criterion.weight
    return Marks(
        criticality=1 if value == 1 else stake - (value >= Fraction(1, 2)),
        feasibility=3,
        impact=2 + criterion.essential + (weight > 1) - (weight < 1),
    )


def needs_answer(criterion: Criterion, scale: Scale, answer: Answer | None, profile: Collection[str]) -> bool:
    """Whether the criterion calls for an action, or for a written reason why it has none.

    The essential criteria rated under 1: those that a score tells as failed, whatever the score.
    """
    return bool(contribution(criterion, scale, answer, profile).essential_failed)


def progress_of_steps(done: int, total: int) -> int:
    """Percent of the steps done, half away from zero; 0 and 100 are kept for none and all of them.

    Raises ValueError without a step, or with more done than there are.
    """
    if not 0 <= done <= total or not total:
        raise ValueError(f"{done} steps done of {total}")
    rounded = (200 * done + total) // (2 * total)
    return rounded if done in (0, total) else min(max(rounded, 1), 99)


def days_late(due_on: date | None, today: date, *, is_done: bool) -> int:
    """Days since its due day; 0 on that day and before, without one, and once it is done."""
    if due_on is None or is_done:
        return 0
    return max((today - due_on).days, 0)


def is_due_soon(due_on: date | None, today: date, *, is_done: bool) -> bool:
    """Whether its due day is today or within :data:`SOON`; never together with overdue."""
    return due_on is not None and not is_done and today <= due_on <= today + SOON


def is_to_review(review_on: date | None, today: date, *, is_waiting: bool) -> bool:
    """Whether its effect is to be looked at: it waits to be verified and its review day has come.

    Without a review day it has come at once: nobody would be told otherwise.
    """
    return is_waiting and (review_on is None or review_on <= today)


def _cell(criticality: int, feasibility: int, inside: Sequence[tuple[_Key, Marks]]) -> Cell[_Key]:
    return Cell(
        criticality,
        feasibility,
        tuple(key for key, _ in inside),
        sum(marks.impact >= HIGH_IMPACT for _, marks in inside),
    )


def _value(scale: Scale, answer: Answer | None) -> Fraction:
    if isinstance(answer, NotApplicable):
        return Fraction(1)
    if isinstance(answer, Rated) and scale.is_scored:
        return value_of(scale, answer)
    return Fraction(1, 2)
