"""The phones of a sitting, without scripts: join, follow, vote, say a word; and the poll of every screen."""

from __future__ import annotations

import json

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.consensus.scene import Room, make_room, sign_in

VOTE, JOIN = "Voter", "Rejoindre la séance"


def open_round(room: Room, *people: int) -> None:
    """The second round on the first criterion, those people having joined."""
    room.begin()
    room.join(*(room.people[rank] for rank in people))
    lead = sign_in(room, room.team.coordinator)
    lead.submit(lead.get(room.url), "Revoter (2e tour)")


def poll(site: Site, room: Room) -> dict[str, object]:
    response = site.client.get(f"{room.url}/etat", headers={"Accept": "application/json"})
    assert response.status_code == 200
    return json.loads(response.text)


def test_a_page_that_asks_by_itself_keeps_no_session_open(room: Room, voter: Site) -> None:
    room.begin()
    clock = room.runtime.clock
    for _ in range(11):
        clock.advance(minutes=10)  # type: ignore[attr-defined]
        poll(voter, room)
    clock.advance(minutes=10)  # type: ignore[attr-defined]
    assert voter.client.get(f"{room.url}/etat", headers={"Accept": "application/json"}).status_code == 401


def test_a_phone_joins_by_the_code_typed_or_read_off_the_screen(room: Room, voter: Site) -> None:
    room.begin()
    code = room.code()
    page = voter.submit(voter.get("/rejoindre"), "Rejoindre", {"code": f"{code[:3].lower()} {code[3:]}"})
    assert page.response.request.path == room.phone
    other = sign_in(room, room.people[1])
    page = other.get(f"/rejoindre/{code}")
    assert page.field("code")["value"] == code
    page = other.submit(page, "Rejoindre")
    assert page.h1.startswith("La fonction de coordination")


def test_who_is_not_signed_in_signs_in_then_joins(room: Room, runtime: Runtime) -> None:
    room.begin()
    site = Site(runtime)
    page = site.get(f"/rejoindre/{room.code()}")
    assert page.h1 == "Connexion"
    assert page.field("next")["value"] == f"/rejoindre/{room.code()}"


def test_a_wrong_code_is_refused_and_soon_has_to_wait(room: Room, voter: Site) -> None:
    room.begin()
    page = voter.get("/rejoindre")
    for _ in range(5):
        page = voter.submit(page, "Rejoindre", {"code": "ABCDEF"}, 422)
        assert page.field("code")["value"] == "ABCDEF"
    page = voter.submit(page, "Rejoindre", {"code": room.code()}, 429)
    assert "Réessayez à" in page.text
    room.runtime.clock.advance(minutes=2)  # type: ignore[attr-defined]
    voter.submit(page, "Rejoindre", {"code": room.code()})


def test_a_code_of_another_team_is_as_wrong_as_any(room: Room) -> None:
    room.begin()
    stranger = sign_in(room, room.team.stranger)
    page = stranger.submit(stranger.get("/rejoindre"), "Rejoindre", {"code": room.code()}, 422)
    assert "aucune séance de votre centre" in page.text


def test_a_phone_follows_from_waiting_to_the_end(room: Room, voter: Site) -> None:
    assert voter.get(room.phone).h1 == "La séance n’est pas ouverte"
    room.prepare()
    assert voter.get(room.phone).h1 == "La séance va commencer"
    lead = sign_in(room, room.team.coordinator)
    lead.submit(lead.get(room.url), "Commencer par A2-01")
    page = voter.submit(voter.get(room.phone), JOIN)
    assert "5 voix, sans les noms" in page.text
    lead.submit(lead.get(room.url), "Valider", {"value": "partiel"})
    assert "La réponse de l’équipe" in voter.get(room.phone).text
    lead.submit(lead.get(f"{room.url}/finir"), "Terminer la séance")
    page = voter.get(room.phone)
    assert page.h1 == "La séance est terminée"
    assert "se lit dans la synthèse. Si une autre séance s’ouvre, cette page la suivra." in page.text
    assert voter.get(page.link("Lire la synthèse")).h1 == "Synthèse"
    room.stand_at("validation")
    page = voter.get(room.phone)
    assert page.h1 == "La séance est terminée"
    assert "une autre séance" not in page.text


def test_a_vote_is_one_gesture_and_may_be_changed(room: Room, voter: Site) -> None:
    open_round(room, 0, 1)
    page = voter.get(room.phone)
    assert "0 réponse sur 5" in page.text
    assert "2 personnes sur 5 ont rejoint la séance." in page.text
    assert "Votre réponse part dès que vous la choisissez" in page.text
    assert "sans les noms" not in page.text
    page = voter.submit(page, VOTE, {"value": "oui"})
    assert "1 réponse sur 5" in page.text
    assert "Votre réponse est enregistrée." in page.text
    page = voter.submit(page, "Changer ma réponse", {"value": "na", "reason": ""}, 422)
    assert "Remplissez ce champ." in page.text
    page = voter.submit(page, "Changer ma réponse", {"value": "na", "reason": "Sans objet"})
    other = sign_in(room, room.people[1])
    page = other.submit(other.get(room.phone), VOTE, {"value": "oui"})
    assert "2 réponses sur 5" in page.text, "everybody who joined has voted, not every participant"
    lead = sign_in(room, room.team.coordinator)
    lead.submit(lead.get(room.url), "Clore le tour et voir le résultat")
    page = voter.get(room.phone)
    assert "Deuxième tour : moins de quatre voix" in page.text
    assert "Premier tour : 5 voix, sans les noms" in page.text


