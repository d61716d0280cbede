"""The workbook of results: the figures of the screen, and texts that stay texts."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.services.assessments.results import read_results
from aqss.services.exports.results import results_xlsx
from aqss.services.reports.assessment_content import ReportContent
from tests.services.assessments.scene import NOW, Scene, an_edition, publish, rate
from tests.services.reports.story import (
    a_closed_assessment,
    a_rated_assessment,
    report_of,
    tell,
    with_texts,
)

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://exemple.fr","ici")',
    '=IMPORTXML("http://exemple.fr","//a")',
    "=WEBSERVICE(A1)",
    "=DDE(1;2)",
    "==1",
    "=",
    " =1+1",
    "\u00a0=1+1",
    "'=1+1",
    '"=1+1"',
    "+1+1",
    "+33 6 12 34 56 78",
    "+cmd|' /C calc'!A0",
    "+",
    " +2",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "- un tiret de liste",
    "-",
    " -2",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "@",
    " @x",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=1\n+2",
    "=A1;B2",
    "=1+1|oui",
    "-1,5",
    "+1e9",
    "=TRUE()",
)
"""What a spreadsheet could run, or read as a number, when a person has written it as a comment."""

HARMLESS = (
    "Vu en réunion.",
    "2 = deux",
    "a+b",
    "dupont@exemple.fr",
    "10 - 12",
    "42",
    "https://exemple.fr",
    "{=1}",
)


@pytest.fixture(scope="module")
def told(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, small_catalogue: Catalogue
) -> ReportContent:
    """Told once: how a text is written does not depend on the database."""
    path = tmp_path_factory.mktemp("export") / "aqss.db"
    shutil.copy(migrated_file, path)
    return tell(path, small_catalogue)


@pytest.fixture
def content(session: Session, scene: Scene, small_catalogue: Catalogue) -> ReportContent:
    a_closed_assessment(session, scene, NOW - timedelta(days=365), title="Avant")
    assessment = a_rated_assessment(session, scene, "coordination", "hygiene", "mesures")
    rate(session, scene.member, assessment, "HY-2", "Sans objet.", kind="na", comment="À revoir.")
    rate(session, scene.member, assessment, "ME-2", "1200", kind="number")
    return report_of(session, scene.member, small_catalogue, assessment)


def book_of(content: ReportContent) -> Workbook:
    return load_workbook(BytesIO(results_xlsx(content)))


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


def by_code(content: ReportContent) -> dict[str, dict[str, Any]]:
    return {row["Code"]: row for row in rows_of(book_of(content)["Critères"])}


class TestSummary:
    def test_each_module_is_followed_by_its_grids_and_their_sections(self, content: ReportContent) -> None:
        rows = rows_of(book_of(content)["Synthèse"])
        assert [(row["Portée"], row["Module"], row["Code"], row["Section"]) for row in rows] == [
            ("Module", "Soins", None, None),
            ("Grille", "Soins", "CO", None),
            ("Section", "Soins", "CO", "Fonction"),
            ("Section", "Soins", "CO", "Concertation"),
            ("Grille", "Soins", "HY", None),
            ("Section", "Soins", "HY", "Mains"),
            ("Module", "Outils", None, None),
            ("Grille", "Outils", "ME", None),
            ("Section", "Outils", "ME", "Suivi"),
        ]

    def test_the_figures_are_those_of_the_screen(
        self, session: Session, scene: Scene, content: ReportContent
    ) -> None:
        screen = read_results(session, scene.member, content.assessment_id)
        shown = [
            standing
            for module in screen.modules
            for standing in (
                module.standing,
                *(s for grid in module.grids for s in (grid.standing, *(x.standing for x in grid.sections))),
            )
        ]
        rows = rows_of(book_of(content)["Synthèse"])
        for row, standing in zip(rows, shown, strict=True):
            tally = standing.tally
            assert row["Score sur 100"] == (
                None if tally.score is None else pytest.approx(float(tally.score))
            )
            assert row["Niveau"] == (standing.band.label if standing.band else None)
            assert row["Provisoire"] == ("oui" if standing.provisional else "non")
            assert row["Complétude (%)"] == pytest.approx(100 * float(tally.completeness))
            counts = (
                "Critères applicables",
                "Concernés",
                "Non concernés",
                "Cotés",
                "Ne sait pas",
                "Sans réponse",
            )
            assert [row[count] for count in counts] == [
                tally.applicable,
                tally.concerned,
                tally.not_applicable,
                tally.rated,
                tally.unknown,
                tally.blank,
            ]
            assert row["Impératifs à reprendre"] == tally.essential_failed
            assert row["Impératifs sans cotation"] == tally.essential_open
            assert row["Impératifs non concernés"] == tally.essential_na

    def test_it_says_what_each_score_was_the_time_before(self, content: ReportContent) -> None:
        coordination = rows_of(book_of(content)["Synthèse"])[1]
        assert coordination["Score précédent"] == 30
        assert coordination["Date précédente"].date() == date(2025, 3, 2)
        assert coordination["Écart en points"] == 7.5
        assert coordination["Autre version"] == "non"

    def test_it_says_when_the_time_before_was_another_version(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        a_closed_assessment(session, scene, NOW - timedelta(days=365))
        sections = {"mains": [{"criterion": code} for code in ("HY-1", "HY-2", "HY-3")]}
        publish(session, an_edition("hygiene", sections, version=2))
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        rows = rows_of(book_of(content)["Synthèse"])
        told = {(row["Portée"], row["Code"]): row["Autre version"] for row in rows}
        assert told == {
            ("Module", None): "oui",
            ("Grille", "CO"): "non",
            ("Section", "CO"): "non",
            ("Grille", "HY"): "oui",
            ("Section", "HY"): "oui",
        }

    def test_a_grid_that_only_follows_figures_has_no_completeness(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        publish(session, an_edition("chiffres", {"s": [{"criterion": "CH-1"}]}, scale="nombre"))
        assessment = a_rated_assessment(session, scene, "chiffres", answers={})
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert [row["Complétude (%)"] for row in rows_of(book_of(content)["Synthèse"])] == [None, None]


class TestCriteria:
    def test_weights_and_products_add_up_to_the_points_of_the_summary(self, content: ReportContent) -> None:
        book = book_of(content)
        for row in rows_of(book["Synthèse"]):
            criteria = [
                line
                for line in rows_of(book["Critères"])
                if line["Module"] == row["Module"]
                and row["Grille"] in (None, line["Grille"])
                and row["Section"] in (None, line["Section"])
            ]
            possible = sum(line["Poids"] for line in criteria if line["Poids"] is not None)
            earned = sum(line["Poids × valeur"] for line in criteria if line["Poids × valeur"] is not None)
            assert row["Points possibles"] == pytest.approx(possible)
            assert row["Points obtenus"] == pytest.approx(earned)

    def test_an_answer_has_its_words_its_value_and_its_weight(self, content: ReportContent) -> None:
        row = by_code(content)["CO-1"]
        assert row["Énoncé"] == "Énoncé CO-1."
        assert (row["Impératif"], row["Réponse"], row["Compté"]) == ("oui", "En partie", "oui")
        assert (row["Valeur"], row["Poids"], row["Poids × valeur"]) == (0.5, 1, 0.5)

    def test_what_does_not_count_says_why_and_has_no_weight(self, content: ReportContent) -> None:
        rows = by_code(content)
        assert {code: row["Compté"] for code, row in rows.items() if row["Compté"] != "oui"} == {
            "CO-5": "Sans réponse",
            "HY-2": "Non concerné",
            "ME-1": "Sans réponse",
            "ME-2": "Réponse sans score",
            "ME-3": "Réponse sans score",
        }
        assert (rows["HY-2"]["Motif"], rows["HY-2"]["Commentaire"]) == ("Sans objet.", "À revoir.")
        assert [rows["HY-2"][name] for name in ("Valeur", "Poids", "Poids × valeur")] == [None, None, None]

    def test_an_unknown_answer_says_so(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        rate(session, scene.member, assessment, "CO-1", "", kind="unknown")
        row = by_code(report_of(session, scene.member, small_catalogue, assessment))["CO-1"]
        assert (row["Réponse"], row["Compté"]) == ("Ne sait pas", "Ne sait pas")

    def test_a_number_is_kept_as_a_number(self, content: ReportContent) -> None:
        assert by_code(content)["ME-2"]["Nombre"] == 1200

    def test_only_criteria_asked_of_the_centre_are_there(self, content: ReportContent) -> None:
        assert {"CO-4", "HY-4"}.isdisjoint(by_code(content))

    def test_no_name_is_beside_an_answer(self, content: ReportContent, scene: Scene) -> None:
        written = [str(c.value) for sheet in book_of(content) for row in sheet.iter_rows() for c in row]
        assert "Grille coordination" in written
        for name in ("Mehdi", "Camille", scene.member.name):
            assert not [text for text in written if name in text]


class TestSheets:
    def test_the_workbook_has_both_sheets_ready_to_sort_and_print(self, content: ReportContent) -> None:
        book = book_of(content)
        assert book.sheetnames == ["Synthèse", "Critères"]
        for sheet in book.worksheets:
            assert sheet.freeze_panes == "A2"
            assert sheet.auto_filter.ref == sheet.dimensions
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.page_setup.paperSize == 9
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToHeight == 0
            assert sheet.print_title_rows == "$1:$1"

    def test_long_texts_have_room_and_wrap(self, content: ReportContent) -> None:
        sheet = book_of(content)["Critères"]
        statement, comment = (
            [c.value for c in sheet[1]].index(name) + 1 for name in ("Énoncé", "Commentaire")
        )
        assert sheet.column_dimensions[sheet.cell(1, statement).column_letter].width >= 60
        assert all(
            sheet.cell(row, column).alignment.wrap_text
            for row in range(2, sheet.max_row + 1)
            for column in (statement, comment)
            if sheet.cell(row, column).value is not None
        )

    def test_scores_show_one_decimal_and_counts_none(self, content: ReportContent) -> None:
        sheet = book_of(content)["Synthèse"]
        formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
        assert formats["Score sur 100"] == "0.0"
        assert formats["Cotés"] == "0"


class TestFormulas:
    def test_thirty_cases_at_least_are_tried(self) -> None:
        assert len(set(FORMULAS)) >= 30

    @pytest.mark.campaign("B2")
    @pytest.mark.parametrize("text", FORMULAS)
    def test_what_looks_like_a_formula_stays_a_text(self, told: ReportContent, text: str) -> None:
        content = with_texts(told, text)
        said = [
            cell
            for row in book_of(content)["Critères"].iter_rows(min_row=2)
            for cell in row
            if cell.value == text
        ]
        assert len(said) == 2
        assert all(cell.data_type == "s" and cell.quotePrefix for cell in said)
        assert all(cell.hyperlink is None for cell in said)

    @pytest.mark.parametrize("text", HARMLESS)
    def test_what_does_not_is_left_alone(self, told: ReportContent, text: str) -> None:
        content = with_texts(told, text)
        cell = next(c for c in book_of(content)["Critères"][2] if c.value == text)
        assert (cell.data_type, cell.hyperlink) == ("s", None)

    def test_a_comment_saved_as_a_formula_is_exported_as_a_text(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene, answers={})
        rate(session, scene.member, assessment, "CO-1", "oui", comment="=1+1")
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert by_code(content)["CO-1"]["Commentaire"] == "=1+1"

    def test_titles_and_statements_of_a_grid_are_texts_too(self, content: ReportContent) -> None:
        for sheet in book_of(content).worksheets:
            assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
