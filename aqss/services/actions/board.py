"""A plan as a picture: a column for each state, or a matrix of criticality and feasibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.actions import Cell, Marks, place_in_matrix
from aqss.domain.definitions.workflows import State
from aqss.persistence.actions import Action
from aqss.services.actions.filters import PRIORITY_ORDER, Filters, View, is_in_view
from aqss.services.actions.listing import Scope, open_scope
from aqss.services.actions.rows import PlanRow, read_rows

MOST_CARDS = 50
"""Cards of one column."""

MOST_NAMED = 20
"""Actions named in one place of the matrix; its count tells all of them."""


@dataclass(frozen=True)
class BoardColumn:
    """The actions in one state, by priority; ``total``: with those left out past :data:`MOST_CARDS`."""

    state: State
    rows: tuple[PlanRow, ...]
    total: int


@dataclass(frozen=True)
class Board:
    """A column for each state of the workflow, in order, the empty ones too."""

    scope: Scope
    columns: tuple[BoardColumn, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """An action in the matrix."""

    id: int
    number: int
    title: str
    centre_id: int


@dataclass(frozen=True)
class Matrix:
    """The actions that run: see :func:`~aqss.domain.actions.place_in_matrix`."""

    scope: Scope
    rows: Sequence[Sequence[Cell[Placed]]]

    @property
    def total(self) -> int:
        return sum(len(cell.actions) for row in self.rows for cell in row)


def read_board(session: Session, actor: Actor, filters: Filters, now: datetime, *, centre_id: int) -> Board:
    """Whatever the view and the state asked for; the same queries whatever the number of actions.

    Refusals as :func:`~.listing.open_scope`.
    """
    filters = replace(filters, view=View.ALL, state="")
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    rank = func.row_number().over(partition_by=Action.state, order_by=PRIORITY_ORDER)
    ranked = select(Action.id, rank.label("rank")).where(scope.wanted).subquery()
    first = select(ranked.c.id).where(ranked.c.rank <= MOST_CARDS)
    rows = read_rows(session, Action.id.in_(first), PRIORITY_ORDER)
    held = select(Action.state, func.count().label("held")).where(scope.wanted).group_by(Action.state)
    totals = {row.state: row.held for row in session.execute(held)}
    return Board(
        scope,
        tuple(
            BoardColumn(state, tuple(row for row in rows if row.action.state == code), totals.get(code, 0))
            for code, state in scope.options.states.items()
        ),
    )


def read_matrix(session: Session, actor: Actor, filters: Filters, now: datetime, *, centre_id: int) -> Matrix:
    """Of the actions that run, whatever the view asked for, by priority; refusals as :func:`read_board`."""
    filters = replace(filters, view=View.OPEN, place=None)
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    runs = and_(scope.asked, is_in_view(View.OPEN, scope.asker))
    columns = (Action.id, Action.number, Action.title, Action.centre_id)
    marks = (Action.criticality, Action.feasibility, Action.impact)
    found = session.execute(select(*columns, *marks).where(runs).order_by(*PRIORITY_ORDER))
    placed = [(Placed(*row[:4]), Marks(*row[4:])) for row in found]
    return Matrix(scope, place_in_matrix(placed))
