"""The way of a centre over its closed assessments, level by level."""

from __future__ import annotations

from itertools import pairwise

import pytest

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent
from aqss.persistence.assessments import Assessment, Closing
from aqss.services.assessments.evolution import SHOWN
from aqss.services.assessments.rating import Submission
from tests.clock import FakeClock
from tests.page import Page, Site
from tests.services.assessments.scene import an_edition, publish
from tests.web.assessments.scene import FIGURES, GRID, NASTY, Team, a_scope, advance, make_assessment, rate

BEFORE = {"A2-01": "non", "A2-02": "partiel", "A2-08": "non", "A2-05": "oui"}
AFTER = {"A2-01": "oui", "A2-02": "partiel", "A2-08": "partiel", "A2-07": "oui"}


def evolution_of(team: Team, **asked: str | int) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/centres/{team.centre_id}/evolution" + (f"?{query}" if query else "")


def closed(
    runtime: Runtime, team: Team, answers: dict[str, str | Submission], *grids: str, title: str = "Campagne"
) -> int:
    key = make_assessment(runtime, team, a_scope(*grids, title=title))
    rate(runtime, team.member, key, answers, grid=grids[0] if grids else GRID)
    advance(runtime, team, key, "close")
    return key


@pytest.fixture
def two(member: Site, runtime: Runtime, team: Team, clock: FakeClock) -> tuple[int, int]:
    """Two closed assessments of one grid, half a year apart; the member is signed in again."""
    first = closed(runtime, team, BEFORE, title="Au printemps")
    clock.advance(days=180)
    second = closed(runtime, team, AFTER, title="À l’automne")
    member.sign_in(team.member)
    return first, second


def rows_of(page: Page, caption: str) -> list[list[str]]:
    """The cells of each row of that table."""
    tables = [one for one in page.root.all("table") if one.one("caption").words.startswith(caption)]
    assert len(tables) == 1
    return [[cell.words for cell in row.walk() if cell.tag in ("th", "td")] for row in tables[0].all("tr")]


def criteria_of(page: Page) -> dict[str, list[str]]:
    """Code → what stands beside the criterion."""
    rows = rows_of(page, "Réponse à chaque critère")
    return {row[0].split()[0]: row[1:] for row in rows[1:] if len(row) > 1}


def test_before_the_first_closing_there_is_nothing_to_follow_yet(
    member: Site, team: Team, rating: int
) -> None:
    page = member.get(evolution_of(team))
    assert "Pas encore d’auto-évaluation close" in page.text
    assert page.root.all("svg", class_="chart") == []


def test_one_closed_assessment_has_its_scores_and_no_way_yet(
    member: Site, runtime: Runtime, team: Team
) -> None:
    closed(runtime, team, BEFORE)
    page = member.get(evolution_of(team))
    assert "l’évolution commence à la suivante" in page.text
    assert rows_of(page, "Score de chaque grille")[1] == ["A2 Coordination des soins", "37,5", "–", "–", "–"]
    page = member.get(evolution_of(team, grille=GRID))
    assert "Critère par critère" not in page.text


def test_the_last_score_stands_beside_the_one_before_with_both_effects(
    member: Site, team: Team, two: tuple[int, int]
) -> None:
    page = member.get(evolution_of(team))
    # then 0 + 0,5 + 0 + 1 of 4; now 1 + 0,5 + 0,5 + 1 of 4; the three rated twice went from 1/6 to 2/3
    assert "le score passe de 37,5 à 75,0, soit + 37,5 points" in page.text
    assert "Ce qui a changé dans le centre : + 37,5" in page.text
    assert (
        "réponses aux 3 critères cotés les deux fois : + 50,0 ; critères cotés une seule fois : − 12,5"
        in page.text
    )
    assert "Ce qui a changé dans ce qui est demandé : 0,0" in page.text
    rows = rows_of(page, "D’une auto-évaluation à la suivante")
    assert rows[1] == ["03/2026 → 08/2026", "37,5", "+ 37,5", "0,0", "75,0", ""]


