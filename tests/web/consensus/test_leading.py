"""The projected screen of a sitting, without scripts: prepare, lead, agree, ratify, end."""

from __future__ import annotations

import pytest

from tests.page import Site
from tests.web.consensus.scene import Room, sign_in


def begin(lead: Site, room: Room) -> None:
    page = lead.get(room.url)
    page = lead.submit(page, "Préparer la séance")
    lead.submit(page, "Commencer par A2-01")


def test_a_sitting_is_prepared_then_begun(lead: Site, room: Room) -> None:
    page = lead.get(room.url)
    assert page.h1 == "Séance d’accord"
    assert "Motif" not in page.text
    page = lead.submit(page, "Préparer la séance", {"minutes": "45"})
    assert "45 minutes" in page.text
    assert room.code()[:3] in page.html
    page = lead.submit(page, "Commencer par A2-01")
    assert room.current() == "A2-01"
    assert "5 voix, sans les noms" in page.text
    assert "Le modèle n’a pas de place." in page.text
    assert "médiane" in page.text


def test_minutes_that_are_none_come_back_as_typed(lead: Site, room: Room) -> None:
    page = lead.submit(lead.get(room.url), "Préparer la séance", {"minutes": "deux heures"}, 422)
    assert page.field("minutes")["value"] == "deux heures"
    assert "Écrivez un nombre, en chiffres." in page.text
    page = lead.submit(page, "Préparer la séance", {"minutes": "5000"}, 422)
    assert "de 10 à 480" in page.text


def test_an_answer_is_validated_and_the_screens_go_on(lead: Site, room: Room) -> None:
    begin(lead, room)
    page = lead.get(room.url)
    button = next(b.words for b in page.root.all("button") if b.words.startswith("Valider et passer"))
    page = lead.submit(page, button, {"value": "partiel", "dissent": "1", "note": "Vu ensemble."})
    row = room.agreed("A2-01")
    assert (row.level, row.version, row.c_has_dissent, row.c_note) == ("partiel", 1, True, "Vu ensemble.")
    assert room.current() == button.removeprefix("Valider et passer à ")
    assert "Accord : En partie" in page.text


def test_outside_the_medians_the_reason_is_asked_and_what_was_typed_stays(lead: Site, room: Room) -> None:
    begin(lead, room)
    page = lead.submit(lead.get(room.url), "Valider", {"value": "oui", "note": "Une note"}, 422)
    assert room.agreed("A2-01") is None
    assert page.title.startswith("Erreur")
    assert page.field("note").words == "Une note"
    assert "checked" in next(one for one in page.root.all("input", name="value") if one["value"] == "oui")
    lead.submit(page, "Valider", {"why": "La procédure date d’hier."})
    assert room.agreed("A2-01").c_reason == "La procédure date d’hier."


def test_two_who_lead_see_la_votre_et_la_leur(lead: Site, room: Room) -> None:
    begin(lead, room)
    other = sign_in(room, room.team.coordinator)
    mine, theirs = lead.get(room.url), other.get(room.url)
    other.submit(theirs, "Valider", {"value": "partiel", "note": "La leur"})
    page = lead.submit(mine, "Valider", {"value": "non", "why": "Vu hier", "note": "La mienne"}, 409)
    assert "La vôtre" in page.text
    assert "La leur" in page.text
    assert (room.agreed("A2-01").level, room.agreed("A2-01").version) == ("partiel", 1)
    lead.submit(page, "Garder la vôtre")
    row = room.agreed("A2-01")
    assert (row.level, row.version, row.c_reason, row.c_note) == ("non", 2, "Vu hier", "La mienne")


def test_an_answer_typed_for_a_criterion_the_screens_have_left_is_saved_for_it(
    lead: Site, room: Room
) -> None:
    begin(lead, room)
    other = sign_in(room, room.team.coordinator)
    mine = lead.get(room.url)
    other.submit(other.get(room.url), next_button(other, room))
    lead.submit(mine, "Valider", {"value": "partiel"})
    assert room.agreed("A2-01").level == "partiel"
    assert room.current() != "A2-01"


def test_a_refusal_for_a_criterion_the_screens_have_left_names_it(lead: Site, room: Room) -> None:
    begin(lead, room)
    other = sign_in(room, room.team.coordinator)
    mine = lead.get(room.url)
    other.submit(other.get(room.url), next_button(other, room))
    page = lead.submit(mine, "Valider", {"value": "oui"}, 422)
    assert "La réponse de l’équipe à A2-01" in page.text


def next_button(site: Site, room: Room) -> str:
    page = site.get(room.url)
    return next(b.words for b in page.root.all("button") if b.words.startswith("Suivant"))


def test_next_previous_and_later(lead: Site, room: Room) -> None:
    begin(lead, room)
    page = lead.submit(lead.get(room.url), next_button(lead, room))
    second = room.current()
    page = lead.submit(page, "Précédent : A2-01")
    assert room.current() == "A2-01"
    page = lead.submit(page, "Y revenir plus tard")
    assert room.current() == second
    assert "à reprendre" in page.text


