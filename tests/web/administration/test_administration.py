"""The pages of administrators: lists, creations with the invitation that follows, accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.persistence.centres import Centre, Structure
from aqss.services.centres import PAGE_SIZE
from tests.builders import a_centre, an_administrator
from tests.page import Page, Site
from tests.web.cast import Cast

NEW_CENTRE = {"name": "Centre neuf", "kind": "associatif", "town": "Rennes", "department": "35"}


@pytest.fixture
def admin(site: Site, cast: Cast) -> Site:
    """A browser where the administrator is signed in."""
    site.sign_in(cast.root)
    return site


def test_centres_are_listed_with_their_team_and_state(admin: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        a_centre(session, name="Centre de Clairgué")
        session.commit()
    page = admin.get(admin.get("/").menu["Administration"])
    rows = {row.all("a")[0].words: row.words for row in page.root.one("tbody").all("tr")}
    assert list(rows) == ["Centre de Clairgué", "Centre de Port-Amiral", "Centre de Vauxperle"]
    assert "3 personnes" in rows["Centre de Port-Amiral"]
    assert "Sans coordination" in rows["Centre de Clairgué"]
    assert "Ouvert" in rows["Centre de Port-Amiral"]
    assert "Sans direction" in rows["Centre de Vauxperle"]  # led, and nobody there could validate
    assert "1 à 3 sur 3" in page.text


@pytest.mark.parametrize("search", ["amiral", "AMIRAL port", "bergerac amiral", "dordogne amiral"])
def test_a_centre_is_found_by_words_of_its_name_town_or_department(
    admin: Site, cast: Cast, search: str
) -> None:
    page = admin.submit(admin.get("/administration/centres"), "Chercher", {"q": search})
    assert [row.all("a")[0].words for row in page.root.one("tbody").all("tr")] == ["Centre de Port-Amiral"]
    assert page.field("q")["value"] == search
    assert "1 centre correspond à votre recherche" in page.text


def test_a_search_that_finds_nothing_says_so(admin: Site, cast: Cast) -> None:
    page = admin.submit(admin.get("/administration/centres"), "Chercher", {"q": "introuvable"})
    assert "Aucun centre ne correspond" in page.text
    assert page.link("Effacer la recherche") == "/administration/centres"


def test_a_long_list_has_pages_that_keep_the_search(admin: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        for number in range(PAGE_SIZE + 1):
            a_centre(session, name=f"Annexe {number:03}")
        session.commit()
    page = admin.get("/administration/centres?q=annexe")
    assert f"1 à {PAGE_SIZE} sur {PAGE_SIZE + 1}" in page.text
    page = admin.get(page.link("Suivante"))
    assert [row.all("a")[0].words for row in page.root.one("tbody").all("tr")] == [f"Annexe {PAGE_SIZE:03}"]
    assert page.field("q")["value"] == "annexe"


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "9" * 30, "9" * 5000, "1.5"])
def test_a_page_that_does_not_exist_is_the_nearest_one(admin: Site, cast: Cast, page: str) -> None:
    assert admin.get(f"/administration/centres?page={page}").h1 == "Centres"


def test_a_closed_centre_stays_in_the_list(admin: Site, cast: Cast) -> None:
    admin.post(f"/centres/{cast.other.id}/fermer")
    rows = admin.get("/administration/centres").root.one("tbody").all("tr")
    assert [("Fermé" in row.words) for row in rows] == [False, True]


def test_a_new_instance_says_what_comes_next(site: Site, runtime: Runtime) -> None:
    with runtime.sessions.writing() as session:
        root = an_administrator(session)
        session.commit()
    site.sign_in(root)
    page = site.get("/administration/centres")
    assert "Pas encore de centre" in page.text
    assert not page.root.all(name="q")
    assert "Pas encore de structure d’appui" in site.get("/administration/structures").text


def test_after_a_centre_is_created_its_coordination_is_invited(admin: Site, cast: Cast) -> None:
    page = admin.get(admin.get("/administration/centres").link("Créer un centre"))
    page = admin.submit(page, "Créer le centre", {**NEW_CENTRE, "flags": ["mt"], "sites-0-name": "Antenne"})
    assert page.h1 == "Inviter quelqu’un"
    assert "Le centre est créé" in page.notices[0]
    assert "checked" in page.root.one("input", value="coordinator")
    page = admin.submit(page, "Envoyer l’invitation", {"email": "claire@exemple.fr"})
    assert page.h1 == "Équipe"
    assert "L’invitation de la coordination est en attente" in page.text
    with cast.runtime.sessions.reading() as session:
        centre = session.scalars(select(Centre).where(Centre.name == "Centre neuf")).one()
        assert (centre.region, centre.flags, centre.sites[0].name) == ("53", ["mt"], "Antenne")


def test_a_centre_with_nobody_yet_offers_to_invite_its_coordination(admin: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        centre = a_centre(session, name="Centre neuf")
        session.commit()
    page = admin.get(f"/centres/{centre.id}/equipe")
    assert page.link("Inviter la coordination") == f"/centres/{centre.id}/equipe/inviter?role=coordinator"


def test_a_centre_that_breaks_a_rule_is_not_created(admin: Site, cast: Cast) -> None:
    page = admin.submit(
        admin.get("/administration/centres/nouveau"), "Créer le centre", {"name": "Neuf", "finess": "1"}, 422
    )
    assert [words.split(" :")[0] for words in page.complaints] == [
        "Commune",
        "Département",
        "Type de centre",
        "Numéro FINESS",
    ]
    assert page.field("name")["value"] == "Neuf"
    with cast.runtime.sessions.reading() as session:
        assert len(session.scalars(select(Centre)).all()) == 2


def test_rows_are_added_to_a_new_centre_without_script(admin: Site, cast: Cast) -> None:
    page = admin.get("/administration/centres/nouveau")
    page = admin.submit(page, "Ajouter une antenne", {"name": "Neuf", "sites-0-name": "A"})
    assert page.field("name")["value"] == "Neuf"
    assert page.field("sites-1-name")
    page = admin.submit(page, "Retirer l’antenne 1")
    assert page.field("sites-0-name")["value"] == ""


def test_a_new_centre_has_the_key_and_version_that_the_site_gives_it(admin: Site, cast: Cast) -> None:
    extra = {"id": str(cast.centre.id), "version": "7", "created_at": "2020-01-01", "region": "11"}
    admin.post("/administration/centres/nouveau", {**NEW_CENTRE, **extra})
    with cast.runtime.sessions.reading() as session:
        centre = session.scalars(select(Centre).where(Centre.name == "Centre neuf")).one()
        assert centre.id != cast.centre.id
        assert (centre.version, centre.region, centre.created_at.year) == (1, "53", 2026)


def test_after_a_structure_is_created_its_first_person_is_invited(admin: Site, cast: Cast) -> None:
    page = admin.get(admin.get("/administration/structures").link("Créer une structure"))
    values = {"name": "OMEDIT d’essai", "kind": "omedit", "regions": ["53"], "modules": ["produits-de-sante"]}
    page = admin.submit(page, "Créer la structure", values)
    assert page.h1 == "Inviter quelqu’un"
    page = admin.submit(page, "Envoyer l’invitation", {"email": "rose@exemple.fr"})
    assert page.h1 == "Personnes"
    page = admin.get("/administration/structures")
    assert "OMEDIT d’essai" in page.text
    assert "Encore personne" in page.text


def test_a_structure_that_breaks_a_rule_is_not_created(admin: Site, cast: Cast) -> None:
    page = admin.get("/administration/structures/nouvelle")
    page = admin.submit(page, "Créer la structure", {"name": "Seule"}, 422)
    assert len(page.complaints) == 3
    assert page.field("name")["value"] == "Seule"
    with cast.runtime.sessions.reading() as session:
        assert len(session.scalars(select(Structure)).all()) == 1


def account(admin: Site, user: User) -> Page:
    return admin.get(f"/administration/comptes/{user.id}")


def test_an_account_is_closed_everywhere_and_opened_again(admin: Site, cast: Cast) -> None:
    lea = admin.another_browser()
    lea.sign_in(cast.lea)
    page = account(admin, cast.lea)
    assert "Centre de Port-Amiral" in page.text
    page = admin.submit(page, "Fermer le compte")
    assert "Ce compte est fermé depuis le 2 mars 2026" in page.text
    assert lea.get("/").h1 == "Connexion"
    page = admin.submit(page, "Rouvrir le compte")
    assert page.notices == ["Le compte est rouvert, avec les rôles qu’il avait."]
    lea.sign_in(cast.lea)
    assert lea.get(f"/centres/{cast.centre.id}").h1 == "Centre de Port-Amiral"


def test_an_administrator_does_not_close_their_own_account(admin: Site, cast: Cast) -> None:
    assert "Fermer ce compte" not in account(admin, cast.root).text
    page = admin.post(f"/administration/comptes/{cast.root.id}/fermer", {}, 422)
    assert "Personne ne change ni ne ferme son propre rôle" in page.complaints[0]


def test_the_administrators_role_is_withdrawn_on_the_page_of_the_account(admin: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        other = an_administrator(session, name="Ancien Admin", email="ancien@exemple.fr")
        session.commit()
    page = admin.submit(account(admin, other), "Retirer le rôle")
    assert page.notices == ["Cette personne n’administre plus aqss."]
    assert "Retirer le rôle" not in page.text
    assert "Ancien Admin" not in admin.get("/administration/personnes").text
    assert "Retirer le rôle" not in account(admin, cast.root).text
    page = admin.post(f"/administration/comptes/{cast.root.id}/retirer-l-administration", {}, 422)
    assert page.h1 == "Racine Admin"


@pytest.mark.parametrize(
    ("before", "decision", "why"),
    [
        (None, "rouvrir", "ce compte n’est pas fermé."),
        (None, "retirer-l-administration", "cette personne n’administre pas aqss."),
        ("fermer", "fermer", "ce compte était déjà fermé."),
    ],
)
def test_a_decision_that_changes_nothing_says_so(
    admin: Site, cast: Cast, before: str | None, decision: str, why: str
) -> None:
    address = f"/administration/comptes/{cast.lea.id}"
    if before:
        admin.post(f"{address}/{before}")
        admin.get(address)
    assert admin.post(f"{address}/{decision}").notices == [f"Rien n’a changé : {why}"]


def test_ones_own_account_says_that_another_administrator_decides(admin: Site, cast: Cast) -> None:
    sentence = "une autre personne de l’administration peut le fermer"
    assert sentence in account(admin, cast.root).text
    assert sentence not in account(admin, cast.lea).text


def test_an_account_that_does_not_exist_is_not_found(admin: Site, cast: Cast) -> None:
    admin.get("/administration/comptes/98765", 404)
    admin.post("/administration/comptes/98765/fermer", {}, 404)


@pytest.mark.parametrize("who", ["nadia", "paul", "lea", "odile"])
def test_nobody_else_administers(site: Site, cast: Cast, who: str) -> None:
    site.sign_in(getattr(cast, who))
    assert "Administration" not in site.get("/").menu
    for address in ("centres", "centres/nouveau", "structures", "personnes", f"comptes/{cast.lea.id}"):
        site.get(f"/administration/{address}", 403)
    site.post(f"/administration/comptes/{cast.lea.id}/fermer", {}, 403)
    with cast.runtime.sessions.reading() as session:
        assert session.get_one(User, cast.lea.id).disabled_at is None
