"""A forgotten password, and one's own account: what is asked, told, and ended."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import Membership, User
from aqss.persistence.mails import Mail
from tests.builders import PASSWORD
from tests.clock import FakeClock
from tests.page import Site
from tests.web.coming_in import EMAIL, path_of, sign_in

NEW = "quatre tuiles sous la pluie"


def mailed_link(runtime: Runtime) -> str:
    with runtime.sessions.reading() as session:
        body = session.scalars(select(Mail.body_text).order_by(Mail.id.desc())).first()
    assert body is not None
    return path_of(next(word for word in body.split() if word.startswith("http://localhost/mot")))


def ask(site: Site, email: str, status: int = 200) -> str:
    return site.submit(site.get("/mot-de-passe-oublie"), "Recevoir le lien", {"email": email}, status).text


def test_a_new_password_is_chosen_by_the_link_of_a_mail(site: Site, nadia: User, runtime: Runtime) -> None:
    ask(site, EMAIL)
    page = site.get(mailed_link(runtime))
    assert page.h1 == "Choisir un nouveau mot de passe"
    page = site.submit(page, "Enregistrer le mot de passe", {"password": NEW})
    assert page.notices == ["Votre mot de passe est changé. Connectez-vous avec le nouveau."]
    sign_in(site, EMAIL, PASSWORD, 422)
    assert sign_in(site, EMAIL, NEW).h1 == "Bonjour Nadia, voici les premiers pas"


def test_the_token_of_a_link_leaves_the_address_bar(site: Site, nadia: User, runtime: Runtime) -> None:
    ask(site, EMAIL)
    answer = site.client.get(mailed_link(runtime))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mot-de-passe")


def test_the_same_is_said_of_an_address_with_and_without_an_account(site: Site, nadia: User) -> None:
    known, unknown = ask(site, EMAIL), ask(site, "personne@exemple.fr")
    assert known.replace(EMAIL, "…") == unknown.replace("personne@exemple.fr", "…")


def test_what_is_no_address_is_told_beside_the_field_and_kept(site: Site) -> None:
    page = site.submit(site.get("/mot-de-passe-oublie"), "Recevoir le lien", {"email": "nadia"}, 422)
    assert page.field("email")["value"] == "nadia"
    assert page.complaints == [
        "Adresse électronique : écrivez une adresse électronique complète, par exemple prenom.nom@exemple.fr."
    ]
    assert page.title.startswith("Erreur : ")


def test_a_weak_password_is_refused_with_the_reason_and_the_link_still_serves(
    site: Site, nadia: User, runtime: Runtime
) -> None:
    ask(site, EMAIL)
    page = site.get(mailed_link(runtime))
    page = site.submit(page, "Enregistrer le mot de passe", {"password": "court"}, 422)
    assert "au moins 14 caractères" in page.complaints[0]
    assert site.submit(page, "Enregistrer le mot de passe", {"password": NEW}).h1 == "Connexion"


def test_a_link_serves_once(site: Site, nadia: User, runtime: Runtime) -> None:
    ask(site, EMAIL)
    link = mailed_link(runtime)
    site.submit(site.get(link), "Enregistrer le mot de passe", {"password": NEW})
    assert site.get(link, 410).h1 == "Ce lien a déjà servi"


def test_a_link_expires_after_an_hour(site: Site, nadia: User, runtime: Runtime, clock: FakeClock) -> None:
    ask(site, EMAIL)
    page = site.get(mailed_link(runtime))
    clock.advance(hours=1)
    page = site.submit(page, "Enregistrer le mot de passe", {"password": NEW}, 410)
    assert page.h1 == "Ce lien n’est plus valable"
    assert NEW not in page.html


@pytest.mark.parametrize("token", ["x" * 43, "court", "x" * 3000, "%00", "é", "a%2Fb", "..%2f..", "{{7*7}}"])
@pytest.mark.parametrize("address", ["/mot-de-passe/", "/invitation/"])
def test_a_token_that_opens_nothing_is_told(site: Site, address: str, token: str) -> None:
    assert site.get(address + token, 404).h1 in ("Ce lien n’ouvre rien", "Page introuvable")


@pytest.mark.parametrize("address", ["/mot-de-passe", "/invitation"])
def test_a_page_of_a_link_without_the_link_tells_to_open_it(site: Site, address: str) -> None:
    assert site.get(address, 404).h1 == "Ce lien n’ouvre rien"


def test_asking_again_and_again_has_to_wait(site: Site, nadia: User) -> None:
    for _ in range(5):
        ask(site, EMAIL)
    page = site.submit(site.get("/mot-de-passe-oublie"), "Recevoir le lien", {"email": EMAIL}, 429)
    assert page.response.headers["Retry-After"] == "60"


def test_a_person_changes_their_name(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    page = site.submit(site.get("/compte"), "Enregistrer le nom", {"name": "  Nadia B. "})
    assert page.notices == ["Votre nom est enregistré."]
    assert page.field("name")["value"] == "Nadia B."


def test_a_name_that_is_refused_is_kept_as_typed(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    page = site.submit(site.get("/compte"), "Enregistrer le nom", {"name": "x" * 121}, 422)
    assert page.field("name")["value"] == "x" * 121
    assert page.complaints == ["Prénom et nom : raccourcissez ce texte : la limite est de 120 caractères."]


def test_a_new_password_ends_the_other_sessions_and_not_this_one(site: Site, nadia: User) -> None:
    elsewhere = site.another_browser()
    elsewhere.sign_in(nadia)
    site.sign_in(nadia)
    page = site.submit(
        site.get("/compte"), "Changer le mot de passe", {"present_password": PASSWORD, "password": NEW}
    )
    assert page.notices == ["Votre mot de passe est changé. Vos autres sessions sont fermées."]
    assert elsewhere.get("/").h1 == "Connexion"
    assert sign_in(elsewhere, EMAIL, NEW).h1 == "Bonjour Nadia, voici les premiers pas"


def test_the_present_password_is_asked_and_guessing_it_has_to_wait(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    values = {"present_password": "pas celui-là", "password": NEW}
    for _ in range(5):
        page = site.submit(site.get("/compte"), "Changer le mot de passe", values, 422)
        assert page.complaints == [
            "Mot de passe actuel : ce n’est pas votre mot de passe actuel. Écrivez-le de nouveau."
        ]
    site.submit(site.get("/compte"), "Changer le mot de passe", values, 429)


def test_a_new_password_refused_is_no_wrong_guess_of_the_present_one(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    values = {"present_password": PASSWORD, "password": "court"}
    for _ in range(6):
        page = site.submit(site.get("/compte"), "Changer le mot de passe", values, 422)
        assert "au moins 14 caractères" in page.complaints[0]


def test_somebody_whose_last_role_was_closed_still_looks_after_their_account(
    site: Site, nadia: User, runtime: Runtime
) -> None:
    with runtime.sessions.writing() as session:
        for membership in session.scalars(select(Membership).where(Membership.user_id == nadia.id)):
            membership.disabled_at = runtime.clock.now()
        session.commit()
    elsewhere = site.another_browser()
    elsewhere.sign_in(nadia)
    site.sign_in(nadia)
    page = site.get(site.get("/").link("Mon compte"))
    assert "Vous n’avez plus de rôle" in page.text
    page = site.submit(page, "Enregistrer le nom", {"name": "Nadia B."})
    page = site.submit(page, "Fermer les autres sessions")
    assert elsewhere.get("/").h1 == "Connexion"
    page = site.submit(page, "Changer le mot de passe", {"present_password": PASSWORD, "password": NEW})
    assert page.notices == ["Votre mot de passe est changé. Vos autres sessions sont fermées."]
    for address in ("/centres", "/structures", "/auto-evaluations"):
        assert "demandez une invitation" in site.get(address).text.lower()


def test_other_sessions_are_closed_from_this_one(site: Site, nadia: User) -> None:
    elsewhere = site.another_browser()
    elsewhere.sign_in(nadia)
    site.sign_in(nadia)
    assert site.submit(site.get("/compte"), "Fermer les autres sessions").notices == [
        "Vos autres sessions sont fermées."
    ]
    assert elsewhere.get("/").h1 == "Connexion"


def test_a_password_is_never_written_back(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    values = {"present_password": "motdepasse-essayé", "password": "court-et-secret"}
    page = site.submit(site.get("/compte"), "Changer le mot de passe", values, 422)
    assert "motdepasse-essayé" not in page.html
    assert "court-et-secret" not in page.html
