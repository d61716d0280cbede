"""A plan for spreadsheets: the actions that its list shows, in its order, under the columns of a PAQSS."""

from __future__ import annotations

from collections.abc import Iterable

from aqss.gateways.tables import write_csv, write_workbook
from aqss.services.actions.columns import plan_table
from aqss.services.actions.rows import PlanRow


def plan_xlsx(rows: Iterable[PlanRow], *, has_centres: bool = False) -> bytes:
    """One sheet, a row for each action; ``has_centres``: of several centres."""
    return write_workbook([plan_table(rows, has_centres=has_centres)])


def plan_csv(rows: Iterable[PlanRow], *, has_centres: bool = False) -> bytes:
    """The same as text: see :func:`~aqss.gateways.tables.write_csv`."""
    return write_csv(plan_table(rows, has_centres=has_centres))
