"""The lists of assessments: of every centre of a person, and of one centre."""

from __future__ import annotations

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.centres import Centre
from tests.builders import a_centre, a_member, a_structure
from tests.page import Site
from tests.web.assessments.scene import NASTY, Team, a_scope, make_assessment, rate


def test_a_person_sees_the_assessments_of_their_centre_and_of_no_other(
    site: Site, runtime: Runtime, team: Team
) -> None:
    make_assessment(runtime, team, a_scope(title="La nôtre"))
    site.sign_in(team.member)
    assert "La nôtre" in site.get("/auto-evaluations").text
    site.sign_in(team.stranger)
    assert "La nôtre" not in site.get("/auto-evaluations").text


def test_a_line_tells_the_step_the_grids_finished_and_the_scores(
    site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team)
    rate(runtime, team.member, key, {"A2-01": "oui", "A2-02": "partiel"})
    site.sign_in(team.member)
    text = site.get(f"/centres/{team.centre_id}/auto-evaluations").text
    assert "Commencée le 2 mars 2026 · 0 sur 1 grille terminée · Risques généraux 75,0" in text
    assert "Cotation" in text


def test_only_who_prepares_is_offered_to_start(site: Site, team: Team) -> None:
    address = f"/centres/{team.centre_id}/auto-evaluations"
    for person, offered in ((team.coordinator, True), (team.member, False), (team.manager, False)):
        site.sign_in(person)
        page = site.get(address)
        links = [link["href"] for link in page.root.one("main").all("a")]
        assert (f"{address}/nouvelle" in links) is offered
        assert "Pas encore d’auto-évaluation" in page.text


def test_who_works_in_several_centres_finds_each_with_its_own_start(
    site: Site, runtime: Runtime, team: Team
) -> None:
    with runtime.sessions.writing() as session:
        second = a_centre(session, name="Annexe")
        a_member(session, second, Role.COORDINATOR, user=session.merge(team.coordinator))
        session.commit()
        names = [session.get_one(Centre, team.centre_id).name, second.name]
    site.sign_in(team.coordinator)
    page = site.get("/auto-evaluations")
    for name in names:
        assert page.link(f"Commencer une auto-évaluation à {name}")


def test_a_person_without_centre_is_told_how_to_get_one(site: Site, runtime: Runtime) -> None:
    with runtime.sessions.writing() as session:
        helper = a_member(session, a_structure(session))
        session.commit()
    site.sign_in(helper)
    assert "Demandez une invitation" in site.get("/auto-evaluations").text


def test_a_title_is_shown_as_it_was_typed(site: Site, runtime: Runtime, team: Team) -> None:
    make_assessment(runtime, team, a_scope(title=NASTY))
    site.typed.add(NASTY)
    site.sign_in(team.member)
    page = site.get("/auto-evaluations")
    assert NASTY in page.text
    assert not page.root.all("img")


def test_the_list_of_another_centre_is_not_found(site: Site, team: Team) -> None:
    site.sign_in(team.stranger)
    assert site.get(f"/centres/{team.centre_id}/auto-evaluations", 404).h1 == "Page introuvable"
