"""The lists of assessments: of every centre of a person, and of one centre, with what is over folded."""

from __future__ import annotations

from datetime import date

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from aqss.services.assessments.listing import LATEST, PAGE_SIZE
from tests.builders import a_centre, a_member, a_structure
from tests.page import Site
from tests.web.assessments.scene import NASTY, Team, a_scope, advance, make_assessment, rate


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
    assert "Commencée le 2 mars 2026 · 0 sur 1 grille terminée Risques généraux 75,0" in text
    assert "Cotation" in text


def a_past_one(runtime: Runtime, team: Team, year: int, month: int = 1, to: str = "abandonnee") -> str:
    """An assessment begun then, given up or closed; its title."""
    key = make_assessment(runtime, team, a_scope(title=f"Passée {year}-{month:02}"), to="preparation")
    advance(runtime, team, key, to)
    with runtime.sessions.writing() as session:
        session.get_one(Assessment, key).started_on = date(year, month, 1)
        session.commit()
    return f"Passée {year}-{month:02}"


def test_what_is_over_is_told_apart_by_year_the_latest_first(
    site: Site, runtime: Runtime, team: Team
) -> None:
    for year, to in ((2024, "close"), (2025, "abandonnee"), (2023, "close")):
        a_past_one(runtime, team, year, to=to)
    make_assessment(runtime, team, a_scope(title="En cours"))
    site.sign_in(team.member)
    page = site.get(f"/centres/{team.centre_id}/auto-evaluations")
    over = page.root.one(aria_labelledby="terminees")
    assert [heading.words for heading in over.all("h3")] == ["2025", "2024", "2023"]
    titles = ["Passée 2025-01", "Passée 2024-01", "Passée 2023-01"]
    assert [link.words for link in over.all("a", class_="task-title")] == titles
    assert "Abandonnée" in over.words
    assert "En cours" not in over.words
    assert "1 à 3 sur 3" in over.words


def test_what_is_over_comes_a_page_at_a_time(site: Site, runtime: Runtime, team: Team) -> None:
    titles = [a_past_one(runtime, team, 2025 - rank // 12, 12 - rank % 12) for rank in range(PAGE_SIZE + 3)]
    address = f"/centres/{team.centre_id}/auto-evaluations"
    site.sign_in(team.member)

    def shown(url: str) -> list[str]:
        over = site.get(url).root.one(aria_labelledby="terminees")
        return [link.words for link in over.all("a", class_="task-title")]

    assert shown(address) == titles[:PAGE_SIZE]
    second = f"{address}?page=2"
    assert site.get(address).link("Suivante") == f"{second}#terminees"
    assert shown(second) == titles[PAGE_SIZE:]
    for wrong in ("0", "-1", "x", "9" * 30, "%00"):
        assert shown(f"{address}?page={wrong}") in (titles[:PAGE_SIZE], titles[PAGE_SIZE:])


def test_the_list_of_ones_centres_keeps_the_latest_and_leads_to_the_others(
    site: Site, runtime: Runtime, team: Team
) -> None:
    titles = [a_past_one(runtime, team, 2025 - rank) for rank in range(LATEST)]
    site.sign_in(team.member)
    page = site.get("/auto-evaluations")
    assert [link.words for link in page.root.one("main").all("a", class_="task-title")] == titles
    assert "Pas d’auto-évaluation en cours." in page.text
    assert "Les 3 terminées" not in page.text
    a_past_one(runtime, team, 2019)
    page = site.get("/auto-evaluations")
    assert [link.words for link in page.root.one("main").all("a", class_="task-title")] == titles
    link = page.link("Les 4 terminées – Centre des Lilas")
    assert link == f"/centres/{team.centre_id}/auto-evaluations#terminees"


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
        assert page.link(f"Commencer une auto-évaluation – {name}")


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
