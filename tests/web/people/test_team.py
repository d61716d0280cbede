"""The people of a centre and of a structure: seen, changed, put out and let in again."""

from __future__ import annotations

import pytest

from aqss.domain.access import Role
from aqss.persistence.accounts import Membership, User
from tests.builders import a_member, membership_of
from tests.page import Page, Site
from tests.web.cast import Cast


def team(site: Site, cast: Cast) -> Page:
    site.sign_in(cast.nadia)
    return site.get(f"/centres/{cast.centre.id}/equipe")


def stored(cast: Cast, user: User) -> Membership:
    with cast.runtime.sessions.reading() as session:
        return membership_of(session, user, cast.centre)


def person_address(cast: Cast, user: User) -> str:
    return f"/centres/{cast.centre.id}/equipe/{cast.membership(user)}"


def test_the_team_is_listed_with_roles_and_professions(site: Site, cast: Cast) -> None:
    page = team(site, cast)
    assert page.h1 == "Équipe"
    rows = [row.words for row in page.root.one("table").all("tr")][1:]
    assert len(rows) == 3
    for words in (
        "Léa Martin",
        "lea@exemple.fr",
        "Membre de l’équipe",
        "Infirmière, infirmier",
    ):
        assert words in rows[0]
    assert "(vous)" in rows[1]
    assert "Accès" not in page.root.one("table").words
    assert "Aucune" in page.text.split("Invitations en attente")[1]


def test_nobody_of_another_centre_is_listed(site: Site, cast: Cast) -> None:
    assert "Zoé" not in team(site, cast).text


def test_a_role_and_professions_are_changed(site: Site, cast: Cast) -> None:
    page = site.get(team(site, cast).link("Modifier Léa Martin"))
    page = site.submit(page, "Enregistrer", {"role": "manager", "professions": ["medecin", "accueil"]})
    assert page.notices == ["C’est enregistré pour Léa Martin."]
    membership = stored(cast, cast.lea)
    assert (membership.role, set(membership.professions)) == ("manager", {"medecin", "accueil"})


def test_a_role_that_does_not_exist_is_refused_and_nothing_changes(site: Site, cast: Cast) -> None:
    page = site.get(team(site, cast).link("Modifier Léa Martin"))
    for role in ("", "administrator", "structure", "chef"):
        refused = site.submit(page, "Enregistrer", {"role": role, "professions": ["medecin"]}, 422)
        assert refused.complaints[0].startswith("Rôle : ")
        assert refused.root.one("input", name="professions", value="medecin")["checked"] == ""
    membership = stored(cast, cast.lea)
    assert (membership.role, membership.professions) == ("member", ["infirmier"])


def test_a_profession_that_does_not_exist_is_refused(site: Site, cast: Cast) -> None:
    page = site.get(team(site, cast).link("Modifier Léa Martin"))
    page = site.submit(page, "Enregistrer", {"professions": ["magie"]}, 422)
    assert page.complaints == ["Professions : choisissez l’une des réponses proposées."]


def test_nobody_changes_their_own_role(site: Site, cast: Cast) -> None:
    page = site.get(team(site, cast).link("Modifier Nadia Benali"))
    assert not page.root.all(name="role")
    assert "Personne ne change son propre rôle" in page.text
    site.submit(page, "Enregistrer", {"role": "manager", "professions": ["medecin"]})
    membership = stored(cast, cast.nadia)
    assert (membership.role, membership.professions) == ("coordinator", ["medecin"])


def test_the_last_coordinator_keeps_the_role(site: Site, cast: Cast) -> None:
    site.sign_in(cast.paul)
    page = site.get(person_address(cast, cast.nadia))
    page = site.submit(page, "Enregistrer", {"role": "member"}, 422)
    assert page.complaints == [
        "Rôle : le centre resterait sans coordination. Donnez d’abord ce rôle à quelqu’un d’autre."
    ]


def test_an_access_is_closed_after_a_question_then_opened_again(site: Site, cast: Cast) -> None:
    lea = site.another_browser()
    lea.sign_in(cast.lea)
    page = site.get(team(site, cast).link("Modifier Léa Martin"))
    page = site.get(page.link("Fermer son accès au centre"))
    assert "Ses sessions se ferment aussitôt" in page.text
    page = site.submit(page, "Fermer son accès")
    assert page.notices == ["Léa Martin n’a plus accès au centre."]
    assert "Accès fermé" in page.text
    assert lea.get("/compte").h1 == "Connexion"

    page = site.get(page.link("Modifier Léa Martin"))
    page = site.submit(site.get(page.link("Rouvrir son accès")), "Rouvrir son accès")
    assert page.notices == ["Léa Martin a de nouveau accès au centre."]
    assert stored(cast, cast.lea).disabled_at is None


