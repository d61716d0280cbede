import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from openpyxl import load_workbook

from aqss.gateways.tables import MOST_LETTERS, Column, Table, text_of, write_csv, write_workbook


@dataclass
class Row:
    name: object
    score: object = None


COLUMNS = [
    Column[Row]("Centre", lambda row: row.name, width=30),
    Column[Row]("Score", lambda row: row.score, decimals=1),
]

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    '"=1',
    "'=1",
    "＝1+1",
    "\n=1",
    "=cmd|' /C calc'!A0",
]


def book_of(rows, columns=COLUMNS, name="Scores"):
    return load_workbook(BytesIO(write_workbook([Table(name, columns, rows)])))


def cells(rows, columns=COLUMNS):
    return [[cell.value for cell in line] for line in book_of(rows, columns).active.iter_rows()]


def test_rows_stand_under_their_headings():
    rows = [Row("Vauxperle", Decimal("72.5")), Row("Été ; œuf", Fraction(800, 11)), Row("Port-Amiral", None)]
    assert cells(rows) == [
        ["Centre", "Score"],
        ["Vauxperle", 72.5],
        ["Été ; œuf", pytest.approx(800 / 11)],
        ["Port-Amiral", None],
    ]


@pytest.mark.campaign("B2")
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    sheet = book_of([Row(text)]).active
    cell = sheet.cell(2, 1)
    assert cell.data_type == "s"
    assert cell.quotePrefix, "and still does once somebody edits it"


@pytest.mark.parametrize("text", ["http://exemple.fr", "12", "mailto:a@b.fr", "internal:Sheet1!A1", "{=1}"])
def test_a_text_is_never_read_as_a_number_or_an_address(text):
    sheet = book_of([Row(text)]).active
    assert (sheet.cell(2, 1).value, sheet.cell(2, 1).hyperlink) == (text, None)


def test_a_heading_that_looks_like_a_formula_stays_a_text():
    columns = [Column[Row]("=1+1", lambda row: row.name)]
    sheet = book_of([], columns).active
    assert sheet.cell(1, 1).data_type == "s"


def test_a_negative_number_is_no_formula():
    assert cells([Row("a", -3.8)])[1] == ["a", -3.8]


def test_instants_are_told_in_paris_and_dates_as_they_are():
    evening = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    (told,) = cells([Row(evening, date(2026, 3, 1))])[1:]
    assert told == [datetime(2027, 1, 1, 0, 30), datetime(2026, 3, 1)]  # noqa: DTZ001


def test_yes_and_no_are_written_as_words():
    assert cells([Row(True, False)])[1] == ["oui", "non"]


def test_control_characters_and_endless_texts_do_not_break_a_workbook():
    rows = cells([Row("a\x00b\x0bc\ud7ff"), Row("é" * 40_000)])
    assert rows[1][0] == "abc\ud7ff"
    assert len(rows[2][0]) == MOST_LETTERS


def test_a_text_over_several_lines_stays_in_its_cell():
    assert cells([Row("a\nb")])[1][0] == "a\nb"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Scores : 2026/2027 [A]", "Scores   2026 2027  A"), ("", "Feuille"), ("é" * 40, "é" * 31)],
)
def test_the_name_of_a_sheet_is_one_that_spreadsheets_take(name, kept):
    assert book_of([], name=name).sheetnames == [kept]


def csv_of(rows, columns=COLUMNS):
    written = write_csv(Table("Scores", columns, rows))
    assert written.startswith(b"\xef\xbb\xbf"), "a spreadsheet knows its letters by this"
    return list(csv.reader(written.decode("utf-8-sig").splitlines(keepends=True), delimiter=";"))


def test_a_csv_file_has_its_heading_then_its_rows():
    rows = [Row('Été ; œuf "à part"\nsuite', Decimal("1234.5")), Row(None, None)]
    assert csv_of(rows) == [
        ["Centre", "Score"],
        ['Été ; œuf "à part"\nsuite', "1234,5"],
        ["", ""],
    ]


@pytest.mark.campaign("B2")
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_a_text_in_a_csv_file(text):
    (cell,) = csv_of([Row(text)], COLUMNS[:1])[1]
    assert cell == "'" + text.replace("\r", "")


def test_a_heading_that_looks_like_a_formula_is_guarded_in_a_csv_file():
    assert csv_of([], [Column[Row]("=1+1", lambda row: row.name)]) == [["'=1+1"]]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, ""),
        (True, "oui"),
        (False, "non"),
        ("a\x07b", "ab"),
        (date(2026, 3, 2), "02/03/2026"),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), "03/03/2026 0\u00a0h\u00a030"),
        (1234, "1\u00a0234"),
        (Fraction(1, 3), "0,33"),
    ],
)
def test_a_cell_is_told_in_french(value, told):
    assert text_of(Column[Row]("Ce que c’est", lambda row: row.name), Row(value)) == told


def test_the_decimals_of_a_column_are_those_told():
    assert text_of(COLUMNS[1], Row("a", Decimal("72.45"))) == "72,5"