def test_what_all_agree_on_is_ratified_in_one_step_after_its_list(lead: Site, room: Room) -> None:
    begin(lead, room)
    page = lead.get(lead.get(room.url).link("Ratifier l’accord de tous"))
    assert "A2-03" in page.text
    assert "En partie" in page.text
    page = lead.submit(page, "Ratifier cet accord")
    assert page.notices == ["1 accord est ratifié."]
    assert (room.agreed("A2-03").level, room.agreed("A2-03").c_is_ratified) == ("partiel", True)
    page = lead.get(f"{room.url}/ratifier")
    assert page.root.one("h2").words == "Rien à ratifier"


def test_one_of_them_may_be_discussed_instead(lead: Site, room: Room) -> None:
    begin(lead, room)
    lead.submit(lead.get(f"{room.url}/ratifier"), "En discuter : A2-03")
    assert room.current() == "A2-03"
    assert "Ce critère, depuis" in lead.get(room.url).html


def test_the_agenda_takes_other_minutes(lead: Site, room: Room) -> None:
    room.prepare()
    page = lead.get(f"{room.url}/ordre-du-jour")
    page = lead.submit(page, "Enregistrer l’ordre du jour", {"minutes": "90", "coordination/A2-01": "20"})
    assert "90 minutes" in page.text
    assert "20 min" in page.text
    page = lead.get(f"{room.url}/ordre-du-jour")
    wrong = {"minutes": "x", "coordination/A2-01": "61"}
    page = lead.submit(page, "Enregistrer l’ordre du jour", wrong, 422)
    assert page.field("coordination/A2-01")["value"] == "61"
    assert len(page.complaints) == 2


def test_two_people_who_change_the_agenda_are_told_what_the_other_wrote(lead: Site, room: Room) -> None:
    room.prepare()
    url, field = f"{room.url}/ordre-du-jour", "coordination/A2-01"
    mine, theirs = lead.get(url), lead.get(url)
    lead.submit(theirs, "Enregistrer l’ordre du jour", {field: "20", "coordination/A2-05": "4"})
    page = lead.submit(mine, "Enregistrer l’ordre du jour", {field: "12", "minutes": "90"}, 422)
    (told,) = page.complaints
    assert told.startswith("A2-01 : quelqu’un d’autre vient d’écrire 20 min. Enregistrez de nouveau")
    assert (page.field(field)["value"], page.field("minutes")["value"]) == ("12", "90")
    page = lead.submit(page, "Enregistrer l’ordre du jour", {})
    assert "90 minutes" in page.text
    page = lead.get(url)
    assert [page.field(name)["value"] for name in (field, "coordination/A2-05")] == ["12", "4"]


def test_a_sitting_ends_after_what_remains_was_said(lead: Site, room: Room) -> None:
    begin(lead, room)
    page = lead.get(f"{room.url}/finir")
    assert "Il reste" in page.text
    page = lead.submit(page, "Terminer la séance")
    assert page.notices == ["La séance est terminée. Tout ce qui a été décidé est enregistré."]
    page = lead.get(room.url)
    assert "Une séance a déjà eu lieu" in page.text
    for name in ("ordre-du-jour", "ratifier", "finir"):
        lead.get(f"{room.url}/{name}")


def test_a_gesture_in_a_sitting_that_has_just_ended_says_so(lead: Site, room: Room) -> None:
    begin(lead, room)
    page = lead.get(room.url)
    other = sign_in(room, room.team.coordinator)
    other.submit(other.get(f"{room.url}/finir"), "Terminer la séance")
    page = lead.submit(page, "Valider", {"value": "partiel", "note": "Ce qui fut dit"}, 409)
    assert "Ce qui fut dit" in page.text
    assert room.agreed("A2-01") is None


def test_the_second_round_is_opened_and_closed_from_the_screen(lead: Site, room: Room) -> None:
    begin(lead, room)
    room.join(*room.people)
    page = lead.submit(lead.get(room.url), "Revoter (2e tour)")
    assert "0 réponse sur 5" in page.text
    assert "Premier tour : 5 voix, sans les noms" in page.text
    page = lead.submit(page, "Clore le tour et voir le résultat")
    assert "Le deuxième tour a été clos sans réponse. Il peut se rouvrir." in page.text
    page = lead.submit(page, "Rouvrir le deuxième tour")
    assert "0 réponse sur 5" in page.text


def test_the_stage_says_before_a_second_round_that_too_few_have_joined(lead: Site, room: Room) -> None:
    few = "Sous quatre voix, la répartition ne sera pas montrée."
    begin(lead, room)
    assert f"Personne n’a encore rejoint la séance avec son téléphone (code {room.code()[:3]}" in text_of(
        lead, room
    )
    room.join(room.people[0])
    assert f"1 personne sur 5 a rejoint la séance. {few}" in text_of(lead, room)
    room.join(*room.people[:3])
    assert f"3 personnes sur 5 ont rejoint la séance. {few}" in text_of(lead, room)
    page = lead.submit(lead.get(room.url), "Revoter (2e tour)")
    assert f"3 personnes sur 5 ont rejoint la séance. {few}" in page.text
    room.join(*room.people)
    assert few not in text_of(lead, room)
    assert "5 personnes sur 5 ont rejoint la séance." in text_of(lead, room)


