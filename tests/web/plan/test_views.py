"""Board, calendar, matrix and whole table of a plan, as pages."""

from __future__ import annotations

from datetime import date

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.cast import Cast
from tests.web.plan.scene import TODAY, make_action, make_plan, plan_url


def test_the_board_has_a_column_for_each_state_and_leads_to_each_action(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    plan = make_plan(runtime, cast)
    page = lead.get(plan_url(cast, "/tableau"))
    columns = {
        column.one("h2").words: [card.words for card in column.all("h3")]
        for column in page.root.all("section", class_="board-column")
    }
    assert columns == {
        "À lancer 2": ["Écrire la procédure d’accueil", "Former l’équipe aux gestes d’urgence"],
        "En cours 1": ["Tester les sauvegardes"],
        "À vérifier 1": ["Revoir les accès au logiciel"],
        "Close 1": ["Afficher la conduite à tenir"],
        "Abandonnée 0": [],
    }
    assert page.link("Tester les sauvegardes") == f"/actions/{plan[1].id}"
    assert "En retard de 43 jours" in page.text


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


def test_a_column_with_more_than_fifty_leads_to_the_others(lead: Site, runtime: Runtime, cast: Cast) -> None:
    for _ in range(52):
        make_action(runtime, cast, state="faire")
    page = lead.get(plan_url(cast, "/tableau?type=corrective"))
    others = lead.get(page.link("Voir les 2 autres – En cours"))
    assert "52 actions" in others.text
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
    assert page.root.all("svg", class_="chart")
    rows = [[cell.words for cell in row.all("td")] for row in page.root.one("tbody").all("tr")]
    assert [row[:2] for row in rows] == [["4", "3"], ["2", "3"]]
    assert "Former l’équipe" in rows[1][2]


def test_a_crowded_place_leads_to_its_list_and_a_plan_all_ended_says_so(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_action(runtime, cast, state="close")
    assert "Aucune action ouverte" in lead.get(plan_url(cast, "/matrice")).text
    for _ in range(21):
        make_action(runtime, cast)
    page = lead.get(plan_url(cast, "/matrice"))
    listed = lead.get(page.link("Voir les 21 actions de criticité 2 et de faisabilité 3"))
    assert "21 actions" in listed.text
    assert "Criticité 2, faisabilité 3." in listed.text


def test_the_views_of_a_plan_lead_to_one_another_and_keep_the_filters(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast, "?q=acces"))
    for label in ("Tableau", "Calendrier", "Matrice", "PAQSS", "Liste"):
        page = lead.get(page.link(label))
        assert page.field("q")["value"] == "acces", label


def test_the_whole_table_of_an_empty_view_says_so(lead: Site, runtime: Runtime, cast: Cast) -> None:
    assert "Aucune action ici" in lead.get(plan_url(cast, "/paqss")).text
