"""Tables leaving the house as workbooks or CSV files, from one definition of their columns.

A text that a spreadsheet would run as a formula is written so that it stays a text (ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Any, Generic, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from aqss.gateways.french import NBSP, number_fr, paris, short_date_fr, time_fr

Row = TypeVar("Row")
Filled = str | int | float | Decimal | Fraction | date | datetime | bool
Cell = Filled | None

MOST_LETTERS = 32_767
"""What a cell of a workbook may hold."""


_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f]")
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

    plain: Format | None
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


def write_csv(table: Table[Any]) -> bytes:
    """The same as a CSV file that French spreadsheets open at once: UTF-8 with its mark, semicolons.

    What looks like a formula is written after an apostrophe.
    """
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([_guarded(column.heading) for column in table.columns])
    for row in table.rows:
        writer.writerow([_guarded(text_of(column, row, grouped=False)) for column in table.columns])
    return written.getvalue().encode("utf-8-sig")


def text_of(column: Column[Row], row: Row, *, grouped: bool = True) -> str:
    """What a cell says, in French: on pages, in reports and in CSV files. ``grouped``: 12 345, not 12345."""
    match column.value(row):
        case None:
            return ""
        case bool() as value:
            return _yes_no(value)
        case str() as value:
            return _clean(value)
        case datetime() as value:
            return f"{short_date_fr(value)} {time_fr(value)}"
        case date() as value:
            return short_date_fr(value)
        case value:
            written = number_fr(value, column.decimals)
            return written if grouped else written.replace(NBSP, "")


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _inks(book: Workbook, *, wraps: bool) -> _Inks:
    shape = {"text_wrap": wraps, "valign": "top"} if wraps else {}
    return _Inks(
        plain=book.add_format(shape) if wraps else None,
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
            value = column.value(row)
            if value is not None:
                _write_cell(page, last, place, value, formats[place], inks[column.wraps])
    page.autofilter(0, 0, last, max(len(table.columns) - 1, 0))


def _write_cell(
    page: Worksheet, row: int, place: int, value: Filled, own: Format | None, inks: _Inks
) -> None:
    """By the type of the value: a text is never read as a number, an address or a formula."""
    match value:
        case str():
            ink = inks.text if _FORMULA.match(value) else inks.plain
            page.write_string(row, place, _clean(value)[:MOST_LETTERS], ink)
        case bool():
            page.write_string(row, place, _yes_no(value))
        case int():
            page.write_number(row, place, value, own)
        case datetime():
            page.write_datetime(row, place, paris(value).replace(tzinfo=None), inks.instant)
        case date():
            page.write_datetime(row, place, value, inks.day)
        case _:
            page.write_number(row, place, float(value), own)


def _format(book: Workbook, column: Column[Row]) -> Format | None:
    if column.decimals is None:
        return None
    return book.add_format({"num_format": "0." + "0" * column.decimals if column.decimals else "0"})


def _yes_no(value: bool) -> str:
    return "oui" if value else "non"


def _clean(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return text if text.isprintable() else _UNWRITABLE.sub("", text)


def _sheet_name(name: str) -> str:
    """At most 31 characters, none of those a spreadsheet refuses in the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\]|^'|'$", " ", _clean(name)).strip()[:31] or "Feuille"
