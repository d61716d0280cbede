"""Rating without the network: answers wait in the browser, leave when it is back; nothing stays behind."""

from __future__ import annotations

import random
import re
import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from aqss.persistence.journal import JournalEntry
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.rating import (
    EVERYTHING,
    IS_COPIED,
    SAVED,
    go_to_grid,
    kept_by,
    note_of,
    open_grid,
    state_of,
    until,
)
from tests.journeys.team import backstage, choose, comment, criterion, end_sessions, make_team, sign_in
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    Team,
    a_scope,
    advance,
    grid_url,
    make_assessment,
    rate,
    stored,
)

ANYTHING = "/"
NOTHING = {"kept": {}, "names": [], "texts": [], "workers": 0, "databases": 0}


@pytest.fixture
def team(live: LiveSite) -> Team:
    return make_team(backstage(live))


@pytest.fixture
def key(live: LiveSite, team: Team) -> int:
    return make_assessment(backstage(live), team, a_scope(GRID, FIGURES))


@pytest.fixture
def page(open_page: OpenPage, team: Team, key: int) -> Page:
    """The grid in front of a member, ready to be opened again without the network."""
    page = open_grid(open_page, team.member, key, may_fail=ANYTHING)
    until(page, IS_COPIED)
    return page


def without_network(page: Page) -> None:
    page.context.set_offline(True)


def with_network(page: Page) -> None:
    page.context.set_offline(False)


def shut(page: Page) -> None:
    """As a page that closes without the network: the browser's tools give it back a moment before."""
    page.evaluate("addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    page.goto("about:blank")
    page.close()


def another(page: Page, url: str) -> Page:
    """The same browser, in a new tab."""
    tab = page.context.new_page()
    tab.goto(url)
    return tab


def saved_in_order(live: LiveSite, key: int) -> list[str]:
    """The criteria of the answers saved, as the journal has them."""
    query = select(JournalEntry.facts).where(
        JournalEntry.verb == "answer-saved", JournalEntry.subject_id == key
    )
    with live.sessions.reading() as session:
        return [facts["criterion"] for facts in session.scalars(query.order_by(JournalEntry.id))]


def test_answers_given_without_the_network_survive_the_page_and_are_sent_in_order(
    live: LiveSite, page: Page, key: int
) -> None:
    without_network(page)
    for code, label in (("A2-03", "Oui"), ("A2-01", "Non"), ("A2-02", "Ne sait pas")):
        choose(page, code, label)
    choose(page, "A2-02", "En partie")
    expect(state_of(page)).to_contain_text("Hors ligne\u00a0: 3\u00a0réponses en attente")
    expect(state_of(page)).not_to_contain_text("gardez cette page")
    look_at_both(page)
    url = page.url
    shut(page)
    page = another(page, url)
    expect(page.get_by_role("heading", name="Sans réseau")).to_be_visible()
    for code, label in (("A2-03", "Oui"), ("A2-01", "Non"), ("A2-02", "En partie")):
        expect(criterion(page, code).get_by_label(label, exact=True)).to_be_checked()
    expect(state_of(page)).to_contain_text("Hors ligne\u00a0: 3\u00a0réponses en attente")
    look_at_both(page)
    choose(page, "A2-04", "Oui")
    expect(state_of(page)).to_contain_text("4\u00a0réponses en attente")
    with_network(page)
    expect(page.get_by_role("heading", name="Sans réseau")).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("4 sur 11 cotés")).to_be_visible()
    assert stored(backstage(live), key, "A2-02").level == "partiel"
    assert kept_by(page) == []
    assert sorted(saved_in_order(live, key)) == ["A2-01", "A2-02", "A2-03", "A2-04"]


