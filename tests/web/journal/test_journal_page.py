"""The journal on screen, of a centre and of the instance: who did what, and never who rated what."""

from __future__ import annotations

from aqss.domain.access import Role
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.journal import PAGE_SIZE
from tests.builders import actor_of
from tests.page import Page, Site
from tests.web.cast import Cast


def read(site: Site, cast: Cast, query: str = "") -> Page:
    site.sign_in(cast.nadia)
    return site.get(f"/centres/{cast.centre.id}/journal{query}")


def note(cast: Cast, verb: str, subject: str, **facts: object) -> None:
    with cast.runtime.sessions.writing() as session:
        session.add(
            JournalEntry(
                at=cast.runtime.clock.now(),
                user_id=cast.nadia.id,
                centre_id=cast.centre.id,
                verb=verb,
                subject_kind=subject,
                subject_id=1,
                facts=facts,
            )
        )
        session.commit()


def test_what_was_done_is_told_day_by_day_the_latest_first(site: Site, cast: Cast) -> None:
    note(cast, "described", "centre", changed=["town"])
    cast.runtime.clock.advance(days=1)
    cast.invitation("claire@exemple.fr", Role.MEMBER)
    page = read(site, cast)
    assert [day.words for day in page.root.one("main").all("h2")] == [
        "Mardi 3 mars 2026",
        "Lundi 2 mars 2026",
    ]
    assert "aqss a invité claire@exemple.fr, rôle « membre de l’équipe »" in page.text
    assert "Nadia Benali a modifié la description du centre : la commune" in page.text
    assert "1 à 2 sur 2" in page.text


def test_an_empty_journal_says_how_it_fills(site: Site, cast: Cast) -> None:
    assert "Le journal se remplit à chaque changement" in read(site, cast).text


def test_who_rated_what_is_never_told(site: Site, cast: Cast) -> None:
    note(cast, "answer-saved", "assessment", grid="hygiene-mains", criterion="B2-01", to="non")
    page = read(site, cast)
    assert "Nadia" not in page.text
    assert "B2-01" not in page.html


def test_a_kind_of_subject_is_chosen(site: Site, cast: Cast) -> None:
    note(cast, "described", "centre", changed=["town"])
    note(cast, "disabled", "membership", name="Paul Roux")
    team = site.get(read(site, cast).link("Équipe"))
    assert "Paul Roux" in team.text
    assert "description du centre" not in team.text
    assert "Paul Roux" not in read(site, cast, "?sujet=centre").text
    assert "Paul Roux" in read(site, cast, "?sujet=inconnu").text


def test_a_long_journal_has_pages_that_keep_the_subject(site: Site, cast: Cast) -> None:
    for number in range(PAGE_SIZE + 1):
        note(cast, "disabled", "membership", name=f"Personne {number:03}")
    page = read(site, cast, "?sujet=equipe")
    assert "Personne 000" not in page.text
    page = site.get(page.link("Suivante"))
    assert "Personne 000" in page.text
    assert f"{PAGE_SIZE + 1} à {PAGE_SIZE + 1} sur {PAGE_SIZE + 1}" in page.text
    for number in ("0", "-3", "x", "9" * 40):
        assert read(site, cast, f"?page={number}").h1 == "Journal"


def test_an_assessment_is_reached_from_what_is_told_of_it(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        scope = Scope("Printemps", grids=("hygiene-mains",))
        now = cast.runtime.clock.now()
        made = start_assessment(
            session, actor_of(session, cast.nadia), centre_id=cast.centre.id, scope=scope, now=now
        )
        session.commit()
        number = made.id
    page = read(site, cast)
    assert "a commencé une auto-évaluation, avec 1 grille" in page.text
    assert page.link("Printemps") == f"/auto-evaluations/{number}"


def test_who_does_not_lead_the_centre_does_not_read_it(site: Site, cast: Cast) -> None:
    for who, status in ((cast.lea, 403), (cast.root, 403), (cast.zoe, 404), (cast.odile, 404)):
        site.sign_in(who)
        site.get(f"/centres/{cast.centre.id}/journal", status)


def test_administrators_read_what_was_done_to_structures_and_accounts(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    edited = site.get(f"/structures/{cast.structure.id}/modifier")
    site.submit(edited, "Enregistrer", {"name": "CPias des Quatre-Rives"})
    note(cast, "described", "centre", changed=["town"])
    site.post(f"/administration/comptes/{cast.lea.id}/fermer", {})
    page = site.get(site.get("/administration/centres").link("Journal"))
    assert "Racine Admin a modifié la description de la structure d’appui : le nom" in page.text
    assert page.link("CPias des Quatre-Rives") == f"/structures/{cast.structure.id}"
    assert "Racine Admin a fermé un compte : Léa Martin" in page.text
    assert "la commune" not in page.text
    assert "Léa Martin" not in site.get(page.link("Centres et structures")).text


def test_sessions_stand_apart_in_the_journal_of_the_instance(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get("/administration/journal")
    assert "Ce journal se remplit" in page.text
    assert "a ouvert une session" not in page.text
    assert "Racine Admin a ouvert une session" in site.get(page.link("Connexions")).text


def test_the_hour_at_which_somebody_finished_rating_alone_is_not_told_nor_their_place_in_the_day(
    site: Site, cast: Cast
) -> None:
    note(cast, "described", "centre", changed=["town"])
    cast.runtime.clock.advance(minutes=7)
    note(cast, "participation-finished", "assessment")
    cast.runtime.clock.advance(minutes=7)
    note(cast, "participation-resumed", "assessment")
    cast.runtime.clock.advance(minutes=7)
    note(cast, "described", "centre", changed=["name"])
    page = read(site, cast)
    lines = page.root.one("main").all("li")
    told = [(len(line.all("time")), line.one("p").words) for line in lines if "Nadia" in line.words]
    assert told == [
        (1, "Nadia Benali a modifié la description du centre : le nom"),
        (1, "Nadia Benali a modifié la description du centre : la commune"),
        (0, "Nadia Benali a repris sa cotation individuelle"),
        (0, "Nadia Benali a déclaré terminée sa cotation individuelle"),
    ]
