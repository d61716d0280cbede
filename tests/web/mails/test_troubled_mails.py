"""Mails in trouble: the administrator's page, what the first page says of them, and what a team page does."""

from __future__ import annotations

import pytest

from aqss.domain.access import Role
from aqss.domain.errors import MailRefused
from aqss.services.mails import claim_due, mark_refused, mark_sent, record_mail
from tests.builders import a_bare_synthesis
from tests.clock import FakeClock
from tests.page import Site
from tests.web.cast import Cast

ADDRESS = "/administration/courriels"
NOBODY = MailRefused("550 5.1.1 nobody here : try elsewhere", permanent=True)
SILENT = MailRefused("ConnectionRefusedError: [Errno 111] Connection refused", permanent=False)


@pytest.fixture
def admin(site: Site, cast: Cast) -> Site:
    """A browser where the administrator is signed in."""
    site.sign_in(cast.root)
    return site


def refuse(cast: Cast, refusal: MailRefused) -> None:
    """Every mail that is due meets that answer."""
    now = cast.runtime.clock.now()
    with cast.runtime.sessions.writing() as session:
        for claimed in claim_due(session, now, 100):
            mark_refused(session, claimed, refusal, now)
        session.commit()


def send(cast: Cast) -> None:
    """Every mail that is due leaves."""
    now = cast.runtime.clock.now()
    with cast.runtime.sessions.writing() as session:
        for claimed in claim_due(session, now, 100):
            mark_sent(session, claimed, now)
        session.commit()


def tell_results(cast: Cast, address: str, slot: str = "assessment-1") -> None:
    """The mail that says to somebody of Port-Amiral that results are available."""
    context = {
        "name": "Léa Martin",
        "centre_name": cast.centre.name,
        "assessment_title": "Campagne secrète",
        "link": "http://localhost/auto-evaluations/1/synthese",
        "synthesis": a_bare_synthesis(),
    }
    with cast.runtime.sessions.writing() as session:
        record_mail(
            session,
            kind="results-available",
            slot=slot,
            address=address,
            context=context,
            now=cast.runtime.clock.now(),
            centre_id=cast.centre.id,
        )
        session.commit()


def test_nothing_is_said_while_every_mail_leaves(admin: Site, cast: Cast) -> None:
    cast.invitation("zoe.b@exemple.fr")
    assert "en difficulté" not in admin.get("/").text
    page = admin.get(admin.get("/administration/centres").link("Courriels"))
    assert page.h1 == "Courriels en difficulté"
    assert "Tous les courriels partent" in page.text
    assert page.menu["Administration"]


