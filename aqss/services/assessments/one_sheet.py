"""The sheet of one grid, with its assessment and the editions both follow: what its page and its saves read.

Their statements are built on it once, when they are imported: building one costs more than running it.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Join, Select, Table, bindparam, select

from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.services.assessments.finding import checked_code, checked_id

assessments = cast(Table, Assessment.__table__)
sheets = cast(Table, Sheet.__table__)
_editions = cast(Table, Edition.__table__)
_workflows = cast(Table, WorkflowEdition.__table__)

SOURCE: Join = (
    assessments.join(sheets, sheets.c.assessment_id == assessments.c.id)
    .join(_editions, _editions.c.id == sheets.c.edition_id)
    .join(_workflows, _workflows.c.id == assessments.c.workflow_edition_id)
)
"""To be joined further."""


def select_sheet(*columns: ColumnElement[Any], source: FromClause) -> Select[Any]:
    """One row: the sheet that :func:`key_of` names, with ``columns`` of a ``source`` joined further.

    The hashes spare a reading of each edition.
    """
    return (
        select(
            assessments.c.centre_id,
            assessments.c.state,
            assessments.c.profile,
            assessments.c.workflow_edition_id,
            _workflows.c.hash.label("workflow_hash"),
            sheets.c.id.label("sheet_id"),
            sheets.c.edition_id,
            _editions.c.hash.label("edition_hash"),
            *columns,
        )
        .select_from(source)
        .where(assessments.c.id == bindparam("assessment_id"), sheets.c.grid == bindparam("grid"))
    )


def key_of(assessment_id: int, grid: str) -> dict[str, Any]:
    """The parameters of :func:`select_sheet`; :class:`~aqss.domain.errors.NotFound` for impossible ones."""
    return {"assessment_id": checked_id("assessment", assessment_id), "grid": checked_code("grid", grid)}
