"""The workbook and the CSV file of a plan: the rows of its list, in its order, cell by cell."""

from __future__ import annotations

import csv
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from aqss.gateways.tables import text_of
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import Filters, Sort, View
from aqss.services.actions.listing import open_scope, read_every_row
from aqss.services.actions.rows import PlanRow
from aqss.services.exports.plan import plan_csv, plan_xlsx
from tests.builders import an_action
from tests.services.actions.plans import a_mixed_plan, insert_full, listed, numbers
from tests.services.actions.scene import set_plan_scene
from tests.services.assessments.scene import NOW, Scene, statements


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_plan_scene(session)


def rows_of(session: Session, scene: Scene, filters: Filters) -> tuple[PlanRow, ...]:
    return read_every_row(session, open_scope(session, scene.member, filters, NOW, centre_id=scene.centre.id))


def workbook_of(rows: tuple[PlanRow, ...]) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(plan_xlsx(rows))).active
    assert sheet is not None
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


def csv_of(rows: tuple[PlanRow, ...]) -> list[list[str]]:
    text = plan_csv(rows).decode("utf-8-sig")
    return list(csv.reader(text.splitlines(keepends=True), delimiter=";"))


def test_both_have_the_columns_of_the_plan_and_a_row_for_each_action(session: Session, scene: Scene) -> None:
    a_mixed_plan(session, scene)
    rows = rows_of(session, scene, Filters(view=View.ALL))
    headings = [column.heading for column in PLAN_COLUMNS]
    for table in (workbook_of(rows), csv_of(rows)):
        assert table[0] == headings
        assert len(table) == 1 + len(rows) == 10


def test_both_agree_with_each_other_and_with_the_page_cell_by_cell(session: Session, scene: Scene) -> None:
    a_mixed_plan(session, scene)
    rows = rows_of(session, scene, Filters(view=View.ALL))
    for row, line, record in zip(rows, workbook_of(rows)[1:], csv_of(rows)[1:], strict=True):
        for column, cell, text in zip(PLAN_COLUMNS, line, record, strict=True):
            assert text == text_of(column, row)
            assert _in_french(cell) == text, column.heading


def test_they_keep_the_filters_and_the_order_of_the_list(session: Session, scene: Scene) -> None:
    a_mixed_plan(session, scene)
    filters = Filters(view=View.OPEN, owner=scene.member.user_id, sort=Sort.DUE)
    rows = rows_of(session, scene, filters)
    assert [row.action.number for row in rows] == numbers(listed(session, scene, filters))
    assert [line[0] for line in workbook_of(rows)[1:]] == [row.action.number for row in rows]


def test_a_title_that_looks_like_a_formula_stays_a_text(session: Session, scene: Scene) -> None:
    an_action(session, scene.centre, title="=1+1")
    rows = rows_of(session, scene, Filters())
    sheet = load_workbook(BytesIO(plan_xlsx(rows))).active
    assert sheet is not None
    cell = sheet.cell(2, 3)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    assert csv_of(rows)[1][2] == "'=1+1"


def test_reading_them_costs_the_same_queries_however_many_actions(session: Session, scene: Scene) -> None:
    counts = []
    for after in (0, 200):
        insert_full(session, scene, 200, after)
        with statements(session) as asked:
            assert len(rows_of(session, scene, Filters())) == after + 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _in_french(cell: Any) -> str:
    if hasattr(cell, "strftime"):
        return str(cell.strftime("%d/%m/%Y"))
    return "" if cell is None else str(cell)
