"""Two people lead a session from two screens while a third follows on a phone: all three stay together."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from aqss.persistence.assessments import Sheet
from aqss.persistence.consensus import BlindRating
from aqss.services.proofs.adding import Description, add_link
from aqss.web.headers import ANSWERED_BY
from tests.builders import actor_of
from tests.journeys.conftest import OpenPage
from tests.journeys.leaders import FOLLOWS_WITHIN, make_room_of_two_leaders
from tests.journeys.live import LiveSite
from tests.journeys.looking import axe
from tests.journeys.team import end_sessions, sign_in
from tests.web.consensus.scene import Room

ASKED_EVERY = 2_500
"""Milliseconds between two questions of a screen that is seen."""


@dataclass(frozen=True)
class Meeting:
    """The room, and what each of the three sees."""

    room: Room
    lead: Page
    second: Page
    phone: Page

    def votes(self, criterion: str) -> list[str | None]:
        """The levels voted in its second round."""
        voted = (
            select(BlindRating.level)
            .join(Sheet, Sheet.id == BlindRating.sheet_id)
            .where(Sheet.assessment_id == self.room.key)
            .where(BlindRating.criterion == criterion, BlindRating.round == 2)
        )
        with self.room.runtime.sessions.reading() as session:
            return list(session.scalars(voted))


@pytest.fixture
def meeting(live: LiveSite, open_page: OpenPage) -> Meeting:
    room, second = make_room_of_two_leaders(live)
    room.prepare()
    pages = []
    for width, person in ((1280, room.team.coordinator), (1280, second), (390, room.people[0])):
        pages.append(open_page(width=width, may_fail="/seance"))
        sign_in(pages[-1], person)
    meeting = Meeting(room, *pages)
    meeting.lead.goto(room.url)
    meeting.second.goto(room.url)
    meeting.phone.goto(f"/rejoindre/{room.code()}")
    meeting.phone.get_by_role("button", name="Rejoindre").click()
    expect(meeting.phone.get_by_role("heading", level=1)).to_have_text("La séance va commencer")
    meeting.lead.get_by_role("button", name="Commencer par A2-01").click()
    return meeting


def see(code: str, *pages: Page) -> None:
    """Each of them shows that criterion, without anybody touching them."""
    for page in pages:
        expect(page.locator("#critere")).to_have_attribute("data-title", code, timeout=FOLLOWS_WITHIN)


def test_two_screens_and_a_phone_stay_on_the_same_criterion(meeting: Meeting) -> None:
    lead, second, phone = meeting.lead, meeting.second, meeting.phone
    see("A2-01", lead, second, phone)
    assert [axe(page) for page in (lead, second, phone)] == [[], [], []]
    second.get_by_role("button", name="Suivant").click()
    expect(second.locator("#critere")).not_to_have_attribute("data-title", "A2-01")
    following = second.locator("#critere").get_attribute("data-title") or ""
    assert following not in ("", "A2-01")
    see(following, second, lead, phone)
    expect(lead.locator("main form[data-answer]")).to_have_attribute(
        "data-place", re.compile(f"/{following}$")
    )
    expect(lead.get_by_role("alert").filter(has_text="L’écran a changé de critère")).to_have_count(0)
    lead.get_by_role("button", name="Précédent : A2-01").click()
    see("A2-01", lead, second, phone)
    lead.get_by_role("button", name="Activer les touches").click()
    lead.keyboard.press("s")
    see(following, lead, second, phone)
    lead.keyboard.press("p")
    see("A2-01", lead, second, phone)
    lead.get_by_role("button", name="Revoter (2e tour)").click()
    phone.locator("input[value=partiel]").check(timeout=FOLLOWS_WITHIN)
    expect(phone.locator("#critere")).to_contain_text("A2-01")
    for page in (lead, second, phone):
        expect(page.locator("main")).to_contain_text("1 réponse sur 5", timeout=FOLLOWS_WITHIN)
    for page in (second, phone):
        expect(page.locator("[data-told]")).to_have_text("Le deuxième tour est ouvert.")
    lead.get_by_role("button", name="Clore le tour et voir le résultat").click()
    for page in (second, phone):
        expect(page.locator("[data-told]")).to_have_text("Le deuxième tour est clos.", timeout=FOLLOWS_WITHIN)
    for page in (lead, second, phone):
        expect(page.locator("main")).to_contain_text(
            "Deuxième tour : moins de quatre voix", timeout=FOLLOWS_WITHIN
        )


def test_what_one_is_typing_is_never_replaced(meeting: Meeting) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", lead, second)
    second.locator("input[value=non]").check()
    second.get_by_label("Ce qui explique une réponse hors de la médiane").fill("La procédure date d’hier.")
    lead.locator("input[value=partiel]").check()
    lead.get_by_role("button", name="Valider", exact=True).click()
    note = second.get_by_role("alert").filter(has_text="Deux réponses différentes")
    expect(note).to_contain_text("La leur", timeout=FOLLOWS_WITHIN)
    expect(second.get_by_label("Ce qui explique une réponse hors de la médiane")).to_have_value(
        "La procédure date d’hier."
    )
    assert axe(second) == []
    second.get_by_role("button", name="Garder la vôtre").click()
    expect(note).to_have_count(0)
    row = meeting.room.agreed("A2-01")
    assert (row.level, row.version, row.c_reason) == ("non", 2, "La procédure date d’hier.")


def test_an_answer_typed_while_the_screens_move_on_is_kept_and_may_be_saved(meeting: Meeting) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", second)
    second.locator("input[value=partiel]").check()
    lead.get_by_role("button", name="Suivant").click()
    note = second.get_by_role("alert").filter(has_text="L’écran a changé de critère")
    expect(note).to_contain_text("A2-01", timeout=FOLLOWS_WITHIN)
    form = second.get_by_role("group", name=re.compile("^La réponse de l’équipe à A2-01 : .{20}"))
    expect(form.locator("input[value=partiel]")).to_be_checked()
    for name in ("^Suivant", "^Précédent", "^Valider", "^Revoter"):
        expect(second.get_by_role("button", name=re.compile(name))).to_have_count(0)
    assert axe(second) == []
    second.get_by_role("button", name="Enregistrer ma réponse").click()
    expect(second.get_by_role("button", name=re.compile("^Précédent"))).to_be_visible()
    expect(note).to_have_count(0)
    assert meeting.room.agreed("A2-01").level == "partiel"
    assert meeting.room.current() != "A2-01"


def test_an_answer_typed_is_in_its_place_again_when_the_screens_come_back_to_it(meeting: Meeting) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", second)
    second.locator("input[value=partiel]").check()
    lead.get_by_role("button", name="Suivant").click()
    note = second.get_by_role("alert").filter(has_text="L’écran a changé de critère")
    expect(note).to_be_visible(timeout=FOLLOWS_WITHIN)
    lead.get_by_role("button", name="Précédent : A2-01").click()
    expect(note).to_have_count(0, timeout=FOLLOWS_WITHIN)
    expect(second.locator("input[value=partiel]")).to_be_checked()
    expect(second.get_by_role("button", name="Valider", exact=True)).to_be_visible()


def test_ones_own_gesture_loses_nothing_of_what_one_is_typing(meeting: Meeting) -> None:
    lead, phone = meeting.lead, meeting.phone
    see("A2-01", lead, phone)
    lead.locator("form[data-answer] input[value=non]").check()
    why = lead.get_by_label("Ce qui explique une réponse hors de la médiane")
    why.fill("La procédure date d’hier.")
    lead.get_by_role("button", name="Revoter (2e tour)").click()
    phone.get_by_text("Ajouter un mot").click(timeout=FOLLOWS_WITHIN)
    word = phone.get_by_label("Commentaire anonyme")
    expect(phone.locator("input[value=partiel]")).to_be_attached(timeout=FOLLOWS_WITHIN)
    word.fill("Il manque un mod")
    phone.locator("input[value=partiel]").check()
    expect(phone.get_by_text("Votre réponse est enregistrée.")).to_be_visible()
    expect(word).to_have_value("Il manque un mod")
    word.fill("Il manque un modèle.")
    phone.get_by_role("button", name="Envoyer le mot").click()
    expect(phone.get_by_text("Votre mot est envoyé")).to_be_visible()
    expect(word).to_have_value("")
    expect(phone.locator("input[value=partiel]")).to_be_checked()
    lead.get_by_role("button", name="Clore le tour et voir le résultat").click()
    expect(lead.locator("main")).to_contain_text("Deuxième tour : moins de quatre voix")
    expect(why).to_have_value("La procédure date d’hier.")
    lead.get_by_role("button", name=re.compile("^Suivant")).click()
    told = lead.get_by_role("alert").filter(has_text="L’écran a changé de critère")
    expect(told).to_contain_text("A2-01")
    expect(why).to_have_value("La procédure date d’hier.")
    told.get_by_role("button", name="Laisser et suivre").click()
    expect(told).to_have_count(0)
    expect(lead.locator("main form[data-answer]")).not_to_have_attribute("data-place", re.compile("A2-01"))
    expect(lead.get_by_role("button", name=re.compile("^Précédent"))).to_be_visible()


def test_a_vote_leaves_as_it_is_chosen_and_its_button_is_there_for_the_rest(meeting: Meeting) -> None:
    lead, phone = meeting.lead, meeting.phone
    lead.get_by_role("button", name="Revoter (2e tour)").click()
    expect(phone.get_by_text("Votre réponse part dès que vous la choisissez")).to_be_visible(
        timeout=FOLLOWS_WITHIN
    )
    button = phone.locator("[data-vote-button]")
    expect(button).to_be_hidden()
    phone.locator("input[value=oui]").check()
    expect(phone.get_by_text("Votre réponse est enregistrée.")).to_be_visible()
    expect(button).to_be_hidden()
    phone.locator("form[data-vote] input[value=na]").check()
    phone.get_by_label("Pourquoi ce critère").fill("Sans objet ici.")
    phone.get_by_role("button", name="Changer ma réponse").click()
    expect(phone.get_by_label("Pourquoi ce critère")).to_have_value("Sans objet ici.")
    phone.context.set_offline(True)
    phone.locator("input[value=non]").check()
    expect(phone.locator("[data-link]")).to_contain_text("Pas envoyé", timeout=FOLLOWS_WITHIN)
    expect(button).to_be_visible()
    phone.context.set_offline(False)
    button.get_by_role("button").click()
    expect(button).to_be_hidden()
    assert meeting.votes("A2-01") == ["non"]


def test_a_phone_whose_session_is_over_shows_nothing_of_the_others(live: LiveSite, meeting: Meeting) -> None:
    phone = meeting.phone
    see("A2-01", phone)
    expect(phone.locator("#voix")).to_contain_text("5 voix, sans les noms")
    phone.get_by_text("Ajouter un mot").click()
    word = phone.get_by_label("Commentaire anonyme")
    word.fill("Un mot pas encore parti")
    end_sessions(live, meeting.room.people[0])
    state = phone.locator("[data-link]")
    expect(state).to_contain_text("Votre session est terminée.", timeout=FOLLOWS_WITHIN)
    expect(state).to_contain_text("recopiez-le")
    assert "sans les noms" not in phone.content()
    expect(word).to_have_value("Un mot pas encore parti")
    assert axe(phone) == []
    phone.get_by_role("button", name="Envoyer le mot").click()
    expect(state.get_by_role("link", name="Se connecter de nouveau")).to_be_focused()
    expect(word).to_have_value("Un mot pas encore parti")


def test_a_proof_given_during_the_session_comes_to_every_screen(meeting: Meeting) -> None:
    see("A2-01", meeting.lead, meeting.phone)
    room, now = meeting.room, meeting.room.runtime.clock.now()
    described = Description("Fiche de poste", now.date(), None)
    with room.runtime.sessions.writing() as session:
        actor = actor_of(session, room.people[1])
        key = (room.key, "coordination", "A2-01")
        add_link(session, actor, key, described, "https://exemple.fr/fiche", now)
        session.commit()
    for seen in (meeting.lead, meeting.phone):
        expect(seen.get_by_text("Comprendre ce critère, 1 preuve")).to_be_visible(timeout=FOLLOWS_WITHIN)


def test_without_the_network_a_screen_says_so_keeps_what_is_typed_and_resumes(meeting: Meeting) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", lead, second)
    second.context.set_offline(True)
    state = second.locator("[data-link]")
    expect(state).to_contain_text("Hors ligne", timeout=FOLLOWS_WITHIN)
    second.locator("input[value=partiel]").check()
    second.get_by_role("button", name="Valider", exact=True).click()
    expect(state).to_contain_text("Pas envoyé")
    expect(second.locator("input[value=partiel]")).to_be_checked()
    assert meeting.room.agreed("A2-01") is None
    second.context.set_offline(False)
    expect(state).to_contain_text("De nouveau en ligne", timeout=FOLLOWS_WITHIN)
    second.get_by_role("button", name="Valider", exact=True).click()
    expect(second.get_by_text("Accord noté")).to_be_visible()


BAD_GATEWAY = {"content_type": "text/html", "body": "<!doctype html><title>502</title><h1>Bad Gateway</h1>"}
"""What a server before aqss answers while aqss restarts."""


@pytest.mark.parametrize("status", [200, 403, 502, 504])
def test_when_a_server_before_the_site_answers_the_page_and_what_is_typed_stay(
    meeting: Meeting, status: int
) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", lead, second)
    url, state = second.url, second.locator("[data-link]")
    second.route("**/seance**", lambda route: route.fulfill(status=status, **BAD_GATEWAY))
    expect(state).to_contain_text("Le serveur ne répond pas pour l’instant", timeout=FOLLOWS_WITHIN)
    second.locator("input[value=non]").check()
    why = second.get_by_label("Ce qui explique une réponse hors de la médiane")
    why.fill("La procédure date d’hier.")
    second.get_by_role("button", name="Valider", exact=True).click()
    expect(state).to_contain_text("n’est peut-être pas enregistré")
    again = state.get_by_role("button", name="Envoyer de nouveau")
    assert axe(second) == []
    again.click()
    second.wait_for_timeout(2 * ASKED_EVERY)
    expect(state).to_contain_text("n’est peut-être pas enregistré")
    expect(again).to_be_focused()
    assert (second.url, why.input_value()) == (url, "La procédure date d’hier.")
    assert meeting.room.agreed("A2-01") is None
    second.unroute_all()
    expect(state).to_contain_text("De nouveau en ligne", timeout=FOLLOWS_WITHIN)
    again.click()
    expect(second.get_by_text("Accord noté")).to_be_visible()
    expect(state).to_have_text("De nouveau en ligne.", use_inner_text=True)
    row = meeting.room.agreed("A2-01")
    assert (row.level, row.version, row.c_reason) == ("non", 1, "La procédure date d’hier.")


def test_what_was_saved_though_no_reply_came_is_told_as_saved_and_opposed_to_nobody(meeting: Meeting) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", lead, second)

    def answer_too_late(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.fulfill(status=504, **BAD_GATEWAY)

    second.route("**/seance/accord", answer_too_late)
    second.locator("input[value=partiel]").check()
    second.get_by_role("button", name="Valider", exact=True).click()
    state = second.locator("[data-link]")
    expect(second.get_by_text("Accord noté")).to_be_visible(timeout=FOLLOWS_WITHIN)
    expect(state).to_have_text("De nouveau en ligne.", use_inner_text=True)
    expect(second.get_by_role("alert").filter(has_text="Deux réponses différentes")).to_have_count(0)
    assert meeting.room.agreed("A2-01").version == 1


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (
            {},
            "Le serveur ne répond pas pour l’instant : l’écran ne suit plus. Nouvel essai dans quelques"
            " secondes. Votre dernier geste n’est peut-être pas enregistré",
        ),
        (
            dict([ANSWERED_BY]),
            "Le site est très occupé. Nouvel essai dans quelques secondes. Votre dernier"
            " geste n’est pas enregistré",
        ),
    ],
    ids=["another server", "the site, busy"],
)
def test_a_vote_that_no_reply_followed_is_sent_again_and_counts_once(
    meeting: Meeting, headers: dict[str, str], told: str
) -> None:
    lead, phone = meeting.lead, meeting.phone
    lead.get_by_role("button", name="Revoter (2e tour)").click()
    phone.locator("input[value=oui]").wait_for(state="attached", timeout=FOLLOWS_WITHIN)
    phone.route("**/seance/voix", lambda route: route.fulfill(status=503, headers=headers, body="503"))
    phone.locator("input[value=oui]").check()
    state = phone.locator("[data-link]")
    expect(state).to_contain_text(told)
    expect(state).to_be_in_viewport(ratio=0.9)
    expect(phone.locator("[data-vote-button]")).to_be_visible()
    phone.unroute_all()
    state.get_by_role("button", name="Envoyer de nouveau").click()
    expect(phone.get_by_text("Votre réponse est enregistrée.")).to_be_visible()
    assert meeting.votes("A2-01") == ["oui"]


def test_going_on_to_the_next_criterion_brings_focus_to_its_statement(meeting: Meeting) -> None:
    lead = meeting.lead
    see("A2-01", lead)
    button = lead.get_by_role("button", name=re.compile("^Valider et passer à "))
    following = button.inner_text().removeprefix("Valider et passer à ")
    lead.locator("input[value=partiel]").check()
    button.press("Enter")
    see(following, lead)
    expect(lead.get_by_role("heading", level=1)).to_be_focused()
    expect(lead.locator("h1")).to_be_in_viewport()


def test_what_one_is_typing_when_the_session_ends_stays_to_be_read(meeting: Meeting) -> None:
    lead, second = meeting.lead, meeting.second
    see("A2-01", lead, second)
    second.locator("input[value=non]").check()
    why = second.get_by_label("Ce qui explique une réponse hors de la médiane")
    why.fill("La procédure date d’hier.")
    lead.get_by_role("link", name="Terminer la séance").click()
    lead.get_by_role("button", name="Terminer la séance").click()
    told = second.get_by_role("alert").filter(has_text="La séance est terminée")
    expect(told).to_contain_text("Ce que vous écriviez sur A2-01", timeout=FOLLOWS_WITHIN)
    assert axe(second) == []
    asked: list[str] = []
    second.on("request", lambda request: asked.append(request.url))
    second.get_by_role("button", name="Valider", exact=True).click()
    leave = told.get_by_role("link", name="Quitter cet écran")
    expect(leave).to_be_focused()
    second.wait_for_timeout(2 * ASKED_EVERY)
    assert asked == [], "nothing is sent and nothing is asked any more"
    expect(why).to_have_value("La procédure date d’hier.")
    expect(second.locator("input[value=non]")).to_be_checked()
    leave.click()
    expect(second.get_by_role("button", name="Préparer la séance")).to_be_visible()
    assert meeting.room.agreed("A2-01") is None


def test_a_session_that_ends_is_told_to_every_screen(meeting: Meeting) -> None:
    lead, phone = meeting.lead, meeting.phone
    see("A2-01", phone)
    lead.get_by_role("link", name="Terminer la séance").click()
    lead.get_by_role("button", name="Terminer la séance").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "La séance est terminée", timeout=FOLLOWS_WITHIN
    )
    expect(meeting.second.get_by_role("heading", level=1)).to_have_text(
        "Séance d’accord", timeout=FOLLOWS_WITHIN
    )
