"""Coming in for the first time: invitation, password, signing out, a forgotten password, and back again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.builders import a_centre
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at

FIRST = "six lampes au bord du quai"
SECOND = "une barque jaune sans rames"

VIEWS = {
    "on a desk": (1280, True),
    "on a phone": (390, True),
    "on a desk without scripts": (1280, False),
    "on a phone without scripts": (390, False),
}


@pytest.mark.parametrize(("width", "scripts"), VIEWS.values(), ids=VIEWS)
def test_a_person_comes_in_by_an_invitation_and_back_after_forgetting_their_password(
    live: LiveSite, open_page: OpenPage, width: int, scripts: bool
) -> None:
    email = f"lea.{width}.{scripts}@exemple.fr".lower()
    page = open_page(width=width, scripts=scripts)

    def look() -> None:
        look_at(page, scripts=scripts)

    page.goto(invitation_link(live, email))
    assert page.url == f"{live.address}/invitation"
    look()
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page).to_have_title(re.compile(r"^Erreur\s: Invitation"))
    look()
    page.get_by_role("link", name=re.compile("^Prénom et nom")).click()
    page.get_by_label("Prénom et nom").fill("Léa Martin")
    page.get_by_label("Mot de passe", exact=True).fill(FIRST)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Léa, rien ne vous attend")
    look()

    sign_out(page)
    look()
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill("pas le bon du tout")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("ne correspond à aucun compte ouvert")
    look()

    page.get_by_role("link", name="Mot de passe oublié ?").click()
    look()
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_role("button", name="Recevoir le lien").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos courriels")
    look()
    page.goto(first_link(live.mail_to(email, "mot de passe")))
    look()
    page.get_by_label("Nouveau mot de passe").fill(SECOND)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(SECOND)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Léa, rien ne vous attend")

    page.goto("/compte")
    look()
    page.goto("/nulle-part")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page introuvable")
    look()


def test_the_error_summary_takes_focus_and_leads_to_the_field(browser_page: Page) -> None:
    browser_page.goto("/mot-de-passe-oublie")
    browser_page.get_by_role("button", name="Recevoir le lien").click()
    expect(browser_page.get_by_role("alert")).to_be_focused()
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_label("Adresse électronique")).to_be_focused()


def test_signing_in_needs_no_mouse(live: LiveSite, browser_page: Page) -> None:
    browser_page.goto("/connexion")
    browser_page.keyboard.press("Tab")
    expect(browser_page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.press("Tab")
    expect(browser_page.get_by_label("Adresse électronique")).to_be_focused()
    browser_page.keyboard.type("personne@exemple.fr")
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.type("un mot de passe")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("alert")).to_be_focused()


def test_a_password_is_shown_and_hidden_at_will(browser_page: Page) -> None:
    browser_page.goto("/connexion")
    field = browser_page.get_by_label("Mot de passe", exact=True)
    browser_page.get_by_role("button", name="Afficher le mot de passe").click()
    expect(field).to_have_attribute("type", "text")
    browser_page.get_by_role("button", name="Masquer le mot de passe").click()
    expect(field).to_have_attribute("type", "password")


def test_the_menu_closes_on_escape_and_when_one_goes_elsewhere(live: LiveSite, browser_page: Page) -> None:
    page = browser_page
    page.goto(invitation_link(live, "menu@exemple.fr"))
    page.get_by_label("Prénom et nom").fill("Zoé Menu")
    page.get_by_label("Mot de passe", exact=True).fill(FIRST)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    menu = page.get_by_role("link", name="Mon compte")
    page.get_by_text("Zoé Menu").first.click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def invitation_link(live: LiveSite, email: str) -> str:
    with live.sessions.writing() as session:
        centre = a_centre(session, name="Centre de Vauxperle")
        session.commit()
    return first_link(live.aqss("invite", email, "--role", "member", "--centre", str(centre.id)))


def first_link(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http://127.0.0.1"))


def sign_out(page: Page) -> None:
    page.locator("summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