def test_every_level_down_to_the_criteria_is_one_link_away(
    member: Site, team: Team, two: tuple[int, int]
) -> None:
    page = member.get(evolution_of(team))
    page = member.get(page.link("A2 Coordination des soins"))
    assert page.field("module").one(selected="").words == "Risques généraux"
    # A2-01, A2-02, A2-07, A2-08: 0,5 of 3, then 3 of 4
    assert rows_of(page, "Score de chaque section")[1][1:] == ["16,7", "75,0", "+ 58,3", "+ 58,3", "0,0"]
    told = criteria_of(page)
    assert told["A2-01"] == ["Non", "Oui", "Mieux"]
    assert told["A2-02"] == ["En partie", "En partie", "Inchangé"]
    assert told["A2-05"] == ["Oui", "Sans réponse", "N’est plus coté"]
    assert told["A2-07"] == ["Sans réponse", "Oui", "Coté cette fois"]
    assert told["A2-03"] == ["Sans réponse", "Sans réponse", "Toujours pas coté"]


def test_a_module_is_shown_section_by_section(member: Site, team: Team, two: tuple[int, int]) -> None:
    page = member.submit(member.get(evolution_of(team)), "Montrer", {"module": "risques-generaux"})
    rows = rows_of(page, "Score de chaque grille")
    assert rows[1] == ["A2 Coordination des soins"]
    assert rows[2] == ["Toute la grille A2 Coordination des soins", "37,5", "75,0", "+ 37,5", "+ 37,5", "0,0"]
    assert len(rows) > 4
    assert "Évolution, Risques généraux" in page.title


def test_a_grid_of_another_module_is_left_aside_when_the_module_changes(
    member: Site, runtime: Runtime, team: Team, two: tuple[int, int]
) -> None:
    closed(runtime, team, {}, FIGURES)
    page = member.get(evolution_of(team, module="outils", grille=GRID))
    assert page.field("grille").one(value="").words == "Toutes les grilles"
    assert "Ce module est un suivi sans score" in page.text
    assert GRID not in [option["value"] for option in page.field("grille").all("option")]


@pytest.mark.parametrize("asked", [{"module": "inconnu"}, {"grille": "inconnue"}, {"grille": "%00"}])
def test_what_was_never_assessed_is_not_found(
    member: Site, team: Team, two: tuple[int, int], asked: dict[str, str]
) -> None:
    member.get(evolution_of(team, **asked), status=404)


@pytest.mark.parametrize("page", ["0", "-3", "99999999999999999999", "a", "1.5"])
def test_a_page_that_is_not_there_is_the_nearest(
    member: Site, team: Team, two: tuple[int, int], page: str
) -> None:
    assert "37,5" in member.get(evolution_of(team, page=page)).text


def test_figures_without_score_are_followed_answer_by_answer(
    member: Site, runtime: Runtime, team: Team, clock: FakeClock
) -> None:
    for value in ("1200", "1250"):
        closed(runtime, team, {"D1-01": Submission("number", value)}, FIGURES)
    page = member.get(evolution_of(team, grille=FIGURES))
    assert "suivi sans score" in page.text
    assert criteria_of(page)["D1-01"][-1] == "Autre réponse"
    heads = rows_of(page, "Réponse à chaque critère")[0]
    assert heads[1].startswith("02/03/2026"), "two of the same month are told by their day"


