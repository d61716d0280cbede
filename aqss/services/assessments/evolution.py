"""How a centre moved over its closed assessments, page by page: which are shown, and over what.

Only the latest figures of an assessment that was reopened count, and none while it is open again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.errors import NotFound
from aqss.persistence.assessments import Assessment, Closing, Sheet
from aqss.persistence.editions import Edition
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.histories import Column, ModuleEvolution, read_history
from aqss.services.paging import Page, nearest_page

SHOWN = 5
"""From an assessment to the next, how many times on a page: it shows one assessment more, whose oldest is the
latest of the page before."""


@dataclass(frozen=True)
class Choice:
    """A grid that closed assessments of the centre hold."""

    module: str
    grid: str
    title: str


@dataclass(frozen=True)
class Evolution:
    """``columns``: closed assessments, the oldest first, of ``total`` that hold what was asked for.

    ``module`` and ``grid``: what was asked for, empty for everything. ``reopened``: titles of assessments
    that were closed and are open again.
    """

    columns: tuple[Column, ...]
    modules: tuple[ModuleEvolution, ...]
    choices: tuple[Choice, ...]
    module: str
    grid: str
    total: int
    page: Page
    reopened: tuple[str, ...]


def read_evolution(
    session: Session, actor: Actor, centre_id: int, *, module: str = "", grid: str = "", page: int = 1
) -> Evolution:
    """The way of the centre over its closed assessments, for its team; a constant number of queries.

    ``module`` and ``grid`` keep to one; a grid that is not of that module is left aside, as when another
    module is chosen. Raises :class:`~aqss.domain.errors.NotAllowed`, and
    :class:`~aqss.domain.errors.NotFound` for a module or a grid that was never assessed.
    """
    require(actor, Permission.ASSESSMENT_READ, centre_id=centre_id)
    choices = _choices(session, centre_id)
    module, grid = _chosen(choices, module, grid)
    condition = _holds(centre_id, module, grid)
    total = session.scalar(select(func.count()).select_from(Assessment).where(condition)) or 0
    at = nearest_page(page, total=total - 1, size=SHOWN)
    rows = session.execute(
        select(Assessment.id, Assessment.title, Assessment.started_on, Assessment.profile)
        .where(condition)
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
        .offset(at.first)
        .limit(SHOWN + 1)
    ).all()[::-1]
    columns = tuple(Column(row.id, row.title, row.started_on, tuple(row.profile)) for row in rows)
    return Evolution(
        columns=columns,
        modules=read_history(session, columns, module=module, grid=grid),
        choices=choices,
        module=module,
        grid=grid,
        total=total,
        page=at,
        reopened=_reopened(session, centre_id),
    )


def _chosen(choices: Iterable[Choice], module: str, grid: str) -> tuple[str, str]:
    modules = {choice.grid: choice.module for choice in choices}
    if grid and grid not in modules:
        raise NotFound("grid", grid)
    if module and module not in modules.values():
        raise NotFound("module", module)
    if grid and module not in ("", modules[grid]):
        return module, ""
    return (modules[grid], grid) if grid else (module, "")


def _holds(centre_id: int, module: str, grid: str) -> ColumnElement[bool]:
    """The condition for an assessment to be closed, of that centre, and to hold what was asked for."""
    sheets = select(Sheet.id).where(Sheet.assessment_id == Assessment.id)
    if module:
        sheets = sheets.where(Sheet.module == module)
    if grid:
        sheets = sheets.where(Sheet.grid == grid)
    return and_(
        _of_centre(centre_id),
        Assessment.closed_at.is_not(None),
        sheets.exists(),
    )


def _choices(session: Session, centre_id: int) -> tuple[Choice, ...]:
    """In the order of the catalogue; a grid under the title of its latest version."""
    rows = session.execute(
        select(Sheet.module, Sheet.grid, Edition.title, Edition.version, Edition.position)
        .join(Edition, Edition.id == Sheet.edition_id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(_of_centre(centre_id), Assessment.closed_at.is_not(None))
        .distinct()
        .order_by(Edition.version, Edition.position)
    )
    latest = {row.grid: row for row in rows}
    ordered = sorted(latest.values(), key=lambda row: (row.position, row.grid))
    return tuple(Choice(row.module, row.grid, row.title) for row in ordered)


def _reopened(session: Session, centre_id: int) -> tuple[str, ...]:
    was_closed = select(Closing.rank).where(Closing.assessment_id == Assessment.id).exists()
    titles = (
        select(Assessment.title)
        .where(_of_centre(centre_id), Assessment.closed_at.is_(None), was_closed)
        .order_by(Assessment.started_on, Assessment.id)
    )
    return tuple(session.scalars(titles))


def _of_centre(centre_id: int) -> ColumnElement[bool]:
    return and_(Assessment.centre_id == centre_id, IS_SELF_ASSESSMENT)
