"""Tables leaving the house as workbooks, from one definition of their columns.

A text that a spreadsheet would run as a formula is written so that it stays a text (ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any, Generic, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from aqss.gateways.french import paris

Row = TypeVar("Row")
Cell = str | int | float | Decimal | Fraction | date | datetime | bool | None

MOST_LETTERS = 32_767
"""What a cell of a workbook may hold."""


_FORMULA = re.compile(r"[\s\"']*[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its heading, what it says of a row, its width in letters, the decimals of its numbers.

    ``wraps``: long texts go on on the next line of their cell.
    """

    heading: str
    value: Callable[[Row], Cell]
    width: int = 16
    decimals: int | None = None
    wraps: bool = False


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Rows of one kind under their columns: a sheet of a workbook."""

    name: str
    columns: Sequence[Column[Row]]
    rows: Iterable[Row]


@dataclass(frozen=True)
class _Inks:
    """Formats of cells that are no number; ``text`` keeps what looks like a formula a text when edited."""

    plain: Format
    text: Format
    day: Format
    instant: Format


def write_workbook(tables: Iterable[Table[Any]]) -> bytes:
    """A workbook, each sheet written row by row in constant memory; heading frozen, instants in Paris.

    Ready to be sorted, and printed on A4 across with the heading on each page.
    """
    written = BytesIO()
    with Workbook(written, {"constant_memory": True}) as book:
        inks = _inks(book, wraps=False), _inks(book, wraps=True)
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for table in tables:
            _write_table(book, table, inks, heading)
    return written.getvalue()


def _inks(book: Workbook, *, wraps: bool) -> _Inks:
    shape = {"text_wrap": wraps, "valign": "top"} if wraps else {}
    return _Inks(
        plain=book.add_format(shape),
        text=book.add_format({**shape, "quote_prefix": True}),
        day=book.add_format({**shape, "num_format": "dd/mm/yyyy"}),
        instant=book.add_format({**shape, "num_format": "dd/mm/yyyy hh:mm"}),
    )


def _write_table(book: Workbook, table: Table[Row], inks: tuple[_Inks, _Inks], heading: Format) -> None:
    page = book.add_worksheet(_sheet_name(table.name))
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&RPage &P sur &N")
    formats = [_format(book, column) for column in table.columns]
    for place, column in enumerate(table.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, _clean(column.heading), heading)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        for place, column in enumerate(table.columns):
            _write_cell(page, last, place, column.value(row), formats[place], inks[column.wraps])
    page.autofilter(0, 0, last, max(len(table.columns) - 1, 0))


def _write_cell(page: Worksheet, row: int, place: int, value: Cell, own: Format, inks: _Inks) -> None:
    """By the type of the value: a text is never read as a number, an address or a formula."""
    match value:
        case None:
            return
        case bool():
            page.write_string(row, place, _yes_no(value))
        case str():
            ink = inks.text if _FORMULA.match(value) else inks.plain
            page.write_string(row, place, _clean(value)[:MOST_LETTERS], ink)
        case datetime():
            page.write_datetime(row, place, paris(value).replace(tzinfo=None), inks.instant)
        case date():
            page.write_datetime(row, place, value, inks.day)
        case _:
            page.write_number(row, place, float(value), own)


def _format(book: Workbook, column: Column[Row]) -> Format:
    if column.decimals is None:
        return book.add_format()
    return book.add_format({"num_format": "0." + "0" * column.decimals if column.decimals else "0"})


def _yes_no(value: bool) -> str:
    return "oui" if value else "non"


def _clean(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\n\t")


def _sheet_name(name: str) -> str:
    """At most 31 characters, none of those a spreadsheet refuses in the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\]|^'|'$", " ", _clean(name)).strip()[:31] or "Feuille"
