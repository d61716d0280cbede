"""Pages that refuse something: each says why, keeps what was written, and reads well in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from aqss.persistence.accounts import User
from aqss.persistence.jobs import Report
from aqss.services.reports.assessment import KIND
from tests.journeys.conftest import OpenPage
from tests.journeys.forms import fill, lost, send
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, criterion, end_sessions, enter, make_team, sign_in
from tests.web.assessments.scene import Team, advance, grid_url, make_assessment, rate, stored

WORDS = "Nous n’avons pas de salle pour cela."


@pytest.fixture
def team(live: LiveSite) -> Team:
    return make_team(backstage(live))


def entered(open_page: OpenPage, person: User) -> Page:
    page = open_page()
    enter(page, person)
    return page


def test_a_page_that_one_may_not_open_says_whether_it_exists_for_them(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    page = entered(open_page, team.member)
    foreign = make_assessment(backstage(live), make_team(backstage(live)))
    for url, status, title in (
        (f"/centres/{team.centre_id}/equipe", 403, "Votre rôle ne le permet pas"),
        (f"/auto-evaluations/{foreign}", 404, "Page introuvable"),
        ("/deconnexion", 405, "Cette adresse ne s’ouvre pas ainsi"),
    ):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == status
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        look_at_both(page)


def test_two_answers_to_one_criterion_are_shown_side_by_side_by_the_server_too(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    behind = backstage(live)
    key = make_assessment(behind, team)
    page = entered(open_page, team.member)
    page.goto(grid_url(key))
    rate(behind, team.colleague, key, {"A2-01": "non"})
    fill(page, grid_url(key), WORDS)
    assert send(page, grid_url(key)) == 409
    versus = criterion(page, "A2-01").locator("[data-versus]")
    expect(versus.locator("[data-mine]")).to_contain_text(WORDS)
    expect(versus.locator("[data-theirs]")).to_have_text("Non")
    expect(page.get_by_role("alert").first).to_be_focused()
    look_at_both(page)
    versus.get_by_role("button", name="Garder la vôtre").click()
    expect(page.get_by_role("status").first).to_contain_text("Vos réponses sont enregistrées")
    assert stored(behind, key, "A2-01").comment == WORDS


def test_answers_sent_once_the_rating_is_over_are_shown_beside_the_teams(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    behind = backstage(live)
    key = make_assessment(behind, team)
    page = entered(open_page, team.member)
    page.goto(grid_url(key))
    rate(behind, team.colleague, key, {"A2-01": "non"})
    advance(behind, team, key, "validation")
    fill(page, grid_url(key), WORDS)
    assert send(page, grid_url(key)) == 409
    expect(criterion(page, "A2-01")).to_contain_text("Votre réponse n’est pas enregistrée")
    expect(criterion(page, "A2-01")).to_contain_text(WORDS)
    look_at_both(page)
    assert stored(behind, key, "A2-01").comment == ""


def test_what_was_written_in_a_session_that_ended_is_sent_again_after_signing_in(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    behind = backstage(live)
    key = make_assessment(behind, team)
    page = entered(open_page, team.member)
    page.goto(grid_url(key))
    criterion(page, "A2-02").get_by_text("Commenter").click()
    criterion(page, "A2-02").get_by_label("Commentaire").evaluate(f"(field) => {{ field.value = '{WORDS}' }}")
    end_sessions(live, team.member)
    page.once("dialog", lambda dialog: dialog.accept())
    assert send(page, grid_url(key)) == 401
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session est terminée")
    expect(page.get_by_text(WORDS)).to_be_visible()
    look_at_both(page)
    sign_in(page, team.member, here=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session est rouverte")
    expect(page.get_by_text(WORDS)).to_be_visible()
    look_at_both(page)
    page.get_by_role("button", name="Envoyer de nouveau").click()
    expect(page.get_by_role("status").first).to_contain_text("Vos réponses sont enregistrées")
    assert stored(behind, key, "A2-02").comment == WORDS


def test_a_form_that_is_no_longer_valid_is_sent_again_as_it_was(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    page = entered(open_page, team.coordinator)
    page.goto(f"/centres/{team.centre_id}/modifier")
    page.get_by_label("Commune").fill("Angoulême")
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach((field) => { field.value = 'x' })")
    assert send(page, f"/centres/{team.centre_id}/modifier") == 400
    expect(page.get_by_text("Angoulême")).to_be_visible()
    look_at_both(page)
    page.get_by_role("button", name="Envoyer de nouveau").click()
    expect(page.get_by_role("status").first).to_contain_text("La description est enregistrée")


def test_two_people_who_describe_a_centre_at_once_lose_nothing(open_page: OpenPage, team: Team) -> None:
    address = f"/centres/{team.centre_id}/modifier"
    first, second = entered(open_page, team.manager), entered(open_page, team.coordinator)
    for page, town in ((first, "Angoulême"), (second, "Bordeaux")):
        page.goto(address)
        page.get_by_label("Commune").fill(town)
    first.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(first.get_by_role("status").first).to_contain_text("La description est enregistrée")
    assert send(second, address) == 409
    expect(second.get_by_label("Commune")).to_have_value("Bordeaux")
    expect(second.get_by_role("alert").first).to_contain_text("Angoulême")
    look_at_both(second)


def test_a_step_passed_meanwhile_by_somebody_else_is_not_passed_twice(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    behind = backstage(live)
    key = make_assessment(behind, team)
    address = f"/auto-evaluations/{key}/etape/accord"
    page = entered(open_page, team.coordinator)
    page.goto(address)
    fill(page, address, WORDS)
    advance(behind, team, key, "validation")
    assert send(page, address) == 409
    expect(page.get_by_role("heading", level=1)).to_have_text("Quelqu’un a modifié ceci avant vous")
    expect(page.get_by_text(WORDS)).to_be_visible()
    look_at_both(page)


def test_a_grid_refused_in_many_places_is_kept_whole(live: LiveSite, open_page: OpenPage, team: Team) -> None:
    behind = backstage(live)
    key = make_assessment(behind, team)
    page = entered(open_page, team.member)
    page.goto(grid_url(key))
    long = "x" * 2001
    fill(page, grid_url(key), long)
    assert send(page, grid_url(key)) == 422
    assert lost(page, grid_url(key), long) == []
    expect(page.get_by_role("alert").first).to_contain_text(re.compile("réponses ne sont pas enregistrées"))
    look_at_both(page)


@pytest.mark.parametrize(
    ("state", "title"), [("failed", "Le PDF n’a pas pu être fait"), ("waiting", "Le PDF se prépare")]
)
def test_a_report_that_is_not_there_says_how_to_go_on(
    live: LiveSite, open_page: OpenPage, team: Team, state: str, title: str
) -> None:
    behind = backstage(live)
    key, now = make_assessment(behind, team), behind.clock.now()
    content = f"{key:064x}"
    with behind.sessions.writing() as session:
        report = Report(kind=KIND, centre_id=team.centre_id, subject_id=key, content_hash=content)
        report.asked_at, report.claimed_at = now, now
        report.failed_at = now if state == "failed" else None
        session.add(report)
        session.commit()
    page = entered(open_page, team.member)
    page.goto(f"/auto-evaluations/{key}/rapport.pdf?contenu={content}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    look_at_both(page)
    page.get_by_role("link", name="Lire le rapport à l’écran").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Rapport"))
