"""A second round on what the team has already agreed on, without scripts; and what pages say meanwhile."""

from __future__ import annotations

import pytest

from tests.page import Page, Site
from tests.web.consensus.scene import Room, sign_in

AGAIN, CLOSE, ABANDON = (
    "Revoter (2e tour)",
    "Clore le tour et voir le résultat",
    "Effacer les réponses et abandonner",
)
WARNING = "Voter de nouveau met de côté l’accord enregistré : il sera à reprendre une fois le résultat vu."
OPEN = "Un deuxième tour est ouvert ici : il faut le clore ou l’abandonner, puis valider la réponse."
PROPOSED = "L’accord d’avant le deuxième tour est proposé de nouveau"
NOTHING_LEFT = "Il ne reste rien à discuter ni à ratifier."
WAITS = "La réponse de l’équipe se note une fois le tour clos ou abandonné."


@pytest.fixture
def agreed(lead: Site, room: Room) -> Page:
    """The stage, its first criterion agreed on; everybody has joined."""
    room.begin()
    room.join(*room.people)
    typed = {"value": "non", "why": "Vu hier.", "note": "Une note.", "dissent": "1"}
    assert WARNING not in lead.get(room.url).text
    return lead.submit(lead.get(room.url), "Valider", typed)


def vote(room: Room, value: str, *people: int) -> None:
    for rank in people:
        phone = sign_in(room, room.people[rank])
        phone.submit(phone.get(room.phone), "Voter", {"value": value})


def chosen(page: Page) -> list[str]:
    return [str(one["value"]) for one in page.root.all("input", name="value") if "checked" in one]


def test_what_it_does_to_the_agreement_is_said_before_and_while_it_is_open(
    lead: Site, room: Room, agreed: Page
) -> None:
    assert WARNING in agreed.text
    page = lead.submit(agreed, AGAIN)
    assert WARNING not in page.text
    assert "L’accord noté avant ce tour est mis de côté." in page.text
    assert WAITS in page.text
    assert not page.root.all("input", name="value")
    assert room.agreed("A2-01") is None
    phone = sign_in(room, room.people[0]).get(room.phone)
    assert "La réponse de l’équipe" not in phone.text
    assert "Vu hier." not in phone.text


def test_abandoned_the_agreement_is_back_and_no_answer_left(lead: Site, room: Room, agreed: Page) -> None:
    lead.submit(agreed, AGAIN)
    vote(room, "oui", 0, 1, 2, 3)
    page = lead.get(room.url)
    assert "et l’accord d’avant revient" in page.text
    page = lead.submit(page, ABANDON)
    row = room.agreed("A2-01")
    assert (row.level, row.c_reason, row.c_note, row.c_has_dissent) == ("non", "Vu hier.", "Une note.", True)
    assert chosen(page) == ["non"]
    assert PROPOSED not in page.text
    assert "Le deuxième tour a été abandonné : ses réponses sont effacées. Il peut se rouvrir." in page.text
    assert "0 réponse sur 5" in lead.submit(page, "Rouvrir le deuxième tour").text


def test_closed_on_an_answer_too_few_it_is_back_and_the_answers_are_kept(
    lead: Site, room: Room, agreed: Page
) -> None:
    lead.submit(agreed, AGAIN)
    vote(room, "oui", 0)
    page = lead.submit(lead.get(room.url), CLOSE)
    assert room.agreed("A2-01").level == "non"
    assert "il garde celle qui est donnée, qui peut encore changer." in page.text
    page = lead.submit(page, "Rouvrir le deuxième tour")
    vote(room, "oui", 1)
    page = lead.submit(lead.get(room.url), CLOSE)
    assert "il garde celles qui sont données, et chacun peut changer la sienne." in page.text


