"""The page, the workbook, the CSV file and the PDF of a plan tell the same, cell by cell."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

from aqss.bootstrap import Runtime
from aqss.jobs.reports import make_reports
from aqss.jobs.turns import Turn, this_process
from tests.builders import a_member
from tests.page import Page, Site
from tests.web.cast import Cast
from tests.web.plan.scene import make_action, make_plan, plan_url

Rows = list[list[str]]


def of_page(page: Page) -> Rows:
    table = page.root.one("table", class_="paqss")
    return [[_plain(cell.words) for cell in row.all("th") + row.all("td")] for row in table.all("tr")]


def of_workbook(site: Site, url: str) -> Rows:
    answer = site.client.get(url)
    assert answer.content_type.startswith("application/vnd.openxmlformats")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    return [[_plain(_in_french(cell.value)) for cell in line] for line in sheet.iter_rows()]


def of_csv(site: Site, url: str) -> Rows:
    answer = site.client.get(url)
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = answer.data.decode("utf-8-sig").splitlines(keepends=True)
    return [[_plain(cell) for cell in line] for line in csv.reader(lines, delimiter=";")]


def of_pdf(site: Site, runtime: Runtime, url: str) -> str:
    page = site.submit(site.get(url), "Préparer le PDF", status=202)
    make_reports(Turn(runtime, this_process()))
    with site.client.get(page.link("Voir s’il est prêt")) as answer:
        assert answer.status_code == 200
        return " ".join(one.extract_text() for one in PdfReader(BytesIO(answer.data)).pages)


def test_page_workbook_csv_and_pdf_agree_cell_by_cell(lead: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    make_action(runtime, cast, title="Relire l’affiche", means="Deux heures.", steps=(True, True))
    page = of_page(lead.get(plan_url(cast, "/paqss?vue=toutes&tri=numero")))
    assert len(page) == 7
    assert of_workbook(lead, plan_url(cast, "/export.xlsx?vue=toutes&tri=numero")) == page
    assert of_csv(lead, plan_url(cast, "/export.csv?vue=toutes&tri=numero")) == page
    report = plan_url(cast, "/rapport?vue=toutes&tri=numero")
    told = _solid(of_pdf(lead, runtime, report))
    twin = _solid(lead.get(report).text)
    for text in (told, twin):
        for line in page[1:]:
            card = text[text.index(_solid(f"N°{line[0]}·{line[2]}")) :]
            for heading, cell in zip(page[0], line, strict=True):
                said = heading in ("N°", "Objectif") or not cell or _solid(f"{heading}{cell}") in card[:900]
                assert said, (line[0], heading, cell)


def test_the_exports_keep_the_filters_of_the_list(lead: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast, "?vue=toutes&q=acces"))
    for label, read in (("Tableur (XLSX)", of_workbook), ("CSV", of_csv)):
        rows = read(lead, page.link(label))
        assert [row[2] for row in rows[1:]] == ["Revoir les accès au logiciel"]


def test_of_several_centres_each_action_tells_its_own(lead: Site, runtime: Runtime, cast: Cast) -> None:
    with runtime.sessions.writing() as session:
        a_member(session, cast.other, user=cast.nadia)
        session.commit()
    make_action(runtime, cast, criticality=4)
    make_action(runtime, cast, centre=cast.other)
    page = of_page(lead.get("/plan/paqss"))
    assert page[0][:3] == ["N°", "Centre", "Origine"]
    assert [row[1] for row in page[1:]] == ["Centre de Port-Amiral", "Centre de Vauxperle"]
    listed = lead.get("/plan")
    assert of_workbook(lead, listed.link("Tableur (XLSX)")) == page
    assert of_csv(lead, listed.link("CSV")) == page
    answer = lead.client.get("/plan/export.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan-d-actions-2026-03-02.csv"'


def test_the_files_are_named_after_the_centre_and_the_day(lead: Site, cast: Cast) -> None:
    for suffix in ("xlsx", "csv"):
        answer = lead.client.get(plan_url(cast, f"/export.{suffix}"))
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="plan-d-actions-centre-de-port-amiral-2026-03-02.{suffix}"'
        )


def _in_french(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _solid(text: str) -> str:
    """Without spaces: lines break anywhere in a PDF."""
    return re.sub(r"\s", "", text)
