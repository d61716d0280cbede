"""Why a score is what it is: every line, every section, every grid."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.explaining import NotCounted, explain_grid, explain_grids
from aqss.services.assessments.results import read_results
from tests.services.assessments.scene import Scene, an_open_assessment, rate

ANSWERS = {
    "CO-1": "non",
    "CO-2": "partiel",
    "CO-3": "non",
    "CO-5": "c",
    "HY-1": "non",
    "HY-2": "non",
    "HY-3": "oui",
}


def answer(session: Session, scene: Scene, assessment: Assessment, answers: dict[str, str]) -> None:
    for code, level in answers.items():
        rate(session, scene.member, assessment, code, level)


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return an_open_assessment(session, scene)


def test_every_line_of_a_score_tells_what_it_adds_or_why_it_adds_nothing(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "partiel")
    rate(session, scene.member, assessment, "CO-2", "", kind="unknown")
    rate(session, scene.member, assessment, "CO-3", "oui")
    rate(session, scene.member, assessment, "CO-4", "oui")
    rate(session, scene.member, assessment, "CO-5", "Sans objet.", kind="na")
    explanation = explain_grid(session, scene.member, assessment.id, "coordination")
    lines = {
        line.criterion.criterion: (line.weight, line.value, line.product, line.not_counted)
        for line in explanation.lines
    }
    assert lines == {
        "CO-1": (1, Fraction(1, 2), Fraction(1, 2), None),
        "CO-2": (1, None, None, NotCounted.UNKNOWN),
        "CO-3": (2, 1, 2, None),
        "CO-4": (1, None, None, NotCounted.DOES_NOT_APPLY),
        "CO-5": (1, None, None, NotCounted.NOT_APPLICABLE),
    }
    assert explanation.standing.tally.score == 100 * Fraction(5, 2) / 3
    assert [line.section.section for line in explanation.lines][:3] == ["fonction"] * 2 + ["concertation"]
    assert explanation.lines[3].answer.level == "oui"


def test_words_and_numbers_without_target_explain_that_they_are_never_scored(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "ME-1", "12,5", kind="number")
    rate(session, scene.member, assessment, "ME-2", "3", kind="number")
    lines = explain_grid(session, scene.member, assessment.id, "mesures").lines
    assert [(line.value, line.not_counted) for line in lines] == [
        (Fraction(1, 2), None),
        (None, NotCounted.UNSCORED),
        (None, NotCounted.UNSCORED),
    ]


def test_a_blank_criterion_says_so_and_the_sums_make_the_score_kept(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    answer(session, scene, assessment, {"HY-1": "partiel", "HY-3": "oui"})
    explanation = explain_grid(session, scene.member, assessment.id, "hygiene")
    assert explanation.lines[1].not_counted == NotCounted.BLANK
    counted = [line for line in explanation.lines if line.product is not None]
    score = 100 * sum(line.product or 0 for line in counted) / sum(line.weight for line in counted)
    kept = read_results(session, scene.member, assessment.id).modules[0].grids[1].standing
    assert score == kept.tally.score == explanation.standing.tally.score


def test_a_grid_that_is_not_assessed_cannot_be_explained(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    with pytest.raises(NotFound):
        explain_grid(session, scene.member, assessment.id, "coordination")


def test_every_grid_is_explained_in_the_order_of_the_sheets_as_it_is_alone(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    answer(session, scene, assessment, ANSWERS)
    together = explain_grids(session, scene.member, assessment.id)
    grids = [one.content.grid.grid for one in together]
    assert grids == ["coordination", "hygiene", "mesures"]
    assert [one.lines for one in together] == [
        explain_grid(session, scene.member, assessment.id, grid).lines for grid in grids
    ]
    assert together[0].standing.tally.rated == 4
    assert together[2].standing.tally.score is None
    with pytest.raises(NotFound):
        explain_grids(session, scene.stranger, assessment.id)


def test_each_section_has_the_sum_of_its_lines_and_the_grid_that_of_its_sections(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    answer(session, scene, assessment, {"CO-1": "oui", "CO-2": "partiel", "CO-3": "partiel", "CO-5": "b"})
    explanation = explain_grid(session, scene.member, assessment.id, "coordination")
    sums = {s.section.section: (s.tally.earned, s.tally.possible) for s in explanation.sections}
    assert sums == {
        "fonction": (Fraction(3, 2), 2),
        "concertation": (1 + Fraction(3333, 10000), 3),
    }
    kept = read_results(session, scene.member, assessment.id).modules[0].grids[0].sections
    assert [one.standing.tally for one in kept] == [section.tally for section in explanation.sections]
    for section in explanation.sections:
        assert {line.section for line in section.lines} == {section.section}
    assert explanation.standing.tally.earned == sum(s.tally.earned for s in explanation.sections)