def test_what_changed_in_a_grid_is_told_apart(
    member: Site, runtime: Runtime, team: Team, clock: FakeClock
) -> None:
    then = an_edition("essai", {"tout": [{"criterion": f"E-{rank}"} for rank in range(1, 6)]})
    after = [
        {"criterion": "E-1", "statement": "Autrement dit.", "weight": 2, "essential": True},
        {"criterion": "E-6", "replaces": ["E-2", "E-3"]},
        {"criterion": "E-7", "replaces": ["E-4"]},
        {"criterion": "E-8"},
    ]
    now = an_edition("essai", {"tout": after}, version=2)
    _publish(runtime, then)
    first = {"E-1": "oui", "E-2": "oui", "E-3": "non", "E-4": "non", "E-5": "non"}
    closed(runtime, team, first, "essai", title=NASTY[:160])
    _publish(runtime, now)
    clock.advance(days=40)
    closed(runtime, team, {"E-1": "oui", "E-6": "oui", "E-7": "non", "E-8": "oui"}, "essai")
    member.sign_in(team.member)
    member.typed.add(NASTY[:160])
    page = member.get(evolution_of(team, grille="essai"))
    # then 2/5, now 4/5; on what is asked both times, as now: (2 + 0,5 + 0) ÷ 4 and (2 + 1 + 0) ÷ 4
    assert "le score passe de 40,0 à 80,0" in page.text
    assert "Ce qui a changé dans le centre : + 12,5" in page.text
    assert "Ce qui a changé dans ce qui est demandé : + 27,5" in page.text
    told = criteria_of(page)
    assert told["E-6"] == ["E-2 Oui E-3 Non", "Oui", "Mieux"]
    assert told["E-7"] == ["E-4 Non", "Non", "Inchangé"]
    assert told["E-8"] == ["–", "Oui", "Nouveau pour le centre"]
    assert told["E-5"] == ["Non", "–", "N’est plus demandé"]
    changes = page.root.one(id="changements").parent.words
    assert "Reformulé, autre poids (de 1 à 2) et impératif (l’est devenu)" in changes
    assert "En réunit plusieurs (E-2, E-3)" in changes
    assert "En remplace un autre (E-4)" in changes
    assert "E-5 Énoncé E-5. Retiré" in changes
    assert "De 03/2026 à 04/2026" in changes
    assert "En remplace un autre (E-4)" in member.get(evolution_of(team)).text


def test_two_assessments_that_share_no_rated_criterion_are_not_compared(
    member: Site, runtime: Runtime, team: Team
) -> None:
    closed(runtime, team, {"A2-01": "oui"})
    closed(runtime, team, {"A2-02": "non"})
    page = member.get(evolution_of(team))
    assert "ces deux scores ne se comparent pas" in page.text
    assert "Ne se compare pas" in rows_of(page, "D’une auto-évaluation à la suivante")[1]


def test_a_module_compares_the_grids_rated_both_times_and_names_the_others(
    member: Site, runtime: Runtime, team: Team, clock: FakeClock
) -> None:
    for name in ("un", "deux"):
        criteria = [{"criterion": f"{name[0].upper()}-{rank}"} for rank in (1, 2)]
        _publish(runtime, an_edition(name, {"tout": criteria}))
    key = make_assessment(runtime, team, a_scope("un", "deux"))
    rate(runtime, team.member, key, {"U-1": "oui", "U-2": "non"}, grid="un")
    rate(runtime, team.member, key, {"D-1": "non", "D-2": "non"}, grid="deux")
    advance(runtime, team, key, "close")
    clock.advance(days=180)
    closed(runtime, team, {"U-1": "oui", "U-2": "partiel"}, "un")
    member.sign_in(team.member)
    page = member.get(evolution_of(team))
    assert (
        "sur 1 grille évaluée les deux fois, le score passe de 50,0 à 75,0, soit + 25,0 points" in page.text
    )
    assert "Ce qui a changé dans ce qui est demandé : 0,0" in page.text
    assert "Évaluée une seule fois (03/2026), donc pas comparée : D Grille deux." in page.text
    assert "Courbe interrompue : pas les mêmes grilles" in page.text
    way = rows_of(page, "D’une auto-évaluation à la suivante")
    assert way[1] == ["03/2026 → 08/2026 sur 1 grille", "50,0", "+ 25,0", "0,0", "75,0", ""]
    clock.advance(days=60)
    closed(runtime, team, {"D-1": "oui", "D-2": "oui"}, "deux")
    member.sign_in(team.member)
    page = member.get(evolution_of(team))
    assert "aucune grille n’a été évaluée les deux fois : ces deux scores ne se comparent pas" in page.text
    assert "Évaluée une seule fois (08/2026), donc pas comparée : U Grille un." in page.text
    way = rows_of(page, "D’une auto-évaluation à la suivante")
    assert way[1][1:] == ["75,0", "Ne se compare pas", "100,0", ""]