def test_the_network_back_sends_them_in_order_from_the_page_left_open(
    live: LiveSite, page: Page, key: int
) -> None:
    without_network(page)
    for code in ("A2-03", "A2-01", "A2-02"):
        choose(page, code, "Oui")
    expect(state_of(page)).to_contain_text("3\u00a0réponses en attente")
    with_network(page)
    expect(state_of(page)).to_have_text(SAVED)
    assert saved_in_order(live, key) == ["A2-03", "A2-01", "A2-02"]
    assert kept_by(page) == []


def test_another_page_sends_what_a_closed_one_left_in_order(live: LiveSite, page: Page, key: int) -> None:
    without_network(page)
    for code in ("A2-03", "A2-01", "A2-02"):
        choose(page, code, "Oui")
    expect(state_of(page)).to_contain_text("3\u00a0réponses en attente")
    shut(page)
    with_network(page)
    other = another(page, "/auto-evaluations")
    expect(note_of(other)).to_have_text("3\u00a0réponses qui attendaient sont enregistrées.")
    look_at_both(other)
    assert saved_in_order(live, key) == ["A2-03", "A2-01", "A2-02"]
    assert kept_by(other) == []


def test_a_page_open_meanwhile_tells_how_many_wait_and_sends_them(
    live: LiveSite, page: Page, key: int
) -> None:
    other = another(page, "/auto-evaluations")
    without_network(page)
    choose(page, "A2-01", "Oui")
    choose(page, "A2-02", "Oui")
    expect(note_of(other)).to_contain_text("Hors ligne\u00a0: 2\u00a0réponses en attente")
    look_at_both(other)
    shut(page)
    with_network(other)
    expect(note_of(other)).to_contain_text("sont enregistrées")
    assert sorted(saved_in_order(live, key)) == ["A2-01", "A2-02"]


def test_words_wait_in_the_open_page_which_says_so_before_it_is_left(
    live: LiveSite, page: Page, key: int
) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    without_network(page)
    choose(page, "A2-01", "Oui")
    comment(page, "A2-01", "Un avis confidentiel")
    expect(state_of(page)).to_contain_text(
        "1\u00a0réponse en attente. Un commentaire n’est pas encore envoyé\u00a0: gardez cette page ouverte"
    )
    assert [text for text in kept_by(page) if "confidentiel" in text] == []
    assert len(kept_by(page)) == 1
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    choose(page, "A2-02", "Non concerné")
    criterion(page, "A2-02").get_by_label("Pourquoi ce critère").fill("Un motif confidentiel")
    expect(state_of(page)).to_contain_text("Des textes ne sont pas encore envoyés")
    assert len(kept_by(page)) == 1
    with_network(page)
    expect(state_of(page)).to_have_text(SAVED)
    assert stored(backstage(live), key, "A2-01").comment == "Un avis confidentiel"
    assert stored(backstage(live), key, "A2-02").reason == "Un motif confidentiel"


def test_a_comment_that_stands_stays_when_only_the_code_was_kept(
    live: LiveSite, page: Page, key: int
) -> None:
    comment(page, "A2-01", "Un avis de fond")
    expect(state_of(page)).to_have_text(SAVED)
    page.wait_for_timeout(1000)  # the copy follows half a second later
    without_network(page)
    choose(page, "A2-01", "Non")
    expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    page.reload()
    expect(page.get_by_role("heading", name="Sans réseau")).to_be_visible()
    expect(criterion(page, "A2-01").get_by_label("Non", exact=True)).to_be_checked()
    expect(page.locator("textarea:enabled")).to_have_count(0)
    expect(criterion(page, "A2-01").get_by_label("Non concerné")).to_be_disabled()
    with_network(page)
    expect(page.get_by_role("heading", name="Sans réseau")).to_have_count(0, timeout=30_000)
    expect(criterion(page, "A2-01").get_by_label("Commentaire")).to_have_value("Un avis de fond")
    row = stored(backstage(live), key, "A2-01")
    assert (row.level, row.comment) == ("non", "Un avis de fond")


