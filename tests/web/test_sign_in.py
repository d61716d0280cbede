"""Signing in and out: who comes in, where they land, and what guessing or a borrowed cookie obtains."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import SignIn, User
from tests.builders import PASSWORD, a_user
from tests.clock import FakeClock
from tests.page import Page, Site
from tests.web.coming_in import sign_in


def token_of(site: Site) -> str | None:
    with site.client.session_transaction() as cookie:
        return cookie.get("_user_id")


def test_a_person_who_signs_in_lands_on_the_first_page(site: Site, nadia: User) -> None:
    page = sign_in(site, "nadia@exemple.fr", PASSWORD)
    assert page.h1 == "Bonjour Nadia, voici les premiers pas"
    assert "Centre de Port-Amiral" in page.text


def test_an_address_is_read_whatever_its_case_and_margins(site: Site, nadia: User) -> None:
    assert sign_in(site, "  Nadia@Exemple.FR ", PASSWORD).h1 == "Bonjour Nadia, voici les premiers pas"


def test_a_page_that_asks_to_sign_in_is_shown_once_signed_in(site: Site, nadia: User) -> None:
    page = site.get("/compte")
    assert page.h1 == "Connexion"
    page = site.submit(page, "Se connecter", {"email": "nadia@exemple.fr", "password": PASSWORD})
    assert page.h1 == "Mon compte"


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.exemple/",
        "//ailleurs.exemple/",
        "/\\ailleurs.exemple",
        "\\\\ailleurs.exemple",
        "javascript:alert(1)",
        " //ailleurs.exemple",
        "/\t/ailleurs.exemple",
        "/%0d%0aSet-Cookie:x=y",
        "/compte\r\nX: y",
        "http:///ailleurs.exemple",
        "/inconnue",
        "/deconnexion",
        "compte",
        "/" * 5000,
        "\x00",
    ],
)
def test_after_signing_in_nobody_is_sent_off_the_site(site: Site, nadia: User, target: str) -> None:
    values = {"email": "nadia@exemple.fr", "password": PASSWORD, "next": target}
    answer = site.send("/connexion", values)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_who_is_signed_in_already_is_sent_on_from_the_form(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    assert site.get("/connexion?next=/compte").h1 == "Mon compte"
    assert site.get("/connexion?next=//ailleurs.exemple").h1 == "Bonjour Nadia, voici les premiers pas"


def test_a_wrong_password_is_told_without_saying_which_of_the_two_is_wrong(site: Site, nadia: User) -> None:
    known = sign_in(site, "nadia@exemple.fr", "ce n’est pas le bon", 422)
    unknown = sign_in(site, "personne@exemple.fr", "ce n’est pas le bon", 422)
    assert known.complaints == unknown.complaints
    assert known.title == "Erreur : Connexion – aqss"
    assert known.field("email")["value"] == "nadia@exemple.fr"
    assert known.field("password").get("value") == ""


def test_guessing_has_to_wait_after_five_refusals_for_a_known_or_unknown_address(
    site: Site, nadia: User, clock: FakeClock
) -> None:
    for address in ("nadia@exemple.fr", "personne@exemple.fr"):
        for _ in range(5):
            sign_in(site, address, "ce n’est pas le bon", 422)
        page = sign_in(site, address, PASSWORD, 429)
        assert "Réessayez à 10 h 01." in page.text
    clock.advance(minutes=1, seconds=1)
    assert sign_in(site, "nadia@exemple.fr", PASSWORD).h1 == "Bonjour Nadia, voici les premiers pas"


def test_of_a_burst_of_guesses_five_are_verified_and_the_others_have_to_wait(site: Site, nadia: User) -> None:
    browsers = [site.another_browser() for _ in range(12)]
    tokens = [browser.form_token() for browser in browsers]
    together = Barrier(len(browsers))

    def guess(browser: Site, token: str) -> int:
        together.wait()
        values = {"email": "nadia@exemple.fr", "password": "ce n’est pas le bon", "csrf_token": token}
        return browser.send("/connexion", values, with_token=False).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = Counter(pool.map(guess, browsers, tokens))
    assert statuses == {422: 5, 429: 7}


def test_signing_in_gives_a_new_token_and_a_new_form_token(site: Site, nadia: User) -> None:
    site.get("/connexion")
    with site.client.session_transaction() as cookie:
        cookie["_user_id"] = "planté"
        cookie["autre"] = "planté"
        before = cookie["csrf_token"]
    sign_in(site, "nadia@exemple.fr", PASSWORD)
    with site.client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planté"
        assert "autre" not in cookie
        assert cookie["csrf_token"] != before


def test_the_database_keeps_no_token(site: Site, nadia: User, runtime: Runtime) -> None:
    sign_in(site, "nadia@exemple.fr", PASSWORD)
    with runtime.sessions.reading() as session:
        row = session.query(SignIn).one()
    assert token_of(site) not in (row.token_hash, None)


def test_who_signs_out_is_out_and_their_cookie_opens_nothing_any_more(site: Site, nadia: User) -> None:
    page = sign_in(site, "nadia@exemple.fr", PASSWORD)
    token = token_of(site)
    page = site.submit(page, "Se déconnecter")
    assert page.h1 == "Connexion"
    assert page.notices == ["Votre session est fermée sur cet appareil."]
    with site.client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert site.get("/").h1 == "Connexion"


def test_an_idle_session_ends(site: Site, nadia: User, clock: FakeClock) -> None:
    site.sign_in(nadia)
    clock.advance(minutes=119)
    assert site.get("/").h1 == "Bonjour Nadia, voici les premiers pas"
    clock.advance(minutes=119)
    assert site.get("/").h1 == "Bonjour Nadia, voici les premiers pas"
    clock.advance(minutes=121)
    assert site.get("/").h1 == "Connexion"


def test_a_form_sent_keeps_the_session_open_as_a_page_does(site: Site, nadia: User, clock: FakeClock) -> None:
    site.sign_in(nadia)
    page = site.get("/compte")
    clock.advance(minutes=119)
    page = site.submit(page, "Enregistrer le nom", {"name": "Nadia B."})
    clock.advance(minutes=119)
    assert site.get("/").h1 == "Bonjour Nadia, voici les premiers pas"


def test_a_disabled_account_is_refused_at_its_next_request(site: Site, nadia: User, runtime: Runtime) -> None:
    site.sign_in(nadia)
    page = site.get("/compte")
    with runtime.sessions.writing() as session:
        session.get_one(User, nadia.id).disabled_at = runtime.clock.now()
        session.commit()
    page = site.submit(page, "Enregistrer le nom", {"name": "Autre Nom"}, 401)
    assert page.h1 == "Votre session est terminée"
    with runtime.sessions.reading() as session:
        assert session.get_one(User, nadia.id).name == "Nadia Benali"


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(
    site: Site, nadia: User, clock: FakeClock, runtime: Runtime
) -> None:
    site.sign_in(nadia)
    page = site.get("/compte")
    clock.advance(hours=3)
    page = site.submit(page, "Enregistrer le nom", {"name": "Nadia B."}, 401)
    assert "Nadia B." in page.text
    page = site.submit(page, "Se connecter", {"email": "nadia@exemple.fr", "password": "faux mot"}, 422)
    page = site.submit(page, "Se connecter", {"email": "nadia@exemple.fr", "password": PASSWORD})
    assert page.h1 == "Votre session est rouverte"
    page = site.submit(page, "Envoyer de nouveau")
    assert page.notices == ["Votre nom est enregistré."]
    with runtime.sessions.reading() as session:
        assert session.get_one(User, nadia.id).name == "Nadia B."


def test_what_another_site_had_sent_is_not_offered_to_be_sent_again(
    site: Site, nadia: User, clock: FakeClock
) -> None:
    site.sign_in(nadia)
    page = site.get("/compte")
    clock.advance(hours=3)
    token = page.form("Enregistrer le nom").one("input", name="csrf_token")["value"]
    values = {"name": "Piégée", "csrf_token": token}
    answer = site.send("/compte/nom", values, with_token=False, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401
    assert Page(answer).field("kept").get("value") == ""


@pytest.mark.parametrize("kept", ["{}", "[1,2]", '["//ailleurs.exemple",[]]', '["/compte/nom",[["a"]]]', "["])
def test_what_was_kept_and_cannot_be_read_is_left_aside(site: Site, nadia: User, kept: str) -> None:
    values = {"email": "nadia@exemple.fr", "password": PASSWORD, "kept": kept}
    assert site.send("/connexion", values).headers["Location"] == "/"


def test_a_person_with_no_role_left_is_told_so(site: Site, runtime: Runtime) -> None:
    with runtime.sessions.writing() as session:
        alone = a_user(session)
        session.commit()
    site.sign_in(alone)
    assert "Vous n’avez pas de rôle en cours" in site.get("/").text


def test_a_request_of_a_signed_in_person_costs_one_statement(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    with site.counted_statements() as statements:
        site.get("/referentiel")
    assert len(statements) == 1