def test_after_its_result_the_agreement_is_proposed_again_and_held_to_the_new_medians(
    lead: Site, room: Room, agreed: Page
) -> None:
    lead.submit(agreed, AGAIN)
    vote(room, "oui", 0, 1, 2, 3, 4)
    page = lead.get(room.url)
    assert PROPOSED in page.text
    assert chosen(page) == ["non"]
    assert (page.field("why").words, page.field("note").words) == ("Vu hier.", "Une note.")
    assert room.agreed("A2-01") is None
    page = lead.submit(page, "Valider", {"why": ""}, 422)
    assert "Cette réponse s’écarte de la médiane des voix" in page.text
    page = lead.submit(page, "Valider", {"value": "oui"})
    assert (room.agreed("A2-01").level, room.agreed("A2-01").c_reason) == ("oui", "")
    assert PROPOSED not in page.text


def test_an_answer_sent_while_the_round_is_open_is_refused_and_comes_back_as_typed(
    lead: Site, room: Room, agreed: Page
) -> None:
    other = sign_in(room, room.team.coordinator)
    other.submit(other.get(room.url), AGAIN)
    page = lead.submit(agreed, "Valider", {"value": "partiel", "note": "Ce qui fut dit"}, 422)
    assert OPEN in page.text
    assert (chosen(page), page.field("note").words) == (["partiel"], "Ce qui fut dit")
    assert room.agreed("A2-01") is None
    other.submit(other.get(room.url), ABANDON)
    page = lead.submit(page, "Valider", status=409)
    lead.submit(page, "Garder la vôtre")
    assert (room.agreed("A2-01").level, room.agreed("A2-01").c_note) == ("partiel", "Ce qui fut dit")


def test_the_end_says_which_rounds_are_open(lead: Site, room: Room, agreed: Page) -> None:
    assert "deuxième tour" not in lead.get(f"{room.url}/finir").text
    lead.submit(agreed, AGAIN)
    room.go("A2-02")
    page = lead.get(f"{room.url}/finir")
    assert "Un deuxième tour est ouvert" in page.text
    assert "A2-01 : il sera clos avec la séance, sur les réponses données." in page.text
    assert "L’accord noté avant ce tour revient si le tour a reçu moins de quatre voix" in page.text
    assert f"Il reste {len(room.left()) - 1} autres critères sans accord" in page.text
    page = lead.submit(page, "Revenir à A2-01")
    assert room.current() == "A2-01"
    page = lead.get(f"{room.url}/finir")
    lead.submit(page, "Terminer la séance")
    assert room.agreed("A2-01").level == "non"


def test_the_end_tells_rounds_without_an_agreement_from_those_that_set_one_aside(
    lead: Site, room: Room, agreed: Page
) -> None:
    lead.submit(agreed, AGAIN)
    room.go("A2-02")
    lead.submit(lead.get(room.url), AGAIN)
    page = lead.get(f"{room.url}/finir")
    assert "2 deuxièmes tours sont ouverts" in page.text
    assert "L’accord noté avant le tour de A2-01 revient si le tour a reçu moins de quatre voix" in page.text
    assert "Revenir à A2-02" in page.text


def test_an_open_round_is_in_reach_from_every_criterion_and_once_all_the_rest_is_settled(
    lead: Site, room: Room
) -> None:
    room.begin()
    room.join(*room.people)
    lead.submit(lead.get(f"{room.url}/ratifier"), "Ratifier cet accord")
    room.go("A2-03")
    page = lead.submit(lead.get(room.url), AGAIN)
    assert "Deuxième tour ouvert sur" not in page.text
    for code in room.left():
        if code != "A2-03":
            room.go(code)
            page = lead.get(room.url)
            assert "Deuxième tour ouvert sur A2-03" in page.text
            page = lead.submit(page, "Valider", {"value": "na", "reason": "Sans objet ici"})
    assert "Le deuxième tour ouvert attend son résultat." in page.text
    assert NOTHING_LEFT not in page.text
    end = lead.get(f"{room.url}/finir")
    assert "Chaque autre critère a l’accord de l’équipe." in end.text
    page = lead.submit(page, "Revenir à A2-03")
    assert room.current() == "A2-03"
    vote(room, "non", 0, 1, 2, 3, 4)
    room.go("A2-01")
    page = lead.get(room.url)
    assert "Deuxième tour ouvert sur" not in page.text
    assert "1 critère reste à discuter hors de l’ordre du jour." in page.text
    assert "Accord, à valider de nouveau" in page.text
    page = lead.submit(page, "Prendre A2-03")
    assert PROPOSED in page.text
    page = lead.submit(page, "Valider", {"value": "non"})
    assert room.agreed("A2-03").level == "non"
    assert NOTHING_LEFT in page.text