def test_a_number_does_not_leave_by_itself(runtime: Runtime) -> None:
    room = make_room(runtime, {}, grid="indicateurs-suivi")
    room.begin()
    room.join(room.people[0])
    lead, voter = sign_in(room, room.team.coordinator), sign_in(room, room.people[0])
    lead.submit(lead.get(room.url), "Revoter (2e tour)")
    page = voter.get(room.phone)
    assert "dès que vous la choisissez" not in page.text
    page = voter.submit(page, VOTE, {"number": "12"})
    assert "Vous pouvez la changer jusqu’à la fin du tour." in page.text


def test_once_everybody_has_voted_each_round_says_its_own_verdict(room: Room) -> None:
    open_round(room, *range(5))
    for person in room.people:
        voter = sign_in(room, person)
        page = voter.submit(voter.get(room.phone), VOTE, {"value": "partiel"})
    lead = sign_in(room, room.team.coordinator)
    for shown in (page, lead.get(room.url)):
        first, second = (shown.root.one("section", **{"aria-labelledby": f"voix-{rank}"}) for rank in (1, 2))
        assert "L’équipe est partagée" in first.words
        assert "Accord" in second.words
        assert shown.text.count("L’équipe est partagée") == 1


def test_who_answers_without_giving_a_voice_is_counted_among_the_answers(room: Room, voter: Site) -> None:
    open_round(room, 0, 1)
    page = voter.submit(voter.get(room.phone), VOTE, {"value": "nsp"})
    assert "1 réponse sur 5" in page.text
    assert "1 voix" not in page.text
    lead = sign_in(room, room.team.coordinator)
    assert "Deuxième tour : 1 réponse sur 5" in lead.get(room.url).text


def test_a_vote_without_a_choice_or_after_the_end_is_refused(room: Room, voter: Site) -> None:
    open_round(room, 0, 1)
    page = voter.submit(voter.get(room.phone), VOTE, {}, 422)
    lead = sign_in(room, room.team.coordinator)
    lead.submit(lead.get(room.url), "Clore le tour et voir le résultat")
    page = voter.submit(page, VOTE, {"value": "oui"}, 409)
    assert "cette réponse n’est pas comptée" in page.text


def test_a_word_written_while_the_screens_moved_on_is_kept(room: Room, voter: Site) -> None:
    room.begin()
    room.join(room.people[0])
    page = voter.get(room.phone)
    lead = sign_in(room, room.team.coordinator)
    shown = lead.get(room.url)
    lead.submit(shown, next(b.words for b in shown.root.all("button") if b.words.startswith("Suivant")))
    page = voter.submit(page, "Envoyer le mot", {"mot": "Un mot pour A2-01"}, 409)
    assert page.field("mot").words == "Un mot pour A2-01"


def test_a_word_sent_once_the_session_has_ended_is_given_back(room: Room, voter: Site) -> None:
    room.begin()
    room.join(room.people[0])
    page = voter.get(room.phone)
    lead = sign_in(room, room.team.coordinator)
    lead.submit(lead.get(f"{room.url}/finir"), "Terminer la séance")
    page = voter.submit(page, "Envoyer le mot", {"mot": "Un mot de trop tard"}, 409)
    assert page.h1 == "La séance est terminée"
    assert "Un mot de trop tard" in page.text


def test_a_word_is_said_without_a_name(room: Room, voter: Site) -> None:
    room.begin()
    room.join(room.people[0])
    page = voter.submit(voter.get(room.phone), "Envoyer le mot", {"mot": "Il manque un modèle."})
    assert page.notices == ["Votre mot est envoyé, sans votre nom."]
    assert "Il manque un modèle." in page.text
    page = voter.submit(page, "Envoyer le mot", {"mot": "x" * 2001}, 422)
    assert page.field("mot").words.startswith("xxx")


def test_who_takes_no_part_follows_without_voting(room: Room) -> None:
    open_round(room, 0)
    member = sign_in(room, room.team.member)
    page = member.submit(member.get(room.phone), JOIN)
    assert VOTE not in [button.words for button in page.root.all("button")]
    assert "Envoyer le mot" not in [button.words for button in page.root.all("button")]


def test_the_poll_says_when_to_look_again_in_a_few_bytes(room: Room, voter: Site) -> None:
    before = poll(voter, room)
    assert before == poll(voter, room)
    room.begin()
    after = poll(voter, room)
    assert after["mark"] != before["mark"]
    page = voter.get(room.phone)
    assert f'data-mark="{after["mark"]}"' in page.html
    assert len(json.dumps(after)) < 80


def test_the_poll_takes_three_statements(room: Room, voter: Site) -> None:
    room.begin()
    poll(voter, room)
    with voter.counted_statements() as statements:
        poll(voter, room)
    assert len(statements) == 3


def test_the_poll_of_who_is_no_longer_there_says_so(room: Room, voter: Site) -> None:
    site = Site(room.runtime)
    assert site.client.get(f"{room.url}/etat", headers={"Accept": "application/json"}).status_code == 401
    stranger = sign_in(room, room.team.stranger)
    headers = {"Accept": "application/json"}
    assert stranger.client.get(f"{room.url}/etat", headers=headers).status_code == 404


def test_numbers_and_words_are_shown_as_they_are_rated(runtime: Runtime) -> None:
    room = make_room(runtime, {}, grid="indicateurs-suivi")
    room.begin()
    lead = sign_in(room, room.team.coordinator)
    page = lead.get(room.url)
    page = lead.submit(page, "Valider", {"number": "douze"}, 422)
    assert page.field("number")["value"] == "douze"
    lead.submit(page, "Valider", {"number": "12"})


@pytest.mark.parametrize("address", ["/rejoindre/%27%22%3Cb%3E", f"/rejoindre/{'x' * 300}"])
def test_an_address_with_anything_for_a_code_is_a_form_to_fill(voter: Site, address: str) -> None:
    assert voter.get(address).h1 == "Rejoindre une séance"
