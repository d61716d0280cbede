"""The PDF of the report: its fonts, its text, its pages, and what it refuses to follow."""

from __future__ import annotations

import logging
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.pdf import make_pdf
from aqss.services.assessments.starting import start_assessment
from aqss.services.editions import publish
from aqss.services.reports.assessment import TITLE, document_html
from aqss.services.reports.assessment_content import ReportContent
from tests.builders import a_centre, a_member, actor_of
from tests.services.assessments.scene import NOW, a_scope, pass_to, set_scene
from tests.services.reports.story import a_closed_assessment, a_rated_assessment, report_of, tell, with_texts

LONGEST = 2000
"""Letters of the longest text a person may write."""

HOSTILE = (
    '<img src="file:///etc/passwd">',
    '<img src="http://169.254.169.254/latest/meta-data">',
    '<link rel="stylesheet" href="file:///etc/hostname">',
    '<pdf:insertpdf src="file:///etc/passwd"/>',
    "<pdf:nextpage/>",
    "<style>@page { size: a0 }</style>",
    "</td></tr></table></body></html>",
    "{{ config }}",
    '<svg><image href="file:///etc/passwd"/></svg>',
    "<pdf:font src='file:///etc/passwd' name='x'/>",
)


@pytest.fixture(scope="module")
def content(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, small_catalogue: Catalogue
) -> ReportContent:
    """Told once: what a PDF looks like does not depend on the database."""
    path = tmp_path_factory.mktemp("report") / "aqss.db"
    shutil.copy(migrated_file, path)
    return tell(path, small_catalogue)


@pytest.fixture(scope="module")
def pdf(content: ReportContent) -> PdfReader:
    return read_pdf(content)


def read_pdf(content: ReportContent) -> PdfReader:
    return PdfReader(BytesIO(make_pdf(document_html(content), title=TITLE)))


def words_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def letters_of(pdf: PdfReader) -> str:
    return re.sub(r"\s", "", words_of(pdf))


def fonts_of(pdf: PdfReader) -> set[tuple[str, bool]]:
    """(name, embedded) of every font in which something is written."""
    found: set[tuple[str, bool]] = set()

    def note(text: str, _place: object, _line: object, font: Any, _size: object) -> None:
        if text.strip():
            found.add((str(font["/BaseFont"]), "/FontFile2" in font.get("/FontDescriptor", {})))

    for page in pdf.pages:
        page.extract_text(visitor_text=note)
    return found


def test_only_the_embedded_font_is_used(pdf: PdfReader) -> None:
    fonts = fonts_of(pdf)
    assert fonts
    assert all("DejaVuSansCondensed" in name and embedded for name, embedded in fonts), fonts


def test_its_text_can_be_searched_accents_and_signs_included(pdf: PdfReader) -> None:
    words = words_of(pdf)
    for wanted in (
        "Rapport d’auto-évaluation",
        "À traiter",
        "Cœur de métier « à part »",
        "● Oui",
        "◐ En partie",
        "○ Non",
    ):
        assert wanted in words


def test_each_page_has_its_number_the_centre_and_the_title(pdf: PdfReader) -> None:
    for number, page in enumerate(pdf.pages, start=1):
        words = " ".join(page.extract_text().split())
        assert f"Page {number} sur {len(pdf.pages)}" in words
        assert "Centre des Lilas · Campagne 2026 · Provisoire, état au 2 mars 2026" in words


def test_its_bookmarks_lead_to_each_module_and_grid(pdf: PdfReader) -> None:
    def titles(outline: list[object]) -> list[str]:
        return [
            title
            for entry in outline
            for title in (titles(entry) if isinstance(entry, list) else [str(getattr(entry, "title", ""))])
        ]

    found = titles(pdf.outline)
    for wanted in (
        "Présentation",
        "Soins\u00a0: réponses",
        "CO · Grille coordination",
        "HY · Grille hygiene",
    ):
        assert wanted in found