def test_what_all_agree_on_at_the_second_round_is_listed_once_on_the_agenda_page(
    lead: Site, room: Room
) -> None:
    room.begin()
    room.join(*room.people)
    lead.submit(lead.get(room.url), AGAIN)
    assert "Partagés, deuxième tour ouvert" in lead.get(room.url).text
    vote(room, "oui", 0, 1, 2, 3, 4)
    room.go("A2-02")
    url, field = f"{room.url}/ordre-du-jour", "coordination/A2-01"
    page = lead.get(url)
    assert len(page.root.all("input", name=field)) == 1
    assert "Partagés" not in page.text
    lead.submit(page, "Enregistrer l’ordre du jour", {"retirer": field})
    assert "A2-01" in lead.get(f"{room.url}/ratifier").text
    page = lead.get(url)
    assert len(page.root.all("input", name=field)) == 1
    lead.submit(page, "Enregistrer l’ordre du jour", {"ajouter": field, field: "7"})
    assert lead.get(url).field(field)["value"] == "7"
    page = lead.get(f"{room.url}/ratifier")
    assert "A2-01" not in page.text
    lead.submit(page, "Ratifier cet accord")
    assert (room.agreed("A2-01"), room.agreed("A2-03").level) == (None, "partiel")


def test_the_journal_tells_that_the_agreement_went_and_came_back(
    lead: Site, room: Room, agreed: Page
) -> None:
    lead.submit(lead.submit(agreed, AGAIN), ABANDON)
    text = lead.get(f"/centres/{room.team.centre_id}/journal").text
    for words in (
        "a remis à décider, le temps d’un deuxième tour, le critère A2-01",
        "a abandonné le deuxième tour sur le critère A2-01",
        "L’accord d’avant le deuxième tour est rétabli sur le critère A2-01",
    ):
        assert words in text


def test_why_a_score_says_that_the_team_has_still_to_agree(lead: Site, room: Room) -> None:
    results = f"/auto-evaluations/{room.key}/resultats"
    before = "ces réponses restent cachées jusqu’à la séance d’accord, où l’équipe décide les siennes."
    page = lead.get(f"{results}/coordination")
    assert before in page.text
    assert before in lead.get(f"{results}/modules/risques-generaux").text
    for told in (page.text, lead.get(f"{results}/modules/risques-generaux").text):
        assert "reste à coter" not in told
        assert "Aucun critère n’est coté" not in told
    assert "L’équipe n’en a pas encore décidé." in page.text
    room.begin()
    lead.submit(lead.get(room.url), "Valider", {"value": "nsp", "why": "Personne ne l’a vu."})
    page = lead.get(f"{results}/coordination")
    assert before not in page.text
    assert "L’équipe n’a encore coté aucun critère : la grille n’a pas encore de score." in page.text
    assert "L’équipe n’a encore coté aucun" in lead.get(f"{results}/modules/risques-generaux").text
    assert "L’équipe a répondu « ne sait pas »." in page.text
    assert "L’équipe n’en a pas encore décidé." in page.text
    assert "reste à coter" not in page.text
    room.stand_at("close")
    assert "Sans accord de l’équipe." in lead.get(f"{results}/coordination").text
