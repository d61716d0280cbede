"""Inviting by screen: to a centre, to a structure, to the administration; sending again, withdrawing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.domain.access import Role
from aqss.persistence.accounts import Invitation, User
from aqss.persistence.mails import Mail
from tests.page import Page, Site
from tests.web.cast import Cast


def invite_page(site: Site, cast: Cast) -> Page:
    site.sign_in(cast.nadia)
    return site.get(f"/centres/{cast.centre.id}/equipe/inviter")


def open_invitations(cast: Cast) -> list[Invitation]:
    with cast.runtime.sessions.reading() as session:
        query = select(Invitation).where(Invitation.revoked_at.is_(None), Invitation.accepted_at.is_(None))
        return list(session.scalars(query.order_by(Invitation.id)))


def test_an_invitation_is_recorded_with_its_mail_and_listed(site: Site, cast: Cast) -> None:
    values = {"email": " Claire@Exemple.FR ", "name": "Claire Harnois", "role": "member"}
    page = site.submit(
        invite_page(site, cast), "Envoyer l’invitation", {**values, "professions": ["medecin"]}
    )
    assert page.notices == [
        "L’invitation part à claire@exemple.fr. Son lien est valable jusqu’au 9 mars 2026."
    ]
    waiting = page.text.split("Invitations en attente")[1]
    for words in ("Claire Harnois", "claire@exemple.fr", "Membre de l’équipe", "Médecin", "par Nadia Benali"):
        assert words in waiting
    (made,) = open_invitations(cast)
    assert (made.centre_id, made.role, made.professions) == (cast.centre.id, "member", ["medecin"])
    with cast.runtime.sessions.reading() as session:
        assert session.scalars(select(Mail.address)).all() == ["claire@exemple.fr"]


def test_no_page_shows_the_link_of_an_invitation(site: Site, cast: Cast) -> None:
    page = site.submit(
        invite_page(site, cast), "Envoyer l’invitation", {"email": "claire@exemple.fr", "role": "member"}
    )
    assert "/invitation/" not in page.html


def test_every_fault_is_told_and_what_was_typed_is_kept(site: Site, cast: Cast) -> None:
    page = site.submit(
        invite_page(site, cast),
        "Envoyer l’invitation",
        {"email": "claire", "name": "Claire", "professions": ["medecin"]},
        422,
    )
    assert [words.split(" :")[0] for words in page.complaints] == ["Adresse électronique", "Rôle"]
    assert page.field("email")["value"] == "claire"
    assert page.field("name")["value"] == "Claire"
    assert "checked" in page.root.one("input", value="medecin")
    assert open_invitations(cast) == []


@pytest.mark.parametrize("role", ["administrator", "structure", "chef"])
def test_a_role_of_elsewhere_cannot_be_offered(site: Site, cast: Cast, role: str) -> None:
    page = site.submit(
        invite_page(site, cast), "Envoyer l’invitation", {"email": "claire@exemple.fr", "role": role}, 422
    )
    assert page.complaints == ["Rôle : choisissez l’une des réponses proposées."]
    assert open_invitations(cast) == []


def test_who_has_or_had_a_role_is_not_invited_again(site: Site, cast: Cast) -> None:
    sent = {"email": "lea@exemple.fr", "role": "member"}
    page = site.submit(invite_page(site, cast), "Envoyer l’invitation", sent, 422)
    assert "cette adresse a déjà un rôle ici" in page.complaints[0]
    site.post(f"/centres/{cast.centre.id}/equipe/{cast.membership(cast.lea)}/fermer")
    page = site.submit(invite_page(site, cast), "Envoyer l’invitation", sent, 422)
    assert "cette adresse avait un rôle ici" in page.complaints[0]


def test_an_address_of_another_centre_is_told_nothing_about(site: Site, cast: Cast) -> None:
    page = site.submit(
        invite_page(site, cast), "Envoyer l’invitation", {"email": "zoe@exemple.fr", "role": "member"}
    )
    assert page.notices == ["L’invitation part à zoe@exemple.fr. Son lien est valable jusqu’au 9 mars 2026."]


def test_fields_that_are_not_of_the_form_change_nothing(site: Site, cast: Cast) -> None:
    extra = {
        "centre_id": str(cast.other.id),
        "structure_id": str(cast.structure.id),
        "expires_at": "2099-01-01",
        "invited_by_id": str(cast.paul.id),
        "is_administrator": "1",
    }
    sent = {"email": "claire@exemple.fr", "role": "member", **extra}
    site.submit(invite_page(site, cast), "Envoyer l’invitation", sent)
    (made,) = open_invitations(cast)
    assert (made.centre_id, made.structure_id, made.invited_by_id) == (cast.centre.id, None, cast.nadia.id)
    assert made.expires_at.year == 2026


def test_a_role_in_the_address_is_proposed_when_it_exists(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    address = f"/centres/{cast.centre.id}/equipe/inviter?role="
    assert "checked" in site.get(address + "coordinator").root.one("input", value="coordinator")
    for role in ("administrator", "", "x"):
        assert not [box for box in site.get(address + role).root.all("input") if "checked" in box]


def test_an_invitation_is_sent_again_with_a_new_link(site: Site, cast: Cast) -> None:
    first = cast.invitation("claire@exemple.fr", Role.MANAGER)
    cast.runtime.clock.advance(days=8)
    site.sign_in(cast.nadia)
    page = site.get(f"/centres/{cast.centre.id}/equipe")
    assert "Expirée le 9 mars 2026" in page.text
    page = site.submit(page, "Envoyer de nouveau à claire@exemple.fr")
    assert "Expirée" not in page.text
    (again,) = open_invitations(cast)
    assert again.id != first.id
    assert (again.role, again.invited_by_id) == ("manager", cast.nadia.id)


def test_an_invitation_is_withdrawn_after_a_question(site: Site, cast: Cast) -> None:
    cast.invitation("claire@exemple.fr")
    site.sign_in(cast.nadia)
    page = site.get(f"/centres/{cast.centre.id}/equipe")
    page = site.get(page.link("Retirer l’invitation envoyée à claire@exemple.fr"))
    assert "ne s’ouvrira plus" in page.text
    page = site.submit(page, "Retirer l’invitation")
    assert page.notices == [
        "L’invitation envoyée à claire@exemple.fr est retirée : son lien ne s’ouvre plus."
    ]
    assert open_invitations(cast) == []


def test_the_invitation_of_another_place_is_not_found_through_ones_own(site: Site, cast: Cast) -> None:
    theirs = cast.invitation("claire@exemple.fr", place=cast.other)
    site.sign_in(cast.nadia)
    for centre in (cast.centre.id, cast.other.id):
        address = f"/centres/{centre}/equipe/invitations/{theirs.id}"
        site.get(f"{address}/retirer", 404)
        site.post(f"{address}/retirer", {}, 404)
        site.post(f"{address}/renvoyer", {}, 404)
    site.sign_in(cast.root)
    site.post(f"/administration/personnes/invitations/{theirs.id}/retirer", {}, 404)
    site.post(f"/structures/{cast.structure.id}/equipe/invitations/{theirs.id}/renvoyer", {}, 404)
    assert [one.id for one in open_invitations(cast)] == [theirs.id]


def test_somebody_is_invited_to_a_structure_without_choosing_a_role(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get(f"/structures/{cast.structure.id}/equipe/inviter")
    assert not page.root.all(name="role")
    site.submit(page, "Envoyer l’invitation", {"email": "rose@exemple.fr", "role": "administrator"})
    (made,) = open_invitations(cast)
    assert (made.structure_id, made.role) == (cast.structure.id, "structure")


def test_somebody_is_invited_to_administer(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get("/administration/personnes")
    assert "Racine Admin" in page.text
    page = site.submit(
        site.get(page.link("Inviter quelqu’un")), "Envoyer l’invitation", {"email": "rose@exemple.fr"}
    )
    assert page.h1 == "Qui administre aqss"
    assert "rose@exemple.fr" in page.text.split("Invitations en attente")[1]
    (made,) = open_invitations(cast)
    assert (made.role, made.centre_id, made.structure_id) == ("administrator", None, None)
    page = site.submit(page, "Envoyer de nouveau à rose@exemple.fr")
    page = site.get(page.link("Retirer l’invitation envoyée à rose@exemple.fr"))
    site.submit(page, "Retirer l’invitation")
    assert open_invitations(cast) == []


def test_an_administrator_is_not_invited_twice(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get("/administration/personnes/inviter")
    page = site.submit(page, "Envoyer l’invitation", {"email": "racine@exemple.fr"}, 422)
    assert "cette adresse a déjà un rôle ici" in page.complaints[0]


def test_a_coordinator_invites_nobody_to_administer(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    site.post("/administration/personnes/inviter", {"email": "nadia@exemple.fr"}, 403)
    with cast.runtime.sessions.reading() as session:
        assert not session.get_one(User, cast.nadia.id).is_administrator
