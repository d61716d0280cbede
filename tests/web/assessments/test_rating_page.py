"""The page of a grid without JavaScript: read, answered whole, nothing overwritten and nothing typed lost."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from aqss.services.assessments.rating import Submission
from tests.builders import PASSWORD
from tests.clock import FakeClock
from tests.markup import Element
from tests.page import Page, Site, filled
from tests.web.assessments.scene import (
    FIGURES,
    NASTY,
    NIR,
    Team,
    a_scope,
    advance,
    grid_url,
    make_assessment,
    rate,
    reload,
    stored,
)

SAVE, FINISH = "Enregistrer les réponses", "Déclarer la grille terminée"


def criterion(page: Page, code: str) -> Element:
    return page.root.one(id=code)


def chosen(page: Page, code: str) -> list[str]:
    return [radio["value"] for radio in page.root.all(name=f"{code}-value") if "checked" in radio]


def test_every_criterion_that_applies_is_a_group_of_choices(member: Site, rating: int) -> None:
    page = member.get(grid_url(rating))
    codes = [one["id"] for one in page.root.all("fieldset")]
    assert len(codes) == 11
    assert "A2-09" not in codes
    faces = [label.words for label in criterion(page, "A2-01").all("label") if "level" in label.classes]
    assert faces == ["Oui", "En partie", "Non", "Ne sait pas", "Non concerné"]
    assert "0 sur 11 cotés" in page.text


def test_what_goes_with_a_criterion_is_told(member: Site, rating: int) -> None:
    page = member.get(grid_url(rating))
    text = criterion(page, "A2-08").words
    assert "Impératif" in text
    assert "Preuve attendue : " in text
    assert "Pour : " in text
    assert "(à confirmer)" in page.text


def test_changed_answers_are_saved_and_the_others_are_not_touched(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.colleague, rating, {"A2-02": "oui"})
    page = member.get(grid_url(rating))
    page = member.submit(page, SAVE, {"A2-01-value": "partiel", "A2-03-value": "nsp", "A2-04-comment": "Vu."})
    assert page.notices == ["Vos réponses sont enregistrées à 10 h 00."]
    assert stored(runtime, rating, "A2-01").level == "partiel"
    assert stored(runtime, rating, "A2-03").kind == "unknown"
    assert (stored(runtime, rating, "A2-04").kind, stored(runtime, rating, "A2-04").comment) == (
        "blank",
        "Vu.",
    )
    assert stored(runtime, rating, "A2-02").updated_by_id == team.colleague.id
    assert stored(runtime, rating, "A2-05") is None
    assert chosen(page, "A2-01") == ["partiel"]
    assert "2 sur 11 cotés, 1 « ne sait pas » Score 75,0" in page.text


def test_an_answer_out_of_the_score_needs_its_reason_and_keeps_it(
    member: Site, runtime: Runtime, rating: int
) -> None:
    page = member.get(grid_url(rating))
    refused = member.submit(page, SAVE, {"A2-01-value": "na", "A2-02-value": "oui"}, 422)
    assert refused.title.startswith("Erreur")
    assert refused.complaints == ["A2-01 : Remplissez ce champ."]
    assert chosen(refused, "A2-01") == ["na"]
    assert stored(runtime, rating, "A2-01") is None
    assert stored(runtime, rating, "A2-02").level == "oui"
    reason = "Pas de réunion cette année"
    page = member.submit(refused, SAVE, {"A2-01-reason": reason})
    assert stored(runtime, rating, "A2-01").reason == reason
    assert page.field("A2-01-reason").words == reason
    assert "1 sur 10 cotés" in page.text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"A2-01-value": "oui", "A2-01-comment": f"Voir {NIR}"}, "A2-01"),
        ({"A2-02-value": "na", "A2-02-reason": f"Dossier {NIR}"}, "A2-02"),
    ],
)
def test_a_patients_number_is_refused_and_what_was_typed_stays(
    member: Site, runtime: Runtime, rating: int, fields: dict[str, str], code: str
) -> None:
    page = member.submit(member.get(grid_url(rating)), SAVE, {**fields, "A2-03-value": "non"}, 422)
    assert "ressemble à un numéro de sécurité sociale" in page.complaints[0]
    assert chosen(page, code) == [fields[f"{code}-value"]]
    typed = next(name for name in fields if not name.endswith("value"))
    assert page.field(typed).words == fields[typed]
    assert stored(runtime, rating, code) is None
    assert stored(runtime, rating, "A2-03").level == "non"


def two_answers(site: Site, runtime: Runtime, team: Team, rating: int) -> Page:
    """The page of a member whose answers to A2-01 and A2-02 come after a colleague's to A2-01."""
    page = site.get(grid_url(rating))
    rate(runtime, team.colleague, rating, {"A2-01": Submission("level", "non", "Rien d’écrit")})
    mine = {"A2-01-value": "oui", "A2-01-comment": "Fiche signée", "A2-02-value": "oui"}
    return site.submit(page, SAVE, mine, 409)


