"""The synthesis page: what was agreed and by how many voices, and nothing that tells who."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from aqss.persistence.consensus import BlindRating
from tests.page import Site
from tests.services.assessments.voices import agree, make_blind, say
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    NASTY,
    Team,
    a_scope,
    advance,
    make_assessment,
    rate,
)

FEW = "Motif connu de deux personnes."


def url(key: int) -> str:
    return f"/auto-evaluations/{key}/synthese"


def a_blind_one(runtime: Runtime, team: Team, *, state: str = "validation") -> int:
    """Nine people: A2-01 agreed by five voices out of nine, A2-02 under four, A2-03 not yet."""
    key = make_assessment(runtime, team, to="preparation")
    with runtime.sessions.writing() as session:
        assessment = session.get_one(Assessment, key)
        make_blind(session, assessment, session.get_one(Centre, team.centre_id), 9)
        assessment.state = state
        say(session, assessment, "A2-01", *["partiel"] * 5, *["oui"] * 3, "non")
        say(session, assessment, "A2-02", "oui", "oui", "non", ("na", FEW))
        say(session, assessment, "A2-03", *["oui"] * 9)
        agree(session, assessment, "A2-01", "partiel", reason="Relu ensemble.", has_dissent=True)
        agree(session, assessment, "A2-02", "oui", note=NASTY)
        session.commit()
    return key


def test_each_criterion_says_what_was_agreed_and_by_how_many_voices(
    member: Site, runtime: Runtime, team: Team
) -> None:
    page = member.get(url(a_blind_one(runtime, team)))
    assert page.h1 == "Synthèse"
    rows = {row.attributes["id"]: row.words for row in page.root.all("tr") if "id" in row.attributes}
    assert "En partie" in rows["A2-01"]
    assert "5 voix sur 9" in rows["A2-01"]
    assert "Quelqu’un reste en désaccord" in rows["A2-01"]
    assert "Relu ensemble." in rows["A2-01"]
    assert "moins de 4 voix" in rows["A2-02"]
    assert "sur" not in rows["A2-02"].split("moins de")[1]
    assert "Pas encore d’accord" in rows["A2-03"]
    assert "voix" not in rows["A2-03"]
    assert "Sur 1 critère, quelqu’un reste en désaccord" in page.text
    assert "L’équipe s’est accordée sur 2 critères sur 11." in page.text


def test_before_the_session_nothing_is_agreed_and_the_page_says_so(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team)
    with runtime.sessions.writing() as session:
        session.get_one(Assessment, key).rating = "blind"
        session.commit()
    advance(runtime, team, key, "accord")
    assert "L’équipe ne s’est encore accordée sur aucun des 11 critères." in member.get(url(key)).text


@pytest.mark.parametrize("path", ["/synthese", "/resultats", "/rapport", ""])
def test_no_page_tells_what_two_people_said_nor_who_said_anything(
    site: Site, runtime: Runtime, team: Team, path: str
) -> None:
    key = a_blind_one(runtime, team)
    advance(runtime, team, key, "close")
    for person in (team.member, team.coordinator, team.manager):
        site = site.another_browser()
        site.sign_in(person)
        page = site.get(f"/auto-evaluations/{key}{path}")
        assert FEW not in page.text
        assert path == "" or "Voix 3" not in page.text
    with runtime.sessions.reading() as session:
        assert session.scalars(select(BlindRating)).all() == []


def test_a_rating_together_is_told_without_voices(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team)
    rate(runtime, team.member, key, {"A2-01": "oui"})
    page = member.get(url(key))
    assert "L’équipe a coté ensemble" in page.text
    assert "1 critère a une réponse, sur 11." in page.text
    assert "voix" not in page.root.one("main").words


def test_the_page_is_the_same_for_one_grid_and_for_many(member: Site, runtime: Runtime, team: Team) -> None:
    grids = (GRID, FIGURES, "politique-qualite", "accueil-rendez-vous")
    counts = []
    for scope in (a_scope(GRID), a_scope(*grids)):
        key = make_assessment(runtime, team, scope)
        member.get(url(key))
        with member.counted_statements() as statements:
            page = member.get(url(key))
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert page.link("A2 Coordination des soins") == "#grille-coordination"


def test_without_a_grid_that_concerns_the_centre_there_is_nothing_to_read(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope("cabinet-dentaire"), to="preparation")
    with runtime.sessions.writing() as session:
        session.get_one(Assessment, key).state = "cotation"
        session.commit()
    assert "Rien à lire encore" in member.get(url(key)).text


def test_it_is_not_read_before_results_are(member: Site, runtime: Runtime, team: Team) -> None:
    member.get(url(make_assessment(runtime, team, to="preparation")), 409)


def test_results_lead_there(member: Site, rating: int) -> None:
    page = member.get(f"/auto-evaluations/{rating}/resultats")
    assert page.link("Synthèse, critère par critère") == url(rating)


def test_the_report_has_the_same_figures(member: Site, runtime: Runtime, team: Team) -> None:
    page = member.get(f"/auto-evaluations/{a_blind_one(runtime, team)}/rapport")
    assert "l’équipe s’est accordée en séance sur 2 critères sur 11, dont 0 d’emblée" in page.text
    assert "5 voix sur 9" in page.text
    assert "moins de 4 voix" in page.text
    assert "Quelqu’un reste en désaccord" in page.text
    assert "Pourquoi cette réponse : Relu ensemble." in page.text