def test_nobody_closes_their_own_access_nor_the_last_coordinators(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    page = site.post(f"{person_address(cast, cast.nadia)}/fermer", {}, 422)
    assert "Personne ne change ni ne ferme son propre rôle" in page.complaints[0]
    site.sign_in(cast.paul)
    page = site.get(f"{person_address(cast, cast.nadia)}/fermer")
    page = site.submit(page, "Fermer son accès", status=422)
    assert "Le centre resterait sans coordination" in page.complaints[0]
    assert stored(cast, cast.nadia).disabled_at is None


def test_somebody_of_another_centre_is_not_found_through_ones_own(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    zoe = cast.membership(cast.zoe, cast.other)
    for centre in (cast.centre.id, cast.other.id):
        address = f"/centres/{centre}/equipe/{zoe}"
        for page in ("", "/fermer", "/rouvrir"):
            site.get(address + page, 404)
            site.post(address + page, {"role": "member"}, 404)
    with cast.runtime.sessions.reading() as session:
        assert session.get_one(Membership, zoe).role == "coordinator"


def test_fields_that_are_not_of_the_form_change_nothing(site: Site, cast: Cast) -> None:
    page = site.get(team(site, cast).link("Modifier Léa Martin"))
    extra = {
        "user_id": str(cast.zoe.id),
        "centre_id": str(cast.other.id),
        "membership_id": str(cast.membership(cast.nadia)),
        "disabled_at": "2020-01-01",
        "name": "Voleuse",
        "email": "voleuse@exemple.fr",
        "is_administrator": "1",
    }
    page = site.submit(page, "Enregistrer", extra)
    assert page.notices == ["C’est enregistré pour Léa Martin."]
    membership = stored(cast, cast.lea)
    assert (membership.user_id, membership.centre_id, membership.role) == (
        cast.lea.id,
        cast.centre.id,
        "member",
    )
    with cast.runtime.sessions.reading() as session:
        lea = session.get_one(User, cast.lea.id)
        assert (lea.name, lea.email, lea.is_administrator) == ("Léa Martin", "lea@exemple.fr", False)


def test_a_centre_without_coordination_says_so_and_offers_to_invite_it(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        membership_of(session, cast.nadia, cast.centre).role = Role.MEMBER
        session.commit()
    site.sign_in(cast.paul)
    page = site.get(f"/centres/{cast.centre.id}/equipe")
    assert "Ce centre n’a pas de coordination" in page.text
    invite = page.link("Inviter la coordination")
    assert site.get(invite).root.one("input", value="coordinator")["checked"] == ""
    cast.invitation("claire@exemple.fr", Role.COORDINATOR)
    page = site.get(f"/centres/{cast.centre.id}/equipe")
    assert "Une invitation est en attente" in page.text


def test_a_centre_without_direction_says_what_stops_and_offers_to_invite_it(site: Site, cast: Cast) -> None:
    assert "Ce centre n’a pas de direction" not in team(site, cast).text
    with cast.runtime.sessions.writing() as session:
        membership_of(session, cast.paul, cast.centre).disabled_at = cast.runtime.clock.now()
        session.commit()
    page = team(site, cast)
    assert "Ce centre n’a pas de direction" in page.text
    assert "personne ne valide les auto-évaluations" in page.text
    assert site.get(page.link("Inviter la direction")).root.one("input", value="manager")["checked"] == ""
    cast.invitation("claire@exemple.fr", Role.MANAGER)
    assert "Une invitation est en attente" in team(site, cast).text


def test_an_account_closed_everywhere_says_so(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        session.get_one(User, cast.lea.id).disabled_at = cast.runtime.clock.now()
        session.commit()
    page = team(site, cast)
    assert "Compte fermé" in page.text
    assert "Ce compte est fermé" in site.get(page.link("Modifier Léa Martin")).text


def test_the_people_of_a_structure_have_no_role_to_choose_nor_profession(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get(f"/structures/{cast.structure.id}/equipe")
    assert page.h1 == "Personnes"
    page = site.get(page.link("Ouvrir Odile Sauvageon"))
    assert not page.root.all(name="role")
    assert not page.root.all(name="professions")
    page = site.submit(site.get(page.link("Fermer son accès à la structure")), "Fermer son accès")
    assert page.notices == ["Odile Sauvageon n’a plus accès à la structure."]


@pytest.mark.parametrize("who", ["lea", "odile"])
def test_who_does_not_manage_the_people_does_not_see_them(site: Site, cast: Cast, who: str) -> None:
    site.sign_in(getattr(cast, who))
    site.get(f"/centres/{cast.centre.id}/equipe", 403 if who == "lea" else 404)
    site.get(f"/structures/{cast.structure.id}/equipe", 403 if who == "odile" else 404)


def test_an_administrator_reaches_the_whole_account_from_the_team(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get(person_address(cast, cast.lea))
    assert page.link("Voir le compte et tous ses rôles") == f"/administration/comptes/{cast.lea.id}"
    site.sign_in(cast.nadia)
    assert "Voir le compte" not in site.get(person_address(cast, cast.lea)).text


def test_the_team_is_read_in_a_number_of_statements_that_does_not_grow(site: Site, cast: Cast) -> None:
    team(site, cast)
    address = f"/centres/{cast.centre.id}/equipe"
    with site.counted_statements() as few:
        site.get(address)
    with cast.runtime.sessions.writing() as session:
        for _ in range(20):
            a_member(session, cast.centre)
        session.commit()
    with site.counted_statements() as many:
        site.get(address)
    assert len(many) == len(few)