def test_two_different_answers_are_both_shown_and_neither_is_lost(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = two_answers(member, runtime, team, rating)
    assert page.complaints == ["A2-01 : quelqu’un a répondu autrement pendant ce temps."]
    text = criterion(page, "A2-01").one(class_="versus").words
    assert text.startswith("La vôtre")
    assert "Oui Commentaire : Fiche signée" in text
    assert "La leur, 10 h 00" in text
    assert "Non Commentaire : Rien d’écrit" in text
    assert stored(runtime, rating, "A2-01").level == "non"
    assert stored(runtime, rating, "A2-02").level == "oui"
    assert chosen(page, "A2-01") == ["oui"]
    assert page.field("A2-01-comment").words == "Fiche signée"


def test_ones_own_answer_is_kept_by_choice(member: Site, runtime: Runtime, team: Team, rating: int) -> None:
    page = member.submit(two_answers(member, runtime, team, rating), "Garder la vôtre")
    assert stored(runtime, rating, "A2-01").level == "oui"
    assert stored(runtime, rating, "A2-01").comment == "Fiche signée"
    assert page.notices


def test_the_teams_answer_is_taken_by_choice(member: Site, runtime: Runtime, team: Team, rating: int) -> None:
    page = two_answers(member, runtime, team, rating)
    page = press(member, page, "prendre", "A2-01")
    row = stored(runtime, rating, "A2-01")
    assert (row.level, row.comment, row.version) == ("non", "Rien d’écrit", 1)
    assert chosen(page, "A2-01") == ["non"]


def test_a_third_answer_meanwhile_is_shown_in_its_turn(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = two_answers(member, runtime, team, rating)
    rate(runtime, team.manager, rating, {"A2-01": "partiel"})
    page = press(member, page, "garder", "A2-01", 409)
    assert "En partie" in criterion(page, "A2-01").one(class_="versus").words
    assert stored(runtime, rating, "A2-01").level == "partiel"


def test_the_same_answer_from_two_people_is_no_disagreement(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    rate(runtime, team.colleague, rating, {"A2-01": "oui"})
    assert member.submit(page, SAVE, {"A2-01-value": "oui"}).notices
    assert stored(runtime, rating, "A2-01").version == 1


def test_a_page_sent_twice_saves_once(member: Site, runtime: Runtime, rating: int) -> None:
    page = member.get(grid_url(rating))
    for _ in range(2):
        assert member.submit(page, SAVE, {"A2-01-value": "oui", "A2-02-comment": "Vu"}).notices
    assert stored(runtime, rating, "A2-01").version == 1
    assert stored(runtime, rating, "A2-02").version == 1


def test_numbers_and_words_are_answered_by_typing_them(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(FIGURES))
    page = member.get(grid_url(key, FIGURES))
    assert "0 sur 14 renseignés" in page.text
    typed = {
        "D1-01-number": "1 250",
        "D1-06-number": "12,5",
        "D1-16-words": "La téléconsultation.\r\nElle aide.",
    }
    page = member.submit(page, SAVE, typed)
    assert stored(runtime, key, "D1-01").number == 1250
    assert str(stored(runtime, key, "D1-06").number) == "12.5"
    assert stored(runtime, key, "D1-16").words == "La téléconsultation.\nElle aide."
    assert page.field("D1-01-number")["value"] == "1\u00a0250"
    assert chosen(page, "D1-01") == ["=number"]
    assert "3 sur 14 renseignés" in page.text
    assert "Score" not in page.text
    member.submit(page, SAVE)
    assert stored(runtime, key, "D1-01").version == 1
    member.submit(page, SAVE, {"D1-01-number": ""})
    assert stored(runtime, key, "D1-01").kind == "blank"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("beaucoup", "Écrivez un nombre, en chiffres."),
        ("-1", "Écrivez un nombre de 0 à 1 000 000."),
        ("1000001", "Écrivez un nombre de 0 à 1 000 000."),
        ("12,5", "Écrivez un nombre entier."),
        ("NaN", "Écrivez un nombre, en chiffres."),
        ("1e309", "Écrivez un nombre, en chiffres."),
        ("Infinity", "Écrivez un nombre, en chiffres."),
        ("0x10", "Écrivez un nombre, en chiffres."),
        ("9" * 40, "Écrivez un nombre de 0 à 1 000 000."),
        ("٣", "Écrivez un nombre, en chiffres."),
    ],
)
def test_a_number_out_of_its_scale_is_shown_again_as_it_was_typed(
    member: Site, runtime: Runtime, team: Team, typed: str, complaint: str
) -> None:
    key = make_assessment(runtime, team, a_scope(FIGURES))
    page = member.submit(member.get(grid_url(key, FIGURES)), SAVE, {"D1-01-number": typed}, 422)
    assert page.complaints == [f"D1-01 : {complaint}"]
    assert page.field("D1-01-number")["value"] == typed
    assert stored(runtime, key, "D1-01") is None


def test_a_grid_is_finished_with_its_last_answers_and_taken_up_again(
    member: Site, runtime: Runtime, rating: int
) -> None:
    page = member.submit(member.get(grid_url(rating)), FINISH, {"A2-01-value": "oui"})
    assert page.notices == ["La grille « Coordination des soins » est déclarée terminée."]
    assert "terminée par Mehdi Médecin le 2 mars 2026" in page.text
    assert stored(runtime, rating, "A2-01").level == "oui"
    page = member.get(grid_url(rating))
    assert "Cette grille est déclarée terminée" in page.text
    page = member.submit(page, "Reprendre la grille")
    assert "Cette grille est déclarée terminée" not in page.text


def test_a_grid_is_not_finished_while_an_answer_is_refused(member: Site, rating: int) -> None:
    page = member.submit(member.get(grid_url(rating)), FINISH, {"A2-01-value": "na"}, 422)
    assert page.form(FINISH)
    assert "Terminé" not in member.get(f"/auto-evaluations/{rating}").text


def test_an_answer_corrected_leaves_a_finished_grid_finished(
    member: Site, runtime: Runtime, rating: int
) -> None:
    member.submit(member.get(grid_url(rating)), FINISH)
    page = member.submit(member.get(grid_url(rating)), SAVE, {"A2-01-value": "non"})
    assert stored(runtime, rating, "A2-01").level == "non"
    assert "Cette grille est déclarée terminée" in page.text


def test_one_begins_and_resumes_at_the_first_criterion_of_ones_profession_without_an_answer(
    site: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    site.sign_in(team.member)
    page = site.get(grid_url(rating))
    first = page.root.one(class_="next-mark").parent.parent["id"]
    assert page.link("Commencer") == f"#{first}"
    assert "Commencer ici" in page.text
    rate(runtime, team.member, rating, {first: "oui"})
    page = site.get(grid_url(rating))
    following = page.root.one(class_="next-mark").parent.parent["id"]
    assert following != first
    assert page.link(f"Reprendre à {following}") == f"#{following}"
    assert "Reprendre ici" in page.text


def test_who_is_on_the_same_grid_is_told_for_ten_minutes(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team, rating: int
) -> None:
    rate(runtime, team.colleague, rating, {"A2-01": "oui"})
    assert "Ouverte aussi par Inès Infirmière" in member.get(grid_url(rating)).text
    clock.advance(minutes=11)
    assert "Ouverte aussi par" not in member.get(grid_url(rating)).text


def test_an_answer_of_another_day_tells_its_date(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-01": "oui"})
    assert "Enregistré : 10 h 00" in criterion(member.get(grid_url(rating)), "A2-01").words
    clock.advance(hours=1, days=1)
    member.sign_in(team.member)
    assert "Enregistré : 02/03/2026" in criterion(member.get(grid_url(rating)), "A2-01").words


def test_no_answer_is_shown_under_a_name(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team, rating: int
) -> None:
    rate(runtime, team.colleague, rating, {"A2-01": "non", "A2-02": Submission("na", "Aucune réunion", "Vu")})
    clock.advance(minutes=11)  # whoever works on the grid right now is named at the top of the page
    assert "Inès" not in member.get(grid_url(rating)).text
    advance(runtime, team, rating, "accord")
    assert "Inès" not in member.get(grid_url(rating)).text


def test_at_a_step_without_rating_answers_are_read_only(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    answers = {"A2-01": Submission("level", "oui", "Vu"), "A2-02": Submission("na", "Aucune réunion")}
    rate(runtime, team.member, rating, answers)
    advance(runtime, team, rating, "validation")
    page = member.get(grid_url(rating))
    assert not page.root.one("main").all("form")
    assert not page.root.one("main").all("input")
    assert "Oui Commentaire : Vu" in criterion(page, "A2-01").words
    assert "Non concerné Motif : Aucune réunion" in criterion(page, "A2-02").words
    assert "Sans réponse" in criterion(page, "A2-03").words


def test_before_the_rating_opens_the_grid_can_be_read(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, to="preparation")
    page = member.get(grid_url(key))
    assert "Étape « Préparation »" in page.text
    assert not page.root.one("main").all("form")


def test_answers_sent_after_the_step_has_changed_are_shown_and_not_saved(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    advance(runtime, team, rating, "validation")
    page = member.submit(page, SAVE, {"A2-01-value": "oui", "A2-01-comment": "Enfin fait"}, 409)
    text = criterion(page, "A2-01").words
    assert "Ce n’est pas possible à cette étape." in text
    assert "Oui Commentaire : Enfin fait" in text
    assert stored(runtime, rating, "A2-01") is None


def test_nothing_is_finished_after_the_step_has_changed(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    advance(runtime, team, rating, "validation")
    assert member.submit(page, FINISH, status=409).h1 == "Ce n’est pas possible à cette étape"


def test_a_grid_that_the_assessment_does_not_hold_is_not_found(member: Site, rating: int) -> None:
    for grid in ("accueil-rendez-vous", "inconnue", "x" * 300, "%00"):
        member.get(grid_url(rating, grid), 404)
        member.get(f"{grid_url(rating, grid)}/imprimer", 404)
        member.post(grid_url(rating, grid), {"A2-01-value": "oui"}, 404)
        member.post(f"{grid_url(rating, grid)}/reprendre", {}, 404)


def test_the_grid_of_another_centre_is_not_found(
    site: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    site.sign_in(team.stranger)
    site.get(grid_url(rating), 404)
    site.get(f"{grid_url(rating)}/imprimer", 404)
    site.post(grid_url(rating), {"A2-01-value": "oui", "A2-01-version": "0"}, 404)
    site.post(f"{grid_url(rating)}/reprendre", {}, 404)
    assert stored(runtime, rating, "A2-01") is None


def test_the_blank_grid_has_a_box_for_each_choice_and_no_answer(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-01": Submission("level", "oui", "Un commentaire")})
    page = member.get(f"{grid_url(rating)}/imprimer")
    assert page.h1 == "Coordination des soins, grille vierge"
    choices = ["Oui", "En partie", "Non", "Ne sait pas", "Non concerné, car :"]
    for one in page.root.all(class_="blank-choices"):
        assert [choice.words for choice in one.all("li")] == choices
    assert len(page.root.all(class_="blank-choices")) == 11
    assert "Un commentaire" not in page.text
    figures = make_assessment(runtime, team, a_scope(FIGURES))
    assert "Nombre de consultations : …" in member.get(f"{grid_url(figures, FIGURES)}/imprimer").text


def test_what_the_team_typed_is_never_interpreted(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    typed = {"A2-01-value": "oui", "A2-01-comment": NASTY, "A2-02-value": "na", "A2-02-reason": NASTY}
    page = member.submit(page, SAVE, typed)
    assert page.field("A2-01-comment").words == page.field("A2-02-reason").words == NASTY
    assert not page.root.all("img")
    stale = {"A2-01-version": "0", "A2-01-comment": f"2 {NASTY}"}
    page = member.submit(page, SAVE, stale, 409)
    assert criterion(page, "A2-01").words.count(NASTY) == 3
    assert not page.root.all("img")
    advance(runtime, team, rating, "validation")
    page = member.get(grid_url(rating))
    assert page.text.count(NASTY) == 2
    assert not page.root.all("img")


def test_a_name_is_never_interpreted(site: Site, runtime: Runtime, team: Team, rating: int) -> None:
    with runtime.sessions.writing() as session:
        session.merge(team.colleague).name = NASTY
        session.commit()
    site.typed.add(NASTY)
    rate(runtime, team.colleague, rating, {"A2-01": "oui"})
    site.sign_in(team.member)
    page = site.get(grid_url(rating))
    assert f"Ouverte aussi par {NASTY}" in page.text
    assert not page.root.all("img")


def test_the_direction_and_the_coordination_rate_as_the_others_do(
    site: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    for person, code in ((team.manager, "A2-01"), (team.coordinator, "A2-02")):
        site.sign_in(person)
        site.submit(site.get(grid_url(rating)), SAVE, {f"{code}-value": "oui"})
        assert stored(runtime, rating, code).updated_by_id == person.id
    assert reload(runtime, rating).state == "cotation"


def press(site: Site, page: Page, name: str, code: str, status: int = 200) -> Page:
    """Press one of the buttons of a choice, by its name: several choices may be on a page."""
    form = page.form(SAVE)
    return site.post(form["action"], {**filled(form), name: code}, status, with_token=False)


def test_choices_on_several_criteria_are_settled_one_by_one(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    rate(runtime, team.colleague, rating, {"A2-01": "non", "A2-02": "non"})
    page = member.submit(page, SAVE, {"A2-01-value": "oui", "A2-02-value": "oui"}, 409)
    assert len(page.complaints) == 2
    page = press(member, page, "prendre", "A2-01", 409)
    assert chosen(page, "A2-01") == ["non"]
    assert len(page.complaints) == 1
    assert stored(runtime, rating, "A2-02").level == "non"
    press(member, page, "garder", "A2-02")
    assert (stored(runtime, rating, "A2-01").level, stored(runtime, rating, "A2-02").level) == ("non", "oui")


def test_saving_without_choosing_overwrites_nothing(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = two_answers(member, runtime, team, rating)
    page = member.submit(page, SAVE, {"A2-03-value": "oui"}, 409)
    assert stored(runtime, rating, "A2-01").level == "non"
    assert stored(runtime, rating, "A2-03").level == "oui"
    assert page.field("A2-01-comment").words == "Fiche signée"


def test_what_is_corrected_after_a_refusal_overwrites_nothing_either(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    rate(runtime, team.colleague, rating, {"A2-01": "non"})
    page = member.submit(page, SAVE, {"A2-01-value": "oui", "A2-01-comment": NIR}, 422)
    page = member.submit(page, SAVE, {"A2-01-comment": "Sans numéro"}, 409)
    assert stored(runtime, rating, "A2-01").level == "non"
    assert "Oui Commentaire : Sans numéro" in criterion(page, "A2-01").one(class_="versus").words


def test_a_session_that_ends_mid_grid_keeps_what_was_typed_through_signing_in(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team, rating: int
) -> None:
    page = member.get(grid_url(rating))
    clock.advance(hours=13)
    typed = {"A2-01-value": "oui", "A2-01-comment": "Fiche signée"}
    page = member.submit(page, SAVE, typed, 401)
    assert {quote.words for quote in page.root.all(class_="quote")} == {"oui", "Fiche signée", "1"}
    page = member.submit(page, "Se connecter", {"email": team.member.email, "password": PASSWORD})
    assert page.h1 == "Votre session est rouverte"
    page = member.submit(page, "Envoyer de nouveau")
    assert page.notices == ["Vos réponses sont enregistrées à 23 h 00."]
    assert stored(runtime, rating, "A2-01").comment == "Fiche signée"
