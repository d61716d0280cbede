"""An assessment from its start to its results, then to its validation: what the whole is for."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import OpenPage
from tests.journeys.keyboard import press_until
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.rating import open_grid
from tests.journeys.team import backstage, choose, criterion, make_team, sign_in
from tests.web.assessments.scene import a_scope, advance, make_assessment, rate, stored

TITLE = "Coordination des soins"


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_coordinator_leads_a_first_assessment_to_its_report(site: LiveSite, open_page: OpenPage) -> None:
    team = make_team(backstage(site))
    page = open_page(width=390, site=site)
    sign_in(page, team.coordinator)
    start_the_first_module(page)
    open_the_rating(page)
    rate_the_grid(page)
    read_the_results(page)
    read_the_report(page)


def start_the_first_module(page: Page) -> None:
    page.get_by_role("link", name="Évaluer").click()
    look_at_both(page)
    page.get_by_role("link", name="Commencer une auto-évaluation").click()
    look_at_both(page)
    page.get_by_label("Titre").fill("")
    page.get_by_role("button", name="Créer l’auto-évaluation").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look_at_both(page)
    page.get_by_label("Titre").fill("Auto-évaluation de printemps")
    page.get_by_label("Objectif").fill("Savoir où nous en sommes.")
    page.get_by_label("Démarche prévue").check()
    module = page.get_by_role("group", name="Risques généraux", exact=True)
    module.get_by_role("button", name="Tout choisir").click()
    expect(module.get_by_role("checkbox", checked=True)).to_have_count(9)
    page.get_by_role("button", name="Créer l’auto-évaluation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Auto-évaluation de printemps")
    look_at_both(page)


def open_the_rating(page: Page) -> None:
    page.get_by_role("link", name="Préparer").click()
    expect(page.get_by_role("group", name=TITLE).get_by_label("Mehdi Médecin")).to_be_checked()
    look_at_both(page)
    page.get_by_role("button", name="Enregistrer la préparation").click()
    page.get_by_role("link", name="Ouvrir la cotation").click()
    look_at_both(page)
    page.get_by_role("button", name="Ouvrir la cotation").click()
    expect(page.get_by_role("status")).to_contain_text("à l’étape «\u00a0Cotation\u00a0»")
    look_at_both(page)


def rate_the_grid(page: Page) -> None:
    """On a phone's width and by keyboard alone."""
    page.get_by_role("link", name=TITLE, exact=True).click()
    look_at_both(page)
    press_until(page, "Tab", "document.activeElement.matches('[data-resume]')")
    page.keyboard.press("Enter")
    codes = page.locator("[data-criterion]").evaluate_all("all => all.map(one => one.dataset.criterion)")
    for rank, code in enumerate(codes):
        press_until(page, "Tab", f"document.activeElement.name === '{code}-value'")
        page.keyboard.press("Space")
        if rank == 1:
            page.keyboard.press("ArrowRight")
        expect(criterion(page, code)).to_have_class(re.compile("is-rated"))
    expect(page.get_by_text(f"{len(codes)} sur {len(codes)} cotés")).to_be_visible()
    expect(page.locator("[data-score]")).to_have_text(re.compile(r"Score 95,5 Maîtrisé"))
    expect(page.get_by_text("Chaque critère a sa réponse.")).to_be_visible()
    expect(page.locator("[data-state]")).to_have_text(re.compile(r"Enregistré à \d+\sh\s\d\d"))
    look_at_both(page)
    press_until(page, "Tab", "document.activeElement.matches('[data-finish]')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("est déclarée terminée")


def read_the_results(page: Page) -> None:
    page.get_by_role("link", name="Résultats").click()
    expect(page.get_by_text("95,5").first).to_be_visible()
    look_at_both(page)
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("100 × 10,5 ÷ 11 = 95,5")).to_be_visible()
    look_at_both(page)
    page.go_back()


def read_the_report(page: Page) -> None:
    page.get_by_role("link", name="Rapport").click()
    look_at_both(page)
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le PDF se prépare")
    with page.expect_download(timeout=60_000) as download:
        look_at_both(page)
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    assert re.fullmatch(
        r"rapport-auto-evaluation-[a-z0-9-]+-\d{4}-\d\d-\d\d\.pdf", download.value.suggested_filename
    )
    words = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
    assert "Auto-évaluation de printemps" in words
    assert "95,5" in words
    assert fonts_of(pdf) == {True}, "a font that is not in the file"
    expect(page.get_by_text("Le PDF est prêt.")).to_be_visible()


def fonts_of(pdf: PdfReader) -> set[bool]:
    """Whether each font that writes something is embedded."""
    found: set[bool] = set()

    def note(text: str, _place: object, _line: object, font: Any, _size: object) -> None:
        if text.strip():
            found.add("/FontFile2" in font.get("/FontDescriptor", {}))

    for page in pdf.pages:
        page.extract_text(visitor_text=note)
    return found


def test_answers_of_the_last_time_are_said_again_or_changed(live: LiveSite, open_page: OpenPage) -> None:
    behind = backstage(live)
    team = make_team(behind)
    before = make_assessment(behind, team, a_scope(title="L’an dernier"))
    rate(behind, team.member, before, {"A2-01": "oui", "A2-02": "non"})
    advance(behind, team, before, "close")
    key = make_assessment(behind, team, previous=before)
    page = open_grid(open_page, team.member, key)
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile("sans réponse. 2.réponses de la dernière fois à confirmer."))
    choose(page, "A2-01", "Non")
    expect(left).to_have_text(re.compile("sans réponse. 1.réponse de la dernière fois à confirmer."))
    page.get_by_role("button", name="Confirmer A2-02").click()
    expect(left).to_have_text(re.compile("sans réponse.$"))
    expect(page.get_by_text("Reprise de")).to_have_count(0)
    assert (stored(behind, key, "A2-01").level, stored(behind, key, "A2-02").carried) == ("non", False)
