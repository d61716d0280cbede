"""A real beginning: an empty database, one command, then everything by screen and by mail alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite, served_site
from tests.journeys.looking import look_at_both
from tests.journeys.team import choose

PASSWORD = "six lampes au bord du quai"


@pytest.fixture
def empty(empty_database_url: str, tmp_path: Path) -> Iterator[LiveSite]:
    """A site where nobody is yet."""
    with served_site(tmp_path, database_url=empty_database_url) as site:
        yield site


def test_from_an_empty_database_to_a_first_answer(empty: LiveSite, open_page: OpenPage) -> None:
    root = come_in(
        empty, open_page, empty.aqss("invite", "root@exemple.fr", "--role", "administrator"), "Alix Root"
    )
    create_a_centre(root, "claire@exemple.fr")

    invited = empty.mail_to("claire@exemple.fr", "Invitation à rejoindre")
    coordinator = come_in(empty, open_page, invited, "Claire Coordination")
    invite_a_member(coordinator, "marc@exemple.fr")

    member = come_in(
        empty, open_page, empty.mail_to("marc@exemple.fr", "Invitation à rejoindre"), "Marc Médecin"
    )
    expect(member.get_by_text("Pas d’auto-évaluation en cours")).to_be_visible()
    start_an_assessment(coordinator)

    opened = empty.mail_to("marc@exemple.fr", "Cotation ouverte")
    member.goto(first_link(opened))
    member.get_by_role("link", name="Commencer «\u00a0Coordination des soins\u00a0»").click()
    choose(member, "A2-01", "Oui")
    expect(member.get_by_text("1 sur 11 cotés")).to_be_visible()
    look_at_both(member)


def come_in(site: LiveSite, open_page: OpenPage, told: str, name: str) -> Page:
    """Open the link of an invitation, in a browser of one's own, and make an account."""
    page = open_page(site=site)
    page.goto(first_link(told))
    page.get_by_label("Prénom et nom").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Bonjour {name.split()[0]}")
    look_at_both(page)
    return page


def first_link(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http://127.0.0.1"))


def create_a_centre(page: Page, coordinator: str) -> None:
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Créer un centre").click()
    page.get_by_label("Nom du centre").fill("Centre de santé des Quais")
    page.get_by_label("Commune").fill("Rennes")
    page.get_by_label("Département").select_option("35")
    page.get_by_label("Type de centre").select_option("associatif")
    page.get_by_role("button", name="Créer le centre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inviter quelqu’un")
    page.get_by_label("Adresse électronique").fill(coordinator)
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text(coordinator).first).to_be_visible()


def invite_a_member(page: Page, member: str) -> None:
    page.get_by_role("link", name="Centre", exact=True).click()
    page.get_by_role("link", name="Équipe").click()
    page.get_by_role("link", name="Inviter quelqu’un").click()
    page.get_by_label("Adresse électronique").fill(member)
    page.get_by_role("radio", name=re.compile("^Membre")).check()
    page.get_by_label("Médecin", exact=True).check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text(member).first).to_be_visible()


def start_an_assessment(page: Page) -> None:
    page.get_by_role("link", name="Évaluer").click()
    page.get_by_role("link", name="Commencer une auto-évaluation").click()
    page.get_by_label("Objectif").fill("Faire le point pour la première fois.")
    page.get_by_label("Démarche prévue").check()
    page.get_by_label("Coordination des soins").check()
    page.get_by_role("button", name="Créer l’auto-évaluation").click()
    page.get_by_role("link", name="Ouvrir la cotation").click()
    page.get_by_role("button", name="Ouvrir la cotation").click()
    expect(page.get_by_role("status")).to_contain_text("Cotation")
