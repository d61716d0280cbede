"""A centre from its creation to its first change of profile, by an administrator and by its coordinator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from aqss.domain.access import Role
from aqss.persistence.centres import Centre
from tests.builders import PASSWORD, a_centre, a_member, an_administrator
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at
from tests.journeys.test_coming_in import VIEWS


@pytest.mark.parametrize(("width", "scripts"), VIEWS.values(), ids=VIEWS)
def test_an_administrator_creates_a_centre_and_invites_its_coordination(
    live: LiveSite, open_page: OpenPage, width: int, scripts: bool
) -> None:
    with live.sessions.writing() as session:
        root = an_administrator(session)
        session.commit()
    name = f"Centre neuf {width} {scripts}"
    page = open_page(width=width, scripts=scripts)
    sign_in(page, root.email)

    page.get_by_role("link", name="Administration").click()
    look_at(page, scripts=scripts)
    page.get_by_role("link", name="Créer un centre").click()
    look_at(page, scripts=scripts)
    page.get_by_label("Nom du centre").fill(name)
    page.get_by_role("button", name="Créer le centre").click()
    expect(page.get_by_role("alert")).to_contain_text("Commune")
    look_at(page, scripts=scripts)
    page.get_by_label("Commune").fill("Rennes")
    page.get_by_label("Département").select_option("35")
    page.get_by_label("Type de centre").select_option("associatif")
    page.get_by_role("button", name="Créer le centre").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Inviter quelqu’un")
    expect(page.get_by_label("Coordination", exact=False).first).to_be_checked()
    look_at(page, scripts=scripts)
    page.get_by_label("Adresse électronique").fill("claire@exemple.fr")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("Personne n’est encore là")).to_be_visible()
    look_at(page, scripts=scripts)

    for address in (
        "structures",
        "structures/nouvelle",
        "personnes",
        "personnes/inviter",
        f"comptes/{root.id}",
    ):
        page.goto(f"/administration/{address}")
        look_at(page, scripts=scripts)


@pytest.mark.parametrize(("width", "scripts"), VIEWS.values(), ids=VIEWS)
def test_a_coordinator_sees_what_a_change_of_profile_does_before_it_is_saved(
    live: LiveSite, open_page: OpenPage, width: int, scripts: bool
) -> None:
    email, centre_id = a_led_centre(live)
    page = open_page(width=width, scripts=scripts)
    sign_in(page, email)
    page.get_by_role("link", name="Centre", exact=True).click()
    look_at(page, scripts=scripts)
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Activité dentaire").check()
    page.get_by_label("Nom de l’antenne 1").fill("Antenne du Bac")
    page.get_by_role("button", name="Ajouter une antenne").click()
    expect(page.get_by_label("Nom de l’antenne 2")).to_be_focused()
    page.get_by_label("Nom de l’antenne 2").fill("Antenne de la Halle")
    look_at(page, scripts=scripts)
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que cela change")
    expect(page.get_by_text("Risque infectieux au cabinet dentaire").first).to_be_visible()
    look_at(page, scripts=scripts)
    page.get_by_role("button", name="Revenir au formulaire").click()
    expect(page.get_by_label("Activité dentaire")).to_be_checked()
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.get_by_role("button", name="Enregistrer ce profil").click()
    expect(page.get_by_role("status")).to_contain_text("profil sont enregistrés")
    expect(page.get_by_text("Antenne de la Halle")).to_be_visible()

    for address in ("equipe", "equipe/inviter", "journal"):
        page.goto(f"/centres/{centre_id}/{address}")
        look_at(page, scripts=scripts)


def test_a_person_is_changed_put_out_and_found_in_the_journal(live: LiveSite, open_page: OpenPage) -> None:
    email, centre_id = a_led_centre(live)
    page = open_page(width=390)
    sign_in(page, email)
    page.goto(f"/centres/{centre_id}/equipe")
    page.get_by_role("link", name="Modifier Léa Martin").click()
    page.get_by_label("Direction", exact=False).first.check()
    look_at(page)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Modifier Léa Martin").click()
    page.get_by_role("link", name="Fermer son accès au centre").click()
    look_at(page)
    page.get_by_role("button", name="Fermer son accès").click()
    look_at(page)
    page.goto(f"/centres/{centre_id}/journal")
    expect(page.get_by_text("a fermé un accès\u00a0: Léa Martin")).to_be_visible()
    look_at(page)


def test_rows_are_added_and_taken_away_at_once_and_keep_their_numbers(
    live: LiveSite, open_page: OpenPage
) -> None:
    email, centre_id = a_led_centre(live)
    page = open_page()
    sign_in(page, email)
    page.goto(f"/centres/{centre_id}/modifier")
    opened = page.url
    add = page.get_by_role("button", name="Ajouter une antenne")
    for name in ("Un", "Deux", "Trois"):
        page.locator("[data-row] input").nth(-2).fill(name)
        if name != "Trois":
            add.click()
    page.get_by_role("button", name="Retirer l’antenne 2").click()
    expect(page.get_by_label("Nom de l’antenne 2")).to_have_value("Trois")
    expect(page.get_by_label("Nom de l’antenne 2")).to_be_focused()
    expect(page.get_by_label("Nom de l’antenne 3")).to_have_count(0)
    page.get_by_role("button", name="Retirer l’antenne 1").click()
    page.get_by_role("button", name="Retirer l’antenne 1").click()
    expect(page.get_by_label("Nom de l’antenne 1")).to_have_value("")
    assert page.url == opened
    page.get_by_label("Nom de l’antenne 1").fill("Quatre")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("La description est enregistrée")
    with live.sessions.reading() as session:
        assert [site.name for site in session.get_one(Centre, centre_id).sites] == ["Quatre"]


def a_led_centre(live: LiveSite) -> tuple[str, int]:
    """The address of who coordinates a new centre, where Léa Martin works, and the centre's key."""
    with live.sessions.writing() as session:
        centre = a_centre(session)
        nadia = a_member(session, centre, Role.COORDINATOR)
        a_member(session, centre, name="Léa Martin")
        session.commit()
    return nadia.email, centre.id


def sign_in(page: Page, email: str) -> None:
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("navigation", name="Navigation principale")).to_be_visible()
