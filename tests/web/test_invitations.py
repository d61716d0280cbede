"""Accepting an invitation, with and without an account, from whatever state the browser is in."""

from __future__ import annotations

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from tests.builders import PASSWORD
from tests.clock import FakeClock
from tests.page import Site
from tests.web.coming_in import EMAIL, make_invitation, path_of, sign_in

NEW = "quatre tuiles sous la pluie"


def test_a_new_person_opens_an_account_and_is_in(site: Site, runtime: Runtime) -> None:
    link = make_invitation(runtime, "lea@exemple.fr").link
    page = site.get(path_of(link))
    assert page.h1 == "Centre de Vauxperle"
    assert "membre de l’équipe" in page.text
    page = site.submit(page, "Ouvrir mon compte", {"name": "Léa Martin", "password": NEW})
    assert page.h1 == "Bonjour Léa, rien ne vous attend"
    assert page.notices == ["Bienvenue. Votre compte est ouvert : Centre de Vauxperle."]
    assert sign_in(site.another_browser(), "lea@exemple.fr", NEW).h1 == "Bonjour Léa, rien ne vous attend"


def test_every_fault_of_a_new_account_is_told_at_once_and_the_name_is_kept(
    site: Site, runtime: Runtime
) -> None:
    page = site.get(path_of(make_invitation(runtime, "lea@exemple.fr").link))
    page = site.submit(page, "Ouvrir mon compte", {"name": "", "password": "court"}, 422)
    assert [complaint.split(" :")[0] for complaint in page.complaints] == ["Prénom et nom", "Mot de passe"]
    page = site.submit(page, "Ouvrir mon compte", {"name": "Léa Martin", "password": "court"}, 422)
    assert page.field("name")["value"] == "Léa Martin"


def test_a_person_with_an_account_signs_in_and_joins(site: Site, nadia: User, runtime: Runtime) -> None:
    page = site.get(path_of(make_invitation(runtime, EMAIL, role="manager").link))
    page = site.get(page.link("Se connecter"))
    page = site.submit(page, "Se connecter", {"email": EMAIL, "password": PASSWORD})
    assert page.h1 == "Centre de Vauxperle"
    page = site.submit(page, "Accepter l’invitation")
    assert page.notices == ["C’est fait : Centre de Vauxperle."]
    assert "direction" in page.text


def test_an_invitation_for_somebody_else_is_not_taken_by_who_is_signed_in(
    site: Site, nadia: User, runtime: Runtime
) -> None:
    site.sign_in(nadia)
    link = path_of(make_invitation(runtime, "lea@exemple.fr").link)
    page = site.get(link)
    assert "Cette invitation est pour lea@exemple.fr" in page.text
    refused = site.post("/invitation/rejoindre", {}, 403)
    assert refused.h1 == "Cette invitation est pour une autre adresse"
    assert site.submit(page, "Fermer cette session").h1 == "Connexion"
    assert site.get(link).form("Ouvrir mon compte")


def test_somebody_whose_account_is_closed_is_told_to_have_it_opened_again(
    site: Site, nadia: User, runtime: Runtime, clock: FakeClock
) -> None:
    link = path_of(make_invitation(runtime, EMAIL).link)
    with runtime.sessions.writing() as session:
        session.get_one(User, nadia.id).disabled_at = clock.now()
        session.commit()
    page = site.get(link)
    assert "Votre compte est fermé" in page.text
    assert "le faire rouvrir : ensuite, ce lien servira" in page.text
    assert "Se connecter" not in page.root.one("main").words


def test_an_invitation_changes_nobodys_password(site: Site, nadia: User, runtime: Runtime) -> None:
    site.get(path_of(make_invitation(runtime, EMAIL).link))
    site.post("/invitation", {"name": "Voleur", "password": NEW}, 401)
    sign_in(site, EMAIL, NEW, 422)
    assert sign_in(site, EMAIL, PASSWORD).h1 == "Bonjour Nadia, voici les premiers pas"


def test_joining_asks_to_sign_in(site: Site, nadia: User, runtime: Runtime) -> None:
    site.get(path_of(make_invitation(runtime, EMAIL).link))
    assert site.post("/invitation/rejoindre", {}, 401).h1 == "Connexion"


def test_an_invitation_used_or_expired_says_so(site: Site, runtime: Runtime, clock: FakeClock) -> None:
    first = path_of(make_invitation(runtime, "lea@exemple.fr").link)
    site.submit(site.get(first), "Ouvrir mon compte", {"name": "Léa Martin", "password": NEW})
    assert site.get(first, 410).h1 == "Cette invitation a déjà servi"
    second = path_of(make_invitation(runtime, "paul@exemple.fr").link)
    clock.advance(days=7)
    assert site.get(second, 410).h1 == "Cette invitation n’est plus valable"


def test_the_session_of_a_new_account_is_a_new_one(site: Site, runtime: Runtime) -> None:
    page = site.get(path_of(make_invitation(runtime, "lea@exemple.fr").link))
    with site.client.session_transaction() as cookie:
        before = cookie["csrf_token"]
    site.submit(page, "Ouvrir mon compte", {"name": "Léa Martin", "password": NEW})
    with site.client.session_transaction() as cookie:
        assert cookie["csrf_token"] != before
