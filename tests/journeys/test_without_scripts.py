"""A whole day without JavaScript: sign in, rate, disagree, be refused, finish, read, sign out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at
from tests.journeys.team import backstage, choose, comment, criterion, make_team, sign_in
from tests.web.assessments.scene import GRID, NIR, a_scope, advance, grid_url, make_assessment, rate, stored

SAVED = re.compile(r"Vos réponses sont enregistrées à \d+\sh\s\d\d")
THEIRS, MINE = "Écrit par la collègue.", "Écrit par le médecin."


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer les réponses").click()
    look_at(page, scripts=False)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_member_rates_and_finishes_a_grid_without_scripts(
    live: LiveSite, open_page: OpenPage, width: int
) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team, a_scope(assignments={GRID: [team.member.id]}))
    page = open_page(width=width, scripts=False)
    sign_in(page, team.member)
    look_at(page, scripts=False)
    page.get_by_role("link", name="Coordination des soins").click()
    look_at(page, scripts=False)

    choose(page, "A2-01", "En partie")
    comment(page, "A2-01", "Le compte rendu manque.")
    save(page)
    expect(page.get_by_role("status").first).to_have_text(SAVED)
    expect(page.get_by_text("1 sur 11 cotés")).to_be_visible()
    expect(criterion(page, "A2-01").get_by_label("En partie")).to_be_checked()
    expect(criterion(page, "A2-01").get_by_label("Commentaire")).to_have_value("Le compte rendu manque.")
    assert stored(behind, key, "A2-01").level == "partiel"

    rate(behind, team.colleague, key, {"A2-02": "non"})
    choose(page, "A2-02", "Oui")
    comment(page, "A2-02", MINE)
    choose(page, "A2-03", "Non concerné")
    comment(page, "A2-04", f"Dossier {NIR}")
    choose(page, "A2-05", "Oui")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("3 réponses ne sont pas enregistrées")
    expect(page).to_have_title(re.compile(r"^Erreur\s:"))
    versus = criterion(page, "A2-02").locator("[data-versus]")
    expect(versus.locator("[data-mine]")).to_contain_text(MINE)
    expect(versus.locator("[data-theirs]")).to_have_text("Non")
    expect(criterion(page, "A2-03").get_by_label("Non concerné")).to_be_checked()
    expect(criterion(page, "A2-04").get_by_label("Commentaire")).to_have_value(f"Dossier {NIR}")
    assert stored(behind, key, "A2-02").level == "non"
    assert stored(behind, key, "A2-05").level == "oui"

    page.get_by_role("link", name=re.compile("^A2-04")).first.click()
    comment(page, "A2-04", "Sans numéro.")
    criterion(page, "A2-03").get_by_label("Pourquoi ce critère").fill("Aucune réunion cette année.")
    versus.get_by_role("button", name="Garder la vôtre").click()
    look_at(page, scripts=False)
    expect(page.get_by_role("status").first).to_have_text(SAVED)
    assert (stored(behind, key, "A2-02").level, stored(behind, key, "A2-02").comment) == ("oui", MINE)
    assert stored(behind, key, "A2-03").reason == "Aucune réunion cette année."
    assert stored(behind, key, "A2-04").comment == "Sans numéro."

    page.get_by_role("button", name="Déclarer la grille terminée").click()
    expect(page.get_by_role("status")).to_contain_text("est déclarée terminée")
    look_at(page, scripts=False)
    page.get_by_role("link", name="Résultats").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Résultats")
    look_at(page, scripts=False)
    sign_out(page)
    page.goto(grid_url(key))
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


def test_the_answer_of_the_team_is_taken_without_scripts(live: LiveSite, open_page: OpenPage) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team)
    page = open_page(width=390, scripts=False)
    sign_in(page, team.member)
    page.goto(grid_url(key))
    rate(behind, team.colleague, key, {"A2-01": "non"})
    choose(page, "A2-01", "Oui")
    save(page)
    criterion(page, "A2-01").get_by_role("button", name="Prendre la leur").click()
    expect(page.get_by_role("status").first).to_have_text(SAVED)
    expect(criterion(page, "A2-01").get_by_label("Non", exact=True)).to_be_checked()
    assert stored(behind, key, "A2-01").version == 1


def test_a_coordinator_leads_an_assessment_without_scripts(live: LiveSite, open_page: OpenPage) -> None:
    behind = backstage(live)
    team = make_team(behind)
    page = open_page(scripts=False)
    sign_in(page, team.coordinator)
    page.get_by_role("link", name="Évaluer").click()
    page.get_by_role("link", name="Commencer une auto-évaluation").click()
    page.get_by_label("Titre").fill("")
    page.get_by_role("button", name="Créer l’auto-évaluation").click()
    expect(page.get_by_role("alert")).to_contain_text("Titre")
    page.get_by_label("Titre").fill("Campagne de printemps")
    page.get_by_label("Objectif").fill("Savoir où nous en sommes.")
    page.get_by_label("Démarche prévue").check()
    page.get_by_label("Coordination des soins").check()
    page.get_by_role("button", name="Créer l’auto-évaluation").click()
    page.get_by_role("link", name="Préparer").click()
    page.locator("summary", has_text="Qui la cote").click()
    page.get_by_label("Inès Infirmière").uncheck()
    page.get_by_role("button", name="Enregistrer la préparation").click()
    page.get_by_role("link", name="Ouvrir la cotation").click()
    page.get_by_role("button", name="Ouvrir la cotation").click()
    key = int(page.url.rpartition("/")[2])
    advance(behind, team, key, "accord")
    page.goto(f"/auto-evaluations/{key}/rapport")
    page.get_by_role("button", name="Préparer le PDF").click()
    read_the_pdf(page)


def read_the_pdf(page: Page) -> None:
    """Nothing happens by itself: one asks whether it is ready."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Le PDF se prépare")
    for _ in range(200):
        if page.request.head(page.url).headers["content-type"] == "application/pdf":
            break
        page.wait_for_timeout(300)
    with page.expect_download() as download:
        page.get_by_role("link", name="Voir s’il est prêt").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="Mehdi Médecin").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("status")).to_contain_text("Votre session est fermée")
    look_at(page, scripts=False)