def test_numbers_wait_and_words_in_their_place_do_not(live: LiveSite, page: Page, key: int) -> None:
    page.goto(grid_url(key, FIGURES))
    expect(page.locator("body.has-script")).to_be_visible()
    number = page.locator("[data-criterion] input[inputmode=decimal]").first
    without_network(page)
    number.fill("12,5")
    expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    assert "12,5" in kept_by(page)[0]
    number.fill("Mme Durand")
    expect(state_of(page)).to_contain_text("Un texte n’est pas encore envoyé")
    assert "Durand" not in "".join(kept_by(page))


@pytest.mark.parametrize("is_closed", [False, True], ids=["left open", "closed"])
def test_another_answer_meanwhile_is_shown_beside_ones_own(
    live: LiveSite, page: Page, team: Team, key: int, is_closed: bool
) -> None:
    behind = backstage(live)
    without_network(page)
    choose(page, "A2-01", "Oui")
    choose(page, "A2-02", "Oui")
    expect(state_of(page)).to_contain_text("2\u00a0réponses en attente")
    rate(behind, team.colleague, key, {"A2-01": "non"})
    if is_closed:
        shut(page)
        with_network(page)
        page = another(page, "/auto-evaluations")
        expect(note_of(page)).to_contain_text("A2-01\u00a0: quelqu’un a répondu autrement")
        look_at_both(page)
        page.reload()
        note_of(page).get_by_role("link", name="Choisir la réponse à garder").click()
    with_network(page)
    versus = criterion(page, "A2-01").locator("[data-versus]")
    expect(versus.locator("[data-mine]")).to_have_text("Oui")
    expect(versus.locator("[data-theirs]")).to_have_text("Non")
    assert stored(behind, key, "A2-01").level == "non"
    expect(criterion(page, "A2-02").locator("[data-saved]")).to_contain_text("Enregistré")
    assert stored(behind, key, "A2-02").level == "oui"
    versus.get_by_role("button", name="Garder la vôtre").click()
    expect(state_of(page)).to_have_text(SAVED)
    assert stored(behind, key, "A2-01").level == "oui"
    assert kept_by(page) == []


def test_what_the_server_refuses_is_told_and_the_rest_goes_on(
    live: LiveSite, page: Page, team: Team, key: int
) -> None:
    behind = backstage(live)
    other_key = make_assessment(behind, team)
    second = go_to_grid(page.context.new_page(), other_key)
    without_network(page)
    choose(page, "A2-01", "Oui")
    choose(second, "A2-02", "Oui")
    expect(state_of(page)).to_contain_text("Hors ligne")
    expect(state_of(second)).to_contain_text("Hors ligne")
    advance(behind, team, key, "close")
    shut(page)
    shut(second)
    with_network(page)
    tab = another(page, "/auto-evaluations")
    expect(note_of(tab)).to_contain_text("1\u00a0réponse qui attendait est enregistrée.")
    expect(note_of(tab)).to_contain_text("A2-01\u00a0: votre réponse n’est pas enregistrée")
    look_at_both(tab)
    assert stored(behind, other_key, "A2-02").level == "oui"
    assert len(kept_by(tab)) == 1
    note_of(tab).get_by_role("button", name="Retirer la réponse à A2-01").click()
    assert kept_by(tab) == []
    expect(note_of(tab)).not_to_contain_text("A2-01")


def test_two_tabs_send_each_answer_once(live: LiveSite, page: Page, key: int) -> None:
    tabs = [another(page, "/auto-evaluations") for _ in range(3)]
    without_network(page)
    for code in ("A2-01", "A2-02", "A2-03", "A2-04"):
        choose(page, code, "Oui")
    expect(state_of(page)).to_contain_text("4\u00a0réponses en attente")
    sent: list[str] = []
    page.context.on(
        "request", lambda request: sent.append(request.url) if "/reponses/" in request.url else None
    )
    shut(page)
    with_network(tabs[0])
    for tab in tabs:
        expect(note_of(tab).filter(has_text="en attente")).to_have_count(0)
    tabs[0].wait_for_function("localStorage.length === 0")
    codes = [url.rpartition("/")[2] for url in sent if "/reponses/" in url]
    assert codes == ["A2-01", "A2-02", "A2-03", "A2-04"]
    assert saved_in_order(live, key) == codes


