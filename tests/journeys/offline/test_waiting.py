"""Rating without the network: answers wait in the browser and leave in order when it is back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.looking import look_at_both
from tests.journeys.offline.network import EITHER_SHEET, another, shut, with_network, without_network
from tests.journeys.rating import SAVED, kept_by, note_of, state_of
from tests.journeys.team import choose, comment, criterion
from tests.sheets import OpenSheet
from tests.web.assessments.scene import FIGURES, grid_url


@EITHER_SHEET
def test_answers_given_without_the_network_survive_the_page_and_are_sent(
    page: Page, sheet: OpenSheet
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
    expect(page.get_by_text(re.compile("^4 sur 11"))).to_be_visible()
    assert sheet.row("A2-02").level == "partiel"
    assert kept_by(page) == []
    assert sorted(sheet.saved_in_order()) == ["A2-01", "A2-02", "A2-03", "A2-04"]


def test_the_network_back_sends_them_in_order_from_the_page_left_open(page: Page, sheet: OpenSheet) -> None:
    without_network(page)
    for code in ("A2-03", "A2-01", "A2-02"):
        choose(page, code, "Oui")
    expect(state_of(page)).to_contain_text("3\u00a0réponses en attente")
    with_network(page)
    expect(state_of(page)).to_have_text(SAVED)
    assert sheet.saved_in_order() == ["A2-03", "A2-01", "A2-02"]
    assert kept_by(page) == []


@EITHER_SHEET
def test_another_page_sends_what_a_closed_one_left_in_order(page: Page, sheet: OpenSheet) -> None:
    without_network(page)
    for code in ("A2-03", "A2-01", "A2-02"):
        choose(page, code, "Oui")
    expect(state_of(page)).to_contain_text("3\u00a0réponses en attente")
    shut(page)
    with_network(page)
    other = another(page, "/auto-evaluations")
    expect(note_of(other)).to_have_text("3\u00a0réponses qui attendaient sont enregistrées.")
    look_at_both(other)
    assert sheet.saved_in_order() == ["A2-03", "A2-01", "A2-02"]
    assert kept_by(other) == []


def test_a_page_open_meanwhile_tells_how_many_wait_and_sends_them(page: Page, sheet: OpenSheet) -> None:
    other = another(page, "/auto-evaluations")
    without_network(page)
    choose(page, "A2-01", "Oui")
    choose(page, "A2-02", "Oui")
    expect(note_of(other)).to_contain_text("Hors ligne\u00a0: 2\u00a0réponses en attente")
    look_at_both(other)
    shut(page)
    with_network(other)
    expect(note_of(other)).to_contain_text("sont enregistrées")
    assert sorted(sheet.saved_in_order()) == ["A2-01", "A2-02"]


def test_two_tabs_send_each_answer_once(page: Page, sheet: OpenSheet) -> None:
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
    assert sheet.saved_in_order() == codes


def test_words_wait_in_the_open_page_which_says_so_before_it_is_left(page: Page, sheet: OpenSheet) -> None:
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
    assert sheet.row("A2-01").comment == "Un avis confidentiel"
    assert sheet.row("A2-02").reason == "Un motif confidentiel"


def test_a_comment_that_stands_stays_when_only_the_code_was_kept(page: Page, sheet: OpenSheet) -> None:
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
    row = sheet.row("A2-01")
    assert (row.level, row.comment) == ("non", "Un avis de fond")


def test_numbers_wait_and_words_in_their_place_do_not(page: Page, sheet: OpenSheet) -> None:
    page.goto(grid_url(sheet.key, FIGURES))
    expect(page.locator("body.has-script")).to_be_visible()
    number = page.locator("[data-criterion] input[inputmode=decimal]").first
    without_network(page)
    number.fill("12,5")
    expect(state_of(page)).to_contain_text("1\u00a0réponse en attente")
    assert "12,5" in kept_by(page)[0]
    number.fill("Mme Durand")
    expect(state_of(page)).to_contain_text("Un texte n’est pas encore envoyé")
    assert "Durand" not in "".join(kept_by(page))
