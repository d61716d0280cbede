"""The page of an assessment: its grids, what the step asks, and what comes next, for each of the team."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.accounts import Membership
from aqss.persistence.centres import Centre
from aqss.services.assessments.rating import Submission
from aqss.services.assessments.tasks import read_tasks
from tests.builders import actor_of
from tests.clock import FakeClock
from tests.page import Page, Site
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    NASTY,
    Team,
    a_scope,
    advance,
    make_assessment,
    rate,
    reload,
)

TASK = "Voir où en sont les réponses et relancer"


def address_of(key: int) -> str:
    return f"/auto-evaluations/{key}"


def buttons(page: Page, kind: str) -> list[str]:
    return [one.words for one in page.root.one("main").walk() if f"btn-{kind}" in one.classes]


def test_a_grid_tells_its_progress_who_is_asked_and_who_answered_last(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(assignments={GRID: [team.colleague.id]}))
    rate(runtime, team.member, key, {"A2-01": "oui", "A2-02": "non"})
    text = member.get(address_of(key)).text
    assert "2 sur 11 cotés · Inès Infirmière" in text
    assert "Dernière réponse par Mehdi Médecin le 2 mars 2026" in text
    assert "Score : 50,0En cours" in text
    assert "À vous de coter" not in text


def test_who_is_asked_for_a_grid_goes_to_it_in_one_gesture(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(assignments={GRID: [team.member.id]}))
    site.sign_in(team.member)
    page = site.get(address_of(key))
    assert "À vous de coter" in page.text
    assert page.link("Commencer « Coordination des soins »") == f"/auto-evaluations/{key}/grilles/{GRID}"
    rate(runtime, team.member, key, {"A2-01": "oui"})
    assert site.get(address_of(key)).link("Continuer « Coordination des soins »")


def test_a_grid_of_figures_has_no_count_of_scored_criteria(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(FIGURES))
    rate(runtime, team.member, key, {"D1-01": Submission("number", "1200")}, grid=FIGURES)
    text = member.get(address_of(key)).text
    assert "Suivi sans score, 1 sur 14 renseignés" in text
    assert "0 sur 0" not in text


def test_ne_sait_pas_is_told_apart_and_a_criterion_not_concerned_is_not_counted(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(GRID, FIGURES))
    answers = {"A2-01": "oui", "A2-02": Submission("unknown"), "A2-03": Submission("na", "Sans objet.")}
    rate(runtime, team.member, key, answers)
    told = "1 sur 10 cotés, 1 « ne sait pas »"
    page = member.get(address_of(key))
    assert page.root.one("div", class_="block-head").words == f"Grilles{told}"
    assert page.text.count(told) == 2  # all the grids, and this one
    assert told in member.get(f"{address_of(key)}/grilles/{GRID}").text


def test_a_grid_of_which_nothing_is_concerned_says_so(
    member: Site, runtime: Runtime, catalogue: Catalogue, team: Team
) -> None:
    key = make_assessment(runtime, team)
    codes = [one.criterion for one in catalogue.grids[GRID].criteria]
    rate(runtime, team.member, key, {code: Submission("na", "Sans objet.") for code in codes})
    assert "Aucun critère concerné" in member.get(address_of(key)).text


@pytest.mark.parametrize(
    ("step", "who", "primary"),
    [
        ("preparation", "coordinator", ["Ouvrir la cotation"]),
        ("preparation", "member", []),
        ("cotation", "coordinator", []),
        ("accord", "coordinator", []),
        ("validation", "manager", ["Valider et clôturer"]),
        ("validation", "coordinator", ["Résultats"]),
        ("validation", "member", ["Résultats"]),
        ("close", "member", ["Résultats"]),
    ],
)
def test_a_page_has_one_primary_button_at_most(
    site: Site, runtime: Runtime, team: Team, step: str, who: str, primary: list[str]
) -> None:
    key = make_assessment(runtime, team, to=step)
    site.sign_in(getattr(team, who))
    assert buttons(site.get(address_of(key)), "primary") == primary


def test_a_grid_that_does_not_concern_the_centre_says_so_instead_of_a_count(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope("chaine-du-froid"))
    assert "Ne concerne pas le centre, d’après son profil" in member.get(address_of(key)).text
    page = member.get(f"{address_of(key)}/grilles/chaine-du-froid")
    assert "Aucun critère de cette grille ne concerne votre centre" in page.text
    assert not page.root.one("main").all("form")
    assert (
        "d’après son profil : elle n’a pas de score"
        in member.get(f"{address_of(key)}/resultats/chaine-du-froid").text
    )


def test_a_task_tells_when_it_is_due_and_how_late_it_is(
    coordinator: Site, clock: FakeClock, team: Team, rating: int
) -> None:
    assert "Avant le 16 mars 2026" in coordinator.get(address_of(rating)).text
    clock.advance(days=16)
    coordinator.sign_in(team.coordinator)
    assert "2 jours de retard" in coordinator.get(address_of(rating)).text


def test_grids_are_listed_by_module(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(GRID, "accueil-rendez-vous", "hygiene-mains"))
    titles = [
        heading.words
        for heading in member.get(address_of(key)).root.one(id="grilles").parent.parent.all("h3")
    ]
    assert titles == ["Risques généraux", "Risque infectieux"]


def test_preparing_comes_first_while_something_is_missing(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(objective="", trigger=""), to="preparation")
    page = coordinator.get(address_of(key))
    assert buttons(page, "primary") == ["Préparer"]
    assert "Il faut encore : Écrire l’objectif et le déclencheur." in page.text


def test_going_on_is_offered_quietly_while_grids_are_not_finished(
    coordinator: Site, runtime: Runtime, rating: int
) -> None:
    page = coordinator.get(address_of(rating))
    assert "1 grille n’est pas terminée." in page.text
    assert page.link("Corriger la préparation") == f"{address_of(rating)}/preparation"
    assert "Clore la cotation et passer à l’accord" in buttons(page, "quiet")


def test_a_task_is_ticked_and_opened_again(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(address_of(rating))
    page = coordinator.submit(page, f"C’est fait : {TASK}")
    assert "Fait le 2 mars 2026 par Camille Coordination" in page.text
    page = coordinator.submit(page, f"Rouvrir : {TASK}")
    assert "Fait le" not in page.text
    with runtime.sessions.reading() as session:
        tasks = read_tasks(session, actor_of(session, team.member), rating)
    assert all(line.done_at is None for line in tasks)


def test_a_member_ticks_their_own_task_and_no_other(site: Site, team: Team, rating: int) -> None:
    site.sign_in(team.member)
    page = site.get(address_of(rating))
    offered = [button.words for button in page.root.one("main").all("button")]
    assert offered == ["C’est fait : Rassembler les éléments de preuve des impératifs"]
    assert "Fait le" in site.submit(page, offered[0]).text
    site.post(f"{address_of(rating)}/taches/mi-parcours", {"done": "1"}, 403)


@pytest.mark.parametrize("task", ["inconnue", "objectif", "x" * 500])
def test_a_task_of_no_step_or_another_is_not_found(coordinator: Site, rating: int, task: str) -> None:
    coordinator.post(f"{address_of(rating)}/taches/{task}", {"done": "1"}, 404)
    coordinator.get(f"{address_of(rating)}/taches/{task}/qui", 404)
    coordinator.post(f"{address_of(rating)}/taches/{task}/qui", {"owner": ""}, 404)


def test_a_task_is_given_to_somebody_whom_the_first_page_tells(
    coordinator: Site, site: Site, team: Team, rating: int
) -> None:
    assign = coordinator.get(coordinator.get(address_of(rating)).link(f"Confier : {TASK}"))
    for values in ({"owner": "987654"}, {"owner": "x"}, {"due_on": "demain"}, {"due_on": "1999-01-01"}):
        refused = coordinator.submit(assign, "Enregistrer", values, status=422)
        assert len(refused.complaints) == 1
    page = coordinator.submit(
        assign, "Enregistrer", {"owner": str(team.colleague.id), "due_on": "2026-03-09"}
    )
    assert "Inès Infirmière · Confier" in page.text
    assert "Avant le 9 mars 2026" in page.text
    shown = coordinator.get(page.link(f"Confier : {TASK}"))
    assert shown.field("due_on")["value"] == "2026-03-09"
    site.sign_in(team.colleague)
    home = site.get("/")
    assert home.link(TASK) == f"{address_of(rating)}#taches"
    done = site.submit(site.get(address_of(rating)), f"C’est fait : {TASK}")
    assert "par Inès Infirmière" in done.text
    site.get(f"{address_of(rating)}/taches/mi-parcours/qui", 403)


def test_whoever_has_left_the_team_may_keep_a_task(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(address_of(rating))
    page = coordinator.submit(
        coordinator.get(page.link(f"Confier : {TASK}")), "Enregistrer", {"owner": str(team.colleague.id)}
    )
    with runtime.sessions.writing() as session:
        session.execute(delete(Membership).where(Membership.user_id == team.colleague.id))
        session.commit()
    assign = coordinator.get(page.link(f"Confier : {TASK}"))
    page = coordinator.submit(assign, "Enregistrer", {"due_on": "2026-03-09"})
    assert "Inès Infirmière · Confier" in page.text


def test_a_change_of_the_centres_profile_is_offered_to_who_prepares(
    site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope("tenue-dossier", GRID, "ressources-materielles"))
    change_flags(runtime, team, ["dentaire", "imagerie"])
    site.sign_in(team.member)
    assert "Le profil du centre a changé" not in site.get(address_of(key)).text
    site.sign_in(team.coordinator)
    assert "Le profil du centre a changé depuis le début" in site.get(address_of(key)).text
    page = site.get(f"{address_of(key)}/profil")
    assert "Activités ajoutées : activité dentaire" in page.text
    page = site.submit(page, "Appliquer le profil")
    assert page.notices == ["Le profil du centre est appliqué à cette auto-évaluation."]
    assert sorted(reload(runtime, key).profile) == ["dentaire", "imagerie"]
    assert "Rien à changer" in site.get(f"{address_of(key)}/profil").text


def test_the_profile_of_a_closed_assessment_stays(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    advance(runtime, team, rating, "close")
    change_flags(runtime, team, ["dentaire"])
    assert "Le profil du centre a changé" not in coordinator.get(address_of(rating)).text
    coordinator.post(f"{address_of(rating)}/profil", {}, 409)
    assert reload(runtime, rating).profile == []


def test_words_of_the_team_are_shown_as_they_were_typed(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(title=NASTY, objective=NASTY, trigger_note=NASTY))
    member.typed.add(NASTY)
    page = member.get(address_of(key))
    assert page.h1 == NASTY
    assert page.text.count(NASTY) == 4  # trail, title, objective, precision
    assert not page.root.all("img")


def test_an_assessment_of_another_centre_or_of_none_is_not_found(site: Site, team: Team, rating: int) -> None:
    site.sign_in(team.stranger)
    for key in (rating, 987_654, 2**40):
        assert site.get(address_of(key), 404).h1 == "Page introuvable"


def test_a_date_of_the_round_is_told_while_it_counts(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    end = clock.now().date().replace(day=30)
    key = make_assessment(runtime, team, a_scope(round_ends_on=end))
    assert "à coter jusqu’au 30 mars 2026" in member.get(address_of(key)).text
    assert "Avant le 30 mars 2026" in member.get(address_of(key)).text  # the tasks of the step follow it
    advance(runtime, team, key, "close")
    assert "à coter jusqu’au" not in member.get(address_of(key)).text


def test_an_end_already_past_is_told_to_who_can_change_it(
    site: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(round_ends_on=clock.now().date()))
    clock.advance(days=1)
    for person, told in ((team.coordinator, True), (team.member, False)):
        site.sign_in(person)
        assert ("La fin de la cotation est passée" in site.get(address_of(key)).text) is told
    site.sign_in(team.coordinator)
    assert site.get(address_of(key)).link("Changer la date") == f"{address_of(key)}/preparation"
    advance(runtime, team, key, "accord")
    assert "La fin de la cotation est passée" not in site.get(address_of(key)).text


def change_flags(runtime: Runtime, team: Team, flags: list[str]) -> None:
    with runtime.sessions.writing() as session:
        session.get_one(Centre, team.centre_id).flags = flags
        session.commit()


def test_the_documents_of_the_step_are_told(member: Site, runtime: Runtime, team: Team, rating: int) -> None:
    assert "Éléments de preuve des impératifs" in member.get(address_of(rating)).text
    advance(runtime, team, rating, "close")
    assert "Documents de cette étape" not in member.get(address_of(rating)).text


def test_the_next_one_is_offered_to_who_prepares_once_this_one_has_ended(
    site: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    site.sign_in(team.coordinator)
    assert "Commencer la suivante" not in site.get(address_of(rating)).text
    advance(runtime, team, rating, "close")
    start = site.get(site.get(address_of(rating)).link("Commencer la suivante"))
    assert start.h1 == "Commencer une auto-évaluation"
    site.sign_in(team.member)
    assert "Commencer la suivante" not in site.get(address_of(rating)).text