def test_an_assessment_without_a_rating_leaves_a_gap(member: Site, runtime: Runtime, team: Team) -> None:
    for answers in ({"A2-01": "oui"}, {}, {"A2-01": "non"}):
        closed(runtime, team, answers)
    page = member.get(evolution_of(team))
    assert rows_of(page, "Score de chaque grille")[1][1:4] == ["100,0", "–", "0,0"]
    way = rows_of(page, "D’une auto-évaluation à la suivante")
    assert way[1][1:] == ["–", "Ne se compare pas", "0,0", ""]
    assert way[2][1:] == ["100,0", "Ne se compare pas", "–", ""]


def test_a_reopened_assessment_is_named_and_left_out(
    member: Site, runtime: Runtime, team: Team, two: tuple[int, int]
) -> None:
    now = runtime.clock.now()
    with runtime.sessions.writing() as session:
        session.get_one(Assessment, two[1]).closed_at = None
        session.add(
            Closing(
                assessment_id=two[1], rank=1, closed_at=now, reopened_at=now, reason="Oubli.", scores={},
                frozen={},
            )
        )  # fmt: skip
        session.commit()
    page = member.get(evolution_of(team))
    assert "« À l’automne » est rouverte" in page.text
    assert rows_of(page, "Score de chaque grille")[1][1:] == ["37,5", "–", "–", "–"]


def test_the_way_is_told_page_by_page_without_a_gap(
    member: Site, runtime: Runtime, team: Team, clock: FakeClock
) -> None:
    for rank in range(SHOWN + 3):
        closed(runtime, team, {"A2-01": "oui" if rank % 2 else "non"}, title=f"N° {rank}")
        clock.advance(days=31)
    member.sign_in(team.member)
    intervals = []
    for number in (2, 1):
        page = member.get(evolution_of(team, page=number))
        intervals += [row[0] for row in rows_of(page, "D’une auto-évaluation à la suivante")[:0:-1]]
    assert len(intervals) == len(set(intervals)) == SHOWN + 2
    assert all(one.split(" → ")[1] == two.split(" → ")[0] for one, two in pairwise(intervals))


def test_the_results_and_the_centre_lead_there(member: Site, team: Team, two: tuple[int, int]) -> None:
    for address, label in (
        (f"/auto-evaluations/{two[1]}/resultats", "Évolution du centre"),
        (f"/centres/{team.centre_id}", "Évolution"),
    ):
        assert "37,5" in member.get(member.get(address).link(label)).text


def test_a_stranger_finds_nothing(site: Site, team: Team, two: tuple[int, int]) -> None:
    site.sign_in(team.stranger)
    site.get(evolution_of(team), status=404)


def test_the_page_costs_the_same_whatever_there_is_to_show(
    member: Site, runtime: Runtime, catalogue: Catalogue, team: Team, clock: FakeClock
) -> None:
    costs = []
    for grids in ((GRID,), tuple(catalogue.grids)):
        for _ in range(3):
            closed(runtime, team, AFTER, *dict.fromkeys((GRID, *grids)))
        for asked in ({}, {"module": "risques-generaux"}, {"grille": GRID}):
            member.get(evolution_of(team, **asked))
            with member.counted_statements() as statements:
                member.get(evolution_of(team, **asked))
            costs.append(len(statements))
    assert costs[:3] == costs[3:]
    assert max(costs) <= 14


def _publish(runtime: Runtime, content: EditionContent) -> None:
    with runtime.sessions.writing() as session:
        publish(session, content)
        session.commit()
