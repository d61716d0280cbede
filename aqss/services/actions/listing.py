"""The list of a plan: of one centre, or of all those a person works in; page by page, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.definitions.workflows import State
from aqss.gateways.french import paris
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionCriterion
from aqss.persistence.assessments import Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.editions import Edition
from aqss.services.actions.filters import (
    Asker,
    Filters,
    Group,
    View,
    is_asked,
    is_in_view,
    key_of,
    order_of,
    settled,
)
from aqss.services.actions.rows import PlanRow, read_rows
from aqss.services.actions.starting import WORKFLOW
from aqss.services.editions import load_workflows
from aqss.services.paging import nearest_page

PAGE_SIZES = (20, 50, 100)
"""How many actions a page may hold."""

PAGE_SIZE = PAGE_SIZES[0]


@dataclass(frozen=True)
class GridOption:
    """A grid that some action of the plan answers."""

    module: str
    grid: str
    title: str


@dataclass(frozen=True)
class Options:
    """What a plan may be filtered by. ``states``: code → state, in order; the others by name.

    ``owners`` and ``centres``: key → name; no centre in the plan of a single one.
    """

    states: Mapping[str, State]
    owners: Mapping[int, str]
    centres: Mapping[int, str]
    grids: tuple[GridOption, ...]


@dataclass(frozen=True)
class Scope:
    """The plan that is read, once the person was let in, and how: ``filters`` as far as they make sense.

    ``centre_name``: None for several centres.
    """

    asker: Asker
    centre_id: int | None
    centre_name: str | None
    filters: Filters
    options: Options

    @property
    def wanted(self) -> ColumnElement[bool]:
        """The condition for an action to be asked for, its view included."""
        return and_(self.asked, is_in_view(self.filters.view, self.asker))

    @property
    def asked(self) -> ColumnElement[bool]:
        """The same, whatever the view."""
        return is_asked(self.filters, self.asker)


@dataclass(frozen=True)
class RowGroup:
    """The actions of a page under one heading; ``total``: on every page. ``key``: see :func:`key_in`."""

    key: str | int | None
    total: int
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True)
class PlanPage:
    """One page of a list; ``views``: how many actions each would hold, the other filters kept."""

    scope: Scope
    groups: tuple[RowGroup, ...]
    views: Mapping[View, int]
    number: int
    count: int
    first: int
    total: int

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def is_new(self) -> bool:
        """Whether the plan has no action at all."""
        return not self.scope.filters.is_narrowed and not self.views[View.ALL]


def read_plan(
    session: Session,
    actor: Actor,
    filters: Filters,
    now: datetime,
    *,
    centre_id: int | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> PlanPage:
    """The plan of that centre, or of every centre where the person may read one; a page out of range is the
    nearest one, a ``size`` that is not offered the usual one.

    The same number of queries whatever the number of actions. Raises as :func:`open_scope`.
    """
    scope = open_scope(session, actor, filters, now, centre_id=centre_id)
    views = count_views(session, scope)
    total = views[scope.filters.view]
    size = size if size in PAGE_SIZES else PAGE_SIZE
    at = nearest_page(page, total=total, size=size)
    order = order_of(scope.filters, scope.options.states)
    rows = read_rows(session, scope.wanted, order, limit=size, offset=at.first)
    return PlanPage(
        scope=scope,
        groups=tuple(_grouped(session, scope, rows, total)),
        views=views,
        number=at.number,
        count=at.count,
        first=at.first,
        total=total,
    )


def open_scope(
    session: Session, actor: Actor, filters: Filters, now: datetime, *, centre_id: int | None = None
) -> Scope:
    """Let the person in, and keep of the filters what this plan knows.

    Raises :class:`~aqss.domain.errors.NotAllowed` for the centre of others.
    """
    if centre_id is not None:
        require(actor, Permission.ACTION_READ, centre_id=centre_id)
        centre_ids: tuple[int, ...] = (centre_id,)
    else:
        mine = actor.centre_ids()
        centre_ids = tuple(key for key in mine if is_allowed(actor, Permission.ACTION_READ, centre_id=key))
    options = _options(session, centre_ids)
    return Scope(
        asker=Asker(centre_ids, actor.user_id, paris(now).date()),
        centre_id=centre_id,
        centre_name=None if centre_id is None else session.get_one(Centre, centre_id).name,
        filters=settled(filters, options.states, options.owners, options.centres),
        options=options,
    )


def count_views(session: Session, scope: Scope) -> Mapping[View, int]:
    """How many actions each view holds, one query."""
    counted = (func.count(Action.id).filter(is_in_view(view, scope.asker)) for view in View)
    row = session.execute(select(*counted).where(scope.asked)).one()
    return dict(zip(View, row, strict=True))


def read_every_row(session: Session, scope: Scope) -> tuple[PlanRow, ...]:
    """Every action asked for, in the order asked, for exports."""
    return read_rows(session, scope.wanted, order_of(scope.filters, scope.options.states))


def key_in(group: Group, row: PlanRow) -> str | int | None:
    """What puts an action in its group: a state, a person, a centre, a module, else the rank of its zone."""
    match group:
        case Group.STATE:
            return row.action.state
        case Group.OWNER:
            return row.action.owner_id
        case Group.CENTRE:
            return row.action.centre_id
        case Group.MODULE:
            return row.module
    return row.marks.rank[0]


def list_states(session: Session) -> dict[str, State]:
    """The states that actions may be in, of every version of their workflow: the latest's first, in order."""
    workflows = load_workflows(session)
    versions = [workflows[key] for key in sorted(workflows, reverse=True)]
    found: dict[str, State] = {}
    for workflow in (one for one in versions if one.workflow == WORKFLOW):
        found = {**found, **{code: state for code, state in workflow.by_state.items() if code not in found}}
    return found


def _grouped(session: Session, scope: Scope, rows: Iterable[PlanRow], total: int) -> Iterable[RowGroup]:
    group = scope.filters.group
    if group is Group.NONE:
        return [RowGroup(None, total, tuple(rows))]
    key: ColumnElement[str | int | None] = key_of(group).label("key")
    counted = select(key, func.count().label("held")).where(scope.wanted).group_by(key)
    totals = {row.key: row.held for row in session.execute(counted)}
    return [
        RowGroup(found, totals[found], tuple(inside))
        for found, inside in groupby(rows, key=lambda row: key_in(group, row))
    ]


def _options(session: Session, centre_ids: tuple[int, ...]) -> Options:
    of_plan = Action.centre_id.in_(centre_ids)
    owners = session.execute(
        select(User.id, User.name)
        .where(User.id.in_(select(Action.owner_id).where(of_plan)))
        .order_by(User.name)
    )
    centres = session.execute(
        select(Centre.id, Centre.name).where(Centre.id.in_(centre_ids)).order_by(Centre.name, Centre.id)
    ).all()
    sheets = (
        select(ActionCriterion.sheet_id).join(Action, Action.id == ActionCriterion.action_id).where(of_plan)
    )
    grids = session.execute(
        select(Edition.module, Edition.grid, func.max(Edition.title).label("title"))
        .join(Sheet, Sheet.edition_id == Edition.id)
        .where(Sheet.id.in_(sheets))
        .group_by(Edition.module, Edition.grid)
        .order_by(Edition.module, func.max(Edition.title))
    )
    return Options(
        states=list_states(session),
        owners={row.id: row.name for row in owners},
        centres={row.id: row.name for row in centres} if len(centres) > 1 else {},
        grids=tuple(GridOption(row.module, row.grid, row.title) for row in grids),
    )
