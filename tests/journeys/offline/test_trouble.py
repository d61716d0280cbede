"""What waited meets another answer, a refusal, a network that loses replies, a session that is over."""

from __future__ import annotations

import random
import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.offline.network import EITHER_SHEET, another, shut, with_network, without_network
from tests.journeys.rating import SAVED, go_to_grid, kept_by, note_of, state_of
from tests.journeys.team import backstage, choose, criterion, end_sessions, sign_in
from tests.sheets import OWN, TEAMS, OpenSheet
from tests.web.assessments.scene import Team, advance, make_assessment, stored


@pytest.mark.parametrize(
    ("sheet", "is_closed"),
    [(TEAMS, False), (TEAMS, True), (OWN, True)],
    ids=["left open", "closed", "own, closed"],
    indirect=["sheet"],
)
def test_another_answer_meanwhile_is_shown_beside_ones_own(
    page: Page, sheet: OpenSheet, is_closed: bool
) -> None:
    without_network(page)
    choose(page, "A2-01", "Oui")
    choose(page, "A2-02", "Oui")
    expect(state_of(page)).to_contain_text("2\u00a0réponses en attente")
    sheet.rate_elsewhere({"A2-01": "non"})
    if is_closed:
        shut(page)
        with_network(page)
        page = another(page, "/auto-evaluations")
        expect(note_of(page)).to_contain_text("A2-01\u00a0: une autre réponse a été enregistrée")
        look_at_both(page)
        page.reload()
        note_of(page).get_by_role("link", name="Choisir la réponse à garder").click()
    with_network(page)
    versus = criterion(page, "A2-01").locator("[data-versus]")
    expect(versus.locator("[data-mine]")).to_have_text("Oui")
    expect(versus.locator("[data-theirs]")).to_have_text("Non")
    assert sheet.row("A2-01").level == "non"
    expect(criterion(page, "A2-02").locator("[data-saved]")).to_contain_text("Enregistré")
    assert sheet.row("A2-02").level == "oui"
    versus.get_by_role("button", name=re.compile("^Garder")).click()
    expect(state_of(page)).to_have_text(SAVED)
    assert sheet.row("A2-01").level == "oui"
    assert kept_by(page) == []


@pytest.mark.parametrize(
    ("sheet", "step"), [(TEAMS, "close"), (OWN, "accord")], ids=["team", "own"], indirect=["sheet"]
)
def test_what_the_server_refuses_is_told_and_the_rest_goes_on(
    live: LiveSite, page: Page, sheet: OpenSheet, step: str
) -> None:
    """The assessment is closed, or the round, before what waited is sent."""
    behind = backstage(live)
    other_key = make_assessment(behind, sheet.team)
    second = go_to_grid(page.context.new_page(), other_key)
    without_network(page)
    choose(page, "A2-01", "Oui")
    choose(second, "A2-02", "Oui")
    expect(state_of(page)).to_contain_text("Hors ligne")
    expect(state_of(second)).to_contain_text("Hors ligne")
    advance(behind, sheet.team, sheet.key, step)
    shut(page)
    shut(second)
    with_network(page)
    tab = another(page, "/auto-evaluations")
    expect(note_of(tab)).to_contain_text("1\u00a0réponse qui attendait est enregistrée.")
    expect(note_of(tab)).to_contain_text(
        "A2-01\u00a0: votre réponse n’est pas enregistrée, "
        "les réponses de cette grille ne se changent plus à cette étape"
    )
    look_at_both(tab)
    assert stored(behind, other_key, "A2-02").level == "oui"
    assert len(kept_by(tab)) == 1
    note_of(tab).get_by_role("button", name="Retirer la réponse à A2-01").click()
    assert kept_by(tab) == []
    expect(note_of(tab)).not_to_contain_text("A2-01")


@pytest.mark.campaign("F15")
def test_fifty_gestures_on_a_network_that_loses_requests_and_replies_end_as_they_show(page: Page) -> None:
    """By the page's own scripts; tests/campaign/test_offline_writes.py tries many more schedules."""
    draw = random.Random(15)
    outcomes = {"lost": lambda route: route.abort(), "cut": lambda route: (route.fetch(), route.abort())}
    page.route(
        "**/reponses/*",
        lambda route: outcomes.get(draw.choice(("lost", "cut", "ok")), lambda one: one.continue_())(route),
    )
    wanted = {}
    for _ in range(50):
        code, label = f"A2-{draw.randint(1, 8):02}", draw.choice(("Oui", "En partie", "Non", "Ne sait pas"))
        wanted[code] = label
        choose(page, code, label)
        if draw.random() < 0.3:
            page.evaluate("dispatchEvent(new Event('online'))")  # tried again at once
    deadline = time.monotonic() + 60
    while kept_by(page) and time.monotonic() < deadline:
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(50)
    expect(state_of(page)).to_have_text(SAVED)
    page.unroute_all()
    page.reload()
    for code, label in wanted.items():
        expect(criterion(page, code).get_by_label(label, exact=True)).to_be_checked()
    expect(page.locator("main [data-versus]")).to_have_count(0)


@pytest.mark.campaign("F22")
@EITHER_SHEET
def test_an_answer_saved_whose_reply_was_lost_is_no_conflict_with_oneself(
    page: Page, sheet: OpenSheet
) -> None:
    """Saved, its reply lost, changed on another device, then sent again by a page opened later."""
    page.route(f"**{sheet.saving}/A2-01", lambda route: (route.fetch(), route.abort()))
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("ne répond pas")
    sheet.rate_elsewhere({"A2-01": "non"})
    shut(page)
    other = another(page, "/auto-evaluations")
    expect(note_of(other)).to_contain_text("est enregistrée")
    row = sheet.row("A2-01")
    assert (row.level, row.version) == ("non", 2)


@pytest.mark.campaign("F16")
def test_a_session_over_asks_to_sign_in_then_goes_on(
    live: LiveSite, page: Page, team: Team, sheet: OpenSheet
) -> None:
    without_network(page)
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    end_sessions(live, team.member)
    shut(page)
    with_network(page)
    other = another(page, "/auto-evaluations")
    expect(note_of(other)).to_contain_text("1\u00a0réponse attend sur cet appareil")
    look_at_both(other)
    sign_in(other, team.member, here=True)
    expect(note_of(other)).to_contain_text("1\u00a0réponse qui attendait est enregistrée")
    assert sheet.row("A2-01").level == "oui"


@pytest.mark.campaign("F16")
def test_a_session_over_is_told_on_a_page_left_open(
    live: LiveSite, page: Page, team: Team, sheet: OpenSheet
) -> None:
    other = another(page, "/auto-evaluations")
    without_network(page)
    choose(page, "A2-01", "Oui")
    end_sessions(live, team.member)
    shut(page)
    with_network(other)
    expect(note_of(other)).to_contain_text("votre session est terminée")
    note_of(other).get_by_role("link", name="Connectez-vous").click()
    sign_in(other, team.member, here=True)
    expect(note_of(other)).to_contain_text("est enregistrée")
    assert sheet.row("A2-01").level == "oui"
