"""An action or a reason for each weak criterion, from the pages that show it."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.actions.scene import ESSENTIAL, PLAIN, actions_of, make_action, sheet_of
from tests.web.assessments.scene import GRID, NIR, Team, advance, grid_url, make_assessment

REASON = "Le logiciel change en juin : l’action attend."


def results(rating: int) -> str:
    return f"/auto-evaluations/{rating}/resultats"


def waiver(rating: int, criterion: str = ESSENTIAL) -> str:
    return f"/auto-evaluations/{rating}/grilles/{GRID}/criteres/{criterion}/sans-action"


def test_results_offer_an_action_for_each_essential_criterion_and_come_back(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(results(rating))
    assert "1 sur 1 attend encore." in page.text
    form = coordinator.get(page.link(f"Créer une action pour {ESSENTIAL}"))
    back = coordinator.submit(form, "Créer l’action")
    assert back.h1 == "Résultats"
    assert back.link("Action n° 1") == f"/actions/{actions_of(runtime, team)[0].id}"
    assert "(à lancer)" in back.text
    assert "Il a une action ou un motif." in back.text
    assert f"Créer une autre action pour {ESSENTIAL}" in back.text
    assert "dire pourquoi" not in back.text


@pytest.mark.parametrize("where", ["", f"/{GRID}"])
def test_an_open_action_on_the_same_criterion_is_offered_before_another(
    coordinator: Site, runtime: Runtime, team: Team, rating: int, where: str
) -> None:
    earlier = (sheet_of(runtime, make_assessment(runtime, team)), ESSENTIAL)
    make_action(runtime, team, state="verifier", criteria=[earlier])
    key = make_action(runtime, team, title="Revoir le modèle", criteria=[earlier])
    page = coordinator.get(f"{results(rating)}{where}")
    button = f"Rattacher à l’action n° 2, Revoir le modèle, pour {ESSENTIAL}"
    assert "action n° 1," not in page.text
    back = coordinator.submit(page, button)
    assert back.h1 == page.h1
    assert back.link("Action n° 2") == f"/actions/{key}"
    assert "Rattacher" not in back.text


def test_why_this_score_offers_an_action_for_each_weak_criterion(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(f"{results(rating)}/{GRID}")
    offers = {a.words for a in page.root.one("main").all("a") if a.words.startswith("Créer")}
    assert offers == {f"Créer une action pour {ESSENTIAL}", f"Créer une action pour {PLAIN}"}
    form = coordinator.get(page.link(f"Créer une action pour {PLAIN}"))
    assert coordinator.submit(form, "Créer l’action").h1 == page.h1


def test_a_written_reason_stands_for_an_action_and_is_changed_and_taken_back(
    coordinator: Site, rating: int
) -> None:
    page = coordinator.get(results(rating))
    form = coordinator.get(page.link(f"Pas d’action : dire pourquoi ({ESSENTIAL})"))
    told = coordinator.submit(form, "Enregistrer le motif", {"reason": REASON})
    assert told.notices == ["Le motif est enregistré."]
    assert f"Pas d’action : {REASON}" in told.text
    assert "Camille Coordination" in told.text
    form = coordinator.get(waiver(rating))
    assert form.field("reason").words == REASON
    told = coordinator.submit(form, "Enregistrer le motif", {"reason": ""})
    assert told.notices == ["Le motif est retiré."]
    assert REASON not in told.text


def test_a_reason_that_is_refused_is_told_and_kept(coordinator: Site, rating: int) -> None:
    form = coordinator.get(waiver(rating))
    for reason in (NIR, "a" * 1500, "é" * 500_000):
        refused = coordinator.submit(form, "Enregistrer le motif", {"reason": reason}, status=422)
        assert refused.complaints[0].startswith("Motif : ")
        assert refused.field("reason").words == reason


def test_only_an_essential_criterion_that_is_not_met_has_a_reason(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    for criterion in (PLAIN, "A2-01", "Z9-99"):
        coordinator.get(waiver(rating, criterion), 404)
        coordinator.post(waiver(rating, criterion), {"reason": "x"}, 404)
    coordinator.submit(coordinator.get(waiver(rating)), "Enregistrer le motif", {"reason": REASON})
    advance(runtime, team, rating, "close")
    over = coordinator.get(waiver(rating), 409)
    assert "L’auto-évaluation est terminée" in over.text
    assert "Changer le motif" not in coordinator.get(results(rating)).text


def test_a_member_reads_actions_and_reasons_and_is_offered_none(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    make_action(runtime, team, criteria=[(sheet_of(runtime, rating), ESSENTIAL)])
    page = member.get(results(rating))
    assert "Action n° 1" in page.text
    assert "Créer" not in page.text
    member.get(waiver(rating), 403)
    member.post(waiver(rating), {"reason": "x"}, 403)


def test_the_direction_is_told_how_many_essentials_hold_the_closing_back(
    site: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    site.sign_in(team.coordinator)
    site.submit(site.get(f"/auto-evaluations/{rating}/grilles/{GRID}"), "Déclarer la grille terminée")
    advance(runtime, team, rating, "accord")
    asking = site.get(f"/auto-evaluations/{rating}/etape/validation")
    assert "1 sur 1 attend encore. L’étape suivante les attendra." in asking.text
    advance(runtime, team, rating, "validation")
    site.sign_in(team.manager)
    page = site.get(f"/auto-evaluations/{rating}")
    told = "Prévoir une action pour chaque impératif à reprendre, ou écrire un motif. 1 sur 1 attend encore."
    assert told in page.text
    confirm = site.get(f"/auto-evaluations/{rating}/etape/close")
    assert "1 sur 1 attend encore." in confirm.text
    assert site.get(confirm.link("Y répondre").partition("#")[0]).h1 == "Résultats"
    make_action(runtime, team, criteria=[(sheet_of(runtime, rating), ESSENTIAL)])
    assert "attend encore" not in site.get(f"/auto-evaluations/{rating}").text


def test_results_cost_the_same_whatever_the_number_of_actions(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    def cost(url: str) -> int:
        coordinator.get(url)
        with coordinator.counted_statements() as statements:
            coordinator.get(url)
        return len(statements)

    sheet = sheet_of(runtime, rating)
    make_action(runtime, team, criteria=[(sheet, ESSENTIAL)])
    addresses = (results(rating), f"{results(rating)}/{GRID}")
    one = [cost(address) for address in addresses]
    for _ in range(10):
        make_action(runtime, team, criteria=[(sheet, ESSENTIAL), (sheet, PLAIN)])
    assert [cost(address) for address in addresses] == one


def test_the_grid_offers_an_action_beside_each_weak_criterion_and_comes_back_to_it(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(grid_url(rating))
    offers = {a.words for a in page.root.one("main").all("a") if a.words.startswith("Créer")}
    assert offers == {f"Créer une action pour {ESSENTIAL}", f"Créer une action pour {PLAIN}"}
    form = coordinator.get(page.link(f"Créer une action pour {ESSENTIAL}"))
    back = coordinator.submit(form, "Créer l’action")
    assert back.link(f"Action n° 1 pour {ESSENTIAL}") == f"/actions/{actions_of(runtime, team)[0].id}"
    advance(runtime, team, rating, "validation")
    assert f"Action n° 1 pour {ESSENTIAL}" in coordinator.get(grid_url(rating)).text


def test_a_member_reads_on_the_grid_what_answers_it(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    make_action(runtime, team, criteria=[(sheet_of(runtime, rating), PLAIN)])
    page = member.get(grid_url(rating))
    assert f"Action n° 1 pour {PLAIN}" in page.text
    assert "Créer une action" not in page.text
