"""A second round on two screens, with scripts: what is being typed outlives it, and overwrites nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from aqss.persistence.accounts import User
from aqss.services.assessments.rating import Submission
from aqss.services.consensus.second_rounds import vote
from tests.builders import actor_of
from tests.journeys.conftest import OpenPage
from tests.journeys.leaders import FOLLOWS_WITHIN, make_room_of_two_leaders
from tests.journeys.live import LiveSite
from tests.journeys.looking import axe
from tests.journeys.team import sign_in
from tests.web.assessments.scene import GRID
from tests.web.consensus.scene import Room


@dataclass(frozen=True)
class Pair:
    """Two who lead the same session, each before their own screen, and the first criterion on both."""

    room: Room
    lead: Page
    second: Page

    def vote(self, person: User, level: str, criterion: str = "A2-01") -> None:
        runtime = self.room.runtime
        with runtime.sessions.writing() as session:
            vote(
                session,
                actor_of(session, person),
                assessment_id=self.room.key,
                grid=GRID,
                criterion=criterion,
                submission=Submission("level", level),
                now=runtime.clock.now(),
            )
            session.commit()


@pytest.fixture
def pair(live: LiveSite, open_page: OpenPage) -> Pair:
    room, second = make_room_of_two_leaders(live)
    room.begin()
    room.join(*room.people)
    pages = []
    for person in (room.team.coordinator, second):
        pages.append(open_page())
        sign_in(pages[-1], person)
        pages[-1].goto(room.url)
    return Pair(room, *pages)


def choice(page: Page, value: str) -> Locator:
    return page.locator(f"form[data-answer] input[value='{value}']")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Page) -> Locator:
    return page.locator("[data-conflict-note] h2")


def test_what_one_types_while_the_other_opens_a_round_waits_until_it_is_abandoned(pair: Pair) -> None:
    lead, second = pair.lead, pair.second
    choice(lead, "partiel").check(force=True)
    press(second, "Revoter (2e tour)")
    expect(second.get_by_text("La réponse de l’équipe se note une fois le tour clos")).to_be_visible()
    expect(told(lead)).to_have_text("Un deuxième tour est ouvert", timeout=FOLLOWS_WITHIN)
    expect(choice(lead, "partiel")).to_be_checked()
    expect(lead.get_by_role("button", name="Valider", exact=True)).to_be_hidden()
    assert axe(lead) == []
    second.locator("#abandonner summary").click()
    press(second, "Effacer les réponses et abandonner")
    expect(told(lead)).to_have_count(0, timeout=FOLLOWS_WITHIN)
    expect(choice(lead, "partiel")).to_be_checked()
    press(lead, "Valider")
    expect(lead.get_by_text("Accord noté")).to_be_visible()
    assert pair.room.agreed("A2-01").level == "partiel"


def test_what_one_typed_over_an_agreement_is_shown_beside_it_once_the_round_is_closed(pair: Pair) -> None:
    lead, second = pair.lead, pair.second
    choice(lead, "partiel").check(force=True)
    press(lead, "Valider")
    expect(lead.get_by_text("Accord noté")).to_be_visible()
    choice(lead, "nsp").check(force=True)
    press(lead, "Revoter (2e tour)")
    expect(told(lead)).to_have_text("Un deuxième tour est ouvert")
    assert pair.room.agreed("A2-01") is None
    for person in pair.room.people[:4]:
        pair.vote(person, "oui")
    press(lead, "Clore le tour et voir le résultat")
    expect(told(lead)).to_have_text("Deux réponses différentes pour A2-01")
    expect(lead.get_by_text("L’accord d’avant le deuxième tour est proposé de nouveau")).to_be_visible()
    expect(choice(lead, "nsp")).to_be_checked()
    press(lead, "Reprendre celle d’avant")
    expect(choice(lead, "partiel")).to_be_checked()
    expect(told(lead)).to_have_count(0)
    expect(choice(second, "partiel")).to_be_checked(timeout=FOLLOWS_WITHIN)
    lead.get_by_label("Ce qui explique une réponse hors de la médiane").fill("Vu hier.")
    press(lead, "Valider")
    expect(lead.get_by_text("Accord noté")).to_be_visible()
    assert (pair.room.agreed("A2-01").level, pair.room.agreed("A2-01").c_reason) == ("partiel", "Vu hier.")


def test_a_reason_that_the_new_medians_do_not_ask_is_not_kept_with_what_was_typed(pair: Pair) -> None:
    lead, second = pair.lead, pair.second
    why = lead.get_by_label("Ce qui explique une réponse hors de la médiane")
    choice(second, "partiel").check(force=True)
    press(second, "Valider")
    expect(choice(lead, "partiel")).to_be_checked(timeout=FOLLOWS_WITHIN)
    choice(lead, "non").check(force=True)
    why.fill("Vu hier.")
    press(second, "Revoter (2e tour)")
    expect(told(lead)).to_have_text("Un deuxième tour est ouvert", timeout=FOLLOWS_WITHIN)
    for person in pair.room.people[:4]:
        pair.vote(person, "non")
    press(second, "Clore le tour et voir le résultat")
    expect(told(lead)).to_have_text("Deux réponses différentes pour A2-01", timeout=FOLLOWS_WITHIN)
    expect(lead.locator("form[data-answer]")).to_have_attribute("data-inside", "non")
    expect(why).to_be_hidden()
    press(lead, "Garder la vôtre")
    expect(lead.get_by_text("Accord noté")).to_be_visible()
    assert (pair.room.agreed("A2-01").level, pair.room.agreed("A2-01").c_reason) == ("non", "")


def test_a_reason_that_only_the_second_round_asks_is_asked_of_what_was_typed_before(pair: Pair) -> None:
    lead, second = pair.lead, pair.second
    why = lead.get_by_label("Ce qui explique une réponse hors de la médiane")
    pair.room.go("A2-04")
    for page in (lead, second):
        page.reload()
    choice(lead, "non").check(force=True)
    expect(why).to_have_count(0)
    press(second, "Revoter (2e tour)")
    expect(told(lead)).to_have_text("Un deuxième tour est ouvert", timeout=FOLLOWS_WITHIN)
    for person in pair.room.people:
        pair.vote(person, "oui", "A2-04")
    expect(told(lead)).to_have_count(0, timeout=FOLLOWS_WITHIN)
    expect(choice(lead, "non")).to_be_checked()
    expect(why).to_be_visible()
    assert axe(lead) == []
    why.fill("Vu hier.")
    press(lead, "Valider")
    expect(lead.get_by_text("Accord noté")).to_be_visible()
    assert (pair.room.agreed("A2-04").level, pair.room.agreed("A2-04").c_reason) == ("non", "Vu hier.")


def test_an_abandonment_sent_again_once_another_round_is_open_deletes_nothing(
    pair: Pair, open_page: OpenPage
) -> None:
    second, lead = pair.second, open_page(may_fail="/seance")
    sign_in(lead, pair.room.team.coordinator)
    press(second, "Revoter (2e tour)")
    expect(second.locator("#deuxieme-tour")).to_be_visible()
    lead.goto(pair.room.url)
    lead.locator("#abandonner summary").click()
    lead.route("**/seance/**", lambda route: route.abort())
    press(lead, "Effacer les réponses et abandonner")
    expect(lead.get_by_role("button", name="Envoyer de nouveau")).to_be_visible()
    second.locator("#abandonner summary").click()
    press(second, "Effacer les réponses et abandonner")
    press(second, "Rouvrir le deuxième tour")
    expect(second.locator("#deuxieme-tour")).to_have_text("Deuxième tour\u00a0: 0 réponse sur 5")
    for person in pair.room.people[:3]:
        pair.vote(person, "oui")
    lead.unroute("**/seance/**")
    lead.route("**/seance/etat", lambda route: route.abort())
    press(lead, "Envoyer de nouveau")
    expect(lead.locator("#messages [data-focus]")).to_be_focused()
    expect(lead.locator("#messages")).to_contain_text("a changé entre-temps")
    expect(lead.locator("#deuxieme-tour")).to_have_text("Deuxième tour\u00a0: 3 réponses sur 5")
    assert axe(lead) == []


def test_who_listens_is_told_that_the_round_was_abandoned(pair: Pair, open_page: OpenPage) -> None:
    phone = open_page()
    sign_in(phone, pair.room.people[0])
    phone.goto(pair.room.phone)
    press(pair.lead, "Revoter (2e tour)")
    expect(phone.locator("[data-told]")).to_have_text("Le deuxième tour est ouvert.", timeout=FOLLOWS_WITHIN)
    pair.lead.locator("#abandonner summary").click()
    press(pair.lead, "Effacer les réponses et abandonner")
    gone = "Le tour a été abandonné\u00a0: les réponses sont effacées."
    expect(phone.locator("[data-told]")).to_have_text(gone, timeout=FOLLOWS_WITHIN)
    expect(phone.locator("[data-abandoned]")).to_have_text(gone)
    told_second = "Le deuxième tour a été abandonné\u00a0: ses réponses sont effacées. Il peut se rouvrir."
    expect(pair.second.locator("[data-told]")).to_have_text(told_second, timeout=FOLLOWS_WITHIN)
    assert axe(phone) == []
