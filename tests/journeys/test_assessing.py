"""An assessment from its start to its results, then to its validation: what the whole is for."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, choose, criterion, make_team, sign_in
from tests.web.assessments.scene import GRID, advance, make_assessment, rate, stored

TITLE = "Coordination des soins"


def test_a_coordinator_leads_a_first_assessment_to_its_report(live: LiveSite, open_page: OpenPage) -> None:
    team = make_team(backstage(live))
    page = open_page(width=390)
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


def press_until(page: Page, key: str, condition: str) -> None:
    for _ in range(60):
        if page.evaluate(condition):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {condition}")


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
    assert re.fullmatch(r"rapport-auto-evaluation-\d+\.pdf", download.value.suggested_filename)
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


def test_the_direction_validates_and_the_team_hears_of_it(live: LiveSite, open_page: OpenPage) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team, to="cotation")
    rate(behind, team.member, key, {"A2-01": "oui", "A2-08": "partiel"})
    advance(behind, team, key, "validation")
    page = open_page()
    sign_in(page, team.manager)
    page.goto(f"/auto-evaluations/{key}")
    look_at_both(page)
    page.get_by_role("link", name="Valider et clôturer").click()
    look_at_both(page)
    page.get_by_role("button", name="Valider et clôturer").click()
    expect(page.get_by_role("status")).to_contain_text("Clôturée")
    look_at_both(page)
    mail = live.mail_to(team.member.email, "Résultats disponibles")
    address = next(word for word in mail.split() if "/resultats" in word)
    assert live.mail_to(team.colleague.email, "Résultats disponibles")

    reader = open_page(width=390)
    sign_in(reader, team.member)
    reader.goto(address)
    expect(reader.get_by_role("heading", level=1)).to_have_text("Résultats")
    look_at_both(reader)
    reader.goto(f"/auto-evaluations/{key}/grilles/{GRID}")
    expect(criterion(reader, "A2-08").get_by_text("En partie", exact=True)).to_be_visible()
    expect(reader.get_by_role("radio")).to_have_count(0)
    look_at_both(reader)
    reader.goto(f"/auto-evaluations/{key}/grilles/{GRID}/imprimer")
    look_at_both(reader)


@pytest.mark.parametrize("width", [1280, 390])
def test_rating_needs_no_script(live: LiveSite, open_page: OpenPage, width: int) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team)
    page = open_page(width=width, scripts=False)
    sign_in(page, team.member)
    page.goto(f"/auto-evaluations/{key}/grilles/{GRID}")
    choose(page, "A2-01", "En partie")
    choose(page, "A2-02", "Non concerné")
    page.get_by_role("button", name="Enregistrer les réponses").click()
    expect(page.get_by_text("1 réponse n’est pas enregistrée")).to_be_visible()
    assert stored(behind, key, "A2-01").level == "partiel"
    criterion(page, "A2-02").get_by_label("Pourquoi ce critère").fill("Aucune réunion cette année")
    page.get_by_role("button", name="Déclarer la grille terminée").click()
    expect(page.get_by_role("status")).to_contain_text("est déclarée terminée")
    assert stored(behind, key, "A2-02").reason == "Aucune réunion cette année"
