"""Forms of every page: sent once however often one clicks, and not left unasked with words typed in them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, Route, expect
from sqlalchemy import select

from aqss.persistence.actions import Action
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.team import backstage, comment, enter, make_team
from tests.web.assessments.scene import Team, grid_url, make_assessment

WORDS = "Relire la consigne avec l’accueil."


@pytest.fixture
def team(live: LiveSite) -> Team:
    return make_team(backstage(live))


def entered(open_page: OpenPage, team: Team) -> Page:
    page = open_page()
    enter(page, team.coordinator)
    return page


def titles(live: LiveSite, team: Team) -> list[str]:
    with live.sessions.reading() as session:
        of_centre = select(Action.title).where(Action.centre_id == team.centre_id).order_by(Action.number)
        return list(session.scalars(of_centre))


def write(page: Page, team: Team, title: str) -> None:
    page.goto(f"/centres/{team.centre_id}/actions/nouvelle")
    page.get_by_label("Intitulé").fill(title)


def make(page: Page, team: Team, title: str) -> None:
    write(page, team, title)
    page.get_by_role("button", name="Créer l’action").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def answered(page: Page) -> list[str]:
    """What the browser asks before leaving; the person stays."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def test_three_clicks_while_the_server_thinks_make_one_action(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    page = entered(open_page, team)
    write(page, team, "Une seule fois")
    held: list[Route] = []
    page.route("**/actions/nouvelle*", lambda route: held.append(route))
    page.get_by_role("button", name="Créer l’action").click(click_count=3, delay=50, no_wait_after=True)
    page.wait_for_timeout(300)
    assert [route.request.method for route in held] == ["POST"]
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Une seule fois")
    assert titles(live, team) == ["Une seule fois"]


def test_a_form_whose_answer_never_came_may_be_sent_again_after_a_while(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    page = entered(open_page, team)
    page.clock.install()
    write(page, team, "À la longue")
    tried: list[Route] = []

    def lose_the_first(route: Route) -> None:
        tried.append(route)
        if len(tried) == 1:
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/actions/nouvelle*", lose_the_first)
    for later, count in ((0, 1), (0, 1), (10_001, 2)):
        page.clock.run_for(later)
        page.get_by_role("button", name="Créer l’action").click()
        page.wait_for_timeout(200)
        assert len(tried) == count
    expect(page.get_by_role("heading", level=1)).to_contain_text("À la longue")
    assert titles(live, team) == ["À la longue"]


def test_whoever_comes_back_to_a_form_may_send_it_again(
    live: LiveSite, open_page: OpenPage, team: Team
) -> None:
    page = entered(open_page, team)
    make(page, team, "La première")
    page.go_back()
    page.get_by_label("Intitulé").fill("La seconde")
    page.get_by_role("button", name="Créer l’action").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("La seconde")
    assert titles(live, team) == ["La première", "La seconde"]


def test_leaving_with_words_typed_asks_and_sending_them_does_not(open_page: OpenPage, team: Team) -> None:
    page = entered(open_page, team)
    make(page, team, "À commenter")
    asked = answered(page)
    comments = page.get_by_role("region", name="Commentaires")
    comments.get_by_role("textbox").click()
    comments.get_by_role("textbox").fill(WORDS)
    page.get_by_role("link", name="Modifier").or_(page.get_by_role("link", name="Compléter")).first.click()
    expect(comments.get_by_role("textbox")).to_have_value(WORDS)
    assert asked == ["beforeunload"]
    comments.get_by_role("button", name="Commenter").click()
    expect(comments.get_by_role("article")).to_contain_text(WORDS)
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Plan d’actions").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan d’actions")
    assert asked == ["beforeunload"]


def test_another_form_of_the_page_asks_too_and_may_be_sent_after_all(open_page: OpenPage, team: Team) -> None:
    page = entered(open_page, team)
    make(page, team, "À avancer")
    page.get_by_label("Texte").or_(page.get_by_label("Commentaire")).first.click()
    comments = page.get_by_role("region", name="Commentaires")
    comments.get_by_role("textbox").fill(WORDS)
    asked: list[str] = []

    def stay_once(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", stay_once)
    out = page.locator("form[method=post]:not(:has(textarea)):not([data-sign-out]) button:visible").first
    out.click()
    expect(comments.get_by_role("textbox")).to_have_value(WORDS)
    out.click()
    expect(comments.get_by_role("textbox")).to_have_value("")
    assert asked == ["beforeunload"] * 2


def test_what_a_refused_page_gives_back_is_not_lost_unasked(open_page: OpenPage, team: Team) -> None:
    page = entered(open_page, team)
    write(page, team, "Sans fin")
    page.get_by_label("Échéance").evaluate("(field) => { field.type = 'text'; field.value = 'demain'; }")
    page.get_by_role("button", name="Créer l’action").click()
    expect(page.get_by_role("alert")).to_be_focused()
    asked = answered(page)
    page.get_by_role("link", name="aqss, accueil").click()
    expect(page.get_by_label("Intitulé")).to_have_value("Sans fin")
    assert asked == ["beforeunload"]


def test_a_search_and_a_grid_are_left_unasked(live: LiveSite, open_page: OpenPage, team: Team) -> None:
    key = make_assessment(backstage(live), team)
    page = entered(open_page, team)
    make(page, team, "À chercher")
    asked = answered(page)
    page.goto("/plan")
    page.get_by_label("Rechercher").click()
    page.get_by_label("Rechercher").fill("consigne")
    page.get_by_role("link", name="aqss, accueil").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    page.goto(grid_url(key))
    comment(page, "A2-01", WORDS)
    page.get_by_role("link", name="aqss, accueil").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    assert not asked
