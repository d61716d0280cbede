"""Planning an action: from a criterion in one gesture, free, or by linking one; changing it."""

from __future__ import annotations

from datetime import date

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.actions.scene import ESSENTIAL, PLAIN, actions_of, make_action, reload, running, sheet_of
from tests.web.assessments.scene import GRID, NASTY, NIR, Team, make_assessment, make_team

TWICE_PROPOSED = "A2-08"
"""A criterion for which the grid has two wordings."""

PROPOSED = "Ajouter la conclusion de la concertation au modèle de dossier du logiciel."


def new_url(team: Team, rating: int | None = None, criterion: str = ESSENTIAL, more: str = "") -> str:
    asked = f"?auto_evaluation={rating}&grille={GRID}&critere={criterion}" if rating else "?"
    return f"/centres/{team.centre_id}/actions/nouvelle{asked}{more}"


def test_an_action_from_a_criterion_is_made_in_one_gesture_with_what_the_grid_proposes(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(new_url(team, rating))
    assert page.field("title")["value"] == PROPOSED
    assert "Repères proposés : c’est un impératif et l’équipe a répondu « Non »." in page.text
    made = coordinator.submit(page, "Créer l’action")
    assert made.h1 == f"N° 1 {PROPOSED}"
    assert made.notices == ["L’action n° 1 est créée."]
    (action,) = actions_of(runtime, team)
    assert (action.origin, action.criticality, action.effect_from) == ("criterion", 4, "non")
    assert (action.effect_criterion, action.effect_to) == (ESSENTIAL, "oui")
    assert "Critère A2-05" in made.text


def test_what_is_written_counts_before_what_the_grid_proposes(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(new_url(team, rating))
    key = f"cible-{sheet_of(runtime, rating)}:{ESSENTIAL}"
    coordinator.submit(
        page,
        "Créer l’action",
        {
            "title": "Revoir dix dossiers",
            key: "oui",
            "owner_id": str(team.member.id),
            "contributors": [str(team.colleague.id)],
            "starts_on": "2026-03-02",
            "due_on": "2026-06-01",
            "review_on": "2026-09-01",
            "criticality": "3",
        },
    )
    (action,) = actions_of(runtime, team)
    assert (action.title, action.effect_to, action.owner_id) == ("Revoir dix dossiers", "oui", team.member.id)
    assert (action.due_on, action.criticality) == (date(2026, 6, 1), 3)


def test_of_several_wordings_the_first_is_in_the_title_and_each_may_be_taken(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    page = coordinator.get(new_url(team, rating, TWICE_PROPOSED))
    wordings = [one["data-proposal"] for one in page.root.all("button") if "data-proposal" in one]
    assert len(wordings) == 2
    assert page.field("title")["value"] == wordings[0]
    refused = coordinator.submit(page, "Créer l’action", {"title": ""}, status=422)
    assert refused.complaints == ["Intitulé : remplissez ce champ."]


def test_who_and_when_may_stay_unsaid_until_it_is_launched(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    names = ("Pilote", "Échéance", "À vérifier le")
    for url, mark in ((new_url(team), " (facultatif)"), (edit_url(runtime, team), "")):
        labels = [label.words for label in coordinator.get(url).root.all("label")]
        assert all(f"{name}{mark}" in labels for name in names)


def edit_url(runtime: Runtime, team: Team) -> str:
    """The address where an action that was launched is changed."""
    return f"/actions/{make_action(runtime, team, **running(team))}/modifier"


def test_a_free_action_asks_for_a_title_and_no_more(coordinator: Site, runtime: Runtime, team: Team) -> None:
    page = coordinator.get(new_url(team))
    refused = coordinator.submit(page, "Créer l’action", status=422)
    assert refused.complaints == ["Intitulé : remplissez ce champ."]
    made = coordinator.submit(refused, "Créer l’action", {"title": "Repeindre l’accueil"})
    assert made.h1 == "N° 1 Repeindre l’accueil"
    assert actions_of(runtime, team)[0].origin == "free"


def test_the_gesture_goes_back_to_where_one_was_on_this_site_only(
    coordinator: Site, team: Team, rating: int
) -> None:
    here = f"/auto-evaluations/{rating}/resultats"
    page = coordinator.get(new_url(team, rating, more=f"&retour={here}"))
    assert coordinator.submit(page, "Créer l’action").h1 == "Résultats"
    for elsewhere in ("https://ailleurs.fr/", "//ailleurs.fr", "/nulle-part", "javascript:alert(1)"):
        page = coordinator.get(new_url(team, rating, more=f"&retour={elsewhere}"))
        assert "retour" not in page.html
        assert coordinator.submit(page, "Créer l’action").h1.startswith("N° ")


def test_other_actions_on_the_same_criterion_are_offered_and_linked(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    earlier = make_assessment(runtime, team)
    linked = make_action(runtime, team, criteria=[(sheet_of(runtime, earlier), ESSENTIAL)])
    over = make_action(runtime, team, state="verifier", criteria=[(sheet_of(runtime, earlier), ESSENTIAL)])
    page = coordinator.get(new_url(team, rating))
    assert "Des actions y répondent déjà" in page.text
    assert f"action n° {reload(runtime, over).number}" not in page.text
    done = coordinator.submit(page, "Rattacher à l’action n° 1")
    assert done.notices == ["L’action n° 1 répond aussi au critère A2-05."]
    assert done.h1 == "N° 1 Action 1"
    assert "répond déjà à ce critère" in coordinator.get(new_url(team, rating)).text
    assert reload(runtime, linked).version == 2


BAD = {
    "owner_id": ("987654", "Pilote : choisissez l’une des réponses proposées."),
    "contributors": ("987654", "Contributeurs : choisissez l’une des réponses proposées."),
    "criteria": ("987654:A2-05", "Ce à quoi elle répond : choisissez l’une des réponses proposées."),
    "criticality": ("9", "Criticité : que risque-t-on si rien ne change ? : choisissez l’une des réponses"),
    "kind": ("autre", "Type : choisissez l’une des réponses proposées."),
    "due_on": ("9999-12-31", "Échéance : choisissez une date du"),
    "review_on": ("1066-10-14", "À vérifier le : choisissez une date du"),
    "title": (NIR, "Intitulé : ce texte contient ce qui ressemble à un numéro de sécurité sociale."),
    "finding": ("é" * 500_000, "Constat : raccourcissez ce texte"),
    "means": ("a" * 3000, "Moyens : raccourcissez ce texte"),
    "effect_measure": ("a" * 300, "Ce qui est mesuré : raccourcissez ce texte"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_taken_is_told_and_nothing_typed_is_lost(
    coordinator: Site, runtime: Runtime, team: Team, name: str
) -> None:
    value, told = BAD[name]
    page = coordinator.get(new_url(team))
    refused = coordinator.submit(
        page, "Créer l’action", {"title": "Une action", "finding": "Vu hier.", name: value}, status=422
    )
    assert len(refused.complaints) == 1
    assert refused.complaints[0].startswith(told)
    if name not in ("title", "finding"):
        assert refused.field("title")["value"] == "Une action"
        assert "Vu hier." in refused.field("finding").words
    assert actions_of(runtime, team) == []


def test_people_and_criteria_of_another_centre_are_refused(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    other = make_team(runtime, name="Centre voisin")
    sheet = sheet_of(runtime, make_assessment(runtime, other))
    page = coordinator.get(new_url(team))
    for values in (
        {"owner_id": str(other.member.id)},
        {"contributors": [str(other.member.id)]},
        {"criteria": [f"{sheet}:{ESSENTIAL}"]},
        {"criteria": [f"{sheet}:{ESSENTIAL}"] * 3 + ["x" * 5000, "1:", "0:A2-01"]},
        {"criteria": [f"{number}:A2-01" for number in range(2000)]},
        {"contributors": [str(number) for number in range(100_000, 102_000)]},
        {"effect_on": f"{sheet}:{ESSENTIAL}"},
    ):
        refused = coordinator.submit(page, "Créer l’action", {"title": "Une action", **values}, status=422)
        assert refused.field("title")["value"] == "Une action"
    assert actions_of(runtime, team) == []


def test_nobody_of_another_centre_is_named_by_a_form_that_is_refused(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    theirs = str(team.stranger.id)
    new = coordinator.get(new_url(team))
    change = coordinator.get(f"/actions/{make_action(runtime, team)}/modifier")
    for page, button in ((new, "Créer l’action"), (change, "Enregistrer")):
        for sent in ({"owner_id": theirs}, {"contributors": [theirs]}):
            refused = coordinator.submit(page, button, {"title": "", **sent}, status=422)
            assert len(refused.complaints) == 2
            assert "Sacha Ailleurs" not in refused.html


def test_an_action_answers_no_criterion_that_the_team_does_not_read_yet(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = f"{sheet_of(runtime, make_assessment(runtime, team, to='preparation'))}:{PLAIN}"
    page = coordinator.get(new_url(team))
    values = {"title": "Une action", "criteria": [key]}
    refused = coordinator.submit(page, "Créer l’action", values, status=409)
    assert refused.h1 == "Ce n’est pas possible à cette étape"
    assert actions_of(runtime, team) == []


def test_what_an_action_started_with_is_asked_for_when_it_is_taken_away(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team))
    page = coordinator.get(f"/actions/{key}/modifier")
    emptied = {"owner_id": "", "due_on": "", "review_on": ""}
    refused = coordinator.submit(page, "Enregistrer", emptied, status=422)
    assert refused.complaints == [
        "Pilote : choisissez une réponse.",
        "Échéance : remplissez ce champ.",
        "À vérifier le : remplissez ce champ.",
    ]
    assert reload(runtime, key).version == 1


def test_an_address_that_names_what_is_not_there_is_not_found(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    other = make_assessment(runtime, make_team(runtime, name="Centre voisin"))
    coordinator.get(new_url(team, other), 404)
    coordinator.get(new_url(team, rating, "Z9-99"), 404)
    coordinator.get(new_url(team, rating, "x" * 3000), 404)
    coordinator.get(f"/centres/{team.centre_id}/actions/nouvelle?auto_evaluation=9&grille=%00&critere=", 404)
    dossier = coordinator.get(new_url(team, more="dossier=987654"))
    assert "Nouvelle action" in dossier.h1
    coordinator.submit(dossier, "Créer l’action", {"title": "Une action"}, status=404)


def test_before_the_rating_opens_no_action_is_proposed_for_a_criterion(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    preparing = make_assessment(runtime, team, to="preparation")
    page = coordinator.get(new_url(team, preparing), 409)
    assert page.h1 == "Ce n’est pas possible à cette étape"


def test_a_target_no_better_than_the_answer_is_told_beside_its_criterion(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    key = f"{sheet_of(runtime, rating)}:{PLAIN}"
    page = coordinator.get(new_url(team, rating, PLAIN))
    refused = coordinator.submit(page, "Créer l’action", {f"cible-{key}": "non"}, status=422)
    assert refused.complaints[0].startswith("Attendu : l’effet attendu doit être meilleur")
    assert refused.root.one(id="effect_to")["name"] == f"cible-{key}"
    coordinator.submit(page, "Créer l’action", {f"cible-{key}": "nulle-part"}, status=422)
    assert actions_of(runtime, team) == []


def test_an_action_is_changed_and_what_somebody_changed_meanwhile_is_not_replaced(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    key = make_action(runtime, team, title="Avant")
    page = coordinator.get(f"/actions/{key}/modifier")
    saved = coordinator.submit(page, "Enregistrer", {"title": "Après", "means": "Deux heures."})
    assert saved.h1 == "N° 1 Après"
    assert "Deux heures." in saved.text
    late = coordinator.submit(page, "Enregistrer", {"title": "Trop tard", "finding": "Écrit."}, status=409)
    assert late.h1 == "Quelqu’un a modifié ceci avant vous"
    assert "Écrit." in late.text
    assert reload(runtime, key).title == "Après"


def test_criteria_are_added_and_removed_among_those_that_are_weak(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    sheet = sheet_of(runtime, rating)
    key = make_action(runtime, team, criteria=[(sheet, PLAIN)])
    page = coordinator.get(f"/actions/{key}/modifier")
    offered = {box["value"] for box in page.root.all("input", name="criteria")}
    assert offered == {f"{sheet}:{PLAIN}", f"{sheet}:{ESSENTIAL}"}
    saved = coordinator.submit(page, "Enregistrer", {"criteria": [f"{sheet}:{ESSENTIAL}"]})
    assert "A2-05" in saved.text
    assert "A2-02" not in saved.text


def test_once_started_the_effect_expected_no_longer_changes(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team))
    page = coordinator.get(f"/actions/{key}/modifier")
    assert "il ne change plus" in page.text
    saved = coordinator.submit(page, "Enregistrer", {"title": "Autrement dit"})
    assert "Appels perdus" in saved.text
    refused = coordinator.post(
        f"/actions/{key}/modifier",
        {"version": "2", "title": "x", "kind": "corrective", "effect_on": "mots", "effect_to": "10",
         "criticality": "2", "feasibility": "3", "impact": "2"},
        422,
    )  # fmt: skip
    assert refused.complaints[0].startswith("Attendu : l’action est lancée")
    assert reload(runtime, key).effect_to == "20"


def test_an_action_that_is_over_is_changed_by_nobody(coordinator: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team, state="verifier")
    assert coordinator.get(f"/actions/{key}/modifier", 409).h1 == "Ce n’est pas possible à cette étape"
    assert "Modifier" not in coordinator.get(f"/actions/{key}").text


def test_who_left_the_team_stays_the_pilot_until_another_is_chosen(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, owner_id=team.stranger.id)
    page = coordinator.get(f"/actions/{key}/modifier")
    saved = coordinator.submit(page, "Enregistrer", {"title": "Encore"})
    assert "Sacha Ailleurs" in saved.text


def test_markup_is_shown_as_written(coordinator: Site, runtime: Runtime, team: Team) -> None:
    page = coordinator.get(new_url(team))
    made = coordinator.submit(page, "Créer l’action", {"title": NASTY, "finding": NASTY, "means": NASTY})
    assert not made.root.all("img")
    assert NASTY in made.h1
    assert not coordinator.get(f"/actions/{actions_of(runtime, team)[0].id}/modifier").root.all("img")


def test_a_member_reads_and_plans_nothing(member: Site, runtime: Runtime, team: Team, rating: int) -> None:
    key = make_action(runtime, team)
    member.get(new_url(team, rating), 403)
    member.get(f"/actions/{key}/modifier", 403)
    assert "Modifier" not in member.get(f"/actions/{key}").text
