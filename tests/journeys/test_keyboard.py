"""The site by keyboard alone: everything is reached, seen when focused, and does what it says."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.keyboard import press, tab_to, walk
from tests.journeys.live import LiveSite
from tests.journeys.team import backstage, enter, make_team
from tests.web.assessments.scene import GRID, a_scope, grid_url, make_assessment, rate

WIDTHS = [1280, 390]


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """On a desk, then on a phone with a keyboard."""
    return open_page(width=request.param)


def test_tab_reaches_everything_and_shows_where_it_is(live: LiveSite, page: Page) -> None:
    behind = backstage(live)
    team = make_team(behind)
    prepared = make_assessment(behind, team, to="preparation")
    scope = a_scope(assignments={GRID: [team.coordinator.id]}, title="Campagne de printemps")
    rated = make_assessment(behind, team, scope)
    rate(behind, team.member, rated, {"A2-01": "oui", "A2-02": "partiel", "A2-05": "non"})
    enter(page, team.coordinator)
    for address in (
        "/",
        f"/centres/{team.centre_id}/auto-evaluations/nouvelle",
        f"/auto-evaluations/{prepared}/preparation",
        f"/auto-evaluations/{rated}",
        grid_url(rated),
        f"/auto-evaluations/{rated}/resultats",
    ):
        page.goto(address)
        for summary in page.locator("main summary").all():
            summary.evaluate("(one) => { one.parentElement.open = true }")
        walk(page)


def test_the_skip_link_shows_itself_and_leads_to_the_content(live: LiveSite, page: Page) -> None:
    team = make_team(backstage(live))
    enter(page, team.coordinator)
    page.goto("/auto-evaluations")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


def test_the_menus_open_lead_and_close(live: LiveSite, page: Page) -> None:
    team = make_team(backstage(live))
    enter(page, team.coordinator)
    page.goto("/")
    menu, account = page.locator("summary", has_text=team.coordinator.name), page.get_by_text("Mon compte")
    press(page, menu)
    expect(account).to_be_visible()
    page.keyboard.press("Tab")
    expect(account).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_focused()
    page.keyboard.press("Escape")
    expect(account).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    press(page, account)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    press(page, page.get_by_role("navigation", name="Navigation principale").get_by_text("Évaluer"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Auto-évaluations")
    press(page, page.locator("summary", has_text=team.coordinator.name))
    press(page, page.get_by_role("button", name="Se déconnecter"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


def test_an_assessment_is_started_prepared_and_opened(live: LiveSite, page: Page) -> None:
    team = make_team(backstage(live))
    enter(page, team.coordinator)
    page.goto(f"/centres/{team.centre_id}/auto-evaluations/nouvelle")
    press(page, page.get_by_label("Titre"), "Control+a")
    page.keyboard.type("Au clavier")
    tab_to(page, page.get_by_label("Objectif"))
    page.keyboard.type("Savoir où nous en sommes.")
    choose_grids(page)
    press(page, page.get_by_role("button", name="Créer l’auto-évaluation"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Au clavier")

    press(page, page.get_by_role("link", name="Préparer"))
    ours = page.get_by_role("group", name="Coordination des soins")
    press(page, ours.locator("summary"))
    press(page, ours.get_by_label("Mehdi Médecin"), "Space")
    press(page, page.get_by_role("button", name="Enregistrer la préparation"))
    expect(page.get_by_role("status")).to_contain_text("La préparation est enregistrée")

    press(page, page.get_by_role("link", name="Ouvrir la cotation"))
    press(page, page.get_by_role("button", name="Ouvrir la cotation"))
    expect(page.get_by_role("status")).to_contain_text("« Cotation »")
    expect(page.get_by_role("listitem").filter(has_text="Coordination des soins")).not_to_contain_text(
        "Mehdi"
    )
    expect(page.get_by_role("link", name=re.compile("Hygiène des mains"))).to_have_count(1)


def choose_grids(page: Page) -> None:
    """The trigger with arrows, one module at once, then one grid more and one less."""
    triggers = page.get_by_role("group", name="Déclencheur").get_by_role("radio")
    press(page, triggers.first, "Space")
    page.keyboard.press("ArrowDown")
    expect(triggers.nth(1)).to_be_checked()
    module = page.get_by_role("group", name="Risques généraux", exact=True)
    press(page, module.get_by_role("button", name="Tout choisir"), "Space")
    expect(module.get_by_role("checkbox", checked=True)).to_have_count(9)
    press(page, module.get_by_label("Identité"), "Space")
    expect(module.get_by_role("checkbox", checked=True)).to_have_count(8)
    press(page, page.get_by_role("checkbox", name=re.compile("^Hygiène des mains")), "Space")


def test_results_are_unfolded_and_explained(live: LiveSite, page: Page) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team)
    rate(behind, team.member, key, {"A2-01": "oui", "A2-02": "partiel", "A2-05": "non"})
    enter(page, team.member)
    page.goto(f"/auto-evaluations/{key}/resultats")
    sections = page.locator("summary", has_text="Section par section")
    press(page, sections)
    expect(page.get_by_role("table", name=re.compile("Scores par section"))).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("table", name=re.compile("Scores par section"))).to_be_hidden()
    page.goto(f"/auto-evaluations/{key}/resultats")
    press(page, page.get_by_role("link", name="Coordination des soins").first)
    expect(page.get_by_text("Pourquoi ce score")).to_be_visible()
    press(page, page.get_by_role("link", name="Voir les réponses"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Coordination des soins")
