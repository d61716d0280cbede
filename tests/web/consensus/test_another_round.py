"""What was pressed for one second round and arrives in another; and what an abandoned one leaves to read."""

from __future__ import annotations

import pytest

from tests.page import Page, Site
from tests.web.consensus.scene import Room, sign_in

OPEN, REOPEN = "Revoter (2e tour)", "Rouvrir le deuxième tour"
CLOSE, ABANDON = "Clore le tour et voir le résultat", "Effacer les réponses et abandonner"
ANOTHER = "L’écran ou le deuxième tour a changé entre-temps : rien n’a été fait."
ABANDONED = "Le tour a été abandonné : les réponses sont effacées."


@pytest.fixture
def stale(lead: Site, room: Room) -> Page:
    """The stage of a round that another leader has abandoned since, to open it again: three have voted."""
    room.begin()
    room.join(*room.people)
    page = lead.submit(lead.get(room.url), OPEN)
    other = sign_in(room, room.team.coordinator)
    theirs = other.submit(other.get(room.url), ABANDON)
    room.runtime.clock.advance(seconds=20)  # type: ignore[attr-defined]
    other.submit(theirs, REOPEN)
    for person in room.people[:3]:
        phone = sign_in(room, person)
        phone.submit(phone.get(room.phone), "Voter", {"value": "oui"})
    return page


@pytest.mark.parametrize("button", [CLOSE, ABANDON])
def test_what_was_pressed_for_the_round_before_leaves_this_one_as_it_is(
    lead: Site, room: Room, stale: Page, button: str
) -> None:
    page = lead.submit(stale, button, status=409)
    assert ANOTHER in page.text
    assert "Deuxième tour : 3 réponses sur 5" in page.text
    assert ANOTHER not in lead.get(room.url).text
    assert "Le deuxième tour a reçu moins de quatre réponses" in lead.submit(page, CLOSE).text


@pytest.mark.parametrize("seen", [{}, {"tour": "hier"}, {"tour": "2026-03-02T09:00:00"}])
def test_a_form_that_tells_no_round_does_nothing(
    lead: Site, room: Room, stale: Page, seen: dict[str, str]
) -> None:
    for name in ("clore", "abandonner"):
        page = lead.post(f"{room.url}/deuxieme-tour/{name}", {"critere": "coordination/A2-01", **seen}, 409)
        assert "Deuxième tour : 3 réponses sur 5" in page.text


def test_sent_again_its_reply_lost_on_the_way_each_gesture_is_done_once(lead: Site, room: Room) -> None:
    room.begin()
    first = lead.get(room.url)
    page = lead.submit(first, OPEN)
    assert ANOTHER not in lead.submit(first, OPEN).text
    assert "a été abandonné" in lead.submit(page, ABANDON).text
    again = lead.submit(page, ABANDON)
    assert ANOTHER not in again.text
    page = lead.submit(first, OPEN, status=409)
    assert ANOTHER in page.text
    assert "0 réponse sur 5" in lead.submit(page, REOPEN).text


def test_a_round_is_not_opened_on_a_criterion_that_the_screens_have_left(lead: Site, room: Room) -> None:
    room.begin()
    page = lead.get(room.url)
    room.go("A2-02")
    assert ANOTHER in lead.submit(page, OPEN, status=409).text
    lead.submit(lead.get(f"{room.url}/finir"), "Terminer la séance")
    assert ANOTHER not in lead.submit(page, OPEN, status=409).text


def test_phones_are_told_that_their_answers_are_deleted_until_the_round_opens_again(
    lead: Site, room: Room
) -> None:
    room.begin()
    room.join(*room.people)
    page = lead.submit(lead.get(room.url), OPEN)
    phone = sign_in(room, room.people[0])
    told = phone.submit(phone.get(room.phone), "Voter", {"value": "oui"})
    assert "Il s’affiche à l’écran tel quel, une fois le tour clos ou abandonné." in told.text
    phone.submit(told, "Envoyer le mot", {"mot": "Un mot du tour."})
    page = lead.get(room.url)
    assert "Les mots écrits pendant le tour restent, et s’affichent." in page.text
    assert "Un mot du tour." not in page.text
    page = lead.submit(page, ABANDON)
    assert "Un mot du tour." in page.text
    told = phone.get(room.phone)
    assert ABANDONED in told.text
    assert "Un mot du tour." in told.text
    lead.submit(page, REOPEN)
    assert ABANDONED not in phone.get(room.phone).text
    lead.submit(lead.get(room.url), CLOSE)
    assert ABANDONED not in phone.get(room.phone).text
    assert "Le deuxième tour a été clos sans réponse. Il peut se rouvrir." in lead.get(room.url).text
