"""The end of an assessment: asked for, sent back, validated by the direction, told to the team."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from aqss.persistence.accounts import User
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite, served_site
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, choose, comment, criterion, enter, make_team, sign_in
from tests.mail_server import running_mail_server
from tests.web.assessments.scene import GRID, advance, grid_url, make_assessment, rate, reload, stored

REASON = "Le motif d’A2-03 est à préciser."
TOLD = "Synthèse"


@pytest.fixture
def posted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site that sends its mails to a real server."""
    folder = tmp_path_factory.mktemp("posted")
    with running_mail_server() as server, served_site(folder, mail_server=server) as site:
        yield site


def test_the_direction_sends_back_then_validates_and_each_of_the_team_hears_of_it_once(
    posted: LiveSite, open_page: OpenPage
) -> None:
    behind = backstage(posted)
    team = make_team(behind)
    key = make_assessment(behind, team)
    rate(behind, team.member, key, {"A2-01": "oui", "A2-08": "partiel"})
    advance(behind, team, key, "accord")
    coordinator = entered(posted, open_page, team.coordinator)
    manager = entered(posted, open_page, team.manager)

    pass_on(coordinator, key, "Demander la validation", held="Déclarer terminée chaque grille choisie.")
    finish(coordinator, key)
    pass_on(coordinator, key, "Demander la validation")
    expect(coordinator.get_by_role("link", name="Valider et clôturer")).to_have_count(0)

    pass_on(manager, key, "Renvoyer à l’équipe", reason=REASON)
    assert reload(behind, key).state == "accord"
    manager.goto(f"/centres/{team.centre_id}/journal")
    expect(manager.get_by_text(REASON)).to_be_visible()
    coordinator.goto(grid_url(key))
    choose(coordinator, "A2-08", "Oui")
    expect(coordinator.locator("[data-state]")).to_contain_text("Enregistré")
    pass_on(coordinator, key, "Demander la validation")

    pass_on(manager, key, "Valider et clôturer")
    expect(manager.get_by_role("status")).to_contain_text("Clôturée")
    everybody = sorted(one.email for one in (team.coordinator, team.manager, team.member, team.colleague))
    mails = {email: posted.mail_to(email, TOLD) for email in everybody}
    told = [mail for mail in posted.mail_server.received if TOLD in str(mail["Subject"])]
    assert sorted(str(mail["To"]) for mail in told) == everybody
    assert len({mail["Message-ID"] for mail in told}) == len(everybody)
    for mail in told:
        page = mail.get_body(("html",))
        assert page is not None
        assert f'href="{posted.address}/auto-evaluations/{key}/synthese"' in page.get_content()
    read_by_the_link(posted, open_page, team.member, mails[team.member.email], key)


def entered(site: LiveSite, open_page: OpenPage, person: User) -> Page:
    page = open_page(site=site)
    enter(page, person)
    return page


def pass_on(page: Page, key: int, label: str, *, reason: str = "", held: str = "") -> None:
    """Pass the assessment on by the buttons of its page; ``held``: what is told to be missing instead."""
    page.goto(f"/auto-evaluations/{key}")
    page.get_by_role("link", name=label).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    look_at_both(page)
    if held:
        expect(page.get_by_role("main")).to_contain_text(held)
        expect(page.get_by_role("button", name=label)).to_have_count(0)
        return
    page.get_by_label("Un mot pour le journal").fill(reason)
    page.get_by_role("button", name=label).click()
    expect(page.get_by_role("status")).to_contain_text("est maintenant à l’étape")
    look_at_both(page)


def finish(page: Page, key: int) -> None:
    page.goto(grid_url(key))
    page.get_by_role("button", name="Déclarer la grille terminée").click()
    expect(page.get_by_role("status")).to_contain_text("est déclarée terminée")


def read_by_the_link(posted: LiveSite, open_page: OpenPage, person: User, mail: str, key: int) -> None:
    """On a phone where nobody is signed in yet."""
    (link,) = [word for word in mail.split() if word.startswith("http") and "/synthese" in word]
    assert link == f"{posted.address}/auto-evaluations/{key}/synthese"
    page = open_page(site=posted, width=390)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    sign_in(page, person, here=True)
    assert page.url == link
    expect(page.get_by_role("heading", level=1)).to_have_text("Synthèse")
    expect(page.get_by_text("close le")).to_be_visible()
    look_at_both(page)


def test_a_closed_assessment_is_read_at_its_former_addresses_and_no_longer_rated(
    live: LiveSite, open_page: OpenPage
) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team, to="accord")
    rate(behind, team.member, key, {"A2-01": "oui", "A2-08": "partiel"})
    page = open_page(width=390, may_fail="/reponses/")
    enter(page, team.member)
    page.goto(grid_url(key))
    expect(page.locator("body.has-script")).to_be_visible()
    advance(behind, team, key, "close")

    choose(page, "A2-08", "Non")
    comment(page, "A2-01", "Écrit trop tard.")
    problem = criterion(page, "A2-08").get_by_role("alert")
    expect(problem).to_contain_text("Ce n’est pas possible à cette étape")
    expect(criterion(page, "A2-01").get_by_role("alert")).to_be_visible()
    expect(criterion(page, "A2-01").get_by_label("Commentaire")).to_have_value("Écrit trop tard.")
    look_at_both(page)
    page.get_by_role("button", name="Déclarer la grille terminée").click()
    assert stored(behind, key, "A2-08").level == "partiel"
    assert stored(behind, key, "A2-01").comment == ""

    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(grid_url(key))
    expect(criterion(page, "A2-08").get_by_text("En partie", exact=True)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("radio")).to_have_count(0)
    expect(page.locator("main form")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text(re.compile("Clôturée|déclarée terminée"))
    page.goto(f"{grid_url(key)}/imprimer")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"/auto-evaluations/{key}")
    expect(page.get_by_role("link", name="Coordination des soins")).to_have_attribute(
        "href", f"/auto-evaluations/{key}/grilles/{GRID}"
    )
    expect(page.get_by_role("heading", name="Et ensuite")).to_have_count(0)


def test_only_the_direction_validates(live: LiveSite, open_page: OpenPage) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team, to="validation")
    for person in (team.member, team.coordinator):
        page = open_page()
        enter(page, person)
        page.goto(f"/auto-evaluations/{key}")
        expect(page.get_by_role("link", name="Valider et clôturer")).to_have_count(0)
        answer = page.goto(f"/auto-evaluations/{key}/etape/close")
        assert answer is not None
        assert answer.status == 404
        look_at_both(page)
    assert reload(behind, key).state == "validation"
