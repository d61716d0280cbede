"""The results of an assessment, of one module of it, and what they were before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.explaining import explain_grid
from aqss.services.assessments.results import CriterionResult, read_module, read_results
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_edition,
    an_open_assessment,
    close,
    pass_to,
    publish,
    rate,
    start,
    statements,
)

GOOD = {"CO-1": "oui", "CO-2": "oui", "CO-3": "oui", "CO-5": "a", "HY-1": "oui", "HY-2": "oui", "HY-3": "oui"}
POOR = {
    "CO-1": "non",
    "CO-2": "partiel",
    "CO-3": "non",
    "CO-5": "c",
    "HY-1": "non",
    "HY-2": "non",
    "HY-3": "oui",
}


def answer(session: Session, scene: Scene, assessment: Assessment, answers: Mapping[str, str]) -> None:
    for code, level in answers.items():
        rate(session, scene.member, assessment, code, level)


def a_closed_assessment(
    session: Session, scene: Scene, days: int, answers: Mapping[str, str], *grids: str, title: str = "Avant"
) -> Assessment:
    """One started ``days`` before now, with these answers."""
    then = NOW - timedelta(days=days)
    assessment = start(session, scene, a_scope(*grids, title=title), then)
    pass_to(session, scene.coordinator, assessment, "cotation", then)
    answer(session, scene, assessment, answers)
    close(session, scene, assessment, then)
    return assessment


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return an_open_assessment(session, scene)


def codes(found: tuple[CriterionResult, ...]) -> list[str]:
    return [one.criterion.criterion for one in found]


def test_scores_are_given_by_module_grid_and_section_with_band_and_completeness(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    answer(session, scene, assessment, {"CO-1": "oui", "CO-2": "partiel", "CO-3": "non"})
    results = read_results(session, scene.member, assessment.id)
    care, tools = results.modules
    assert (care.module, [grid.content.grid.grid for grid in care.grids]) == (
        "soins",
        ["coordination", "hygiene"],
    )
    assert (tools.module, tools.standing.tally.score, tools.standing.band) == ("outils", None, None)
    grid = care.grids[0]
    assert grid.standing.tally.score == Fraction(150, 4)
    assert grid.standing.tally.completeness == Fraction(3, 4)
    assert grid.standing.provisional
    assert grid.standing.band is not None
    assert grid.standing.band.label == "À traiter"
    first, second = grid.sections
    assert (first.section.section, first.standing.tally.score) == ("fonction", 75)
    assert not first.standing.provisional
    assert (second.section.section, second.standing.tally.score) == ("concertation", 0)
    assert care.standing.tally.score == Fraction(150, 4)
    assert results.state.state == "cotation"


def test_a_section_where_nothing_applies_is_left_out(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    grid = read_results(session, scene.member, assessment.id).modules[0].grids[1]
    assert [section.section.section for section in grid.sections] == ["mains"]


def test_a_module_tells_how_many_of_its_grids_are_assessed(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    module = read_results(session, scene.member, assessment.id).modules[0]
    assert (len(module.grids), module.grids_in_module) == (1, 2)


def test_essential_criteria_are_told_apart_failed_open_and_not_applicable(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "partiel")
    rate(session, scene.member, assessment, "HY-1", "Pas de soins ici.", kind="na")
    rate(session, scene.member, assessment, "HY-3", "Sans objet.", kind="na")
    rate(session, scene.member, assessment, "CO-4", "Ne s’applique pas.", kind="na")
    rate(session, scene.member, assessment, "ME-3", "Rien à dire.", kind="na")
    results = read_results(session, scene.member, assessment.id)
    assert codes(results.essential_failed) == ["CO-1"]
    assert codes(results.essential_open) == ["CO-5"]
    assert codes(results.essential_na) == ["HY-1"]
    assert codes(results.not_applicable) == ["HY-3"]
    assert results.essential_na[0].answer.reason == "Pas de soins ici."
    assert results.essential_failed[0].answer.level == "partiel"
    assert results.essential_failed[0].content.grid.grid == "coordination"


def test_an_essential_criterion_nobody_knows_stays_open_and_one_fully_met_is_listed_nowhere(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "", kind="unknown")
    rate(session, scene.member, assessment, "CO-5", "a")
    results = read_results(session, scene.member, assessment.id)
    assert codes(results.essential_open) == ["CO-1", "HY-1"]
    assert results.essential_failed == ()


def test_strengths_are_complete_sections_in_the_highest_band_and_weak_points_the_others_worst_first(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    answer(session, scene, assessment, {"CO-1": "oui", "CO-2": "oui", "CO-3": "partiel", "CO-5": "a"})
    rate(session, scene.member, assessment, "ME-1", "18,5", kind="number")
    rate(session, scene.member, assessment, "HY-1", "oui")
    results = read_results(session, scene.member, assessment.id)
    assert [one.section.section for one in results.strengths] == ["fonction"]
    assert [(one.grid, one.section.section) for one in results.weak_points] == [
        ("mesures", "suivi"),
        ("coordination", "concertation"),
    ]


def test_no_more_than_five_strengths_and_five_weak_points_are_put_forward(
    session: Session, scene: Scene
) -> None:
    values = ["oui"] * 6 + ["non"] * 6
    sections = {f"s{rank}": [{"criterion": f"X-{rank}"}] for rank in range(len(values))}
    publish(session, an_edition("longue", sections))
    assessment = an_open_assessment(session, scene, "longue")
    for rank, value in enumerate(values):
        rate(session, scene.member, assessment, f"X-{rank}", value, grid="longue")
    results = read_results(session, scene.member, assessment.id)
    assert [one.section.section for one in results.strengths] == ["s0", "s1", "s2", "s3", "s4"]
    assert [one.section.section for one in results.weak_points] == ["s6", "s7", "s8", "s9", "s10"]


def test_earlier_closed_assessments_of_the_centre_stand_beside_the_latest_first(
    session: Session, scene: Scene
) -> None:
    old = a_closed_assessment(session, scene, 700, POOR, "coordination", "hygiene", title="2024")
    recent = a_closed_assessment(session, scene, 300, GOOD, "coordination", "hygiene", title="2025")
    now = an_open_assessment(session, scene, "coordination", "hygiene")
    module = read_results(session, scene.member, now.id).modules[0]
    assert [(past.assessment_id, past.title) for past in module.past] == [
        (recent.id, "2025"),
        (old.id, "2024"),
    ]
    assert [past.standing.tally.score for past in module.grids[1].past] == [
        100,
        100 * Fraction(3, 23),
    ]
    assert [past.standing.tally.score for past in module.grids[0].sections[0].past] == [100, 25]
    assert module.past[0].started_on == (NOW - timedelta(days=300)).date()
    assert module.past[0].standing.band is not None
    assert module.past[0].standing.band.band == "maitrise"


def test_a_module_is_compared_only_over_the_very_same_grids(session: Session, scene: Scene) -> None:
    a_closed_assessment(session, scene, 300, GOOD, "coordination", "hygiene")
    now = an_open_assessment(session, scene, "coordination")
    module = read_results(session, scene.member, now.id).modules[0]
    assert module.past == ()
    assert len(module.grids[0].past) == 1


def test_as_many_earlier_assessments_are_shown_as_asked(session: Session, scene: Scene) -> None:
    for days in (500, 400, 300, 200):
        a_closed_assessment(session, scene, days, {}, "hygiene", title=f"Il y a {days} jours")
    now = an_open_assessment(session, scene, "hygiene")
    for count, expected in ((0, []), (1, [200]), (3, [200, 300, 400]), (9, [200, 300, 400, 500])):
        grid = read_results(session, scene.member, now.id, previous=count).modules[0].grids[0]
        assert [past.title for past in grid.past] == [f"Il y a {days} jours" for days in expected]


def test_nothing_later_open_given_up_without_common_grid_or_of_another_centre_stands_beside(
    session: Session, scene: Scene
) -> None:
    now = a_closed_assessment(session, scene, 100, {}, "hygiene")
    a_closed_assessment(session, scene, 50, {}, "hygiene", title="Après")
    an_open_assessment(session, scene, "hygiene")
    given_up = start(session, scene, a_scope("hygiene"), NOW - timedelta(days=300))
    pass_to(session, scene.coordinator, given_up, "abandonnee")
    a_closed_assessment(session, scene, 400, {}, "coordination", title="Autre grille")
    elsewhere = a_closed_assessment(session, scene, 500, {}, "hygiene", title="Ailleurs")
    (place,) = scene.stranger.centre_ids()
    elsewhere.centre_id = place
    session.flush()
    assert read_results(session, scene.member, now.id).modules[0].grids[0].past == ()


def test_results_are_read_only_in_a_state_that_allows_it(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    with pytest.raises(NotPossibleNow):
        read_results(session, scene.member, assessment.id)
    with pytest.raises(NotPossibleNow):
        explain_grid(session, scene.member, assessment.id, "hygiene")


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_a_stranger_to_the_team_finds_no_results(
    session: Session, scene: Scene, assessment: Assessment, who: str
) -> None:
    with pytest.raises(NotFound):
        read_results(session, getattr(scene, who), assessment.id)
    with pytest.raises(NotFound):
        explain_grid(session, getattr(scene, who), assessment.id, "hygiene")


def test_results_ask_for_the_same_number_of_queries_whatever_the_number_of_assessments(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    def queries() -> tuple[int, int]:
        session.expunge_all()
        with statements(session) as of_results:
            read_results(session, scene.member, assessment.id)
        session.expunge_all()
        with statements(session) as of_explanation:
            explain_grid(session, scene.member, assessment.id, "coordination")
        return len(of_results), len(of_explanation)

    queries()  # each process reads the editions once
    before = queries()
    answer(session, scene, assessment, POOR)
    for days in (100, 200, 300):
        a_closed_assessment(session, scene, days, GOOD, "coordination", "hygiene", "mesures")
    assert queries() == before
    assert max(before) <= 8


def test_a_module_read_alone_is_the_one_of_the_results(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    a_closed_assessment(session, scene, 300, GOOD, "coordination", "hygiene", "mesures")
    answer(session, scene, assessment, POOR)
    modules = read_results(session, scene.member, assessment.id).modules
    for module in modules:
        page = read_module(session, scene.member, assessment.id, module.module)
        assert page.assessment is assessment
        assert page.module == module
    earned = sum(grid.standing.tally.earned for grid in modules[0].grids)
    possible = sum(grid.standing.tally.possible for grid in modules[0].grids)
    assert modules[0].standing.tally.score == 100 * earned / possible


@pytest.mark.parametrize("module", ["outils", "inconnu", "\x00", ""])
def test_a_module_that_is_not_assessed_cannot_be_read(session: Session, scene: Scene, module: str) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    with pytest.raises(NotFound):
        read_module(session, scene.member, assessment.id, module)


def test_a_module_is_read_by_its_team_in_a_state_that_allows_it(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    with pytest.raises(NotPossibleNow):
        read_module(session, scene.member, assessment.id, "soins")
    with pytest.raises(NotFound):
        read_module(session, scene.stranger, assessment.id, "soins")


def test_a_module_asks_for_the_same_number_of_queries_whatever_the_answers_and_the_grids(
    session: Session, scene: Scene
) -> None:
    counts = set()
    for grids in (("hygiene",), ("hygiene", "coordination", "mesures")):
        assessment = an_open_assessment(session, scene, *grids)
        read_module(session, scene.member, assessment.id, "soins")
        session.expunge_all()
        with statements(session) as seen:
            read_module(session, scene.member, assessment.id, "soins")
        counts.add(len(seen))
        a_closed_assessment(session, scene, 100, GOOD, "coordination", "hygiene")
    assert len(counts) == 1
    assert counts.pop() <= 7


def test_a_radar_asks_for_three_grids_and_a_score(session: Session, scene: Scene) -> None:
    for name in ("a", "b"):
        publish(session, an_edition(name, {"s": [{"criterion": f"{name.upper()}-1"}]}))
    for grids, rated, drawn in (
        (("hygiene", "a", "b"), True, True),
        (("hygiene", "a", "b"), False, False),
        (("hygiene", "a"), True, False),
    ):
        assessment = an_open_assessment(session, scene, *grids)
        if rated:
            rate(session, scene.member, assessment, "HY-1", "oui")
        assert read_results(session, scene.member, assessment.id).modules[0].has_radar is drawn


def test_a_module_that_only_follows_figures_says_so(session: Session, scene: Scene) -> None:
    publish(session, an_edition("chiffres", {"s": [{"criterion": "CH-1"}]}, module="suivi", scale="nombre"))
    assessment = an_open_assessment(session, scene, "mesures", "chiffres")
    modules = read_results(session, scene.member, assessment.id).modules
    assert [(module.module, module.is_scored) for module in modules] == [("suivi", False), ("outils", True)]