def text_of(lead: Site, room: Room) -> str:
    return lead.get(room.url).text


def test_under_four_voices_the_verdict_is_written_once(lead: Site, room: Room) -> None:
    begin(lead, room)
    lead.submit(lead.get(f"{room.url}/ordre-du-jour"), "Enregistrer l’ordre du jour")
    room.go("A2-04")
    page = lead.get(room.url)
    shown = page.root.one("div", id="critere").words
    assert shown.count("À discuter") == 1
    assert "Moins de quatre voix" in shown


def test_once_the_agenda_is_through_the_stage_says_what_comes_next(lead: Site, room: Room) -> None:
    room.begin("10")
    codes = [line.removeprefix("aller-") for line in on_agenda(lead, room)]
    assert "Tous les critères de l’ordre du jour sont décidés" not in text_of(lead, room)
    page = lead.get(room.url)
    for code in codes:
        assert room.current() == code
        page = lead.submit(page, "Valider", {"value": "partiel"})
        if code != codes[-1]:
            following = codes[codes.index(code) + 1]
            page = lead.submit(page, f"Passer à {following}")
    assert "Tous les critères de l’ordre du jour sont décidés" in page.text
    assert "1 accord de tous attend d’être ratifié." in page.text
    assert "à discuter hors de l’ordre du jour" in page.text
    page = lead.submit(lead.get(page.link("Ratifier cet accord")), "Ratifier cet accord")
    assert "attend d’être ratifié" not in page.text
    taken = next(b.words for b in page.root.all("button") if b.words.startswith("Prendre "))
    page = lead.submit(page, taken)
    assert room.current() == taken.removeprefix("Prendre ")
    assert "Tous les critères de l’ordre du jour sont décidés" not in page.text
    while room.left():
        room.go(room.left()[0])
        page = lead.submit(lead.get(room.url), "Valider", {"value": "na", "reason": "Sans objet ici"})
    assert "Chaque critère a la réponse de l’équipe" in page.text
    assert "Il ne reste rien à discuter ni à ratifier." in page.text
    assert page.root.one("div", id="ensuite").one("a").words == "Terminer la séance"


def on_agenda(lead: Site, room: Room) -> list[str]:
    """The buttons of the agenda."""
    (agenda, *_) = (one for one in lead.get(room.url).root.all("ol") if "agenda" in one["class"])
    return [str(one["id"]) for one in agenda.all("button")]


def test_a_criterion_that_the_agenda_never_takes_is_added_by_hand(lead: Site, room: Room) -> None:
    begin(lead, room)
    url = f"{room.url}/ordre-du-jour"
    page = lead.get(url)
    ticked = {"ajouter": "coordination/A2-03"}
    page = lead.submit(page, "Enregistrer l’ordre du jour", {**ticked, "minutes": "x"}, 422)
    assert "checked" in page.root.one("input", id="ajouter-A2-03")
    lead.submit(page, "Enregistrer l’ordre du jour", {**ticked, "minutes": "60"})
    assert on_agenda(lead, room)[-1] == "aller-A2-03"
    assert "Ratifier l’accord de tous" not in text_of(lead, room)
    lead.submit(lead.get(url), "Enregistrer l’ordre du jour", {"retirer": "coordination/A2-03"})
    assert "aller-A2-03" not in on_agenda(lead, room)


def test_the_screen_says_how_many_follow_on_their_phones(lead: Site, room: Room) -> None:
    room.prepare()
    assert "0 personne suit sur son téléphone" in lead.get(room.url).text
    room.join(room.people[0])
    assert "1 personne suit sur son téléphone" in lead.get(room.url).text
    room.join(*room.people)
    assert "5 personnes suivent sur leur téléphone" in lead.get(room.url).text


def test_who_does_not_lead_follows(room: Room) -> None:
    member = sign_in(room, room.team.member)
    page = member.get(room.url)
    assert page.response.request.path == room.phone
    assert page.h1 == "La séance n’est pas ouverte"


def test_a_stranger_and_an_assessment_rated_together_have_no_session(room: Room) -> None:
    stranger = sign_in(room, room.team.stranger)
    for url in (room.url, room.phone):
        stranger.get(url, 404)


@pytest.mark.parametrize("name", ["preparer", "commencer", "aller", "reporter", "accord", "deuxieme-tour"])
def test_only_who_leads_makes_the_gestures_of_leading(room: Room, voter: Site, name: str) -> None:
    room.begin()
    voter.post(f"{room.url}/{name}", {"critere": "coordination/A2-01", "minutes": "60"}, 403)
