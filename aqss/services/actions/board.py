"""A plan as a picture: a column for each state, or a matrix of criticality and feasibility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.actions import Cell, Marks, Zone, place_in_matrix
from aqss.domain.definitions.workflows import State
from aqss.persistence.actions import Action
from aqss.services.actions.filters import PRIORITY_ORDER, Filters, View
from aqss.services.actions.listing import Scope, open_scope
from aqss.services.actions.rows import PlanRow, read_rows

MOST_CARDS = 10
"""Cards of one column; the list has the others."""

MOST_NAMED = 20
"""Actions named in one zone of the matrix; its count tells all of them."""


@dataclass(frozen=True)
class BoardColumn:
    """The actions in one state, by priority; ``total``: with those left out past :data:`MOST_CARDS`."""

    state: State
    rows: tuple[PlanRow, ...]
    total: int


@dataclass(frozen=True)
class Folded:
    """A final state whose actions the board leaves to the list: how many the other filters ask for."""

    state: State
    total: int


@dataclass(frozen=True)
class Board:
    """A column for each state that the view may show, in order, the empty ones too.

    ``folded``: the final states, where the view shows what runs; those without an action are left out.
    """

    scope: Scope
    columns: tuple[BoardColumn, ...]
    folded: tuple[Folded, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """An action in the matrix."""

    id: int
    number: int
    title: str
    centre_id: int


@dataclass(frozen=True)
class Matrix:
    """The actions asked for: see :func:`~aqss.domain.actions.place_in_matrix`."""

    scope: Scope
    rows: Sequence[Sequence[Cell[Placed]]]

    @property
    def total(self) -> int:
        return sum(len(cell.actions) for row in self.rows for cell in row)

    @property
    def zones(self) -> Mapping[Zone, tuple[Placed, ...]]:
        """The actions of each zone, from its highest and easiest place on."""
        cells = [cell for row in self.rows for cell in reversed(row)]
        return {
            zone: tuple(one for cell in cells if cell.zone is zone for one in cell.actions) for zone in Zone
        }


def read_board(
    session: Session, actor: Actor, filters: Filters, now: datetime, *, centre_id: int | None = None
) -> Board:
    """Of that centre, or of every centre that the person reads; the same queries whatever their number.

    Refusals as :func:`~.listing.open_scope`.
    """
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    rank = func.row_number().over(partition_by=Action.state, order_by=PRIORITY_ORDER)
    ranked = select(Action.id, rank.label("rank")).where(scope.wanted).subquery()
    first = select(ranked.c.id).where(ranked.c.rank <= MOST_CARDS)
    rows = read_rows(session, Action.id.in_(first), PRIORITY_ORDER)
    totals, over = _count_states(session, scope.wanted), _count_states(session, scope.asked)
    states = scope.options.states
    return Board(
        scope,
        tuple(
            BoardColumn(state, tuple(row for row in rows if row.action.state == code), totals.get(code, 0))
            for code, state in states.items()
            if _has_column(scope.filters, state)
        ),
        tuple(
            Folded(state, over[code])
            for code, state in states.items()
            if state.final and code in over and not _has_column(scope.filters, state)
        ),
    )


def read_matrix(
    session: Session, actor: Actor, filters: Filters, now: datetime, *, centre_id: int | None = None
) -> Matrix:
    """By priority; whose actions, and refusals, as :func:`read_board`."""
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    columns = (Action.id, Action.number, Action.title, Action.centre_id)
    marks = (Action.criticality, Action.feasibility, Action.impact)
    found = session.execute(select(*columns, *marks).where(scope.wanted).order_by(*PRIORITY_ORDER))
    placed = [(Placed(*row[:4]), Marks(*row[4:])) for row in found]
    return Matrix(scope, place_in_matrix(placed))


def _has_column(filters: Filters, state: State) -> bool:
    """Whether an action in that state may be in the view, and is not filtered out."""
    if filters.state and filters.state != state.state:
        return False
    return filters.view is View.ALL or state.final is (filters.view is View.OVER)


def _count_states(session: Session, is_wanted: ColumnElement[bool]) -> dict[str, int]:
    held = select(Action.state, func.count().label("held")).where(is_wanted).group_by(Action.state)
    return {row.state: row.held for row in session.execute(held)}