@pytest.mark.campaign("F15")
def test_fifty_gestures_on_a_network_that_loses_requests_and_replies_end_as_they_show(
    live: LiveSite, page: Page, key: int
) -> None:
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
def test_an_answer_saved_whose_reply_was_lost_is_no_conflict_with_oneself(
    live: LiveSite, page: Page, team: Team, key: int
) -> None:
    """Saved, its reply lost, changed on another device, then sent again by a page opened later."""
    page.route("**/reponses/A2-01", lambda route: (route.fetch(), route.abort()))
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("ne répond pas")
    rate(backstage(live), team.member, key, {"A2-01": "non"})
    shut(page)
    other = another(page, "/auto-evaluations")
    expect(note_of(other)).to_contain_text("est enregistrée")
    assert stored(backstage(live), key, "A2-01").level == "non"
    assert saved_in_order(live, key) == ["A2-01", "A2-01"]


@pytest.mark.campaign("F16")
def test_a_session_over_asks_to_sign_in_then_goes_on(
    live: LiveSite, page: Page, team: Team, key: int
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
    assert stored(backstage(live), key, "A2-01").level == "oui"


@pytest.mark.campaign("F16")
def test_a_session_over_is_told_on_a_page_left_open(live: LiveSite, page: Page, team: Team, key: int) -> None:
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
    assert stored(backstage(live), key, "A2-01").level == "oui"


def test_somebody_else_finds_nothing_of_it(live: LiveSite, page: Page, team: Team, key: int) -> None:
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
    assert stored(backstage(live), key, "A2-01") is None


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
    live: LiveSite, page: Page, team: Team, key: int
) -> None:
    other = another(page, "/auto-evaluations")
    sign_out(other)
    other.wait_for_url("**/connexion")
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("votre session est terminée")
    assert other.evaluate(EVERYTHING)["kept"] == {}
    sign_in(other, team.member, here=True)
    page.bring_to_front()
    expect(state_of(page)).to_have_text(SAVED, timeout=40_000)
    assert stored(backstage(live), key, "A2-01").level == "oui"


def test_what_is_kept_of_a_page_holds_no_text_of_a_person_nor_its_token(
    live: LiveSite, page: Page, team: Team, key: int
) -> None:
    comment(page, "A2-01", "Un avis de fond")
    choose(page, "A2-01", "Oui")
    choose(page, "A2-02", "Non concerné")
    criterion(page, "A2-02").get_by_label("Pourquoi ce critère").fill("Un motif de fond")
    expect(state_of(page)).to_have_text(SAVED)
    page.wait_for_timeout(1000)
    page.goto("/auto-evaluations")
    go_to_grid(page, key).wait_for_timeout(1000)
    everything = page.evaluate(EVERYTHING)
    ((path, text),) = everything["texts"]
    assert path == grid_url(key)
    assert "de fond" not in text
    assert page.locator("[name=csrf_token]").first.input_value() not in text
    assert len(everything["names"]) == 1
    assert everything["kept"] == {}
    assert re.search(r'name="A2-01-value" value="oui" checked', text)


def test_pages_of_another_release_go_as_soon_as_a_page_of_this_one_opens(page: Page, team: Team) -> None:
    older = f"aqss {team.member.id} /static/0123456789ab/"
    page.evaluate("(name) => caches.open(name)", older)
    page.goto("/auto-evaluations")
    until(page, f"caches.has('{older}').then((is_there) => !is_there)")
    assert len(page.evaluate(EVERYTHING)["names"]) == 1


def sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
