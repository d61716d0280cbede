"""Board, calendar, matrix and whole table of a plan, as pages."""

from __future__ import annotations

from datetime import date

from aqss.bootstrap import Runtime
from aqss.services.actions.board import MOST_CARDS
from tests.markup import Element
from tests.page import Page, Site
from tests.web.cast import Cast
from tests.web.plan.scene import TODAY, make_action, make_plan, plan_url


def columns(page: Page) -> dict[str, list[str]]:
    """Of the board, each with the titles of its cards."""
    found = page.root.all("section", class_="board-column")
    return {one.one("h2").words: [card.words for card in one.all("h3")] for one in found}


def folds(page: Page) -> list[Element]:
    """The zones of the matrix, each with its actions."""
    return page.root.one("section", aria_labelledby="places").all("details")


def test_the_board_has_a_column_for_each_open_state_and_leads_to_each_action(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    plan = make_plan(runtime, cast)
    page = lead.get(plan_url(cast, "/tableau"))
    assert columns(page) == {
        "À lancer 2": ["Écrire la procédure d’accueil", "Former l’équipe aux gestes d’urgence"],
        "En cours 1": ["Tester les sauvegardes"],
        "À vérifier 1": ["Revoir les accès au logiciel"],
    }
    assert page.link("Tester les sauvegardes") == f"/actions/{plan[1].id}"
    assert "En retard de 43 jours" in page.text


def test_what_is_over_is_folded_into_a_count_that_leads_to_the_list(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    listed = lead.get(lead.get(plan_url(cast, "/tableau?type=corrective")).link("Close (1)"))
    assert "1 action" in listed.text
    assert "Afficher la conduite à tenir" in listed.text
    assert listed.field("type").one("option", selected="")["value"] == "corrective"
    over = lead.get(plan_url(cast, "/tableau?vue=terminees"))
    assert columns(over) == {"Close 1": ["Afficher la conduite à tenir"], "Abandonnée 0": []}
    assert "se lit dans la liste" not in over.text
    nothing = lead.get(plan_url(cast, "/tableau?etape=close"))
    assert "Aucune action ici" in nothing.text
    assert columns(lead.get(nothing.link("Voir toutes les actions")))["Close 1"]


def test_a_card_offers_the_passages_of_its_reader_and_leads_to_their_question(
    site: Site, runtime: Runtime, cast: Cast
) -> None:
    plan = make_plan(runtime, cast)
    site.sign_in(cast.nadia)
    page = site.get(plan_url(cast, "/tableau"))
    asked = page.link("Lancer l’action – n° 1")
    assert asked == f"/actions/{plan[0].id}/etape/faire"
    assert site.get(asked).status == 200
    site.sign_in(cast.lea)
    page = site.get(plan_url(cast, "/tableau"))
    assert "Lancer l’action – n° 1" in page.text.replace("\u00a0", " "), "she leads it"
    assert "– n° 2" not in page.text.replace("\u00a0", " "), "somebody else does"


def test_a_column_with_too_many_cards_leads_to_the_others(lead: Site, runtime: Runtime, cast: Cast) -> None:
    for _ in range(MOST_CARDS + 2):
        make_action(runtime, cast, state="faire")
    page = lead.get(plan_url(cast, "/tableau?type=corrective"))
    others = lead.get(page.link("Voir les 2 autres – En cours"))
    assert f"{MOST_CARDS + 2} actions" in others.text
    views = others.root.one("nav", aria_label="Vues du plan")
    assert views.one("a", aria_current="page").words == f"Ouvertes {MOST_CARDS + 2}"
    assert others.field("type").one("option", selected="")["value"] == "corrective"


def test_the_calendar_shows_a_month_and_leads_to_its_neighbours(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_action(runtime, cast, title="Afficher la consigne", due_on=date(2026, 3, 10))
    make_action(runtime, cast, title="Revoir la consigne", review_on=date(2026, 4, 14))
    page = lead.get(plan_url(cast, "/calendrier?type=corrective"))
    assert "Mars 2026" in page.text
    assert "Mardi 10 mars 2026" in page.text
    after = lead.get(page.link("Mois suivant : avril 2026"))
    assert "Revoir la consigne" in after.text
    assert after.field("type").one("option", selected="")["value"] == "corrective"
    empty = lead.get(plan_url(cast, "/calendrier?mois=2031-01"))
    assert "Rien ce mois-ci" in empty.text
    for bad in ("2026-13", "x", "0000-00", "99999-01"):
        assert "Mars 2026" in lead.get(plan_url(cast, f"/calendrier?mois={bad}")).text


def test_a_busy_day_shows_three_and_leads_to_the_others(lead: Site, runtime: Runtime, cast: Cast) -> None:
    for _ in range(5):
        make_action(runtime, cast, due_on=TODAY)
    page = lead.get(plan_url(cast, "/calendrier"))
    assert page.link("2 autres, le 2 mars 2026") == "#j-2026-03-02"
    assert "(aujourd’hui)" in page.text


def test_the_matrix_counts_and_names_the_actions_of_each_place(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast, "/matrice"))
    rows = [[cell.words for cell in row.all("td")] for row in page.root.one("tbody").all("tr")]
    assert rows[0] == [
        "Ensuite",
        "Ensuite",
        "D’abord 1 action de criticité 4 et de faisabilité 3",
        "D’abord",
    ]
    assert [bool(cell) for row in rows for cell in row] == [True] * 16
    zones = {one.one("summary").words: [link.words for link in one.all("a")] for one in folds(page)}
    assert list(zones) == ["D’abord (1)", "Ensuite (3)"]
    assert zones["D’abord (1)"] == ["Écrire la procédure d’accueil"]
    assert "Former l’équipe aux gestes d’urgence" in zones["Ensuite (3)"]


def test_each_place_of_the_matrix_leads_to_its_list_in_the_view_shown(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_action(runtime, cast, state="close", criticality=3, impact=4)
    page = lead.get(plan_url(cast, "/matrice?vue=terminees"))
    assert "dont d’impact 3 ou 4 : 1" in page.text.replace("\u00a0", " ")
    listed = lead.get(page.link("1 action de criticité 3 et de faisabilité 3"))
    assert "Criticité 3, faisabilité 3." in listed.text
    assert "Action 1" in listed.text


def test_a_crowded_zone_leads_to_its_list_and_a_plan_all_ended_says_so(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_action(runtime, cast, state="close")
    assert "Aucune action ici" in lead.get(plan_url(cast, "/matrice")).text
    for _ in range(21):
        make_action(runtime, cast)
    page = lead.get(plan_url(cast, "/matrice"))
    listed = lead.get(page.link("Voir les 21 actions – Ensuite"))
    assert "21 actions" in listed.text
    assert listed.field("priorite").one("option", selected="")["value"] == "ensuite"


def test_the_views_of_a_plan_lead_to_one_another_and_keep_the_filters(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    asked = "?vue=toutes&q=acces&tri=numero&grouper=etape&etape=verifier&case=2-3"
    page = lead.get(plan_url(cast, asked))
    for label in ("Tableau", "Calendrier", "Matrice", "PAQSS", "Effets", "Liste"):
        page = lead.get(page.link(label))
        if label != "Effets":
            kept = {name: page.field(name)["value"] for name in ("q", "vue", "case")}
            assert kept == {"q": "acces", "vue": "toutes", "case": "2-3"}, label
            assert page.field("etape").one("option", selected="")["value"] == "verifier", label
    for name, value in (("tri", "numero"), ("grouper", "etape")):
        assert page.field(name).one("option", selected="")["value"] == value


def test_the_calendar_keeps_its_month_from_one_view_to_the_next(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast, "/calendrier?mois=2026-04"))
    for label in ("Toutes 5", "Ouvertes 4"):
        page = lead.get(page.link(label))
        assert "Avril 2026" in page.text


def test_the_whole_table_of_an_empty_view_says_so(lead: Site, runtime: Runtime, cast: Cast) -> None:
    assert "Aucune action ici" in lead.get(plan_url(cast, "/paqss")).text