def test_a_refused_address_is_shown_at_once_with_what_to_do(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    cast.invitation("faux@exemple.fr")
    refuse(cast, NOBODY)
    page = admin.get("/")
    assert "1 courriel en difficulté" in page.text
    page = admin.get(page.link("1 courriel en difficulté"))
    assert [heading.words for heading in page.root.one("main").all("h2")] == ["L’adresse est refusée"]
    assert "Une invitation se retire, puis s’envoie à la bonne adresse." in page.text
    (row,) = page.root.one("tbody").all("tr")
    for words in ("faux@exemple.fr", "Invitation", "2 mars 2026 à 10 h 00", "Abandonné le 2 mars 2026"):
        assert words in row.words
    assert row.one("code").words == NOBODY.answer
    assert row.one("a")["href"] == f"/centres/{cast.centre.id}/equipe"


def test_after_an_hour_every_mail_that_waits_is_shown_under_its_cause(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    cast.invitation("zoe.b@exemple.fr", Role.STRUCTURE, cast.structure)
    tell_results(cast, "lea@exemple.fr")
    clock.advance(minutes=56)
    refuse(cast, SILENT)
    assert "en difficulté" not in admin.get("/").text
    clock.advance(minutes=4)
    assert "2 courriels en difficulté" in admin.get("/").text
    page = admin.get(ADDRESS)
    assert [heading.words for heading in page.root.one("main").all("h2")] == [
        "Le serveur de messagerie ne répond pas"
    ]
    assert "AQSS_SMTP_URL" in page.text
    rows = page.root.one("tbody").all("tr")
    assert [row.words.startswith(who) for row, who in zip(rows, ("lea@", "zoe.b@"), strict=True)] == [
        True,
        True,
    ]
    assert page.text.count("Prochain essai le 2 mars 2026 à 10 h 57") == 2


def test_an_administrator_is_told_the_kind_of_a_mail_and_nothing_of_what_it_says(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    cast.invitation("zoe.b@exemple.fr")
    tell_results(cast, "lea@exemple.fr")
    clock.advance(hours=1)
    page = admin.get(ADDRESS)
    assert "Synthèse" in page.text
    assert "Campagne secrète" not in page.html
    assert "/invitation/" not in page.html


def test_when_nobody_sends_mails_the_page_says_how_to_start(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    cast.invitation("zoe.b@exemple.fr")
    clock.advance(hours=1)
    page = admin.get(ADDRESS)
    assert "Les courriels ne sont pas envoyés" in page.text
    assert "aqss jobs" in page.text
    assert "En attente" in page.root.one("tbody").words
    send(cast)
    assert "Tous les courriels partent" in admin.get(ADDRESS).text
    assert "en difficulté" not in admin.get("/").text


def test_causes_come_in_order_the_ones_that_hold_every_mail_first(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    cast.invitation("faux@exemple.fr")
    refuse(cast, NOBODY)
    cast.invitation("zoe.b@exemple.fr")
    clock.advance(hours=1)
    refuse(cast, SILENT)
    page = admin.get(ADDRESS)
    assert [heading.words for heading in page.root.one("main").all("h2")] == [
        "Le serveur de messagerie ne répond pas",
        "L’adresse est refusée",
    ]


def test_an_expired_mail_says_so(admin: Site, cast: Cast, clock: FakeClock) -> None:
    cast.invitation("zoe.b@exemple.fr")
    clock.advance(days=7)
    refuse(cast, SILENT)
    admin.sign_in(cast.root)
    assert "Périmé le 9 mars 2026" in admin.get(ADDRESS).text


def test_of_very_many_the_latest_are_listed_and_all_are_counted(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    for number in range(51):
        tell_results(cast, f"personne.{number}@exemple.fr")
        clock.advance(seconds=1)
    clock.advance(hours=1)
    page = admin.get(ADDRESS)
    assert "Les 50 plus récents sur 51." in page.text
    assert len(page.root.one("tbody").all("tr")) == 50
    assert "51 courriels en difficulté" in admin.get("/").text


@pytest.mark.parametrize("who", ["nadia", "paul", "lea", "odile"])
def test_nobody_else_sees_the_mails_of_the_instance(site: Site, cast: Cast, who: str) -> None:
    cast.invitation("faux@exemple.fr")
    refuse(cast, NOBODY)
    site.sign_in(getattr(cast, who))
    site.get(ADDRESS, 403)
    assert "en difficulté" not in site.get("/").text


def test_a_coordinator_sees_which_invitation_could_not_be_sent_and_what_to_do(
    site: Site, cast: Cast, clock: FakeClock
) -> None:
    cast.invitation("faux@exemple.fr")
    refuse(cast, NOBODY)
    cast.invitation("zoe.b@exemple.fr")
    site.sign_in(cast.nadia)
    page = site.get(f"/centres/{cast.centre.id}/equipe")
    rows = {row.words.split()[0]: row.words for row in page.root.all("tbody")[1].all("tr")}
    assert "Courriel non parti" in rows["faux@exemple.fr"]
    assert "L’adresse est refusée. Elle n’existe pas, ou plus." in rows["faux@exemple.fr"]
    assert "Courriel non parti" not in rows["zoe.b@exemple.fr"]
    clock.advance(hours=1)
    refuse(cast, SILENT)
    assert "l’administration du site en est avertie" in site.get(f"/centres/{cast.centre.id}/equipe").text


def test_a_coordinator_sees_who_of_the_centre_did_not_get_another_mail(
    site: Site, cast: Cast, clock: FakeClock
) -> None:
    tell_results(cast, "lea@exemple.fr")
    refuse(cast, NOBODY)
    site.sign_in(cast.nadia)
    page = site.get(f"/centres/{cast.centre.id}/equipe")
    section = page.root.one("section", **{"aria-labelledby": "courriels"})
    assert "lea@exemple.fr : Synthèse, le 2 mars 2026" in section.words
    site.sign_in(cast.zoe)
    assert "non partis" not in site.get(f"/centres/{cast.other.id}/equipe").text


def test_the_invitations_of_a_structure_and_of_the_instance_say_it_too(admin: Site, cast: Cast) -> None:
    cast.invitation("faux@exemple.fr", Role.STRUCTURE, cast.structure)
    refuse(cast, NOBODY)
    assert "Courriel non parti" in admin.get(f"/structures/{cast.structure.id}/equipe").text
    assert "Courriel non parti" not in admin.get("/administration/personnes").text
    page = admin.get("/administration/personnes/inviter")
    admin.submit(page, "Envoyer l’invitation", {"email": "autre@exemple.fr"})
    refuse(cast, NOBODY)
    assert "Courriel non parti" in admin.get("/administration/personnes").text


def test_the_page_takes_the_same_statements_whatever_the_number_of_mails(
    admin: Site, cast: Cast, clock: FakeClock
) -> None:
    def statements() -> int:
        with admin.counted_statements() as sent:
            admin.get(ADDRESS)
        return len(sent)

    tell_results(cast, "lea@exemple.fr")
    clock.advance(hours=1)
    few = statements()
    for number in range(20):
        tell_results(cast, f"personne.{number}@exemple.fr")
    clock.advance(hours=1)
    assert statements() == few