def test_making_it_warns_of_nothing(content: ReportContent, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        make_pdf(document_html(content), title=TITLE)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_no_page_is_empty(pdf: PdfReader) -> None:
    for page in pdf.pages:
        lines = page.extract_text().splitlines()
        assert len(lines) > 3, lines


def test_short_sections_share_a_page(pdf: PdfReader) -> None:
    inside = [" ".join(page.extract_text().split()) for page in pdf.pages][1:]
    assert any("Soins : scores" in words and "Soins : sections" in words for words in inside)


@pytest.mark.parametrize("database_kind", ["sqlite"])  # where lines fall does not depend on it
@pytest.mark.parametrize(
    ("introduction", "row"),
    [
        ("Un impératif est à reprendre tant que", "Impératifs à reprendre : 1 Code Critère Réponse CO-1"),
        ("Un module se compare sur les mêmes grilles", "Écart en points Soins Campagne 2026"),
    ],
    ids=["essentials", "since last time"],
)
def test_a_heading_and_its_introduction_stay_with_the_table_wherever_the_page_ends(
    session: Session, small_catalogue: Catalogue, introduction: str, row: str
) -> None:
    """What precedes them grows by six lines at a time: the end of the page meets them somewhere."""
    scene = set_scene(session)
    a_closed_assessment(session, scene, NOW)
    later = a_rated_assessment(session, scene, now=NOW + timedelta(days=90))
    content = report_of(session, scene.member, small_catalogue, later, NOW + timedelta(days=91))
    starts = set()
    for lines in range(0, 54, 6):
        pdf = read_pdf(replace(content, objective="Situer nos pratiques, " * 4 * lines))
        pages = [" ".join(page.extract_text().split()).replace("\u00a0", " ") for page in pdf.pages]
        (number,) = (number for number, page in enumerate(pages) if introduction in page)
        assert row in pages[number].partition(introduction)[2], lines
        starts.add(number)
    assert len(starts) > 1, "it never met the end of a page"


def test_it_is_in_french_and_has_its_title(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == TITLE
    assert str(pdf.trailer["/Root"].get("/Lang", "")).startswith("fr")


@pytest.mark.parametrize(
    "text",
    ["W" * LONGEST, "Mot " * (LONGEST // 4), "<div>" * (LONGEST // 5)],
    ids=["word", "words", "markup"],
)
def test_the_longest_texts_are_whole(content: ReportContent, text: str) -> None:
    letters = letters_of(read_pdf(with_texts(content, text, text)))
    assert letters.count(text[0]) >= 2 * text.count(text[0])


def test_what_people_write_is_neither_followed_nor_obeyed(
    content: ReportContent, caplog: pytest.LogCaptureFixture
) -> None:
    plain = read_pdf(with_texts(content, *("x" * len(text) for text in HOSTILE)))
    hostile = read_pdf(with_texts(content, *HOSTILE))
    letters = letters_of(hostile)
    assert [text for text in HOSTILE if re.sub(r"\s", "", text) not in letters] == []
    assert len(hostile.pages) == len(plain.pages)
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_assessment_of_the_three_modules_fits_in_fifty_pages(
    session: Session, catalogue: Catalogue
) -> None:
    publish(session, catalogue, NOW)
    centre = a_centre(session, flags=list(catalogue.flag_labels))
    coordinator = actor_of(session, a_member(session, centre, role="coordinator"))
    grids = [grid for module in catalogue.modules if module.module != "outils" for grid in module.grids]
    assessment = start_assessment(session, coordinator, centre_id=centre.id, scope=a_scope(*grids), now=NOW)
    pass_to(session, coordinator, assessment, "cotation")
    content = report_of(session, coordinator, catalogue, assessment)
    assert sum(len(grid.lines) for module in content.modules for grid in module.grids) == 254
    assert 10 < len(read_pdf(content).pages) <= 50
