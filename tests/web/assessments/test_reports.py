"""The report of an assessment: its page, its PDF, its workbook, all telling the same."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import event

from aqss.bootstrap import Runtime
from aqss.jobs.reports import make_reports
from aqss.jobs.turns import Turn, this_process
from aqss.services.assessments.rating import Submission
from aqss.web.assessments.words import download_name
from tests.clock import FakeClock
from tests.page import Page, Site
from tests.web.assessments.scene import NASTY, Team, a_scope, make_assessment, rate

ASK = "Préparer le PDF"


@pytest.fixture
def rated(runtime: Runtime, team: Team, rating: int) -> int:
    rate(runtime, team.member, rating, {"A2-01": "oui", "A2-08": "partiel"})
    return rating


def report_of(key: int) -> str:
    return f"/auto-evaluations/{key}/rapport"


def make(runtime: Runtime) -> int:
    """One pass of the report job."""
    return make_reports(Turn(runtime, this_process()))


def download(site: Site, address: str) -> tuple[str, str]:
    """The text of a PDF, and what its file is called."""
    with site.client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.content_type == "application/pdf"
        pages = PdfReader(io.BytesIO(answer.data)).pages
        return "".join(one.extract_text() for one in pages), answer.headers["Content-Disposition"]


def test_the_page_tells_what_the_report_tells(member: Site, rated: int) -> None:
    page = member.get(report_of(rated))
    assert page.h1 == "Rapport d’auto-évaluation"
    assert "Provisoire, état au 2 mars 2026." in page.text
    assert "75,0" in page.text
    assert not page.root.all("style")


def test_the_pdf_is_asked_for_waited_for_and_downloaded(
    member: Site, runtime: Runtime, team: Team, rated: int
) -> None:
    page = member.submit(member.get(report_of(rated)), ASK, status=202)
    assert page.h1 == "Le PDF se prépare"
    address = page.link("Voir s’il est prêt")
    assert member.client.head(address).status_code == 202
    assert make(runtime) == 1
    text, name = download(member, address)
    assert name == (
        "attachment; filename=rapport-auto-evaluation-centre-des-lilas-campagne-2026-2026-03-02.pdf"
    )
    assert "Campagne 2026" in text
    assert "75,0" in text
    assert team.member.name not in text


def test_asking_reads_the_whole_report_before_it_takes_the_write_lock(
    member: Site, runtime: Runtime, rated: int
) -> None:
    writing: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        writing.append(statement)

    engine = runtime.sessions.write_engine
    event.listen(engine, "before_cursor_execute", note)
    member.send(f"{report_of(rated)}.pdf")
    event.remove(engine, "before_cursor_execute", note)
    assert any("INSERT INTO reports" in statement for statement in writing)
    assert not [statement for statement in writing if "answers" in statement]


def test_the_same_content_is_made_once(member: Site, runtime: Runtime, rated: int) -> None:
    address = member.submit(member.get(report_of(rated)), ASK, status=202).link("Voir s’il est prêt")
    make(runtime)
    again = member.send(f"{report_of(rated)}.pdf")
    assert again.location == address
    assert make(runtime) == 0
    assert download(member, address)


def test_a_file_that_was_lost_is_made_again(member: Site, runtime: Runtime, rated: int) -> None:
    address = member.submit(member.get(report_of(rated)), ASK, status=202).link("Voir s’il est prêt")
    make(runtime)
    for path in Path(runtime.settings.reports).glob("*.pdf"):
        path.unlink()
    page = member.get(address, 404)
    assert page.h1 == "Ce PDF n’est plus là"
    assert member.submit(page, ASK, status=202).h1 == "Le PDF se prépare"
    assert make(runtime) == 1


def test_an_answer_that_changes_meanwhile_is_told_and_the_new_report_can_be_asked_for(
    member: Site, runtime: Runtime, team: Team, rated: int
) -> None:
    address = member.submit(member.get(report_of(rated)), ASK, status=202).link("Voir s’il est prêt")
    rate(runtime, team.colleague, rated, {"A2-02": "non"})
    make(runtime)
    page = member.get(address, 404)
    assert "Ce qu’il dit a changé pendant qu’il se préparait" in page.text
    assert member.submit(page, ASK, status=202).link("Voir s’il est prêt") != address


def test_one_that_fails_says_so_and_is_tried_again(member: Site, runtime: Runtime, rated: int) -> None:
    address = member.submit(member.get(report_of(rated)), ASK, status=202).link("Voir s’il est prêt")
    folder = Path(runtime.settings.reports)
    folder.parent.mkdir(exist_ok=True)
    folder.rmdir() if folder.is_dir() else None
    folder.write_text("a file stands where the folder should be")
    assert make(runtime) == 0
    page = member.get(address)
    assert page.h1 == "Le PDF n’a pas pu être fait"
    folder.unlink()
    assert member.submit(page, ASK, status=202).h1 == "Le PDF se prépare"
    assert make(runtime) == 1


@pytest.mark.parametrize("key", ["", "x", "%00", "../secret-key", "0" * 63, "G" * 64, "%C3%A9" * 64])
def test_an_address_that_names_no_report_is_not_found(member: Site, rated: int, key: str) -> None:
    assert member.get(f"{report_of(rated)}.pdf?contenu={key}", 404).h1 == "Page introuvable"


def test_the_pdf_of_another_assessment_is_not_given_under_ones_own(
    site: Site, runtime: Runtime, team: Team, rated: int
) -> None:
    site.sign_in(team.member)
    address = site.submit(site.get(report_of(rated)), ASK, status=202).link("Voir s’il est prêt")
    make(runtime)
    other = make_assessment(runtime, team)
    page = site.get(address.replace(f"/{rated}/", f"/{other}/"), 404)
    assert page.h1 == "Ce PDF n’est plus là"
    site.sign_in(team.stranger)
    site.get(address, 404)
    site.post(f"{report_of(rated)}.pdf", {}, 404)


@pytest.mark.parametrize(
    ("centre", "title", "middle"),
    [
        ("Centre d’Ardençay", "Parcours, automne", "-centre-d-ardencay-parcours-automne"),
        ("北京", "…", ""),
        ("à" * 120, '"\r\nx', f"-{'a' * 45}-x"),
    ],
)
def test_a_download_is_named_after_the_centre_the_title_and_the_day(
    clock: FakeClock, centre: str, title: str, middle: str
) -> None:
    assert (
        download_name("resultats", centre, title, clock.now(), ".xlsx")
        == f"resultats{middle}-2026-03-02.xlsx"
    )
    assert len(download_name("rapport-auto-evaluation", "a" * 200, "b" * 200, clock.now(), ".xlsx")) <= 120


def test_the_workbook_has_the_same_figures_with_every_answer(
    member: Site, runtime: Runtime, team: Team, rated: int
) -> None:
    rate(runtime, team.member, rated, {"A2-03": Submission("na", "=1+1", "+33 1")})
    answer = member.client.get(f"/auto-evaluations/{rated}/resultats.xlsx")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="resultats-centre-des-lilas-campagne-2026-2026-03-02.xlsx"'
    )
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Synthèse", "Critères"]
    scores = {row[0].value: row[6].value for row in book["Synthèse"].iter_rows(min_row=2)}
    assert scores["Module"] == 75
    rows = {row[3].value: row for row in book["Critères"].iter_rows(min_row=2)}
    assert rows["A2-01"][6].value == "Oui"
    assert [cell.data_type for cell in rows["A2-03"][12:14]] == ["s", "s"]
    assert "1+1" in rows["A2-03"][12].value


def test_what_the_team_typed_is_never_interpreted_on_page_pdf_or_workbook(
    member: Site, runtime: Runtime, team: Team
) -> None:
    scope = a_scope(title=NASTY, objective=NASTY, trigger_note=NASTY)
    key = make_assessment(runtime, team, scope)
    rate(runtime, team.member, key, {"A2-03": Submission("na", NASTY, NASTY)})
    member.typed.add(NASTY)
    page = member.get(report_of(key))
    assert page.text.count(NASTY) >= 5
    assert not page.root.all("img")
    address = member.submit(page, ASK, status=202).link("Voir s’il est prêt")
    assert make(runtime) == 1
    assert "<script>" in download(member, address)[0]
    book = load_workbook(io.BytesIO(member.client.get(f"/auto-evaluations/{key}/resultats.xlsx").data))
    assert NASTY in [cell.value for row in book["Critères"].iter_rows() for cell in row]


def test_the_report_of_a_closed_assessment_is_no_draft(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    key = make_assessment(runtime, team, to="close")
    page: Page = member.get(report_of(key))
    assert "Provisoire, état au" not in page.text
