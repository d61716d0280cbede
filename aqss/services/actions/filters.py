"""Which actions of a plan are shown, and in what order: for its list, board, calendar and exports alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.sql.elements import SQLColumnExpression

from aqss.domain.actions import FIRST_FROM, NEVER_LATER, NEXT_FROM, Zone
from aqss.domain.definitions.workflows import State
from aqss.domain.texts import folded
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionCriterion
from aqss.persistence.assessments import Sheet
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre

MOST_WORDS = 8
"""Words of a search; those after them are left out."""


class View(StrEnum):
    """The parts of a plan that people ask for most."""

    OPEN = "open"
    OVERDUE = "overdue"
    TO_REVIEW = "to-review"
    MINE = "mine"
    OWNERLESS = "ownerless"
    OVER = "over"
    ALL = "all"


class Sort(StrEnum):
    """What comes first: see :func:`order_of`."""

    PRIORITY = "priority"
    DUE = "due"
    NUMBER = "number"
    OWNER = "owner"
    STATE = "state"
    PROGRESS = "progress"


class Group(StrEnum):
    """What actions are put together by."""

    NONE = ""
    STATE = "state"
    OWNER = "owner"
    CENTRE = "centre"
    MODULE = "module"
    ZONE = "zone"


@dataclass(frozen=True)
class Filters:
    """What is asked of a plan; an empty value asks for nothing. ``place``: criticality and feasibility.

    ``words`` are looked for, each of them, in number, title, finding and codes of criteria.
    """

    view: View = View.OPEN
    words: str = ""
    state: str = ""
    owner: int = 0
    centre: int = 0
    zone: Zone | None = None
    place: tuple[int, int] | None = None
    kind: str = ""
    module: str = ""
    grid: str = ""
    origin: str = ""
    sort: Sort = Sort.PRIORITY
    group: Group = Group.NONE

    @property
    def is_narrowed(self) -> bool:
        """Whether something but the view is asked for."""
        return replace(self, sort=Sort.PRIORITY, group=Group.NONE) != Filters(view=self.view)


@dataclass(frozen=True)
class Asker:
    """Whose plan it is, who asks, on which day in Paris."""

    centre_ids: Sequence[int]
    user_id: int
    today: date


Order = tuple[SQLColumnExpression[Any], ...]
"""What a statement sorts by."""

_pressing = Action.criticality * Action.feasibility
_priority = _pressing * Action.impact
_zone_rank = case(
    (_pressing >= FIRST_FROM, 0),
    (or_(_pressing >= NEXT_FROM, Action.criticality >= NEVER_LATER), 1),
    else_=2,
)
_module = (
    select(Sheet.module)
    .join(ActionCriterion, ActionCriterion.sheet_id == Sheet.id)
    .where(ActionCriterion.action_id == Action.id)
    .order_by(ActionCriterion.sheet_id, ActionCriterion.criterion)
    .limit(1)
    .correlate(Action)
    .scalar_subquery()
)

PRIORITY_ORDER: Order = (
    _zone_rank,
    _priority.desc(),
    Action.criticality.desc(),
    Action.due_on.is_(None),
    Action.due_on,
    Action.number,
    Action.id,
)
"""As :attr:`aqss.domain.actions.Marks.rank`, then by due day."""

IS_DUE = Action.due_on.is_not(None) & Action.done_at.is_(None) & Action.ended_at.is_(None)


def is_in_view(view: View, asker: Asker) -> ColumnElement[bool]:
    """The condition for an action to be in that part of a plan; days as :mod:`aqss.domain.actions` counts."""
    runs = Action.ended_at.is_(None)
    match view:
        case View.OVERDUE:
            return and_(IS_DUE, Action.due_on < asker.today)
        case View.TO_REVIEW:
            has_come = or_(Action.review_on.is_(None), Action.review_on <= asker.today)
            return and_(runs, Action.done_at.is_not(None), has_come)
        case View.MINE:
            return and_(runs, Action.owner_id == asker.user_id)
        case View.OWNERLESS:
            return and_(runs, Action.owner_id.is_(None))
        case View.OVER:
            return ~runs
        case View.ALL:
            return Action.id.is_not(None)
    return runs


def is_asked(filters: Filters, asker: Asker) -> ColumnElement[bool]:
    """The condition for an action to be asked for, its view left aside."""
    conditions: list[ColumnElement[bool]] = [Action.centre_id.in_(asker.centre_ids)]
    conditions += [_has_word(word) for word in _words(filters.words)]
    for column, value in (
        (Action.state, filters.state),
        (Action.owner_id, filters.owner),
        (Action.centre_id, filters.centre),
        (Action.kind, filters.kind),
        (Action.origin, filters.origin),
    ):
        if value:
            conditions.append(column == value)
    if filters.zone is not None:
        conditions.append(_zone_rank == tuple(Zone).index(filters.zone))
    if filters.place is not None:
        conditions += [Action.criticality == filters.place[0], Action.feasibility == filters.place[1]]
    for sheet_column, name in ((Sheet.module, filters.module), (Sheet.grid, filters.grid)):
        if name:
            conditions.append(_answers(sheet_column == name))
    return and_(*conditions)


def order_of(filters: Filters, states: Mapping[str, State]) -> Order:
    """By group, then as asked, then by priority; needs the owner and the centre joined. ``states``: in order.

    What has no due day or no owner comes last; the least progress first.
    """
    state_rank = _rank(states)
    orders: Mapping[StrEnum, Order] = {
        Sort.PRIORITY: (),
        Sort.DUE: (Action.due_on.is_(None), Action.due_on),
        Sort.NUMBER: (Centre.name, Action.centre_id, Action.number),
        Sort.OWNER: _by_owner(),
        Sort.STATE: (state_rank,),
        Sort.PROGRESS: (Action.progress,),
    }
    groups: Mapping[StrEnum, Order] = {
        Group.NONE: (),
        Group.STATE: (state_rank,),
        Group.OWNER: _by_owner(),
        Group.CENTRE: (_plain(Centre.name), Action.centre_id),
        Group.MODULE: (_module.is_(None), _module),
        Group.ZONE: (_zone_rank,),
    }
    return (*groups[filters.group], *orders[filters.sort], *PRIORITY_ORDER)


def key_of(group: Group) -> SQLColumnExpression[Any]:
    """What tells the groups apart in the database; see :func:`aqss.services.actions.listing.key_in`."""
    keys: Mapping[Group, SQLColumnExpression[Any]] = {
        Group.STATE: Action.state,
        Group.OWNER: Action.owner_id,
        Group.CENTRE: Action.centre_id,
        Group.MODULE: _module,
        Group.ZONE: _zone_rank,
    }
    return keys[group]


def settled(
    filters: Filters, states: Collection[str], owners: Collection[int], centres: Collection[int]
) -> Filters:
    """The filters without a state or an owner that no action of the plan has, or a centre it is not of."""
    return replace(
        filters,
        state=filters.state if filters.state in states else "",
        owner=filters.owner if filters.owner in owners else 0,
        centre=filters.centre if filters.centre in centres else 0,
    )


def _rank(states: Mapping[str, State]) -> ColumnElement[int]:
    return case({code: rank for rank, code in enumerate(states)}, value=Action.state, else_=len(states))


def _by_owner() -> Order:
    return Action.owner_id.is_(None), _plain(User.name), Action.owner_id


def _answers(is_wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    of_sheet = ActionCriterion.sheet_id == Sheet.id
    return select(Sheet.id).where(of_sheet, ActionCriterion.action_id == Action.id, is_wanted).exists()


def _words(text: str) -> list[str]:
    """Each word looked for; « n° 53 » is the number 53."""
    return _NUMBER_SIGN.sub("", folded(text)).split()[:MOST_WORDS]


_NUMBER_SIGN = re.compile(r"\bn[°o] ?(?=[0-9])")


def _has_word(word: str) -> ColumnElement[bool]:
    of_action = ActionCriterion.action_id == Action.id
    has_code = func.lower(ActionCriterion.criterion).contains(word, autoescape=True)
    told = [
        _plain(Action.title).contains(word, autoescape=True),
        _plain(Action.finding).contains(word, autoescape=True),
        select(ActionCriterion.action_id).where(of_action, has_code).exists(),
    ]
    if word.isascii() and word.isdigit() and int(word) <= LARGEST_ID:
        told.append(Action.number == int(word))
    return or_(*told)


_PLAIN = {
    "a": "àâäáãå", "c": "ç", "e": "éèêë", "i": "îïíì", "n": "ñ", "o": "ôöóòõ", "u": "ùûüú", "y": "ÿ",
    "'": "’‘", " ": "\u00a0",
}  # fmt: skip
_MARKED = {letter: plain for plain, letters in _PLAIN.items() for letter in letters + letters.upper()}
_FROM, _TO = "".join(_MARKED), "".join(_MARKED.values())


def _plain(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    """As :func:`~aqss.domain.texts.folded`, for the letters of French: neither database does it by itself."""
    return func.translate(func.lower(column), _FROM, _TO)
