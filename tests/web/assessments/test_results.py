"""Where the team stands: scores, what to take up again, why, and the way since the last time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent
from aqss.persistence.editions import Edition
from aqss.services.assessments.rating import Submission
from tests.clock import FakeClock
from tests.page import Site
from tests.web.assessments.scene import FIGURES, GRID, NASTY, Team, a_scope, advance, make_assessment, rate

LEVELS = {"A2-01": "oui", "A2-02": "partiel", "A2-08": "non", "A2-05": "partiel"}
"""2 of 4 points; A2-08 and A2-05 are essential."""


def results_of(key: int, grid: str = "") -> str:
    return f"/auto-evaluations/{key}/resultats" + (f"/{grid}" if grid else "")


def test_scores_are_told_with_their_band_their_share_and_their_essentials(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, LEVELS)
    text = member.get(results_of(rating)).text
    assert "50,0 sur 100" in text
    assert "À consolider" in text
    assert "Provisoire : 36 % coté" in text
    assert "2 impératifs à reprendre" in text
    assert "4 critères cotés sur 11 · 1 grille sur 9" in text


def test_each_essential_that_is_not_met_is_shown_with_its_answer_and_its_place(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, LEVELS)
    page = member.get(results_of(rating))
    rows = page.root.one(class_="alert-list").all("tr")[1:]
    assert [row.words.split()[0] for row in rows] == ["A2-08", "A2-05"]
    assert [row.all("td")[0].words for row in rows] == ["Non", "En partie"]
    assert page.link("A2-08") == f"/auto-evaluations/{rating}/grilles/{GRID}#A2-08"
    assert "1 impératif sans cotation" in page.text


def test_a_long_list_shows_its_beginning_and_keeps_the_rest_one_gesture_away(
    member: Site, runtime: Runtime, catalogue: Catalogue, team: Team
) -> None:
    grids = (
        "coordination",
        "identite-patients",
        "systeme-information",
        "tenue-dossier",
        "acces-prise-en-charge",
    )
    key = make_assessment(runtime, team, a_scope(*grids))
    count = 0
    for grid in grids:
        found = {c.criterion: "non" for c in catalogue.grids[grid].criteria if c.essential and c.applies(())}
        count += len(found)
        rate(runtime, team.member, key, found, grid=grid)
    assert count > 8
    essentials = member.get(results_of(key)).root.one(class_="alert-list")
    first, rest = essentials.all("table")
    assert len(first.all("tr")) - 1 == 8
    assert essentials.all("summary")[0].words == f"Voir {count - 8} autre{'s' if count > 9 else ''}"
    assert len(rest.all("tr")) - 1 == count - 8


def test_an_essential_to_take_up_again_comes_with_the_action_its_grid_proposes(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-05": "partiel"})
    line = member.get(results_of(rating)).root.one(class_="alert-list").one("tbody").words
    assert (
        "Action proposée : ajouter la conclusion de la concertation au modèle de dossier du logiciel." in line
    )


def test_what_does_not_concern_the_centre_is_shown_with_its_reason(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-03": Submission("na", "Pas de réunion")})
    text = member.get(results_of(rating)).text
    assert "1 critère non concerné" in text
    assert "à relire avant de valider" in text
    assert "Pas de réunion" in text


def test_an_essential_that_does_not_concern_the_centre_stands_apart_before_the_others(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    reasons = {"A2-05": "Sans concertation", "A2-03": "Pas de réunion"}
    rate(runtime, team.member, rating, {code: Submission("na", why) for code, why in reasons.items()})
    page = member.get(results_of(rating))
    lists = [page.root.one(id=name).parent for name in ("imperatifs-non-concernes", "non-concernes")]
    assert [one.one("h2").words for one in lists] == [
        "1 impératif non concerné",
        "1 autre critère non concerné",
    ]
    assert [[row.words.split()[0] for row in one.one("tbody").all("tr")] for one in lists] == [
        ["A2-05"],
        ["A2-03"],
    ]
    assert "Sans concertation" in lists[0].words
    assert page.text.index("1 impératif non concerné") < page.text.index("1 autre critère non concerné")


def test_once_closed_nobody_is_told_to_read_reasons_again(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-03": Submission("na", "Pas de réunion")})
    advance(runtime, team, rating, "close")
    text = member.get(results_of(rating)).text
    assert "Hors du calcul, pour le motif donné." in text
    assert "avant de valider" not in text


def test_without_an_answer_there_is_no_score_and_no_verdict(member: Site, rating: int) -> None:
    page = member.get(results_of(rating))
    assert "Pas de score" in page.text
    assert "Provisoire" not in page.text
    assert "Votre chemin" not in page.text
    assert not page.root.all("section", class_="is-provisional")


def test_a_closed_assessment_is_compared_with_the_one_before(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    for title, level in (("La première", "non"), ("La deuxième", "partiel"), ("La troisième", "oui")):
        key = make_assessment(runtime, team, a_scope(title=title))
        rate(runtime, team.member, key, {"A2-01": level})
        advance(runtime, team, key, "close")
        clock.advance(days=40)
    member.sign_in(team.member)
    page = member.get(results_of(key))
    assert "close le 21 mai 2026" in page.text
    assert "+ 50,0 points depuis « La deuxième »" in page.text
    path = page.root.one(id="chemin").parent.one("table", class_="heat")
    assert [cell.words for cell in path.all("th", scope="col")] == [
        "Grille",
        "03/2026",
        "04/2026",
        "05/2026",
        "Écart",
    ]
    cells = [cell.words for cell in path.one("tbody").all("td")]
    assert cells == ["0,0", "50,0", "100,0", "+ 50,0"]


def test_two_assessments_of_the_same_month_are_told_apart(member: Site, runtime: Runtime, team: Team) -> None:
    for title in ("La première", "La deuxième"):
        key = make_assessment(runtime, team, a_scope(title=title))
        rate(runtime, team.member, key, {"A2-01": "oui"})
        advance(runtime, team, key, "close")
    page = member.get(results_of(key))
    path = page.root.one(id="chemin").parent.one("table", class_="heat")
    assert [cell.words for cell in path.all("th", scope="col")] == [
        "Grille",
        "03/2026",
        "Cette fois",
        "Écart",
    ]
    assert "Trait noir : 03/2026" in page.text


def test_a_grid_left_out_last_time_has_a_gap_and_no_change(
    member: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    first = make_assessment(runtime, team)
    rate(runtime, team.member, first, {"A2-01": "oui"})
    advance(runtime, team, first, "close")
    clock.advance(days=40)
    key = make_assessment(runtime, team, a_scope(GRID, "accueil-rendez-vous"))
    rate(runtime, team.member, key, {"A2-01": "non"})
    member.sign_in(team.member)
    rows = (
        member.get(results_of(key))
        .root.one(id="chemin")
        .parent.one("table", class_="heat")
        .one("tbody")
        .all("tr")
    )
    assert [[cell.words for cell in row.all("td")] for row in rows] == [
        ["100,0", "0,0", "− 100,0"],
        ["–", "–", "–"],
    ]


def test_figures_without_target_have_no_score_and_say_where_to_be_read(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(FIGURES))
    rate(runtime, team.member, key, {"D1-01": Submission("number", "1200")}, grid=FIGURES)
    text = member.get(results_of(key)).text
    assert "Suivi sans score" in text
    assert "Les chiffres sont dans sa grille et dans le rapport." in text
    assert "Pas de score" not in text
    assert "0 critère coté" not in text
    why = member.get(results_of(key, FIGURES)).text
    assert "elle n’a pas de score" in why
    assert "Sans score : c’est un suivi, pas une cotation." in why


def test_three_grids_make_a_radar_and_two_do_not(member: Site, runtime: Runtime, team: Team) -> None:
    grids = (GRID, "accueil-rendez-vous", "tenue-dossier")
    for count, drawn in ((2, False), (3, True)):
        key = make_assessment(runtime, team, a_scope(*grids[:count]))
        rate(runtime, team.member, key, {"A2-01": "oui"})
        page = member.get(results_of(key))
        assert bool(page.root.all("figure")) is drawn


def test_why_a_score_is_opened_down_to_each_weight(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, LEVELS)
    rate(
        runtime,
        team.member,
        rating,
        {"A2-03": Submission("na", "Pas de réunion"), "A2-04": Submission("unknown")},
    )
    page = member.get(results_of(rating, GRID))
    assert (
        "4 points étaient possibles sur 4 critères cotés. Vous en avez 2 : 100 × 2 ÷ 4 = 50,0." in page.text
    )
    assert "Le niveau « À consolider » commence à 50." in page.text
    parts = [[cell.words for cell in body.all("td", class_="num")] for body in page.root.all("tbody")]
    assert parts == [
        ["100 × 1,5 ÷ 3 = 50,0", "1 × 1 = 1", "0,5 × 1 = 0,5", "0 × 1 = 0"],
        ["100 × 0,5 ÷ 1 = 50,0", "0,5 × 1 = 0,5"],
    ]
    assert "Non concerné, pour ce motif : « Pas de réunion »" in page.text
    assert "Personne ne sait : reste à coter." in page.text
    assert "1 critère ne concerne pas votre centre, d’après son profil : A2-09." in page.text
    assert "Complétude : 4 sur 10 (40 %)." in page.text


def test_why_a_module_has_its_score_is_opened_down_to_its_grids(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(GRID, "accueil-rendez-vous"))
    rate(runtime, team.member, key, {**LEVELS, "A2-07": Submission("na", "Sans objet")})
    rate(runtime, team.member, key, {"A3-01": "oui"}, grid="accueil-rendez-vous")
    results = member.get(results_of(key))
    page = member.get(results.link("Pourquoi ce score ? Risques généraux"))
    assert page.h1 == "Risques généraux"
    assert "3 obtenus sur 5 possibles. 100 × 3 ÷ 5 = 60,0." in page.text
    assert "Le niveau « À consolider » commence à 50." in page.text
    assert "Le score porte sur 2 grilles du module sur 9." in page.text
    rows = [[cell.words for cell in row.all("td")[1:]] for row in page.root.one("tbody").all("tr")]
    assert [row[:2] for row in rows] == [["2 sur 4", "50,0"], ["1 sur 1", "100,0"]]
    assert rows[0][2].startswith("2 à reprendre")
    total = [cell.words for cell in page.root.one("tfoot").all("td")[1:]]
    assert total[:2] == ["3 sur 5", "60,0"]
    assert total[2].startswith("2 à reprendre")
    assert len(page.root.one("tbody").all("svg", class_="score-bar")) == 2
    assert page.link("Coordination des soins") == results_of(key, GRID)


def test_a_module_without_a_score_says_why(member: Site, runtime: Runtime, team: Team, rating: int) -> None:
    assert (
        "le module n’a pas encore de score" in member.get(results_of(rating, "modules/risques-generaux")).text
    )
    figures = make_assessment(runtime, team, a_scope(FIGURES))
    assert "Ce module suit des chiffres" in member.get(results_of(figures, "modules/outils")).text
    assert "Pourquoi ce score" not in member.get(results_of(figures)).text


def test_another_version_of_a_grid_is_told_beside_its_score(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-01": "oui"})
    advance(runtime, team, rating, "close")
    with runtime.sessions.writing() as session:
        known = session.scalars(select(Edition).where(Edition.grid == GRID)).one()
        known.is_current = False
        session.flush()
        content = EditionContent.model_validate_json(known.content)
        following = content.model_copy(update={"grid": content.grid.model_copy(update={"version": 2})})
        session.add(
            Edition(
                grid=GRID,
                version=2,
                module=known.module,
                title=known.title,
                hash=following.hash,
                grid_hash=following.grid_hash,
                content=following.canonical_json,
                published_at=known.published_at,
                position=known.position,
            )
        )
        session.commit()
    key = make_assessment(runtime, team, a_scope(title="La suivante"))
    rate(runtime, team.member, key, {"A2-01": "non"})
    page = member.get(results_of(key))
    assert "− 100,0 points depuis « Campagne 2026 », autre version" in page.text
    path = page.root.one(id="chemin").parent.one("table", class_="heat")
    cells = [cell.words for cell in path.one("tbody").all("td")]
    assert cells == ["100,0 autre version", "0,0", "− 100,0"]
    assert "Au moins une grille a changé de version depuis" in page.text


def test_why_nothing_is_scored_is_said_too(member: Site, rating: int) -> None:
    assert "la grille n’a pas encore de score" in member.get(results_of(rating, GRID)).text


@pytest.mark.parametrize(
    "page",
    [
        "resultats",
        "resultats/coordination",
        "resultats/modules/risques-generaux",
        "resultats.xlsx",
        "rapport",
    ],
)
def test_before_the_rating_there_is_nothing_to_read(
    member: Site, runtime: Runtime, team: Team, page: str
) -> None:
    key = make_assessment(runtime, team, to="preparation")
    assert member.get(f"/auto-evaluations/{key}/{page}", 409).h1 == "Ce n’est pas possible à cette étape"


@pytest.mark.parametrize(
    "page",
    [
        "resultats",
        "resultats/coordination",
        "resultats/modules/risques-generaux",
        "resultats.xlsx",
        "rapport",
        "rapport.pdf",
    ],
)
def test_the_results_of_another_centre_are_not_found(site: Site, team: Team, rating: int, page: str) -> None:
    site.sign_in(team.stranger)
    site.get(f"/auto-evaluations/{rating}/{page}", 404)


def test_the_score_of_a_grid_that_is_not_there_is_not_found(member: Site, rating: int) -> None:
    for grid in ("accueil-rendez-vous", "inconnue", "%00"):
        member.get(results_of(rating, grid), 404)
        member.get(results_of(rating, f"modules/{grid}"), 404)


def test_reasons_and_titles_are_never_interpreted(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(title=NASTY))
    rate(runtime, team.member, key, {"A2-03": Submission("na", NASTY, NASTY)})
    member.typed.add(NASTY)
    for address in (results_of(key), results_of(key, GRID)):
        page = member.get(address)
        assert NASTY in page.text
        assert not page.root.all("img")
