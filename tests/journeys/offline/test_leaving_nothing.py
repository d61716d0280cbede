"""What the browser keeps of a grid holds codes only, and goes with who signs out or with another release."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from aqss.gateways.french import length_fr
from aqss.services.sign_ins import IDLE_LIMIT
from tests.journeys.live import LiveSite
from tests.journeys.looking import axe, look_at_both
from tests.journeys.offline.network import (
    EITHER_SHEET,
    another,
    shut,
    sign_out,
    with_network,
    without_network,
)
from tests.journeys.rating import EVERYTHING, SAVED, go_to_grid, kept_by, note_of, state_of, until
from tests.journeys.team import choose, comment, criterion, end_sessions, sign_in
from tests.sheets import OpenSheet
from tests.web.assessments.scene import Team

NOTHING = {"kept": {}, "names": [], "texts": [], "workers": 0, "databases": 0}


def test_somebody_else_finds_nothing_of_it(live: LiveSite, page: Page, team: Team, sheet: OpenSheet) -> None:
    without_network(page)
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    end_sessions(live, team.member)
    shut(page)
    with_network(page)
    other = page.context.new_page()
    sign_in(other, team.colleague)
    until(other, "caches.keys().then((names) => names.length === 0)")
    assert kept_by(other) == []
    assert sheet.row("A2-01") is None


@EITHER_SHEET
def test_signing_out_leaves_nothing_in_the_browser(page: Page) -> None:
    assert page.evaluate(EVERYTHING) != NOTHING
    sign_out(page)
    page.wait_for_url("**/connexion")
    expect(page.get_by_text("Votre session est fermée")).to_be_visible()
    assert page.evaluate(EVERYTHING) == NOTHING


def test_signing_out_while_answers_wait_asks_first(page: Page) -> None:
    other = another(page, "/auto-evaluations")
    without_network(page)
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    sign_out(other)
    expect(other.get_by_role("alert")).to_contain_text("se déconnecter l’efface de cet appareil")
    look_at_both(other)
    shut(page)
    other.route("**/reponses/**", lambda route: route.abort())
    with_network(other)
    other.get_by_role("button", name="Se déconnecter quand même").click()
    other.wait_for_url("**/connexion")
    assert other.evaluate(EVERYTHING) == NOTHING


@pytest.mark.campaign("F16")
def test_after_signing_out_elsewhere_an_open_page_keeps_nothing_until_one_is_back(
    page: Page, team: Team, sheet: OpenSheet
) -> None:
    other = another(page, "/auto-evaluations")
    sign_out(other)
    other.wait_for_url("**/connexion")
    covered = page.get_by_role("heading", name="Session fermée dans un autre onglet")
    expect(covered).to_be_visible()
    expect(criterion(page, "A2-01")).to_be_hidden()
    expect(page.get_by_text(team.member.name).first).to_be_hidden()
    assert axe(page) == []
    assert other.evaluate(EVERYTHING)["kept"] == {}
    sign_in(other, team.member, here=True)
    page.bring_to_front()
    expect(covered).to_have_count(0, timeout=40_000)
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_have_text(SAVED, timeout=40_000)
    assert sheet.row("A2-01").level == "oui"


@EITHER_SHEET
def test_what_is_kept_of_a_page_holds_no_text_of_a_person_nor_its_token(page: Page, sheet: OpenSheet) -> None:
    comment(page, "A2-01", "Un avis de fond")
    choose(page, "A2-01", "Oui")
    choose(page, "A2-02", "Non concerné")
    criterion(page, "A2-02").get_by_label("Pourquoi ce critère").fill("Un motif de fond")
    expect(state_of(page)).to_have_text(SAVED)
    page.wait_for_timeout(1000)
    page.goto("/auto-evaluations")
    go_to_grid(page, sheet.key).wait_for_timeout(1000)
    everything = page.evaluate(EVERYTHING)
    ((path, text),) = everything["texts"]
    assert path == sheet.url
    assert "de fond" not in text
    assert page.locator("[name=csrf_token]").first.input_value() not in text
    assert len(everything["names"]) == 1
    assert everything["kept"] == {}
    assert re.search(r'name="A2-01-value" value="oui" checked', text)


def test_what_another_release_kept_of_pages_goes_and_of_answers_is_neither_sent_nor_counted(
    page: Page, team: Team, sheet: OpenSheet
) -> None:
    pages = f"aqss {team.member.id} /static/0123456789ab/"
    page.evaluate("(name) => caches.open(name)", pages)
    answer = {"sheet": sheet.url, "criterion": "A2-01", "value": "oui", "number": "", "version": 0}
    key = f"aqss-answer {team.member.id} 000001763800000 some-name"
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, json.dumps(answer)])
    page.goto("/auto-evaluations")
    until(page, f"caches.has('{pages}').then((is_there) => !is_there)")
    assert len(page.evaluate(EVERYTHING)["names"]) == 1
    sign_out(page)
    page.wait_for_url("**/connexion")
    expect(note_of(page)).to_have_count(0)
    assert page.evaluate(EVERYTHING) == NOTHING
    assert sheet.row("A2-01") is None


NOTHING_LEFT = "Plus rien n’est gardé sur cet appareil"
MARKED = {**NOTHING, "kept": {"aqss-leaving": "1"}}
"""What stays while the server does not know: a mark, the same whoever it is."""


@pytest.mark.parametrize("answers", [0, 1], ids=["all-saved", "one-waits"])
@EITHER_SHEET
def test_signing_out_without_the_network_leaves_a_mark_alone_and_ends_the_session_when_it_is_back(
    page: Page, team: Team, sheet: OpenSheet, answers: int
) -> None:
    cookies = page.context.cookies()
    without_network(page)
    if answers:
        choose(page, "A2-01", "Oui")
        expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    sign_out(page)
    if answers:
        expect(page.get_by_role("alert")).to_contain_text("se déconnecter l’efface de cet appareil")
        page.get_by_role("button", name="Se déconnecter quand même").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTHING_LEFT)
    expect(page.get_by_text("La session reste ouverte sur le serveur")).to_be_visible()
    expect(
        page.get_by_text(f"la session se ferme {length_fr(IDLE_LIMIT)} après votre dernière")
    ).to_be_visible()
    assert page.evaluate(EVERYTHING) == MARKED
    for told in (team.member.name, "Coordination des soins"):
        assert told not in page.locator("body").inner_text()
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_text("Le serveur ne répond toujours pas.")).to_be_visible()
    look_at_both(page)
    page.wait_for_timeout(1500)
    assert page.evaluate(EVERYTHING) == MARKED
    with_network(page)
    page.wait_for_url("**/connexion")
    expect(page.get_by_text("Votre session est fermée")).to_be_visible()
    assert page.evaluate(EVERYTHING) == NOTHING
    assert sheet.row("A2-01") is None
    page.context.add_cookies(cookies)
    page.goto("/compte")
    page.wait_for_url("**/connexion?next=**")


@EITHER_SHEET
def test_whoever_comes_next_finds_the_session_closed_even_after_the_page_was_shut_without_the_network(
    page: Page, team: Team, sheet: OpenSheet
) -> None:
    keeper = page.context.new_page()  # the browser stays open
    without_network(page)
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTHING_LEFT)
    shut(page)
    with_network(keeper)
    keeper.goto(sheet.url)
    keeper.wait_for_url("**/connexion")
    expect(keeper.get_by_text("Votre session est fermée")).to_be_visible()
    assert keeper.evaluate(EVERYTHING) == NOTHING
    sign_in(keeper, team.colleague, here=True)
    go_to_grid(keeper, sheet.key)
    assert "aqss-leaving" not in keeper.evaluate(EVERYTHING)["kept"]


def test_another_page_left_open_keeps_nothing_while_the_server_does_not_know(page: Page) -> None:
    other = another(page, "/auto-evaluations")
    without_network(page)
    sign_out(other)
    expect(other.get_by_role("heading", level=1)).to_have_text(NOTHING_LEFT)
    expect(page.get_by_role("heading", name="Session fermée dans un autre onglet")).to_be_visible()
    expect(criterion(page, "A2-01")).to_be_hidden()
    assert other.evaluate(EVERYTHING) == MARKED


def test_a_tab_opened_before_an_update_is_understood_when_it_signs_out(page: Page) -> None:
    other = another(page, "/auto-evaluations")
    other.evaluate("new BroadcastChannel('aqss').postMessage('signing out')")
    expect(page.get_by_role("heading", name="Session fermée dans un autre onglet")).to_be_visible()
    expect(criterion(page, "A2-01")).to_be_hidden()


def test_a_text_that_only_the_page_holds_is_asked_about_before_signing_out_without_the_network(
    page: Page,
) -> None:
    comment(page, "A2-01", "Un avis de fond")
    expect(state_of(page)).to_have_text(SAVED)
    without_network(page)
    comment(page, "A2-01", "Un autre avis")
    sign_out(page)
    expect(page.get_by_role("alert")).to_contain_text("se déconnecter l’efface de cet appareil")
    with_network(page)
    expect(state_of(page)).to_have_text(SAVED, timeout=40_000)
    page.get_by_role("button", name="Se déconnecter quand même").click()
    page.wait_for_url("**/connexion")
    assert page.evaluate(EVERYTHING) == NOTHING


def test_a_text_that_another_tab_alone_holds_is_asked_about_too_until_it_is_saved(
    page: Page, sheet: OpenSheet
) -> None:
    other = another(page, "/auto-evaluations")
    without_network(page)
    comment(page, "A2-01", "Un avis de fond")
    sign_out(other)
    alert = other.get_by_role("alert")
    expect(alert).to_have_text(
        "Un autre onglet garde ce que vous y avez écrit et qui n’est pas enregistré\u00a0: le fermer ensuite"
        " l’efface."
    )
    look_at_both(other)
    expect(criterion(page, "A2-01")).to_be_visible()
    with_network(page)
    expect(state_of(page)).to_have_text(SAVED, timeout=40_000)
    assert sheet.row("A2-01").comment == "Un avis de fond"
    other.reload()
    sign_out(other)
    other.wait_for_url("**/connexion")
    assert other.evaluate(EVERYTHING) == NOTHING


def test_what_is_being_saved_has_its_time_before_signing_out(page: Page, sheet: OpenSheet) -> None:
    comment(page, "A2-01", "Un avis de fond")
    sign_out(page)
    page.wait_for_url("**/connexion")
    assert sheet.row("A2-01").comment == "Un avis de fond"
